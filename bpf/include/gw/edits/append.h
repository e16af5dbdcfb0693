/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Makes the options of a packet without payload four bytes longer. */
#ifndef GW_EDITS_APPEND_H
#define GW_EDITS_APPEND_H

#include "options.h"

/* MP_TCPRST, or MP_PRIO and the NOP that aligns it. */
#define GW_APPEND_SPACE	4

#ifdef GW_XDP
/*
 * Appends four option bytes; link-layer padding gives way to them. Every field is read before the packet
 * grows, so the stores after it cannot fail.
 */
static __always_inline int gw_append_options(gw_context *ctx, struct gw_packet *packet, const __u8 *added)
{
	__u32 options = packet->options, field = packet->l3 + (packet->family == 4 ? 2 : 4);
	__u16 offset, raised, length, grown, check = 0;
	__s64 difference;

	if (gw_load(ctx, packet->l4 + 12, &offset, sizeof(offset)) || gw_load(ctx, field, &length, sizeof(length)) ||
	    (packet->family == 4 && gw_load(ctx, packet->l3 + 10, &check, sizeof(check))) ||
	    (gw_frame_length(ctx) < packet->end + GW_APPEND_SPACE && bpf_xdp_adjust_tail(ctx, GW_APPEND_SPACE)))
		return GW_REASON_WRITE_FAILED;
	raised = offset + bpf_htons(0x1000);
	grown = bpf_htons(bpf_ntohs(length) + GW_APPEND_SPACE);
	difference = (__u64)(__u16)~offset + raised + bpf_htons(added[0] << 8 | added[1]) +
		     bpf_htons(added[2] << 8 | added[3]);
	if (packet->family == 4) {
		check = gw_csum_replace(check, length, grown);
		gw_store(ctx, packet->l3 + 10, &check, sizeof(check));
	}
	gw_store(ctx, field, &grown, sizeof(grown));
	gw_store(ctx, packet->l4 + 12, &raised, sizeof(raised));
	gw_store(ctx, packet->l4 + 20 + options, added, GW_APPEND_SPACE);
	gw_update_csum(ctx, packet, difference, GW_APPEND_SPACE);
	packet->length += GW_APPEND_SPACE;
	packet->end += GW_APPEND_SPACE;
	packet->options += GW_APPEND_SPACE;
	return GW_REASON_DONE;
}
#else
/* A grown header is not safe where the kernel segments or sums later: another packet will have room. */
static __always_inline int gw_append_options(gw_context *ctx, struct gw_packet *packet, const __u8 *added)
{
	return GW_REASON_NO_ROOM;
}
#endif

#endif
