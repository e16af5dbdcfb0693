/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Custom operators: functions that user space links in the place of the slots below. Each is verified by itself and
 * sees a copy of what is known, so that all it can do is answer and ask.
 */
#ifndef GW_OPERATORS_H
#define GW_OPERATORS_H

#include <bpf/bpf_endian.h>
#include "abi/operator.h"
#include "plan.h"
#include "track.h"

/* Empty slots; an operator's function is strong and takes the place of one. */
__weak __noinline int gw_slot_00(struct gw_operator *operator) { return GW_ANSWER_MISSING; }
__weak __noinline int gw_slot_01(struct gw_operator *operator) { return GW_ANSWER_MISSING; }
__weak __noinline int gw_slot_02(struct gw_operator *operator) { return GW_ANSWER_MISSING; }
__weak __noinline int gw_slot_03(struct gw_operator *operator) { return GW_ANSWER_MISSING; }
__weak __noinline int gw_slot_04(struct gw_operator *operator) { return GW_ANSWER_MISSING; }
__weak __noinline int gw_slot_05(struct gw_operator *operator) { return GW_ANSWER_MISSING; }
__weak __noinline int gw_slot_06(struct gw_operator *operator) { return GW_ANSWER_MISSING; }
__weak __noinline int gw_slot_07(struct gw_operator *operator) { return GW_ANSWER_MISSING; }

/* Inlined, as its caller below: the kernel allows eight nested calls, and operators make some of them. */
static __always_inline int gw_call_slot(__u32 slot, struct gw_operator *operator)
{
	switch (slot) {
	case 0: return gw_slot_00(operator);
	case 1: return gw_slot_01(operator);
	case 2: return gw_slot_02(operator);
	case 3: return gw_slot_03(operator);
	case 4: return gw_slot_04(operator);
	case 5: return gw_slot_05(operator);
	case 6: return gw_slot_06(operator);
	case 7: return gw_slot_07(operator);
	default: return GW_ANSWER_MISSING;
	}
}

/* Reads the options that operators will see; they stay in scratch->options until the first edit. */
__noinline int gw_show_options(gw_context *ctx, struct gw_packet *packet)
{
	struct gw_scratch *scratch = gw_get_scratch();

	if (packet && scratch && gw_load_options(ctx, packet, scratch))
		__builtin_memset(scratch->options, 0, sizeof(scratch->options));
	return 0;
}

/* Writes what is known of a packet and its flow to scratch->operator, whatever an earlier operator left there. */
__noinline int gw_show_operator(struct gw_packet *packet, struct gw_flow *flow)
{
	struct gw_scratch *scratch = gw_get_scratch();
	struct gw_flow_dir *dir, *other;
	struct gw_operator *operator;

	if (!packet || !flow || !scratch)
		return 0;
	dir = &flow->dir[packet->index & 1];
	other = &flow->dir[!(packet->index & 1)];
	operator = &scratch->operator;
	__builtin_memset(operator, 0, sizeof(*operator));
	operator->time = bpf_ktime_get_coarse_ns();
	operator->version = GW_OPERATOR_VERSION;
	operator->hook = scratch->plan.hook;
	operator->direction = scratch->plan.direction;
	operator->port = scratch->plan.port;
	operator->family = packet->family;
	operator->source[0] = packet->source[0];
	operator->source[1] = packet->source[1];
	operator->destination[0] = packet->destination[0];
	operator->destination[1] = packet->destination[1];
	operator->source_port = bpf_ntohs(packet->source_port);
	operator->destination_port = bpf_ntohs(packet->destination_port);
	operator->vlan = packet->vlan;
	operator->window = packet->window;
	operator->types = packet->types;
	operator->length = packet->length;
	operator->payload = packet->payload;
	operator->seq = packet->seq;
	operator->ack = packet->ack;
	operator->tsval = packet->tsval;
	operator->tsecr = packet->tsecr;
	operator->tcp_flags = packet->tcp_flags;
	operator->data_known = packet->data_known;
	operator->data_sequence = packet->data_sequence;
	operator->wscale_known = !!(dir->flags & other->flags & GW_FLOW_DIR_FLAG_WSCALE);
	operator->connection = flow->connection;
	operator->age = bpf_ktime_get_coarse_ns() - flow->created;
	/* The coarse clock may not have come as far as the flow's first packet. */
	if ((__s64)operator->age < 0)
		operator->age = 0;
	operator->packets[0] = dir->packets;
	operator->packets[1] = other->packets;
	operator->bytes[0] = dir->bytes;
	operator->bytes[1] = other->bytes;
	operator->retransmissions[0] = dir->retransmissions;
	operator->retransmissions[1] = other->retransmissions;
	if (dir->half_rtt && other->half_rtt)
		operator->rtt = dir->half_rtt + other->half_rtt;
	operator->flow_flags = flow->flags;
	operator->mss[0] = dir->mss;
	operator->mss[1] = other->mss;
	operator->wscale[0] = dir->wscale;
	operator->wscale[1] = other->wscale;
	operator->backup[0] = !!(dir->flags & GW_FLOW_DIR_FLAG_BACKUP);
	operator->backup[1] = !!(other->flags & GW_FLOW_DIR_FLAG_BACKUP);
	operator->ordinal = flow->ordinal;
	operator->address_id = dir->address_id;
	operator->options_length = packet->options;
	__builtin_memcpy(operator->options, scratch->options, sizeof(operator->options));
	return 0;
}

