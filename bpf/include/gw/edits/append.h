/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Makes the options of a packet without payload four bytes longer. */
#ifndef GW_EDITS_APPEND_H
#define GW_EDITS_APPEND_H

#include "grow.h"

/* MP_TCPRST, or MP_PRIO and the NOP that aligns it. */
#define GW_APPEND_SPACE	4

/* Appends four option bytes, the first of them in the highest octet, behind the edited options as they have been written. */
__noinline int gw_append_options(gw_context *ctx, struct gw_packet *packet, __u32 added)
{
	struct gw_scratch *scratch = gw_get_scratch();
	__u32 i;

	if (!packet || !scratch)
		return GW_REASON_WRITE_FAILED;
	__builtin_memcpy(scratch->options, scratch->edited, sizeof(scratch->options));
	for (i = 0; i < GW_APPEND_SPACE; i++)
		scratch->edited[(packet->options + i) & 63] = added >> (24 - 8 * i);
	return gw_grow_options(ctx, packet, packet->options + GW_APPEND_SPACE);
}

#endif
