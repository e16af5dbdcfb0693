/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* mark: the DSCP (RFC 2474) of a packet, and the kernel's own mark of an skb. */
#ifndef GW_ACTORS_MARK_H
#define GW_ACTORS_MARK_H

#include "../plan.h"

static __always_inline int gw_mark(gw_context *ctx, const struct gw_step *step, struct gw_plan *plan)
{
	if (step->flags & GW_MARK_FLAG_SKB) {
#ifdef GW_SKB
		__u32 mask = step->value >> 32;

		ctx->mark = ((__u32)step->value & mask) | (ctx->mark & ~mask);
#else
		return GW_REASON_HOOK;
#endif
	}
	if (!(step->flags & GW_MARK_FLAG_DSCP))
		return GW_REASON_DONE;
	if (plan->dscp)
		return GW_REASON_CONFLICT;
	plan->dscp = 1 + (step->operand & 0x3f);
	return GW_DEFERRED;
}

#endif
