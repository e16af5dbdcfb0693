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

/* Steps one call of gw_run_chain() runs. */
#define GW_STEPS_PER_RUN 16

static __always_inline void gw_defer(struct gw_plan_step *at, const struct gw_step *step, __u32 index)
{
	at->stats = step->stats;
	at->step = index;
	at->op = step->op;
}

/*
 * Runs a chain from plan->next on, at most GW_STEPS_PER_RUN steps, and leaves what it decided in *plan. A
 * function of its own: it is verified once, on its own stack.
 */
__noinline int gw_run_chain(gw_context *ctx, struct gw_packet *packet, struct gw_flow *flow, struct gw_plan *plan,
			    struct gw_chain *chain)
{
	__u64 now = bpf_jiffies64();
	struct gw_flow_dir *dir, *other;
	__u32 first, run;

	if (!packet || !flow || !plan || !chain)
		return 0;
	dir = &flow->dir[packet->index & 1];
	other = &flow->dir[!(packet->index & 1)];

	first = plan->next;
	plan->next = first + GW_STEPS_PER_RUN;
	for (run = 0; run < GW_STEPS_PER_RUN; run++) {
		__u32 i = first + run;
		struct gw_step *step;
		int reason;

		/* Or the compiler multiplies before the check, out of the verifier's sight. */
		asm volatile("" : "+r"(i));
		if (i >= chain->steps || i >= GW_MAX_STEPS)
			break;
		step = &chain->step[i];
		if (step->op == GW_OP_CUSTOM) {
			/* Run by the caller, which has more stack left. */
			plan->operate = i + 1;
			plan->next = i + 1;
			break;
		}
		switch (step->op) {
		case GW_OP_SET_BACKUP:
			reason = gw_set_backup(packet, flow, dir, other, step, plan);
			if (reason == GW_DEFERRED)
				gw_defer(&plan->prio_step, step, i);
			break;
		case GW_OP_BLK_SUBFLOW:
			reason = gw_blk_subflow(packet, step, plan);
			if (reason == GW_DEFERRED)
				gw_defer(&plan->blk_step, step, i);
			break;
		case GW_OP_RATE_LIMIT:
			reason = gw_rate_limit(packet, flow, dir, other, step, plan, now);
			if (reason == GW_DEFERRED)
				gw_defer(&plan->window_step, step, i);
			break;
		case GW_OP_REDIRECT:
			reason = gw_redirect(packet, flow, dir, step, plan);
			if (reason == GW_DEFERRED)
				gw_defer(&plan->redirect_step, step, i);
			break;
		case GW_OP_GET_CONNECT:
		case GW_OP_GET_SUBFLOW:
			reason = gw_observe(ctx, packet, flow, plan, (__u32)step->op << 8 | i);
			break;
		case GW_OP_RECORD:
			reason = gw_record(packet, dir);
			break;
		case GW_OP_COUNT:
			reason = GW_REASON_DONE;
			break;
		case GW_OP_DROP:
			plan->verdict = GW_VERDICT_DROP;
			reason = GW_REASON_DROPPED;
			break;
		case GW_OP_ADD_SUBFLOW:
			reason = gw_add_subflow(packet, flow, step, plan);
			if (reason == GW_DEFERRED)
				gw_defer(&plan->add_step, step, i);
			break;
		case GW_OP_STRIP_MPTCP:
			reason = gw_strip_mptcp(packet, plan);
			if (reason == GW_DEFERRED)
				gw_defer(&plan->strip_step, step, i);
			break;
		case GW_OP_CLOSE_SUBFLOW:
			reason = gw_close_subflow(packet, flow, dir, other, step, plan, now);
			if (reason == GW_DEFERRED)
				gw_defer(&plan->close_step, step, i);
			break;
		case GW_OP_MARK:
			reason = gw_mark(ctx, step, plan);
			if (reason == GW_DEFERRED)
				gw_defer(&plan->dscp_step, step, i);
			break;
		case GW_OP_MIRROR:
			reason = gw_mirror(step, plan, i);
			break;
		case GW_OP_TRACE:
			reason = gw_trace(plan);
			if (reason == GW_DEFERRED)
				gw_defer(&plan->trace_step, step, i);
			break;
		default:
			reason = GW_REASON_UNKNOWN_ACTOR;
			break;
		}
		if (reason != GW_DEFERRED)
			gw_settle(plan, step->stats, i, reason);
		if (plan->verdict == GW_VERDICT_DROP)
			break;
	}
	return 0;
}

#endif
