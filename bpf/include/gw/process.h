/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* A packet's way through the gateway, the same at every hook: parse, flow, classify, chain, edit. */
#ifndef GW_PROCESS_H
#define GW_PROCESS_H

#include "parse.h"
#include "track.h"
#include "classify.h"
#include "capture.h"
#include "chain.h"
#include "edits/custom.h"
#include "rewrite.h"
#include "forward.h"

/* The port this instance of the program is attached to; set at load time. */
const volatile __u32 gw_port_index = 0;

static __always_inline struct gw_port *gw_this_port(void)
{
	__u32 index = gw_port_index;

	return bpf_map_lookup_elem(&gw_ports, &index);
}

static __always_inline struct gw_port_stats *gw_this_stats(__u32 hook)
{
	__u32 index = gw_port_index * 2 + hook;

	return bpf_map_lookup_elem(&gw_port_stats, &index);
}

static __always_inline void gw_count(struct gw_port_stats *stats, __u32 reason)
{
	stats->reasons[reason % GW_REASONS]++;
}

/* Finds the packet's flow or begins one where that is worth an entry. */
static __always_inline struct gw_flow *gw_flow_of(struct gw_packet *packet, const struct gw_port *port,
						  __u32 generation, struct gw_port_stats *stats)
{
	struct gw_flow *flow = NULL;

	if ((packet->types & GW_PACKET_TYPE_MPTCP) || !gw_flow_unknown(packet))
		flow = gw_flow_find(packet, port->vlan_mask);
	if (flow)
		return flow;
	if (!(packet->types & GW_PACKET_TYPE_MPTCP)) {
		__u32 slot = generation % GW_GENERATION_SLOTS;
		struct gw_generation *facts = bpf_map_lookup_elem(&gw_generations, &slot);

		/* Plain TCP has a flow only for a policy that can match it. */
		if (!generation || !facts || !(facts->flags & GW_GENERATION_FLAG_TRACK_PLAIN))
			return NULL;
	}
	if (gw_flow_create(packet, port->vlan_mask)) {
		flow = gw_flow_find(packet, port->vlan_mask);
		if (!flow)
			gw_count(stats, GW_REASON_FLOW_TABLE_FULL);
		return flow;
	}
	return gw_flow_find(packet, port->vlan_mask);
}

/* Everything that is learned from a packet, once: at ingress, or at egress for what never passed an ingress. */
static __always_inline void gw_observe_packet(gw_context *ctx, struct gw_packet *packet, struct gw_flow *flow,
					      __u32 hook, struct gw_port_stats *stats, __u64 now)
{
	struct gw_flow_dir *dir = &flow->dir[packet->index & 1], *other = &flow->dir[!(packet->index & 1)];

	if (hook != GW_HOOK_INGRESS && (dir->flags & GW_FLOW_DIR_FLAG_INGRESS))
		return;
	if (packet->rewritten && !(flow->flags & GW_FLOW_FLAG_REWRITTEN))
		flow->flags |= GW_FLOW_FLAG_REWRITTEN;
	/* A subflow that was there before the gateway is known by its DSS. */
	if ((packet->types & GW_PACKET_TYPE_DSS) && !(dir->flags & GW_FLOW_DIR_FLAG_DSS)) {
		dir->flags |= GW_FLOW_DIR_FLAG_DSS;
		flow->flags |= GW_FLOW_FLAG_DSS | GW_FLOW_FLAG_MPTCP | GW_FLOW_FLAG_ESTABLISHED;
	}
	if ((packet->types & GW_TYPES_LEARN) || gw_falls_back(packet, flow)) {
		struct gw_scratch *scratch = gw_get_scratch();

		if (!scratch)
			return;
		__builtin_memset(&scratch->subject, 0, sizeof(scratch->subject));
		scratch->subject.chain = GW_EVENT_NO_CHAIN;
		scratch->subject.hook = hook;
		scratch->subject.port = gw_port_index;
		if (gw_learn(ctx, packet, flow, &scratch->subject) == GW_REASON_EVENT_LOST)
			gw_count(stats, GW_REASON_EVENT_LOST);
	}
	/* After learning: a SYN may have begun the flow anew. */
	if (hook == GW_HOOK_INGRESS) {
		if (!(dir->flags & GW_FLOW_DIR_FLAG_INGRESS))
			dir->flags |= GW_FLOW_DIR_FLAG_INGRESS;
		dir->ingress_port = gw_port_index;
	}
	gw_track(packet, flow, dir, other, now);
}

