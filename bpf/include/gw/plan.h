/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Counting and reporting of what actors did. Actors only decide (struct gw_plan); the edits are made
 * once, together, after the chain has run.
 */
#ifndef GW_PLAN_H
#define GW_PLAN_H

#include "event.h"

static __always_inline void gw_count_step(__u32 stats, __u32 reason)
{
	struct gw_step_stats *step = bpf_map_lookup_elem(&gw_step_stats, &stats);

	if (step)
		step->reasons[reason % GW_REASONS]++;
}

/* Keeps a step's result for a trace. */
static __always_inline void gw_note(struct gw_plan *plan, __u32 index, __u32 reason)
{
	if (index < GW_TRACE_STEPS)
		plan->results[index] = reason;
}

/* Counts a step's result. */
static __always_inline void gw_settle(struct gw_plan *plan, __u32 stats, __u32 index, __u32 reason)
{
	gw_count_step(stats, reason);
	gw_note(plan, index, reason);
}

/* The same for a result that waited for the edit. */
static __always_inline void gw_settle_deferred(struct gw_plan *plan, const struct gw_plan_step *at, __u32 reason)
{
	gw_settle(plan, at->stats, at->step, reason);
}

/* What a step needs beside itself; NULL when that is missing. */
static __always_inline void *gw_operand_of(const struct gw_plan *plan, struct gw_step *step)
{
	__u32 operand = step->operand;

	return gw_inner_lookup(&gw_operands, plan->generation, &operand);
}

/* Tells user space what an actor did, or could not do. */
static __always_inline int gw_emit_actor(gw_context *ctx, struct gw_packet *packet, struct gw_flow *flow,
					 struct gw_plan *plan, struct gw_plan_step *step, __u32 type, __u32 option,
					 __u32 reason)
{
	struct gw_scratch *scratch = gw_get_scratch();
	struct gw_event_subject *subject;

	if (!scratch)
		return GW_REASON_EVENT_LOST;
	subject = &scratch->subject;
	__builtin_memset(subject, 0, sizeof(*subject));
	subject->generation = plan->generation;
	subject->chain = plan->chain;
	subject->type = type;
	subject->step = step->step;
	subject->reason = reason;
	subject->op = step->op;
	subject->option = option;
	subject->hook = plan->hook;
	subject->port = plan->port;
	subject->direction = plan->direction;
	return gw_emit(ctx, packet, flow, subject);
}

#endif
