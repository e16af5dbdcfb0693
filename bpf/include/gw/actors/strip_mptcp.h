/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* strip_mptcp: a connection that offers MPTCP is plain TCP from its start (RFC 8684, section 3.7). */
#ifndef GW_ACTORS_STRIP_MPTCP_H
#define GW_ACTORS_STRIP_MPTCP_H

#include "../plan.h"

/* Only the SYN: once it has passed, a SYN/ACK's MP_CAPABLE is the answer that its receiver waits for. */
static __always_inline int gw_strip_mptcp(const struct gw_packet *packet, struct gw_plan *plan)
{
	__u32 types = GW_PACKET_TYPE_SYN | GW_PACKET_TYPE_MP_CAPABLE;

	if ((packet->types & types) != types)
		return GW_REASON_NOT_APPLICABLE;
	if (plan->edits & GW_PLAN_EDIT_STRIP)
		return GW_REASON_CONFLICT;
	plan->edits |= GW_PLAN_EDIT_STRIP;
	return GW_DEFERRED;
}

#endif
