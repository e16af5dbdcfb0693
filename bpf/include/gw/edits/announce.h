/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Puts an ADD_ADDR into a packet (RFC 8684, section 3.4.1), and keeps an echo from who did not ask for it. */
#ifndef GW_EDITS_ANNOUNCE_H
#define GW_EDITS_ANNOUNCE_H

#include "due.h"
#include "grow.h"

/* Two NOPs and the timestamps. */
#define GW_STAMP_SPACE	(2 + TCPOLEN_TIMESTAMP)

/* Copies length bytes of the options as they are to a place of the edited ones; verified once, for all lengths. */
__noinline int gw_copy_options(__u32 to, __u32 from, __u32 length)
{
	struct gw_scratch *scratch = gw_get_scratch();
	__u32 i;

	if (!scratch)
		return 0;
	for (i = 0; i < GW_OPTION_SPACE; i++) {
		if (i >= length)
			break;
		scratch->edited[(to + i) & 63] = scratch->options[(from + i) & 63];
	}
	return 0;
}

/* Writes length bytes of scratch->stored and then NOPs, up to padded bytes in all, to a place of the edited options. */
__noinline int gw_put_address(__u32 to, __u32 length, __u32 padded)
{
	struct gw_scratch *scratch = gw_get_scratch();
	__u32 i;

	if (!scratch)
		return 0;
	for (i = 0; i < GW_OPTION_SPACE; i++) {
		if (i >= padded)
			break;
		scratch->edited[(to + i) & 63] = TCPOPT_NOP;
	}
	for (i = 0; i < GW_STORED_OPTION; i++) {
		if (i >= length)
			break;
		scratch->edited[(to + i) & 63] = scratch->stored.option[i];
	}
	return 0;
}

/*
 * Lays the options of a packet without payload out anew, as the kernel does: behind what there is when
 * that fits, else alone with the timestamps, else alone. A DATA_ACK that goes with them is repeated by the
 * next packet; a mapping (DATA_FIN) is not, so it stays. Returns the size, or a negative number.
 */
static __always_inline int gw_lay_on_ack(const struct gw_packet *packet, struct gw_scratch *scratch, __u32 length,
					 __u32 padded)
{
	__u32 before = packet->options, ts = packet->timestamp - 1, dss = packet->sub[MPTCP_SUB_DSS], at, size;

	if (before + padded <= GW_OPTION_SPACE && packet->cursor == before) {
		gw_put_address(before, length, padded);
		return before + padded;
	}
	if (dss && (scratch->options[(dss + 2) & 63] & MPTCP_DSS_MAP))
		return -1;
	at = packet->timestamp && GW_STAMP_SPACE + padded <= GW_OPTION_SPACE ? GW_STAMP_SPACE : 0;
	__builtin_memset(scratch->edited, 0, sizeof(scratch->edited));
	size = at + padded > before ? at + padded : before;
	/* NOPs first, everywhere. */
	gw_put_address(0, 0, size);
	if (at)
		gw_copy_options(2, ts, TCPOLEN_TIMESTAMP);
	gw_put_address(at, length, padded);
	return size;
}

/*
 * Beside data nothing may grow: the address takes the place of timestamps that stand with a DSS and
 * nothing else, and a DATA_ACK of 8 octets is shortened to its low 4 (RFC 8684, section 3.3). An IPv4 address
 * with a port fits when the DSS follows at once; no option has to be aligned.
 */
static __always_inline int gw_lay_beside_data(const struct gw_packet *packet, struct gw_scratch *scratch, __u32 length)
{
	__u32 dss = packet->sub[MPTCP_SUB_DSS] - 1, before = packet->options, kept, cut = 0;
	__u8 flags = scratch->options[(dss + 3) & 63];

	kept = scratch->options[(dss + 1) & 63];
	if (!packet->timestamp || !packet->padded || GW_STAMP_SPACE + ((kept + 3) & ~3u) != before)
		return -1;
	if ((flags & MPTCP_DSS_ACK) && (flags & MPTCP_DSS_ACK8))
		cut = 4;
	kept -= cut;
	if (length + kept > before)
		return -1;
	__builtin_memset(scratch->edited, 0, sizeof(scratch->edited));
	gw_put_address(0, length, before);
	gw_copy_options(length, dss, 4);
	gw_copy_options(length + 4, dss + 4 + cut, kept - 4);
	scratch->edited[(length + 1) & 63] = kept;
	scratch->edited[(length + 3) & 63] = cut ? flags & ~MPTCP_DSS_ACK8 : flags;
	return before;
}

