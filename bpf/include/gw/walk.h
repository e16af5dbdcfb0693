/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* TCP options, of the layouts that are common and by one walk over all others. */
#ifndef GW_WALK_H
#define GW_WALK_H

#include <bpf/bpf_endian.h>
#include "packet.h"

static __always_inline __u16 gw_be16(const __u8 *p)
{
	return p[0] << 8 | p[1];
}

static __always_inline __u32 gw_be32(const __u8 *p)
{
	return (__u32)p[0] << 24 | (__u32)p[1] << 16 | (__u32)p[2] << 8 | p[3];
}

/* Bytes that a DSS with these flags must have without its checksum (RFC 8684, section 3.3). */
#define GW_DSS_LENGTH(_flags)										\
	(4 + ((_flags) & MPTCP_DSS_ACK ? ((_flags) & MPTCP_DSS_ACK8 ? 8 : 4) : 0) +			\
	 ((_flags) & MPTCP_DSS_MAP ? ((_flags) & MPTCP_DSS_MAP8 ? 8 : 4) + 6 : 0))
#define GW_DSS_FLAGS	(MPTCP_DSS_ACK | MPTCP_DSS_ACK8 | MPTCP_DSS_MAP | MPTCP_DSS_MAP8)

/* Tables: a branch for each case would multiply what the verifier walks. */
static const volatile __u8 gw_dss_lengths[GW_DSS_FLAGS + 1] = {
	GW_DSS_LENGTH(0), GW_DSS_LENGTH(1), GW_DSS_LENGTH(2), GW_DSS_LENGTH(3),
	GW_DSS_LENGTH(4), GW_DSS_LENGTH(5), GW_DSS_LENGTH(6), GW_DSS_LENGTH(7),
	GW_DSS_LENGTH(8), GW_DSS_LENGTH(9), GW_DSS_LENGTH(10), GW_DSS_LENGTH(11),
	GW_DSS_LENGTH(12), GW_DSS_LENGTH(13), GW_DSS_LENGTH(14), GW_DSS_LENGTH(15),
};

/* ADD_ADDR has types of its own. */
static const volatile __u32 gw_subtype_types[MPTCP_SUBTYPES] = {
	[MPTCP_SUB_CAPABLE] = GW_PACKET_TYPE_MP_CAPABLE,
	[MPTCP_SUB_JOIN] = GW_PACKET_TYPE_MP_JOIN,
	[MPTCP_SUB_DSS] = GW_PACKET_TYPE_DSS,
	[MPTCP_SUB_REMOVE_ADDR] = GW_PACKET_TYPE_REMOVE_ADDR,
	[MPTCP_SUB_PRIO] = GW_PACKET_TYPE_MP_PRIO,
	[MPTCP_SUB_FAIL] = GW_PACKET_TYPE_MP_FAIL,
	[MPTCP_SUB_FASTCLOSE] = GW_PACKET_TYPE_MP_FASTCLOSE,
	[MPTCP_SUB_TCPRST] = GW_PACKET_TYPE_MP_TCPRST,
};

static __always_inline __u32 gw_dss_length(__u8 flags)
{
	return gw_dss_lengths[flags & GW_DSS_FLAGS];
}

/* Type bits of an ADD_ADDR, whose low nibble is flags in v1 and the IP version in v0. */
__noinline int gw_add_addr_types(struct gw_packet *packet, __u32 nibble, __u32 length)
{
	int four = length == 8 || length == 10 || length == 16 || length == 18;

	if (!packet)
		return 0;
	if (length <= 10 || length == 20 || length == 22)
		packet->add_addr_v0 = nibble == MPTCP_V0_IPVER4 || nibble == MPTCP_V0_IPVER6;
	if (!packet->add_addr_v0 && (nibble & MPTCP_ADD_ADDR_ECHO))
		return GW_PACKET_TYPE_ADD_ADDR_ECHO |
		       (four ? GW_PACKET_TYPE_ADD_ADDR4_ECHO : GW_PACKET_TYPE_ADD_ADDR6_ECHO);
	return four ? GW_PACKET_TYPE_ADD_ADDR4 : GW_PACKET_TYPE_ADD_ADDR6;
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
			types = gw_subtype_types[subtype];
			if (subtype == MPTCP_SUB_ADD_ADDR)
				types = gw_add_addr_types(packet, p[2] & 0xf, size);
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

#endif
