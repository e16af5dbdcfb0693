/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* blk_subflow: hides ADD_ADDR (RFC 8684, section 3.4.1) and refuses MP_JOIN (section 3.2). */
#ifndef GW_ACTORS_BLK_SUBFLOW_H
#define GW_ACTORS_BLK_SUBFLOW_H

#include "../plan.h"

static __always_inline int gw_blk_subflow(struct gw_packet *packet, const struct gw_step *step, struct gw_plan *plan)
{
	__u32 types = packet->types;
	__u8 blk = GW_PLAN_BLK_NONE;

	if (((types & GW_PACKET_TYPE_ADD_ADDR4) && (step->flags & GW_BLK_FLAG_IPV4)) ||
	    ((types & GW_PACKET_TYPE_ADD_ADDR6) && (step->flags & GW_BLK_FLAG_IPV6)))
		blk = GW_PLAN_BLK_HIDE;
	else if ((types & GW_PACKET_TYPE_SYN) && (types & GW_PACKET_TYPE_MP_JOIN) &&
		 (step->flags & GW_BLK_FLAG_REFUSE_JOIN))
		blk = GW_PLAN_BLK_REFUSE;
	else
		return GW_REASON_NOT_APPLICABLE;
	if (plan->blk)
		return GW_REASON_CONFLICT;
	plan->blk = blk;
	return GW_DEFERRED;
}

#endif