/* Makes the edits a chain decided, and makes a packet that goes elsewhere ready for it. */
static __always_inline void gw_carry_out(gw_context *ctx, struct gw_packet *packet, struct gw_flow *flow,
					 struct gw_plan *plan)
{
	if (plan->blk | plan->prio | plan->edits)
		gw_edit_options(ctx, packet, flow, plan);
	if (plan->add)
		gw_announce(ctx, packet, flow, plan);
	if (plan->custom)
		gw_edit_custom(ctx, packet, plan);
	if (plan->set_window)
		gw_settle_deferred(plan, &plan->window_step, gw_edit_window(ctx, packet, plan->window));
	if (plan->dscp)
		gw_settle_deferred(plan, &plan->dscp_step, gw_edit_dscp(ctx, packet, plan->dscp - 1));
	if (plan->rewrite)
		gw_begin_rewrite(ctx, packet, flow, plan);
	if (plan->verdict == GW_VERDICT_REDIRECT) {
		int reason = gw_prepare_redirect(ctx, packet, plan);

		gw_settle_deferred(plan, &plan->redirect_step, reason);
		if (reason != GW_REASON_REDIRECTED)
			plan->verdict = GW_VERDICT_PASS;
	}
}

/* Reports a packet and every actor's result. */
static __always_inline void gw_tell(gw_context *ctx, struct gw_packet *packet, struct gw_flow *flow,
				    struct gw_plan *plan)
{
	struct gw_plan_step step = plan->trace_step;
	int lost;

	gw_note(plan, step.step, GW_REASON_DONE);
	lost = gw_emit_actor(ctx, packet, flow, plan, &step, GW_EVENT_TYPE_TRACE, 0, GW_REASON_DONE);
	gw_count_step(step.stats, lost ? GW_REASON_EVENT_LOST : GW_REASON_DONE);
}

/* Edits that the chain decided on before it dropped the packet. */
__noinline int gw_count_unmade(struct gw_plan *plan)
{
	if (!plan)
		return 0;
	if (plan->prio)
		gw_settle_deferred(plan, &plan->prio_step, GW_REASON_DROPPED);
	if (plan->blk)
		gw_settle_deferred(plan, &plan->blk_step, GW_REASON_DROPPED);
	if (plan->set_window)
		gw_settle_deferred(plan, &plan->window_step, GW_REASON_DROPPED);
	if (plan->redirect_step.op)
		gw_settle_deferred(plan, &plan->redirect_step, GW_REASON_DROPPED);
	if (plan->edits & GW_PLAN_EDIT_STRIP)
		gw_settle_deferred(plan, &plan->strip_step, GW_REASON_DROPPED);
	if (plan->edits & (GW_PLAN_EDIT_CLOSE | GW_PLAN_EDIT_TELL))
		gw_settle_deferred(plan, &plan->close_step, GW_REASON_DROPPED);
	if (plan->dscp)
		gw_settle_deferred(plan, &plan->dscp_step, GW_REASON_DROPPED);
	if (plan->add)
		gw_settle_deferred(plan, &plan->add_step, GW_REASON_DROPPED);
	if (plan->rewrite)
		gw_settle_deferred(plan, &plan->rewrite_step, GW_REASON_DROPPED);
	if (plan->custom)
		gw_settle_deferred(plan, &plan->custom_step, GW_REASON_DROPPED);
	return 0;
}

