/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Carries out what a chain decided about a packet's options; counts each actor's result. */
#ifndef GW_REWRITE_H
#define GW_REWRITE_H

#include "actors/set_backup.h"
#include "edits/hide.h"
#include "edits/prio.h"
#include "edits/refuse.h"
#include "edits/window.h"

/* The option edits of a plan; counts each actor's result. */
__noinline int gw_edit_options(gw_context *ctx, struct gw_packet *packet, struct gw_flow *flow, struct gw_plan *plan)
{
	struct gw_scratch *scratch = gw_get_scratch();
	int blk = GW_REASON_NONE, prio = GW_REASON_NONE, grow = 0, same = 0;
	struct gw_flow_dir *dir, *other;
	__u64 now = bpf_jiffies64();

	if (!packet || !flow || !plan || !scratch)
		return 0;
	dir = &flow->dir[packet->index & 1];
	other = &flow->dir[!(packet->index & 1)];
	if (packet->csum == GW_CSUM_UNKNOWN) {
		blk = prio = GW_REASON_CSUM_UNKNOWN;
		goto count;
	}
	if (gw_load_options(ctx, packet, scratch)) {
		blk = prio = GW_REASON_NONLINEAR;
		goto count;
	}
	__builtin_memcpy(scratch->edited, scratch->options, sizeof(scratch->edited));
	if (plan->blk == GW_PLAN_BLK_HIDE)
		blk = gw_hide_address(packet, flow, scratch, plan);
	else if (plan->blk == GW_PLAN_BLK_REFUSE)
		blk = gw_refuse_join(packet, flow, scratch);
	if (blk == GW_REASON_DONE)
		same = 1;
	if (plan->prio && plan->verdict != GW_VERDICT_DROP) {
		grow = gw_place_prio(packet, scratch, plan->prio == GW_PLAN_PRIO_BACKUP);
		prio = grow < 0 ? GW_REASON_NO_ROOM : GW_REASON_DONE;
		if (!grow)
			same = 1;
	}
	if (same) {
		int written = gw_write_options(ctx, packet, scratch);

		if (blk == GW_REASON_DONE)
			blk = written;
		if (prio == GW_REASON_DONE && !grow)
			prio = written;
	}
	if (grow > 0)
		prio = gw_append_prio(ctx, packet, plan->prio == GW_PLAN_PRIO_BACKUP);
	if (prio == GW_REASON_DONE)
		gw_set_backup_placed(dir, other, plan->prio, now);
count:
	if (plan->blk) {
		gw_count_step(plan->blk_step.stats, blk);
		gw_emit_actor(ctx, packet, flow, plan, &plan->blk_step, GW_EVENT_TYPE_ACTOR,
			      packet->sub[plan->blk == GW_PLAN_BLK_HIDE ? MPTCP_SUB_ADD_ADDR : MPTCP_SUB_JOIN], blk);
	}
	if (plan->prio) {
		gw_count_step(plan->prio_step.stats, prio);
		if (prio == GW_REASON_DONE)
			gw_emit_actor(ctx, packet, flow, plan, &plan->prio_step, GW_EVENT_TYPE_ACTOR, 0, prio);
	}
	return 0;
}

#endif
