/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* close_subflow: RST with MP_TCPRST toward both ends of a live subflow (RFC 8684, section 3.6). */
#ifndef GW_ACTORS_CLOSE_SUBFLOW_H
#define GW_ACTORS_CLOSE_SUBFLOW_H

#include "../plan.h"

/* Packets of a direction turned into a RST at most: each may be lost, or come out of sequence. */
#define GW_CLOSE_PLACEMENTS	8
/* Jiffies between them. */
#define GW_CLOSE_INTERVAL	50
/* Data packets that wait for the other direction's acknowledgments. */
#define GW_CLOSE_WAITS		64

/*
 * The RST by which an end that was told answers what still comes tells the other end; only the last one of
 * several has the sequence number that end expects.
 */
static __always_inline int gw_close_answer(const struct gw_packet *packet, const struct gw_flow_dir *other,
					   const struct gw_step *step, struct gw_plan *plan)
{
	if (!other->close_count || packet->payload || packet->sub[MPTCP_SUB_TCPRST] ||
	    packet->cursor != packet->options || packet->options > GW_OPTION_SPACE - 4)
		return GW_REASON_HANDSHAKE;
	plan->edits |= GW_PLAN_EDIT_TELL;
	plan->close_reason = step->flags;
	return GW_DEFERRED;
}

static __always_inline int gw_close_subflow(const struct gw_packet *packet, const struct gw_flow *flow,
					    struct gw_flow_dir *dir, const struct gw_flow_dir *other,
					    const struct gw_step *step, struct gw_plan *plan, __u64 now)
{
	if (!(flow->flags & GW_FLOW_FLAG_MPTCP) || (flow->flags & GW_FLOW_FLAG_FALLBACK))
		return GW_REASON_NOT_MPTCP;
	if (packet->types & GW_PACKET_TYPE_RST)
		return gw_close_answer(packet, other, step, plan);
	if ((packet->types & (GW_TYPES_CONTROL | GW_PACKET_TYPE_MP_CAPABLE | GW_PACKET_TYPE_MP_JOIN)) ||
	    !(flow->flags & GW_FLOW_FLAG_ESTABLISHED))
		return GW_REASON_HANDSHAKE;
	if (!dir->close_count) {
		if (flow->flags & GW_FLOW_FLAG_RST)
			return GW_REASON_ALREADY_DONE;
	} else if ((__u32)now - dir->close_jiffies < GW_CLOSE_INTERVAL) {
		return GW_REASON_ALREADY_DONE;
	} else if (dir->close_count >= GW_CLOSE_PLACEMENTS) {
		return GW_REASON_GAVE_UP;
	}
	/* Any other packet has no room for MP_TCPRST, or not the sequence number its receiver expects. */
	if (!packet->sub[MPTCP_SUB_DSS] || !(packet->tcp_flags & TCP_ACK))
		return GW_REASON_NOT_APPLICABLE;
	/* The receiver of data falls silent when it is closed first: its acknowledgments tell the sender before. */
	if (packet->payload && !other->close_count && dir->close_waits < GW_CLOSE_WAITS) {
		dir->close_waits++;
		return GW_REASON_NOT_APPLICABLE;
	}
	if (plan->edits & GW_PLAN_EDIT_CLOSE)
		return GW_REASON_CONFLICT;
	plan->edits |= GW_PLAN_EDIT_CLOSE;
	plan->close_reason = step->flags;
	return GW_DEFERRED;
}

#endif