/* Asks a selector; args are a condition's. Returns 1 or 0; an answer that is neither is noted in the plan and 0. */
static __always_inline int gw_ask_operator(struct gw_packet *packet, struct gw_flow *flow,
					   const struct gw_condition *condition)
{
	struct gw_scratch *scratch = gw_get_scratch();
	int answer;

	if (!scratch)
		return 0;
	gw_show_operator(packet, flow);
	scratch->operator.args[0] = condition->low;
	scratch->operator.args[1] = condition->high;
	answer = gw_call_slot(condition->parameter, &scratch->operator);
	if (answer == GW_ANSWER_DONE || answer == GW_ANSWER_NOTHING)
		return answer;
	scratch->plan.refused = answer == GW_ANSWER_MISSING ? GW_REASON_NO_OPERATOR : GW_REASON_BAD_REQUEST;
	return 0;
}

/* Lengths that the RFCs fix; 0 = any. */
static __always_inline __u32 gw_option_size(__u32 kind)
{
	return kind == TCPOPT_MSS ? TCPOLEN_MSS : kind == TCPOPT_WINDOW ? TCPOLEN_WINDOW :
	       kind == TCPOPT_SACK_PERM ? 2 : kind == TCPOPT_TIMESTAMP ? TCPOLEN_TIMESTAMP : 0;
}

#define GW_OPTION_BAD 0xff

/*
 * The place behind the option at a place of those an operator left, or GW_OPTION_BAD; an MPTCP subtype may stand there
 * once. A function of its own: it is verified once, for all places.
 */
__noinline int gw_next_option(__u32 at)
{
	struct gw_scratch *scratch = gw_get_scratch();
	__u32 length, kind, size, fixed, subtype;

	if (!scratch)
		return GW_OPTION_BAD;
	length = scratch->operator.options_length;
	kind = scratch->operator.options[at & 63];
	if (kind == TCPOPT_EOL)
		return length;
	if (kind == TCPOPT_NOP)
		return at + 1;
	if (at + 1 >= length)
		return GW_OPTION_BAD;
	size = scratch->operator.options[(at + 1) & 63];
	fixed = gw_option_size(kind);
	if (size < 2 || at + size > length || (fixed && size != fixed))
		return GW_OPTION_BAD;
	if (kind == TCPOPT_MPTCP) {
		subtype = 1u << (scratch->operator.options[(at + 2) & 63] >> 4);
		if (size < 3 || (scratch->subtypes & subtype))
			return GW_OPTION_BAD;
		scratch->subtypes |= subtype;
	}
	return at + size;
}

/* Whether the options an operator left are whole. Returns 1 or 0. */
__noinline int gw_options_sound(void)
{
	struct gw_scratch *scratch = gw_get_scratch();
	__u32 length, i;
	int at = 0;

	if (!scratch)
		return 0;
	length = scratch->operator.options_length;
	if (length > GW_OPTION_SPACE || (length & 3))
		return 0;
	scratch->subtypes = 0;
	for (i = 0; i < GW_OPTION_SPACE; i++) {
		if ((__u32)at >= length)
			break;
		at = gw_next_option(at);
	}
	return (__u32)at == length;
}

