/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Makes the options of a packet without payload longer. The TCP header does not move, so a checksum that
 * is still to be made starts where it did: only the pseudo-header's length and the fields that hold a whole
 * checksum change.
 */
#ifndef GW_EDITS_GROW_H
#define GW_EDITS_GROW_H

#include "options.h"

/* Makes a frame at least so long. */
static __always_inline long gw_reach(gw_context *ctx, __u32 length)
{
	__u32 present = gw_frame_length(ctx);

	if (length <= present)
		return 0;
#ifdef GW_XDP
	return bpf_xdp_adjust_tail(ctx, length - present);
#else
	return bpf_skb_change_tail(ctx, length, 0);
#endif
}

/*
 * Replaces scratch->options, as the packet has them, by size bytes of scratch->edited, which holds zeros
 * behind them; size is a multiple of 4 and larger than before. Link-layer padding gives way. Every field is
 * read before the packet grows, so the stores after it cannot fail.
 */
__noinline int gw_grow_options(gw_context *ctx, struct gw_packet *packet, __u32 size)
{
	struct gw_scratch *scratch = gw_get_scratch();
	__u16 offset, raised, length, grown, check = 0;
	__u32 added, field;
	__s64 difference;

	if (!packet || !scratch || size > GW_OPTION_SPACE || size <= packet->options)
		return GW_REASON_WRITE_FAILED;
	if (packet->payload)
		return GW_REASON_NO_ROOM;
	if (gw_is_gso(ctx))
		return GW_REASON_SEGMENTATION;
	added = size - packet->options;
	field = packet->l3 + (packet->family == 4 ? 2 : 4);
	if (gw_load(ctx, packet->l4 + 12, &offset, sizeof(offset)) || gw_load(ctx, field, &length, sizeof(length)) ||
	    (packet->family == 4 && gw_load(ctx, packet->l3 + 10, &check, sizeof(check))) ||
	    gw_reach(ctx, packet->end + added))
		return GW_REASON_WRITE_FAILED;
	raised = offset + bpf_htons(added << 10);
	grown = bpf_htons(bpf_ntohs(length) + added);
	difference = bpf_csum_diff((__be32 *)scratch->options, GW_OPTION_SPACE, (__be32 *)scratch->edited,
				   GW_OPTION_SPACE, (__u32)(__u16)~offset + raised);
	if (packet->family == 4) {
		check = gw_csum_replace(check, length, grown);
		gw_store(ctx, packet->l3 + 10, &check, sizeof(check));
	}
	gw_store(ctx, field, &grown, sizeof(grown));
	gw_store(ctx, packet->l4 + 12, &raised, sizeof(raised));
	size = gw_not_empty(size);
	if (size <= GW_OPTION_SPACE)
		gw_store(ctx, packet->l4 + 20, scratch->edited, size);
	gw_update_csum(ctx, packet, difference, added);
	packet->length += added;
	packet->end += added;
	packet->options += added;
	return GW_REASON_DONE;
}

#endif
