/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * redirect: chooses the port a packet leaves by. Subflows of a connection are dealt over a set of ports, each
 * port as often as its weight says. A direction of a subflow keeps its port while that is up and in the set, so
 * that its packets are not reordered.
 */
#ifndef GW_ACTORS_REDIRECT_H
#define GW_ACTORS_REDIRECT_H

#include "../plan.h"

static __always_inline int gw_link_up(__u32 index)
{
	struct gw_port *port = bpf_map_lookup_elem(&gw_ports, &index);

	return port && (port->flags & (GW_PORT_FLAG_PRESENT | GW_PORT_FLAG_UP)) == (GW_PORT_FLAG_PRESENT | GW_PORT_FLAG_UP);
}

/* Deals a direction to the first port of its sequence that is up. Returns 1 + port index, 0 when none is. */
__noinline int gw_deal_link(struct gw_redirect_operand *operand, __u32 first)
{
	__u32 count, i;

	if (!operand || !operand->count)
		return 0;
	count = operand->count;
	for (i = 0; i < GW_SPREAD_SEQUENCE; i++) {
		__u32 index;

		if (i >= count)
			break;
		index = operand->sequence[((first + i) % count) % GW_SPREAD_SEQUENCE];
		if (gw_link_up(index))
			return index + 1;
	}
	return 0;
}

/* A function of its own: there is no room for more in the chain's stack. */
__noinline int gw_redirect(struct gw_packet *packet, struct gw_flow *flow, struct gw_flow_dir *dir,
			   struct gw_step *step, struct gw_plan *plan)
{
	struct gw_redirect_operand *operand;
	__u32 link, index;

	if (!packet || !flow || !dir || !step || !plan)
		return GW_REASON_NO_PORT;
	operand = gw_operand_of(plan, step);
	link = dir->link;
	if (plan->verdict == GW_VERDICT_REDIRECT)
		return GW_REASON_CONFLICT;
	if (!operand)
		return GW_REASON_NO_PORT;
	/* Dealt by another set. */
	if (link && !(operand->ports & (1ull << ((link - 1) & 63))))
		link = 0;
	if (!link || !gw_link_up(link - 1)) {
		__u32 first = 0;
		int dealt;

		/* The first subflow is so from its SYN on; one that cannot be tied to a connection is dealt by its ports. */
		if (flow->ordinal)
			first = flow->ordinal - 1;
		else if (!(flow->flags & GW_FLOW_FLAG_INITIAL))
			first = packet->source_port ^ packet->destination_port;
		dealt = gw_deal_link(operand, first);
		if (dealt <= 0)
			return GW_REASON_NO_PORT;
		if (link)
			gw_count_step(step->stats, GW_REASON_OTHER_LINK);
		link = dealt;
		dir->link = link;
	}
	index = link - 1;
	if (plan->hook == GW_HOOK_EGRESS && index == plan->port)
		return GW_REASON_ALREADY_DONE;
	plan->verdict = GW_VERDICT_REDIRECT;
	plan->target = index;
	plan->mac_mode = operand->mac_mode;
	__builtin_memcpy(plan->mac, operand->mac, sizeof(plan->mac));
	return GW_DEFERRED;
}

#endif
