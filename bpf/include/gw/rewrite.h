/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Carries out what a chain decided about a packet's options; counts each actor's result. */
#ifndef GW_REWRITE_H
#define GW_REWRITE_H

#include "actors/set_backup.h"
#include "edits/announce.h"
#include "edits/append.h"
#include "edits/close.h"
#include "edits/copy.h"
#include "edits/dscp.h"
#include "edits/hide.h"
#include "edits/prio.h"
#include "edits/refuse.h"
#include "edits/strip.h"
#include "edits/window.h"

/* Tells the results of option edits. */
static __always_inline void gw_settle_options(gw_context *ctx, struct gw_packet *packet, struct gw_flow *flow,
					      struct gw_plan *plan, int blk, int prio, int strip, int close)
{
	if (plan->blk) {
		gw_settle_deferred(plan, &plan->blk_step, blk);
		gw_emit_actor(ctx, packet, flow, plan, &plan->blk_step, GW_EVENT_TYPE_ACTOR,
			      packet->sub[plan->blk == GW_PLAN_BLK_HIDE ? MPTCP_SUB_ADD_ADDR : MPTCP_SUB_JOIN], blk);
	}
	if (plan->prio) {
		gw_settle_deferred(plan, &plan->prio_step, prio);
		if (prio == GW_REASON_DONE)
			gw_emit_actor(ctx, packet, flow, plan, &plan->prio_step, GW_EVENT_TYPE_ACTOR, 0, prio);
	}
	if (plan->edits & GW_PLAN_EDIT_STRIP) {
		gw_settle_deferred(plan, &plan->strip_step, strip);
		gw_emit_actor(ctx, packet, flow, plan, &plan->strip_step, GW_EVENT_TYPE_ACTOR, 0, strip);
	}
	if (plan->edits & (GW_PLAN_EDIT_CLOSE | GW_PLAN_EDIT_TELL)) {
		gw_settle_deferred(plan, &plan->close_step, close);
		gw_emit_actor(ctx, packet, flow, plan, &plan->close_step, GW_EVENT_TYPE_ACTOR, 0, close);
	}
}

/* The option edits of a plan; counts each actor's result. */
__noinline int gw_edit_options(gw_context *ctx, struct gw_packet *packet, struct gw_flow *flow, struct gw_plan *plan)
{
	int blk = GW_REASON_NONE, prio = GW_REASON_NONE, strip = GW_REASON_NONE, close = GW_REASON_NONE;
	struct gw_scratch *scratch = gw_get_scratch();
	struct gw_flow_dir *dir, *other;
	__u64 now = bpf_jiffies64();
	int grow = 0, same = 0;
	__s64 changed = 0;

	if (!packet || !flow || !plan || !scratch)
		return 0;
	dir = &flow->dir[packet->index & 1];
	other = &flow->dir[!(packet->index & 1)];
	if (packet->csum == GW_CSUM_UNKNOWN) {
		blk = prio = strip = close = GW_REASON_CSUM_UNKNOWN;
		goto count;
	}
	if (gw_load_options(ctx, packet, scratch)) {
		blk = prio = strip = close = GW_REASON_NONLINEAR;
		goto count;
	}
	__builtin_memcpy(scratch->edited, scratch->options, sizeof(scratch->edited));
	if (plan->blk == GW_PLAN_BLK_HIDE)
		blk = gw_hide_address(packet, flow, plan);
	else if (plan->blk == GW_PLAN_BLK_REFUSE)
		blk = gw_refuse_join(packet, flow);
	if (blk == GW_REASON_DONE)
		same = 1;
	if (plan->edits & GW_PLAN_EDIT_STRIP) {
		strip = gw_strip_capable(packet);
		same = 1;
	}
	if ((plan->edits & GW_PLAN_EDIT_CLOSE) && plan->verdict != GW_VERDICT_DROP) {
		changed = gw_close_packet(ctx, packet, plan->close_reason);
		close = changed < 0 ? GW_REASON_WRITE_FAILED : GW_REASON_DONE;
		prio = GW_REASON_CONFLICT;
		if (changed < 0)
			goto count;
		same = 1;
	} else if (plan->edits & GW_PLAN_EDIT_TELL) {
		grow = GW_APPEND_SPACE;
	} else if (plan->prio && plan->verdict != GW_VERDICT_DROP) {
		grow = gw_place_prio(packet, plan->prio == GW_PLAN_PRIO_BACKUP);
		/* Link-layer padding: the packet is not worth moving things about, another one comes. */
		if (grow > 0 && packet->end != gw_frame_length(ctx))
			grow = -1;
		prio = grow < 0 ? GW_REASON_NO_ROOM : GW_REASON_DONE;
		if (!grow)
			same = 1;
	}
	if (same) {
		int written = gw_write_options(ctx, packet, scratch, changed);

		if (blk == GW_REASON_DONE)
			blk = written;
		if (strip == GW_REASON_DONE)
			strip = written;
		if (close == GW_REASON_DONE)
			close = written;
		if (prio == GW_REASON_DONE && !grow)
			prio = written;
	}
	if (grow > 0) {
		__u8 reset = !!(plan->edits & GW_PLAN_EDIT_TELL);
		__u32 added = reset ? GW_TCPRST_LENGTH << 16 | MPTCP_SUB_TCPRST << 12 | plan->close_reason :
				      GW_PRIO_LENGTH << 16 | MPTCP_SUB_PRIO << 12 |
				      (plan->prio == GW_PLAN_PRIO_BACKUP) << 8 | TCPOPT_NOP;
		int appended = gw_append_options(ctx, packet, TCPOPT_MPTCP << 24 | added);

		if (reset)
			close = appended;
		else
			prio = appended;
	}
	if (prio == GW_REASON_DONE)
		gw_set_backup_placed(dir, other, plan->prio);
	if (strip == GW_REASON_DONE)
		flow->flags |= GW_FLOW_FLAG_FALLBACK;
	/* A RST says nothing of windows. */
	if (close == GW_REASON_DONE && plan->set_window) {
		plan->set_window = 0;
		gw_settle_deferred(plan, &plan->window_step, GW_REASON_CONFLICT);
	}
	if (close == GW_REASON_DONE && gw_closed(flow, dir, other, now))
		gw_emit_actor(ctx, packet, flow, plan, &plan->close_step, GW_EVENT_TYPE_RST, 0, GW_REASON_DONE);
count:
	gw_settle_options(ctx, packet, flow, plan, blk, prio, strip, close);
	return 0;
}

#endif
