/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Runs the actors of a chain in order. An actor that cannot act counts its reason and the chain goes on. */
#ifndef GW_CHAIN_H
#define GW_CHAIN_H

#include "actors/add_subflow.h"
#include "actors/blk_subflow.h"
#include "actors/close_subflow.h"
#include "actors/mark.h"
#include "actors/mirror.h"
#include "actors/rate_limit.h"
#include "actors/record.h"
#include "actors/redirect.h"
#include "actors/rewrite.h"
#include "actors/set_backup.h"
#include "actors/strip_mptcp.h"
#include "actors/trace.h"

/* get_connect and get_subflow: an event for each handshake packet of the kind. */
__noinline int gw_observe(gw_context *ctx, struct gw_packet *packet, struct gw_flow *flow, struct gw_plan *plan,
			  __u32 at)
{
	struct gw_plan_step step = { .op = at >> 8, .step = at & 0xff };
	__u32 connect = step.op == GW_OP_GET_CONNECT, option;

	if (!packet || !flow || !plan)
		return GW_REASON_NOT_APPLICABLE;
	option = connect ? packet->sub[MPTCP_SUB_CAPABLE] : *(volatile __u8 *)&packet->sub[MPTCP_SUB_JOIN];
	if (!option)
		return GW_REASON_NOT_APPLICABLE;
	return gw_emit_actor(ctx, packet, flow, plan, &step,
			     connect ? GW_EVENT_TYPE_MP_CAPABLE : GW_EVENT_TYPE_MP_JOIN, option, GW_REASON_DONE) ?
		       GW_REASON_EVENT_LOST :
		       GW_REASON_DONE;
}

static __always_inline void gw_defer(struct gw_plan_step *at, const struct gw_step *step, __u32 index)
{
	at->stats = step->stats;
	at->step = index;
	at->op = step->op;
}

/* Runs step plan->step of a chain. Returns its reason, or GW_DEFERRED. Verified once, on its own stack. */
__noinline int gw_run_actor(gw_context *ctx, struct gw_packet *packet, struct gw_flow *flow, struct gw_plan *plan,
			    struct gw_step *step)
{
	__u64 now = bpf_jiffies64();
	struct gw_flow_dir *dir, *other;
	struct gw_plan_step *deferred;
	int reason;
	__u32 i;

	if (!packet || !flow || !plan || !step)
		return GW_REASON_UNKNOWN_ACTOR;
	i = plan->step;
	dir = &flow->dir[packet->index & 1];
	other = &flow->dir[!(packet->index & 1)];
	switch (step->op) {
	case GW_OP_SET_BACKUP:
		reason = gw_set_backup(packet, flow, dir, other, step, plan);
		deferred = &plan->prio_step;
		break;
	case GW_OP_BLK_SUBFLOW:
		reason = gw_blk_subflow(packet, step, plan);
		deferred = &plan->blk_step;
		break;
	case GW_OP_RATE_LIMIT:
		reason = gw_rate_limit(packet, flow, plan, step->value, (__u32)step->stats << 8 | step->flags);
		deferred = &plan->window_step;
		break;
	case GW_OP_REDIRECT:
		reason = gw_redirect(packet, flow, dir, step, plan);
		deferred = &plan->redirect_step;
		break;
	case GW_OP_GET_CONNECT:
	case GW_OP_GET_SUBFLOW:
		return gw_observe(ctx, packet, flow, plan, (__u32)step->op << 8 | i);
	case GW_OP_ADD_SUBFLOW:
		reason = gw_add_subflow(packet, flow, step, plan);
		deferred = &plan->add_step;
		break;
	case GW_OP_REWRITE:
		reason = gw_rewrite(packet, step, plan);
		deferred = &plan->rewrite_step;
		break;
	case GW_OP_STRIP_MPTCP:
		reason = gw_strip_mptcp(packet, plan);
		deferred = &plan->strip_step;
		break;
	case GW_OP_CLOSE_SUBFLOW:
		reason = gw_close_subflow(packet, flow, dir, other, step, plan, now);
		deferred = &plan->close_step;
		break;
	case GW_OP_MARK:
		reason = gw_mark(ctx, step, plan);
		deferred = &plan->dscp_step;
		break;
	case GW_OP_MIRROR:
		return gw_mirror(step, plan, i);
	case GW_OP_TRACE:
		reason = gw_trace(plan);
		deferred = &plan->trace_step;
		break;
	default:
		return GW_REASON_UNKNOWN_ACTOR;
	}
	if (reason == GW_DEFERRED)
		gw_defer(deferred, step, i);
	return reason;
}

/* Runs a chain and leaves what it decided in *plan. Actors that cost less than a call stand here. */
static __always_inline void gw_run_chain(gw_context *ctx, struct gw_packet *packet, struct gw_flow *flow,
					 struct gw_plan *plan, struct gw_chain *chain)
{
	__u32 i;

	for (i = 0; i < GW_MAX_STEPS; i++) {
		struct gw_step *step;
		int reason;

		/* Or the compiler multiplies before the check, out of the verifier's sight. */
		gw_opaque(i);
		if (i >= chain->steps || i >= GW_MAX_STEPS)
			break;
		step = &chain->step[i];
		switch (step->op) {
		case GW_OP_COUNT:
			reason = GW_REASON_DONE;
			break;
		case GW_OP_RECORD:
			reason = gw_record(packet, &flow->dir[packet->index & 1]);
			break;
		case GW_OP_DROP:
			plan->verdict = GW_VERDICT_DROP;
			reason = GW_REASON_DROPPED;
			break;
		case GW_OP_CUSTOM:
			plan->step = i;
			reason = gw_run_operator(packet, flow, plan, step);
			gw_opaque(reason);
			break;
		default:
			plan->step = i;
			reason = gw_run_actor(ctx, packet, flow, plan, step);
			gw_opaque(reason);
			break;
		}
		if (reason != GW_DEFERRED)
			gw_settle(plan, step->stats, i, reason);
		if (plan->verdict == GW_VERDICT_DROP)
			break;
	}
}

#endif
