/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Options are edited in a copy and written back whole: the option area starts at an even offset, so one
 * checksum difference is right for every edit inside it.
 */
#ifndef GW_EDITS_OPTIONS_H
#define GW_EDITS_OPTIONS_H

#include "../csum.h"
#include "../plan.h"
#include "../track.h"

/* Updates the TCP checksum by a difference of header bytes; pseudo_length is what the segment grew by. */
static __always_inline long gw_update_csum(gw_context *ctx, struct gw_packet *packet, __s64 difference,
					   __u32 pseudo_length)
{
#ifdef GW_XDP
	struct gw_wire_tcp *tcp = gw_data(ctx) + (packet->l4 & 0x1ff);

	if ((void *)(tcp + 1) > gw_data_end(ctx))
		return -1;
	if (packet->csum == GW_CSUM_COMPLETE)
		tcp->check = ~gw_csum_fold((__u64)(__u16)~tcp->check + (__u32)difference + bpf_htons(pseudo_length));
	else
		tcp->check = gw_csum_fold((__u64)tcp->check + bpf_htons(pseudo_length));
	return 0;
#else
	long failed = bpf_l4_csum_replace(ctx, packet->l4 + GW_TCP_CHECK, 0, difference, 0);

	if (failed || !pseudo_length)
		return failed;
	return bpf_l4_csum_replace(ctx, packet->l4 + GW_TCP_CHECK, 0, bpf_htons(pseudo_length), BPF_F_PSEUDO_HDR | 2);
#endif
}

/* Overwrites the option at an offset of the edited ones with NOPs; verified once, for all lengths. */
__noinline int gw_blank_option(__u32 at)
{
	struct gw_scratch *scratch = gw_get_scratch();
	__u32 length, i;

	if (!scratch)
		return 0;
	length = scratch->options[(at + 1) & 63];
	for (i = 0; i < GW_OPTION_SPACE; i++) {
		if (i >= length)
			break;
		scratch->edited[(at + i) & 63] = TCPOPT_NOP;
	}
	return 0;
}

/* Writes the edited options back and brings the checksum along; changed is what the rest of the header changed by. */
static __always_inline int gw_write_options(gw_context *ctx, struct gw_packet *packet, struct gw_scratch *scratch,
					    __u32 changed)
{
	__u32 length = packet->options;
	__s64 difference;

	if (!length || length > GW_OPTION_SPACE)
		return GW_REASON_WRITE_FAILED;
	difference = bpf_csum_diff((__be32 *)scratch->options, GW_OPTION_SPACE, (__be32 *)scratch->edited,
				   GW_OPTION_SPACE, changed);
	if (difference < 0 || gw_store(ctx, packet->l4 + 20, scratch->edited, gw_not_empty(length)) ||
	    gw_update_csum(ctx, packet, difference, 0))
		return GW_REASON_WRITE_FAILED;
	return GW_REASON_DONE;
}

#endif
