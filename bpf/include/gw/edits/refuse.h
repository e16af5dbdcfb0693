/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Refuses MP_JOIN (RFC 8684, section 3.2). */
#ifndef GW_EDITS_REFUSE_H
#define GW_EDITS_REFUSE_H

#include "options.h"

/* Takes MP_JOIN out of a SYN: the joining host sees a plain answer, resets and gives up. */
static __always_inline int gw_refuse_join(struct gw_packet *packet, struct gw_flow *flow)
{
	gw_blank_option(packet->sub[MPTCP_SUB_JOIN] - 1);
	flow->flags |= GW_FLOW_FLAG_REFUSED;
	return GW_REASON_DONE;
}

#endif
