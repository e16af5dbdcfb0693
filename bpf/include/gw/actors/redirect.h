/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* redirect: chooses the port a packet leaves by. Subflows of a connection are dealt over a set of ports. */
#ifndef GW_ACTORS_REDIRECT_H
#define GW_ACTORS_REDIRECT_H

#include "../plan.h"

static __always_inline int gw_redirect(struct gw_packet *packet, struct gw_flow *flow, struct gw_step *step,
				       struct gw_plan *plan)
{
	struct gw_redirect_operand *operand = gw_operand_of(plan, step);
	__u32 count, first, i;

	if (plan->verdict == GW_VERDICT_REDIRECT)
		return GW_REASON_CONFLICT;
	if (!operand || !operand->count)
		return GW_REASON_NO_PORT;
	count = operand->count;
	/* A subflow keeps its link; one that cannot be tied to a connection is dealt by its ports. */
	first = flow->ordinal ? flow->ordinal - 1 : packet->source_port ^ packet->destination_port;
	for (i = 0; i < GW_SPREAD_SEQUENCE; i++) {
		struct gw_port *port;
		__u32 index;

		if (i >= count)
			break;
		index = operand->sequence[((first + i) % count) % GW_SPREAD_SEQUENCE];
		port = bpf_map_lookup_elem(&gw_ports, &index);
		if (!port || !(port->flags & GW_PORT_FLAG_PRESENT) || !(port->flags & GW_PORT_FLAG_UP))
			continue;
		if (plan->hook == GW_HOOK_EGRESS && index == plan->port)
			return GW_REASON_ALREADY_DONE;
		plan->verdict = GW_VERDICT_REDIRECT;
		plan->target = index;
		plan->mac_mode = operand->mac_mode;
		__builtin_memcpy(plan->mac, operand->mac, sizeof(plan->mac));
		return GW_DEFERRED;
	}
	return GW_REASON_NO_PORT;
}

#endif
