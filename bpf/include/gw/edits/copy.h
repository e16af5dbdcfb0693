/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Sends copies of a packet as it leaves. */
#ifndef GW_EDITS_COPY_H
#define GW_EDITS_COPY_H

#include "../plan.h"

#ifdef GW_SKB
static __always_inline int gw_copy_to(gw_context *ctx, struct gw_scratch *scratch, __u32 index)
{
	struct gw_port *port = bpf_map_lookup_elem(&gw_ports, &index);
	__u32 here = scratch->plan.verdict == GW_VERDICT_REDIRECT ? scratch->plan.target : scratch->plan.port;
	long failed;

	if (!port || !(port->flags & GW_PORT_FLAG_PRESENT) || !(port->flags & GW_PORT_FLAG_UP))
		return GW_REASON_NO_PORT;
	/* The packet itself leaves there. */
	if (index == here)
		return GW_REASON_ALREADY_DONE;
	/* The copy passes the egress program of its port inside the call: that one stays away from it and from scratch. */
	scratch->copying = 1;
	failed = bpf_clone_redirect(ctx, port->ifindex, 0);
	scratch->copying = 0;
	return failed ? GW_REASON_WRITE_FAILED : GW_REASON_DONE;
}

/* The copies that mirror steps of a chain asked for. */
__noinline int gw_copy(gw_context *ctx, struct gw_plan *plan, struct gw_chain *chain)
{
	struct gw_scratch *scratch = gw_get_scratch();
	__u32 i;

	if (!ctx || !plan || !chain || !scratch)
		return 0;
	for (i = 0; i < GW_MAX_STEPS; i++) {
		struct gw_step *step = &chain->step[i];

		if (plan->mirrors & (1ull << i))
			gw_settle(plan, step->stats, i, gw_copy_to(ctx, scratch, step->flags));
	}
	return 0;
}
#endif

#endif
