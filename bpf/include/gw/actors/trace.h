/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* trace: one event about the packet and what every actor made of it. */
#ifndef GW_ACTORS_TRACE_H
#define GW_ACTORS_TRACE_H

#include "../plan.h"

static __always_inline int gw_trace(struct gw_plan *plan)
{
	if (plan->trace)
		return GW_REASON_ALREADY_DONE;
	plan->trace = 1;
	return GW_DEFERRED;
}

#endif
