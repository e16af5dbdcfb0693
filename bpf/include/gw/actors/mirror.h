/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* mirror: a copy of the packet, as it leaves, goes out of another port. */
#ifndef GW_ACTORS_MIRROR_H
#define GW_ACTORS_MIRROR_H

#include "../plan.h"

/* XDP cannot clone. */
static __always_inline int gw_mirror(const struct gw_step *step, struct gw_plan *plan, __u32 index)
{
#ifdef GW_SKB
	plan->mirrors |= 1ull << (index & 63);
	return GW_DEFERRED;
#else
	return GW_REASON_HOOK;
#endif
}

#endif
