/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Places MP_PRIO (RFC 8684, section 3.3.8) in an option area that has no room for it. */
#ifndef GW_EDITS_PRIO_H
#define GW_EDITS_PRIO_H

#include "options.h"

#define GW_PRIO_LENGTH	3
/* MP_PRIO and the NOP that aligns it. */
#define GW_PRIO_SPACE	4

/* Writes "MP_PRIO, NOP" at offset of the edited options (RFC 8684, section 3.3.8). */
static __always_inline void gw_put_prio(struct gw_scratch *scratch, __u32 offset, __u8 backup)
{
	scratch->edited[offset & 63] = TCPOPT_MPTCP;
	scratch->edited[(offset + 1) & 63] = GW_PRIO_LENGTH;
	scratch->edited[(offset + 2) & 63] = MPTCP_SUB_PRIO << 4 | backup;
	scratch->edited[(offset + 3) & 63] = TCPOPT_NOP;
}

/*
 * Room for MP_PRIO without growth: an 8-octet DATA_ACK is shortened to its low 4 octets (RFC 8684,
 * section 3.3), which frees exactly four bytes; else a pure ACK's NOP NOP timestamp makes room.
 * Returns the number of bytes the options must grow by: 0 done, GW_PRIO_SPACE append, negative: no room.
 */
static __always_inline int gw_place_prio(struct gw_packet *packet, struct gw_scratch *scratch, __u8 backup)
{
	__u32 at = packet->sub[MPTCP_SUB_DSS] - 1, length, ts = packet->timestamp - 1, i;
	__u8 flags = scratch->options[(at + 3) & 63];

	if ((flags & MPTCP_DSS_ACK) && (flags & MPTCP_DSS_ACK8)) {
		length = scratch->options[(at + 1) & 63];
		scratch->edited[(at + 1) & 63] = length - 4;
		scratch->edited[(at + 3) & 63] = flags & ~MPTCP_DSS_ACK8;
		for (i = 4; i < GW_OPTION_SPACE; i++) {
			if (i >= length - 4)
				break;
			scratch->edited[(at + i) & 63] = scratch->options[(at + i + 4) & 63];
		}
		gw_put_prio(scratch, at + length - 4, backup);
		return 0;
	}
	if (!(packet->types & GW_PACKET_TYPE_PURE_ACK))
		return -1;
	if (packet->timestamp && packet->padded) {
		for (i = 0; i < TCPOLEN_TIMESTAMP; i++)
			scratch->edited[(ts + i) & 63] = TCPOPT_NOP;
		gw_put_prio(scratch, ts - 2, backup);
		return 0;
	}
	/* An option list cut short by EOL leaves nowhere to append. */
	if (packet->options > GW_OPTION_SPACE - GW_PRIO_SPACE || packet->cursor != packet->options)
		return -1;
	return GW_PRIO_SPACE;
}

#ifdef GW_XDP
/*
 * Appends MP_PRIO behind the options; the packet has no payload there. Every field is read before the
 * packet grows, so the stores after it cannot fail.
 */
static __always_inline int gw_append_prio(gw_context *ctx, struct gw_packet *packet, __u8 backup)
{
	__u8 added[GW_PRIO_SPACE] = { TCPOPT_MPTCP, GW_PRIO_LENGTH, MPTCP_SUB_PRIO << 4 | backup, TCPOPT_NOP };
	__u32 options = packet->options, field = packet->l3 + (packet->family == 4 ? 2 : 4);
	__u16 offset, raised, length, grown, check = 0;
	__s64 difference;

	/* Link-layer padding behind the packet would come between. */
	if (packet->end != gw_frame_length(ctx))
		return GW_REASON_NO_ROOM;
	if (gw_load(ctx, packet->l4 + 12, &offset, sizeof(offset)) || gw_load(ctx, field, &length, sizeof(length)) ||
	    (packet->family == 4 && gw_load(ctx, packet->l3 + 10, &check, sizeof(check))) ||
	    bpf_xdp_adjust_tail(ctx, sizeof(added)))
		return GW_REASON_WRITE_FAILED;
	raised = offset + bpf_htons(0x1000);
	grown = bpf_htons(bpf_ntohs(length) + sizeof(added));
	difference = (__u64)(__u16)~offset + raised + bpf_htons(added[0] << 8 | added[1]) +
		     bpf_htons(added[2] << 8 | added[3]);
	if (packet->family == 4) {
		check = gw_csum_replace(check, length, grown);
		gw_store(ctx, packet->l3 + 10, &check, sizeof(check));
	}
	gw_store(ctx, field, &grown, sizeof(grown));
	gw_store(ctx, packet->l4 + 12, &raised, sizeof(raised));
	gw_store(ctx, packet->l4 + 20 + options, added, sizeof(added));
	gw_update_csum(ctx, packet, difference, sizeof(added));
	packet->length += sizeof(added);
	packet->end += sizeof(added);
	packet->options += sizeof(added);
	return GW_REASON_DONE;
}
#else
/* A grown header is not safe where the kernel segments or sums later: another packet will have room. */
static __always_inline int gw_append_prio(gw_context *ctx, struct gw_packet *packet, __u8 backup)
{
	return GW_REASON_NO_ROOM;
}
#endif

#endif