/* Runs the policy on a packet. Returns the plan's verdict. */
static __always_inline enum gw_verdict gw_run_policy(gw_context *ctx, struct gw_scratch *scratch,
						     const struct gw_port *port, struct gw_port_stats *stats,
						     __u32 generation)
{
	struct gw_packet *packet = &scratch->packet;
	struct gw_plan *plan = &scratch->plan;
	__u32 hook = plan->hook, index;
	struct gw_chain_stats *chain_stats;
	struct gw_flow_class class;
	struct gw_chain *chain;
	struct gw_flow *flow;
	__u64 now = bpf_jiffies64();
	int selected;

	flow = gw_flow_of(packet, port, generation, stats);
	if (!flow) {
		gw_count(stats, generation ? GW_REASON_NO_MATCH : GW_REASON_NO_POLICY);
		return GW_VERDICT_PASS;
	}
	gw_observe_packet(ctx, packet, flow, hook, stats, now);
	if (packet->swallow) {
		int swallowed = gw_swallow_echo(ctx, packet);

		gw_opaque(swallowed);
		gw_count(stats, swallowed);
		if (swallowed == GW_REASON_ECHO_SWALLOWED && !packet->sub[MPTCP_SUB_DSS])
			return GW_VERDICT_DROP;
	}
	if (!generation) {
		gw_count(stats, GW_REASON_NO_POLICY);
		return GW_VERDICT_PASS;
	}
	gw_class_of(packet, flow, scratch, generation, hook, gw_port_index & (GW_MAX_PORTS - 1), &class);
	if (class.flags & GW_FLOW_CLASS_FLAG_TRACK_DATA)
		gw_track_data(ctx, packet, flow);
	if (class.flags & GW_FLOW_CLASS_FLAG_OPERATORS) {
		plan->port = gw_port_index;
		plan->direction = class.direction;
		plan->refused = 0;
		gw_show_options(ctx, packet);
	}
	selected = gw_select(packet, flow, scratch, &class);
	if ((class.flags & GW_FLOW_CLASS_FLAG_OPERATORS) && plan->refused)
		gw_count(stats, plan->refused);
	if (selected < 0) {
		gw_count(stats, GW_REASON_NO_MATCH);
		return GW_VERDICT_PASS;
	}
	/* In memory, where the verifier does not follow both ways through the chain. */
	plan->capture = !!(selected & GW_MATCH_CAPTURE);
	index = selected & ~GW_MATCH_CAPTURE;
	__builtin_memset(plan->none, 0, sizeof(plan->none));
	plan->generation = generation;
	plan->chain = index;
	plan->port = gw_port_index;
	plan->direction = class.direction;
	if (plan->capture)
		gw_capture_before(ctx, packet);
	chain = gw_inner_lookup(&gw_chains, generation, &index);
	if (!chain) {
		gw_count(stats, GW_REASON_NO_MATCH);
		if (plan->capture) {
			plan->chain = GW_EVENT_NO_CHAIN;
			if (gw_capture_after(ctx, packet, flow, plan))
				gw_count(stats, GW_REASON_CAPTURE_LOST);
		}
		return GW_VERDICT_PASS;
	}
	index = chain->stats;
	chain_stats = bpf_map_lookup_elem(&gw_chain_stats, &index);
	if (chain_stats) {
		chain_stats->packets++;
		chain_stats->bytes += packet->length;
	}
	gw_run_chain(ctx, packet, flow, plan, chain);
	if (plan->verdict == GW_VERDICT_DROP)
		gw_count_unmade(plan);
	else if (plan->decided[0] | plan->decided[1])
		gw_carry_out(ctx, packet, flow, plan);
#ifdef GW_SKB
	if (plan->mirrors)
		gw_copy(ctx, plan, chain);
#endif
	if (plan->trace)
		gw_tell(ctx, packet, flow, plan);
	if (plan->capture && gw_capture_after(ctx, packet, flow, plan))
		gw_count(stats, GW_REASON_CAPTURE_LOST);
	return plan->verdict;
}

/* Translates a packet of a rewritten flow that parsed, and runs the policy on it as the flow's initiator knows it. */
static __always_inline enum gw_verdict gw_process(gw_context *ctx, struct gw_scratch *scratch, const struct gw_port *port,
						  struct gw_port_stats *stats)
{
	__u32 zero = 0;
	struct gw_control *control = bpf_map_lookup_elem(&gw_control, &zero);

	if (!control)
		return GW_VERDICT_PASS;
	if ((control->flags & GW_CONTROL_FLAG_REWRITES) && gw_maybe_rewritten(&scratch->packet)) {
		int reason = gw_translate(ctx, &scratch->packet, port->vlan_mask, scratch->plan.hook);

		gw_opaque(reason);
		if (reason)
			gw_count(stats, reason);
	}
	return gw_run_policy(ctx, scratch, port, stats, control->generation);
}

#endif
