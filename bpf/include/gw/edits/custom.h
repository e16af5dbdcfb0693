/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Makes the option edit that a custom operator asked for, which was found sound. */
#ifndef GW_EDITS_CUSTOM_H
#define GW_EDITS_CUSTOM_H

#include "grow.h"

static __always_inline int gw_write_custom(gw_context *ctx, struct gw_packet *packet, struct gw_plan *plan,
					   struct gw_scratch *scratch)
{
	__u32 size;

	/* What a built-in actor wrote was laid out on the packet's own options. */
	if (plan->blk || plan->prio || plan->edits || plan->add >= GW_PLAN_ADD_PLACE)
		return GW_REASON_CONFLICT;
	if (packet->csum == GW_CSUM_UNKNOWN)
		return GW_REASON_CSUM_UNKNOWN;
	if (gw_load_options(ctx, packet, scratch))
		return GW_REASON_NONLINEAR;
	__builtin_memcpy(scratch->edited, scratch->custom, sizeof(scratch->edited));
	size = plan->custom - 1;
	if (size == packet->options)
		return gw_write_options(ctx, packet, scratch, 0);
	/* Link-layer padding: the packet is not worth moving things about, another one comes. */
	if (!(packet->types & GW_PACKET_TYPE_PURE_ACK) || packet->end != gw_frame_length(ctx))
		return GW_REASON_NO_ROOM;
	return gw_grow_options(ctx, packet, size);
}

/* Counts the result. */
__noinline int gw_edit_custom(gw_context *ctx, struct gw_packet *packet, struct gw_plan *plan)
{
	struct gw_scratch *scratch = gw_get_scratch();

	if (packet && plan && scratch)
		gw_settle_deferred(plan, &plan->custom_step, gw_write_custom(ctx, packet, plan, scratch));
	return 0;
}

#endif
