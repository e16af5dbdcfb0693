/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The parser of TCP. What it cannot vouch for passes untouched with a reason. */
#ifndef GW_PARSE_H
#define GW_PARSE_H

#include "network.h"
#include "walk.h"
#include "wire.h"

#define GW_TYPES_CONTROL \
	(GW_PACKET_TYPE_SYN | GW_PACKET_TYPE_SYN_ACK | GW_PACKET_TYPE_FIN | GW_PACKET_TYPE_RST)

/* Hands what is known below TCP to the packet. */
static __always_inline void gw_take_network(struct gw_packet *packet, const struct gw_network *net)
{
	packet->length = net->length;
	packet->l3 = net->l3;
	packet->l4 = net->l4;
	packet->end = net->end;
	packet->vlan = net->vlan;
	packet->family = net->family;
	packet->protocol = net->protocol;
}

static __always_inline int gw_take_addresses(struct gw_packet *packet, const struct gw_network *net, void *data,
					     void *data_end)
{
	__u32 l3 = net->l3 & 0x3f;

	if (net->family == 4) {
		struct gw_wire_ipv4 *ip = data + l3;

		if ((void *)(ip + 1) > data_end)
			return -1;
		packet->source[0] = ip->source;
		packet->destination[0] = ip->destination;
		packet->source[1] = packet->destination[1] = 0;
	} else {
		struct gw_wire_ipv6 *ip = data + l3;

		if ((void *)(ip + 1) > data_end)
			return -1;
		packet->source[0] = ip->source[0];
		packet->source[1] = ip->source[1];
		packet->destination[0] = ip->destination[0];
		packet->destination[1] = ip->destination[1];
	}
	return 0;
}

/*
 * Fills *packet, of which the caller has set csum and zeroed what is absent unless found, from a frame that
 * gw_parse_network() accepted. Returns GW_REASON_NONE when it is a TCP packet the programs may act on.
 */
static __always_inline int gw_parse(gw_context *ctx, struct gw_packet *packet, struct gw_network *net)
{
	void *data = gw_data(ctx), *data_end = gw_data_end(ctx);
	__u32 l4 = net->l4 & 0x1ff, header;
	struct gw_wire_tcp *tcp = data + l4;
	__u8 flags;

	gw_take_network(packet, net);
	if (packet->end < l4 + sizeof(*tcp))
		return GW_REASON_BAD_TCP_HEADER;
	if ((void *)(tcp + 1) > data_end || gw_take_addresses(packet, net, data, data_end))
		return gw_short(ctx, net, l4 + sizeof(*tcp));
	header = (tcp->offset >> 4) * 4;
	if (header < sizeof(*tcp) || l4 + header > packet->end)
		return GW_REASON_BAD_TCP_HEADER;
	if (data + l4 + header > data_end)
		return gw_short(ctx, net, l4 + header);

	flags = tcp->flags;
	packet->tcp_flags = flags;
	packet->source_port = tcp->source;
	packet->destination_port = tcp->destination;
	packet->seq = bpf_ntohl(tcp->seq);
	packet->ack = bpf_ntohl(tcp->ack);
	packet->window = bpf_ntohs(tcp->window);
	packet->options = header - sizeof(*tcp);
	packet->payload = packet->end - l4 - header;

	if (flags & TCP_SYN)
		packet->types |= flags & TCP_ACK ? GW_PACKET_TYPE_SYN_ACK : GW_PACKET_TYPE_SYN;
	if (flags & TCP_FIN)
		packet->types |= GW_PACKET_TYPE_FIN;
	if (flags & TCP_RST)
		packet->types |= GW_PACKET_TYPE_RST;
	if (packet->payload)
		packet->types |= GW_PACKET_TYPE_DATA;
	else if ((flags & TCP_ACK) && !(packet->types & GW_TYPES_CONTROL))
		packet->types |= GW_PACKET_TYPE_PURE_ACK;
	return gw_common_options(packet, (void *)(tcp + 1), data_end, packet->options) ? GW_REASON_NONE :
										     gw_walk_options(ctx, packet);
}

#endif
