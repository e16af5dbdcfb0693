/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The parser: Ethernet, up to two VLAN tags, IPv4 with options, IPv6 with extension headers, TCP, and
 * one walk over the options. What it cannot vouch for passes untouched with a reason.
 */
#ifndef GW_PARSE_H
#define GW_PARSE_H

#include <bpf/bpf_endian.h>
#include "packet.h"

#define GW_MAX_EXTENSION_HEADERS 6
/* Ethernet, two tags, and the longest headers worth having in the linear part of an skb. */
#define GW_LINEAR_BYTES 196

#define GW_TYPES_CONTROL \
	(GW_PACKET_TYPE_SYN | GW_PACKET_TYPE_SYN_ACK | GW_PACKET_TYPE_FIN | GW_PACKET_TYPE_RST)

struct gw_wire_ipv4 {
	__u8 version_ihl, tos;
	__be16 length, id, fragment;
	__u8 ttl, protocol;
	__sum16 check;
	__be32 source, destination;
};

struct gw_wire_ipv6 {
	__be32 flow;
	__be16 payload;
	__u8 next, hops;
	__be64 source[2], destination[2];
} __attribute__((packed, aligned(2)));

struct gw_wire_tcp {
	__be16 source, destination;
	__be32 seq, ack;
	__u8 offset, flags;
	__be16 window;
	__sum16 check;
	__be16 urgent;
};

static __always_inline __u16 gw_be16(const __u8 *p)
{
	return p[0] << 8 | p[1];
}

static __always_inline __u32 gw_be32(const __u8 *p)
{
	return (__u32)p[0] << 24 | (__u32)p[1] << 16 | (__u32)p[2] << 8 | p[3];
}

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

/* Bytes that a DSS with these flags must have without its checksum (RFC 8684, section 3.3). */
static __always_inline __u32 gw_dss_length(__u8 flags)
{
	__u32 length = 4;

	if (flags & MPTCP_DSS_ACK)
		length += flags & MPTCP_DSS_ACK8 ? 8 : 4;
	if (flags & MPTCP_DSS_MAP)
		length += (flags & MPTCP_DSS_MAP8 ? 8 : 4) + 6;
	return length;
}

/* Type bits of an ADD_ADDR, whose low nibble is flags in v1 and the IP version in v0. */
static __always_inline __u32 gw_add_addr_types(struct gw_packet *packet, __u8 nibble, __u32 length)
{
	int four = length == 8 || length == 10 || length == 16 || length == 18;

	if (length <= 10 || length == 20 || length == 22)
		packet->add_addr_v0 = nibble == MPTCP_V0_IPVER4 || nibble == MPTCP_V0_IPVER6;
	if (!packet->add_addr_v0 && (nibble & MPTCP_ADD_ADDR_ECHO))
		return GW_PACKET_TYPE_ADD_ADDR_ECHO |
		       (four ? GW_PACKET_TYPE_ADD_ADDR4_ECHO : GW_PACKET_TYPE_ADD_ADDR6_ECHO);
	return four ? GW_PACKET_TYPE_ADD_ADDR4 : GW_PACKET_TYPE_ADD_ADDR6;
}

static __always_inline __u32 gw_subtype_types(struct gw_packet *packet, __u32 subtype, __u8 nibble, __u32 length)
{
	switch (subtype) {
	case MPTCP_SUB_CAPABLE:
		return GW_PACKET_TYPE_MP_CAPABLE;
	case MPTCP_SUB_JOIN:
		return GW_PACKET_TYPE_MP_JOIN;
	case MPTCP_SUB_DSS:
		return GW_PACKET_TYPE_DSS;
	case MPTCP_SUB_ADD_ADDR:
		return gw_add_addr_types(packet, nibble, length);
	case MPTCP_SUB_REMOVE_ADDR:
		return GW_PACKET_TYPE_REMOVE_ADDR;
	case MPTCP_SUB_PRIO:
		return GW_PACKET_TYPE_MP_PRIO;
	case MPTCP_SUB_FAIL:
		return GW_PACKET_TYPE_MP_FAIL;
	case MPTCP_SUB_FASTCLOSE:
		return GW_PACKET_TYPE_MP_FASTCLOSE;
	case MPTCP_SUB_TCPRST:
		return GW_PACKET_TYPE_MP_TCPRST;
	default:
		return 0;
	}
}

/*
 * One walk over the option bytes (RFC 9293, section 3.1). Every access is checked against the header's
 * length first and the buffer's end second, so payload is never read as an option.
 *
 * The cursor lives in *packet: reading it back makes each round the same to the verifier.
 */