static __always_inline int gw_send_address(gw_context *ctx, struct gw_packet *packet, struct gw_flow *flow,
					   struct gw_plan *plan, struct gw_scratch *scratch)
{
	struct gw_stored_option *stored;
	struct gw_stored_key key;
	__u32 length, padded;
	int size, reason;

	/* What stands in scratch may be another edit's. */
	if (plan->blk || plan->prio || plan->edits)
		return GW_REASON_CONFLICT;
	if (packet->csum == GW_CSUM_UNKNOWN)
		return GW_REASON_CSUM_UNKNOWN;
	if (gw_is_gso(ctx))
		return GW_REASON_SEGMENTATION;
	gw_stored_key_of(&key, packet, flow, 0);
	stored = gw_stored_at(&key, plan->add - GW_PLAN_ADD_PLACE);
	if (!stored)
		return GW_REASON_NOTHING_STORED;
	if (gw_load_options(ctx, packet, scratch))
		return GW_REASON_NONLINEAR;
	__builtin_memcpy(scratch->edited, scratch->options, sizeof(scratch->edited));
	__builtin_memcpy(scratch->stored.option, stored->option, sizeof(scratch->stored.option));
	length = stored->length;
	padded = (length + 3) & ~3u;
	if (padded > GW_STORED_OPTION || length < 4)
		return GW_REASON_NO_ROOM;
	size = packet->payload ? gw_lay_beside_data(packet, scratch, length) :
				 gw_lay_on_ack(packet, scratch, length, padded);
	/* Link-layer padding: the packet is not worth moving things about, another one comes. */
	if (size < 0 || (size > packet->options && packet->end != gw_frame_length(ctx)))
		return GW_REASON_NO_ROOM;
	reason = size == packet->options ? gw_write_options(ctx, packet, scratch, 0) :
					   gw_grow_options(ctx, packet, size);
	if (reason == GW_REASON_DONE) {
		stored->tried = bpf_ktime_get_coarse_ns();
		stored->tries++;
	}
	return reason;
}

/* Sends an address that is due with this packet, or asks for addresses; counts and tells the result. */
__noinline int gw_announce(gw_context *ctx, struct gw_packet *packet, struct gw_flow *flow, struct gw_plan *plan)
{
	struct gw_scratch *scratch = gw_get_scratch();
	struct gw_flow_dir *dir;
	int reason, ask = 0;

	if (!packet || !flow || !plan || !scratch)
		return 0;
	reason = gw_choose_address(packet, flow, plan);
	if (reason == GW_DEFERRED) {
		ask = plan->add == GW_PLAN_ADD_ASK;
		reason = ask ? GW_REASON_NO_KEYS : gw_send_address(ctx, packet, flow, plan, scratch);
	} else {
		dir = &flow->dir[packet->index & 1];
		dir->add_reason = reason;
		dir->add_jiffies = bpf_jiffies64();
	}
	gw_settle_deferred(plan, &plan->add_step, reason);
	if (ask || reason == GW_REASON_DONE)
		gw_emit_actor(ctx, packet, flow, plan, &plan->add_step,
			      ask ? GW_EVENT_TYPE_ADDRESS_WANTED : GW_EVENT_TYPE_ACTOR, 0, reason);
	return 0;
}

/*
 * Keeps an echo from a host that did not announce the address: a packet that says nothing else goes, and
 * beside a DSS the option does. Without a DSS data would look like plain TCP, so it stays.
 */
__noinline int gw_swallow_echo(gw_context *ctx, struct gw_packet *packet)
{
	struct gw_scratch *scratch = gw_get_scratch();
	int reason;

	if (!packet || !scratch)
		return GW_REASON_NOT_APPLICABLE;
	if (!packet->sub[MPTCP_SUB_DSS])
		return packet->types & GW_PACKET_TYPE_PURE_ACK ? GW_REASON_ECHO_SWALLOWED : GW_REASON_NO_ROOM;
	if (packet->csum == GW_CSUM_UNKNOWN)
		return GW_REASON_CSUM_UNKNOWN;
	if (gw_load_options(ctx, packet, scratch))
		return GW_REASON_NONLINEAR;
	__builtin_memcpy(scratch->edited, scratch->options, sizeof(scratch->edited));
	gw_blank_option(packet->sub[MPTCP_SUB_ADD_ADDR] - 1);
	reason = gw_write_options(ctx, packet, scratch, 0);
	return reason == GW_REASON_DONE ? GW_REASON_ECHO_SWALLOWED : reason;
}

#endif