/* Whether an operator left the options otherwise than the packet has them. */
static __always_inline int gw_options_changed(const struct gw_packet *packet, const struct gw_scratch *scratch)
{
	__u64 difference = scratch->operator.options_length ^ packet->options;
	__u32 i;

	for (i = 0; i < GW_OPTION_SPACE; i++)
		difference |= scratch->operator.options[i] ^ scratch->options[i];
	return difference != 0;
}

/* rate_limit's rules hold for everyone: never on a SYN or RST, never larger, never below one MSS. */
static __always_inline int gw_check_window(const struct gw_packet *packet,
					   struct gw_flow *flow, __u32 window)
{
	struct gw_flow_dir *dir = &flow->dir[packet->index & 1], *other = &flow->dir[!(packet->index & 1)];
	__u32 shift = dir->wscale & 15;

	if (packet->types & (GW_PACKET_TYPE_SYN | GW_PACKET_TYPE_SYN_ACK | GW_PACKET_TYPE_RST))
		return GW_REASON_HANDSHAKE;
	if (!(dir->flags & other->flags & GW_FLOW_DIR_FLAG_WSCALE))
		return GW_REASON_NO_WINDOW_SCALE;
	if (window >= packet->window)
		return GW_REASON_WINDOW_BELOW;
	return window << shift < dir->mss ? GW_REASON_BAD_REQUEST : GW_REASON_NONE;
}

/* Enters an actor's requests into the plan, all of them or none. Returns a reason, or GW_DEFERRED. */
static __always_inline int gw_grant(struct gw_packet *packet, struct gw_flow *flow, struct gw_plan *plan,
				    struct gw_scratch *scratch, const struct gw_plan_step *at)
{
	struct gw_operator *operator = &scratch->operator;
	__u32 dscp = operator->set_dscp, window = operator->lower_window, length = operator->options_length;
	int changed = gw_options_changed(packet, scratch), reason;

	if (operator->verdict > GW_REQUEST_DROP || dscp > 64 || (changed && (length < packet->options || gw_options_sound() != 1)))
		return GW_REASON_BAD_REQUEST;
	if (window) {
		reason = gw_check_window(packet, flow, window);
		if (reason)
			return reason;
	}
	if ((changed && plan->custom) || (dscp && plan->dscp))
		return GW_REASON_CONFLICT;
	if (operator->verdict == GW_REQUEST_DROP) {
		plan->verdict = GW_VERDICT_DROP;
		return GW_REASON_DROPPED;
	}
	if (changed) {
		plan->custom = 1 + length;
		plan->custom_step = *at;
		__builtin_memcpy(scratch->custom, operator->options, sizeof(scratch->custom));
	}
	if (dscp) {
		plan->dscp = dscp;
		plan->dscp_step = *at;
	}
	if (window && !(plan->set_window && plan->window <= window)) {
		plan->set_window = 1;
		plan->window = window;
		plan->window_step = *at;
	}
	return changed || dscp || window ? GW_DEFERRED : GW_REASON_DONE;
}

/* Runs the custom actor of step plan->step. Returns its reason, or GW_DEFERRED. */
__noinline int gw_run_operator(struct gw_packet *packet, struct gw_flow *flow, struct gw_plan *plan,
			       struct gw_step *step)
{
	struct gw_scratch *scratch = gw_get_scratch();
	struct gw_custom_operand *operand;
	struct gw_plan_step at = {};
	int answer;

	if (!packet || !flow || !plan || !step || !scratch)
		return GW_REASON_NO_OPERATOR;
	at.stats = step->stats;
	at.step = plan->step;
	at.op = GW_OP_CUSTOM;
	operand = gw_operand_of(plan, step);
	answer = GW_ANSWER_MISSING;
	if (operand) {
		gw_show_operator(packet, flow);
		__builtin_memcpy(scratch->operator.args, operand->args, sizeof(operand->args));
		answer = gw_call_slot(operand->operator_id, &scratch->operator);
	}
	if (answer == GW_ANSWER_DONE)
		return gw_grant(packet, flow, plan, scratch, &at);
	return answer == GW_ANSWER_MISSING ? GW_REASON_NO_OPERATOR :
	       answer == GW_ANSWER_NOTHING ? GW_REASON_NOT_APPLICABLE : GW_REASON_BAD_REQUEST;
}

#endif
