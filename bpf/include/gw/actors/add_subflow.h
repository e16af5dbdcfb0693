/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * add_subflow: gives back ADD_ADDR options that blk_subflow has hidden and announces addresses that user
 * space has authenticated (RFC 8684, section 3.4.1). Each is sent until it is echoed, at growing intervals.
 */
#ifndef GW_ACTORS_ADD_SUBFLOW_H
#define GW_ACTORS_ADD_SUBFLOW_H

#include "../plan.h"

/* Jiffies between two looks when nothing was due. */
#define GW_ADD_LOOK	25

/* Packets with another message of their own are left to it. */
#define GW_TYPES_NOT_FOR_ADDRESS						\
	(GW_PACKET_TYPE_ADD_ADDR4 | GW_PACKET_TYPE_ADD_ADDR6 | GW_PACKET_TYPE_ADD_ADDR_ECHO |	\
	 GW_PACKET_TYPE_REMOVE_ADDR | GW_PACKET_TYPE_MP_PRIO | GW_PACKET_TYPE_MP_FAIL |	\
	 GW_PACKET_TYPE_MP_FASTCLOSE | GW_PACKET_TYPE_MP_TCPRST)

/* A function of its own: there is no room for more in the chain's stack. */
__noinline int gw_add_subflow(struct gw_packet *packet, struct gw_flow *flow, struct gw_step *step, struct gw_plan *plan)
{
	struct gw_flow_dir *dir;

	if (!packet || !flow || !step || !plan)
		return GW_REASON_NOT_APPLICABLE;
	dir = &flow->dir[packet->index & 1];
	if (!(flow->flags & GW_FLOW_FLAG_MPTCP) || (flow->flags & GW_FLOW_FLAG_FALLBACK))
		return GW_REASON_NOT_MPTCP;
	/* Before the first DSS its receiver may not hold the subflow for an established one. */
	if ((packet->types & (GW_TYPES_CONTROL | GW_PACKET_TYPE_MP_CAPABLE | GW_PACKET_TYPE_MP_JOIN)) ||
	    (flow->flags & (GW_FLOW_FLAG_ESTABLISHED | GW_FLOW_FLAG_DSS)) !=
		    (GW_FLOW_FLAG_ESTABLISHED | GW_FLOW_FLAG_DSS))
		return GW_REASON_HANDSHAKE;
	if ((packet->types & GW_TYPES_NOT_FOR_ADDRESS) ||
	    (packet->payload && !(packet->sub[MPTCP_SUB_DSS] && packet->timestamp)))
		return GW_REASON_NOT_APPLICABLE;
	if (dir->add_reason && (__u32)bpf_jiffies64() - dir->add_jiffies < GW_ADD_LOOK)
		return dir->add_reason;
	if (plan->add)
		return GW_REASON_CONFLICT;
	plan->add = GW_PLAN_ADD_LOOK;
	plan->add_flags = step->flags;
	plan->add_wanted = step->value;
	return GW_DEFERRED;
}

#endif