__noinline int gw_walk_options(gw_context *ctx, struct gw_packet *packet)
{
	void *data = gw_data(ctx), *data_end = gw_data_end(ctx);
	volatile __u8 *cursor, *nops;
	__u32 length, start, i;

	if (!packet)
		return GW_REASON_TRUNCATED;
	cursor = &packet->cursor;
	nops = &packet->nops;
	start = packet->l4 + sizeof(struct gw_wire_tcp);
	length = packet->options;
	*cursor = 0;
	for (i = 0; i < GW_OPTION_SPACE; i++) {
		__u32 offset = *cursor, size;
		__u8 *p, kind;

		if (offset >= length)
			break;
		p = data + ((start + offset) & 0x3ff);
		if ((void *)(p + 1) > data_end)
			return GW_REASON_TRUNCATED;
		kind = p[0];
		if (kind == TCPOPT_EOL)
			break;
		if (kind == TCPOPT_NOP) {
			*cursor = offset + 1;
			(*nops)++;
			continue;
		}
		if (offset + 2 > length || (void *)(p + 2) > data_end)
			return GW_REASON_MALFORMED_OPTIONS;
		size = p[1];
		if (size < 2 || offset + size > length)
			return GW_REASON_MALFORMED_OPTIONS;
		*cursor = offset + size;
		if (kind == TCPOPT_MPTCP) {
			__u32 subtype, types;

			if (size < 3 || (void *)(p + 3) > data_end)
				return GW_REASON_MALFORMED_OPTIONS;
			subtype = p[2] >> 4;
			if (packet->sub[subtype])
				return GW_REASON_DUPLICATE_OPTION;
			packet->sub[subtype] = offset + 1;
			types = gw_subtype_types(packet, subtype, p[2] & 0xf, size);
			if (subtype == MPTCP_SUB_DSS) {
				if (size < 4 || (void *)(p + 4) > data_end || size < gw_dss_length(p[3]))
					return GW_REASON_MALFORMED_OPTIONS;
				if (p[3] & MPTCP_DSS_ACK)
					types |= GW_PACKET_TYPE_DATA_ACK;
			}
			packet->types |= types | GW_PACKET_TYPE_MPTCP;
		} else if (kind == TCPOPT_TIMESTAMP && size == TCPOLEN_TIMESTAMP) {
			if ((void *)(p + TCPOLEN_TIMESTAMP) > data_end)
				return GW_REASON_TRUNCATED;
			packet->timestamp = offset + 1;
			packet->padded = *nops >= 2;
			packet->tsval = gw_be32(p + 2);
			packet->tsecr = gw_be32(p + 6);
		} else if (kind == TCPOPT_WINDOW && size == TCPOLEN_WINDOW) {
			if ((void *)(p + TCPOLEN_WINDOW) > data_end)
				return GW_REASON_TRUNCATED;
			packet->wscale = 1 + (p[2] > TCP_MAX_WSCALE ? TCP_MAX_WSCALE : p[2]);
		} else if (kind == TCPOPT_MSS && size == TCPOLEN_MSS) {
			if ((void *)(p + TCPOLEN_MSS) > data_end)
				return GW_REASON_TRUNCATED;
			packet->mss = gw_be16(p + 2);
		}
		*nops = 0;
	}
	if (!(packet->types & GW_PACKET_TYPE_MPTCP))
		packet->types |= GW_PACKET_TYPE_PLAIN_TCP;
	else if ((packet->types & GW_PACKET_TYPE_PURE_ACK) &&
		 (packet->types & (GW_PACKET_TYPE_MP_CAPABLE | GW_PACKET_TYPE_MP_JOIN)))
		packet->types |= GW_PACKET_TYPE_THIRD_ACK;
	return GW_REASON_NONE;
}

/*
 * The layouts Linux sends most: timestamps behind two NOPs, then nothing, or one DSS and the NOPs that align
 * it. Leaves in *packet what the walk would. Returns 0 when the options are of another layout.
 */
static __always_inline int gw_common_options(struct gw_packet *packet, const __u8 *p, void *data_end, __u32 length)
{
	__u32 types = GW_PACKET_TYPE_PLAIN_TCP, size, left;
	__u8 flags;

	if (length < 2 + TCPOLEN_TIMESTAMP || (void *)(p + 2 + TCPOLEN_TIMESTAMP) > data_end ||
	    *(__be32 *)p != bpf_htonl(TCPOPT_NOP << 24 | TCPOPT_NOP << 16 | TCPOPT_TIMESTAMP << 8 | TCPOLEN_TIMESTAMP))
		return 0;
	left = length - (2 + TCPOLEN_TIMESTAMP);
	if (left) {
		const __u8 *pad;

		if ((void *)(p + 16) > data_end)
			return 0;
		flags = p[15];
		size = p[13];
		if (p[12] != TCPOPT_MPTCP || p[14] >> 4 != MPTCP_SUB_DSS || size < gw_dss_length(flags) ||
		    size > left || left - size > 2 || left - size == 1)
			return 0;
		pad = p + ((length - 2) & 0x3f);
		if (left != size && ((void *)(pad + 2) > data_end ||
				     *(__be16 *)pad != bpf_htons(TCPOPT_NOP << 8 | TCPOPT_NOP)))
			return 0;
		types = GW_PACKET_TYPE_DSS | GW_PACKET_TYPE_MPTCP;
		if (flags & MPTCP_DSS_ACK)
			types |= GW_PACKET_TYPE_DATA_ACK;
		packet->sub[MPTCP_SUB_DSS] = 2 + TCPOLEN_TIMESTAMP + 1;
	}
	packet->types |= types;
	packet->timestamp = 2 + 1;
	packet->padded = 1;
	packet->cursor = length;
	packet->tsval = bpf_ntohl(*(__be32 *)(p + 4));
	packet->tsecr = bpf_ntohl(*(__be32 *)(p + 8));
	return 1;
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
