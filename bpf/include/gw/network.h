/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The parser below TCP: Ethernet, up to two VLAN tags, IPv4 with options, IPv6 with extension headers. What it
 * cannot vouch for passes untouched with a reason.
 */
#ifndef GW_NETWORK_H
#define GW_NETWORK_H

#include <bpf/bpf_endian.h>
#include "packet.h"
#include "wire.h"

#define GW_MAX_EXTENSION_HEADERS 6
/* Ethernet, two tags, and the longest headers worth having in the linear part of an skb. */
#define GW_LINEAR_BYTES 196

/* What a frame says below TCP. Offsets are from its start. */
struct gw_network {
	__u32 length;			/* frame bytes, as far as they matter */
	__u32 l3;			/* offset of the IP header */
	__u32 l4;			/* offset of the transport header */
	__u32 end;			/* offset just past the IP packet */
	__u16 vlan;			/* outer tag's id, 0 without */
	__u8 family;			/* 4 or 6 */
	__u8 protocol;			/* of the transport header; 0 when there is none to speak of */
};

/* Whether a frame ends before that offset. Only one in several buffers is worth asking the kernel. */
static __always_inline int gw_ends_before(gw_context *ctx, struct gw_network *net, __u32 offset)
{
	if (offset <= net->length)
		return 0;
	net->length = gw_frame_length(ctx);
	return offset > net->length;
}

/* What is missing from the first buffer: the frame's end, or the rest of its headers. */
static __always_inline enum gw_reason gw_short(gw_context *ctx, struct gw_network *net, __u32 needed)
{
	return gw_ends_before(ctx, net, needed) ? GW_REASON_TRUNCATED : GW_REASON_NONLINEAR;
}

/* What the IP header says is above it; known only of a packet that is whole. */
static __always_inline enum gw_reason gw_transport(gw_context *ctx, struct gw_network *net, __u8 protocol)
{
	if (!gw_ends_before(ctx, net, net->end))
		net->protocol = protocol;
	else if (protocol == IPPROTO_TCP)
		return GW_REASON_TRUNCATED;
	return protocol == IPPROTO_TCP ? GW_REASON_NONE : GW_REASON_NOT_TCP;
}

static __always_inline enum gw_reason gw_parse_ipv4(gw_context *ctx, struct gw_network *net, void *data,
						    void *data_end)
{
	__u32 l3 = net->l3, header, length;
	struct gw_wire_ipv4 *ip = data + l3;

	if ((void *)(ip + 1) > data_end)
		return gw_short(ctx, net, l3 + sizeof(*ip));
	header = (ip->version_ihl & 0xf) * 4;
	length = bpf_ntohs(ip->length);
	if (ip->version_ihl >> 4 != 4 || header < sizeof(*ip) || length < header)
		return GW_REASON_BAD_IP_HEADER;
	/* MF or an offset: only whole datagrams have ports that can be trusted. */
	if (ip->fragment & bpf_htons(0x3fff))
		return GW_REASON_FRAGMENT;
	net->family = 4;
	net->l4 = l3 + header;
	net->end = l3 + length;
	return gw_transport(ctx, net, ip->protocol);
}

static __always_inline enum gw_reason gw_parse_ipv6(gw_context *ctx, struct gw_network *net, void *data,
						    void *data_end)
{
	__u32 l3 = net->l3, offset, i;
	struct gw_wire_ipv6 *ip = data + l3;
	__u8 next;

	if ((void *)(ip + 1) > data_end)
		return gw_short(ctx, net, l3 + sizeof(*ip));
	if ((*(__u8 *)ip) >> 4 != 6)
		return GW_REASON_BAD_IP_HEADER;
	net->family = 6;
	net->end = l3 + sizeof(*ip) + bpf_ntohs(ip->payload);
	offset = l3 + sizeof(*ip);
	next = ip->next;
	for (i = 0; i <= GW_MAX_EXTENSION_HEADERS; i++) {
		__u8 *p;

		if (next == IPPROTO_TCP || next == IPPROTO_UDP) {
			net->l4 = offset;
			return gw_transport(ctx, net, next);
		}
		if (next == IPPROTO_FRAGMENT)
			return GW_REASON_FRAGMENT;
		if (next == IPPROTO_AH)
			return GW_REASON_AUTHENTICATED;
		if (next != IPPROTO_HOPOPTS && next != IPPROTO_ROUTING && next != IPPROTO_DSTOPTS)
			return GW_REASON_NOT_TCP;
		offset &= 0x1ff;
		p = data + offset;
		if (offset + 8 > net->end)
			return GW_REASON_BAD_IP_HEADER;
		if ((void *)(p + 4) > data_end)
			return gw_short(ctx, net, offset + 8);
		/* RFC 8200, section 4.4: with segments left the destination, and so the pseudo-header, is another. */
		if (next == IPPROTO_ROUTING && p[3])
			return GW_REASON_SOURCE_ROUTED;
		offset += (p[1] + 1) * 8;
		next = p[0];
		if (offset > 0x1ff - sizeof(struct gw_wire_tcp))
			return GW_REASON_EXTENSION_HEADERS;
	}
	return GW_REASON_EXTENSION_HEADERS;
}

/*
 * Fills *net, which the caller has zeroed. Returns GW_REASON_NONE when it is a whole TCP packet. Kept apart
 * from gw_parse(): a frame of anything else costs no more than this.
 */
static __always_inline int gw_parse_network(gw_context *ctx, struct gw_network *net)
{
	void *data, *data_end;
	__u32 offset = 14, tags = 0;
	__be16 protocol;
	int i;

	net->length = gw_known_length(ctx);
	data = gw_data(ctx);
	data_end = gw_data_end(ctx);
	if (data + GW_LINEAR_BYTES > data_end && net->length > (__u64)data_end - (__u64)data) {
		__u32 pull = net->length < GW_LINEAR_BYTES ? net->length : GW_LINEAR_BYTES;

		/* The helper invalidates the old pointers even when it fails. */
		gw_pull(ctx, pull);
		data = gw_data(ctx);
		data_end = gw_data_end(ctx);
	}
	if (data + 14 > data_end)
		return GW_REASON_TRUNCATED;
	protocol = *(__be16 *)(data + 12);
	tags = gw_hardware_vlan(ctx, &net->vlan);
#pragma unroll
	for (i = 0; i < 3; i++) {
		if (protocol != bpf_htons(ETH_P_8021Q) && protocol != bpf_htons(ETH_P_8021AD))
			break;
		if (tags == 2)
			return GW_REASON_VLAN_DEPTH;
		if (data + offset + 4 > data_end)
			return gw_short(ctx, net, offset + 4);
		if (!tags)
			net->vlan = bpf_ntohs(*(__be16 *)(data + offset)) & 0xfff;
		protocol = *(__be16 *)(data + offset + 2);
		offset += 4;
		tags++;
	}
	net->l3 = offset;
	if (protocol == bpf_htons(ETH_P_IP))
		return gw_parse_ipv4(ctx, net, data, data_end);
	if (protocol == bpf_htons(ETH_P_IPV6))
		return gw_parse_ipv6(ctx, net, data, data_end);
	return GW_REASON_NOT_IP;
}

#endif
