/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Conditions of terms on a packet and its flow: what no vector can hold because it changes from packet to packet. */
#ifndef GW_CONDITION_H
#define GW_CONDITION_H

#include "data.h"
#include "operators.h"
#include "set.h"

#define GW_NS_PER_MS 1000000

/* Spreads every bit of a value over all bits of the hash, as the finalizer of MurmurHash3 does. */
static __always_inline __u32 gw_hash(__u64 value)
{
	value = (value ^ value >> 33) * 0xff51afd7ed558ccdull;
	value = (value ^ value >> 33) * 0xc4ceb9fe1a85ec53ull;
	return value ^ value >> 33;
}

/* The same for both directions of a subflow. */
static __always_inline __u32 gw_subflow_hash(const struct gw_packet *packet)
{
	return gw_hash(gw_flow_ends(packet));
}

/* Payload of both directions: data level where the connection is known, else the flow's. */
static __always_inline __u64 gw_bytes_so_far(const struct gw_flow *flow)
{
	struct gw_connection *connection = NULL;

	if (flow->connection)
		connection = gw_connection_of(flow);
	return connection ? connection->data_high[0] + connection->data_high[1] : flow->dir[0].bytes + flow->dir[1].bytes;
}

static __always_inline int gw_subflow_sequence(const struct gw_packet *packet, struct gw_flow_dir *dir, __u64 *value)
{
	if (!packet->payload || !(dir->flags & GW_FLOW_DIR_FLAG_ISN))
		return 0;
	/* What passed before the first look is known by its bytes, well within half the number space. */
	if (!dir->seq_high)
		dir->seq_high = dir->bytes - packet->payload;
	/* The SYN takes the first number. */
	*value = gw_extend(dir->seq_high, packet->seq - dir->isn - 1);
	if (*value + packet->payload > dir->seq_high)
		dir->seq_high = *value + packet->payload;
	return 1;
}

/* The value a condition compares. Returns 0 when it is not known. */
static __always_inline int gw_condition_value(struct gw_packet *packet, struct gw_flow *flow,
					      const struct gw_condition *condition, __u64 *value)
{
	struct gw_flow_dir *dir = &flow->dir[packet->index & 1], *other = &flow->dir[!(packet->index & 1)];
	struct gw_connection *connection = NULL;

	switch (condition->kind) {
	case GW_CONDITION_KIND_VLAN:
		*value = packet->vlan;
		return 1;
	case GW_CONDITION_KIND_DATA_SEQUENCE:
		*value = packet->data_sequence;
		return packet->data_known;
	case GW_CONDITION_KIND_SUBFLOW_SEQUENCE:
		return gw_subflow_sequence(packet, dir, value);
	case GW_CONDITION_KIND_TOKEN:
		/* Two values: the one asked for, when either end has it. */
		*value = (__u32)flow->connection;
		if (*value < condition->low || *value > condition->high)
			*value = flow->connection >> 32;
		return flow->connection != 0;
	case GW_CONDITION_KIND_SUBFLOW:
		*value = flow->ordinal;
		return flow->ordinal != 0;
	case GW_CONDITION_KIND_SUBFLOWS:
		if (flow->connection)
			connection = gw_connection_of(flow);
		*value = connection ? connection->live : 0;
		return connection != NULL;
	case GW_CONDITION_KIND_AGE:
		if (flow->connection)
			connection = gw_connection_of(flow);
		*value = (bpf_ktime_get_ns() - (connection ? connection->created : flow->created)) / GW_NS_PER_MS;
		return 1;
	case GW_CONDITION_KIND_BYTES:
		*value = gw_bytes_so_far(flow);
		return 1;
	case GW_CONDITION_KIND_BACKUP:
		*value = !!((dir->flags | other->flags) & GW_FLOW_DIR_FLAG_BACKUP);
		return !!(flow->flags & GW_FLOW_FLAG_MPTCP);
	case GW_CONDITION_KIND_ADDRESS_ID:
		*value = dir->address_id;
		return !!(flow->flags & (GW_FLOW_FLAG_INITIAL | GW_FLOW_FLAG_JOIN));
	case GW_CONDITION_KIND_VERSION:
		*value = !(flow->flags & GW_FLOW_FLAG_V0);
		return !!(flow->flags & (GW_FLOW_FLAG_INITIAL | GW_FLOW_FLAG_JOIN));
	case GW_CONDITION_KIND_SAMPLE:
		*value = bpf_get_prandom_u32();
		return 1;
	case GW_CONDITION_KIND_BUCKET_SUBFLOW:
		*value = condition->parameter ? gw_subflow_hash(packet) % condition->parameter : 0;
		return 1;
	case GW_CONDITION_KIND_BUCKET_CONNECTION:
		*value = condition->parameter ? gw_hash(flow->connection) % condition->parameter : 0;
		return flow->connection != 0;
	case GW_CONDITION_KIND_SUBFLOW_SET:
		*value = gw_in_set(packet, flow, condition->parameter);
		return 1;
	default:
		return 0;
	}
}

/* Whether all conditions of a term hold for a packet. Returns 1 or 0. */
__noinline int gw_conditions_hold(struct gw_packet *packet, struct gw_flow *flow, struct gw_term *term)
{
	__u32 i;

	if (!packet || !flow || !term)
		return 0;
	for (i = 0; i < GW_TERM_CONDITIONS; i++) {
		struct gw_condition *condition = &term->condition[i];
		__u64 value = 0;
		int holds;

		if (i >= term->conditions)
			break;
		if (condition->kind == GW_CONDITION_KIND_CUSTOM)
			holds = gw_ask_operator(packet, flow, condition) == GW_ANSWER_DONE;
		else
			holds = gw_condition_value(packet, flow, condition, &value) && value >= condition->low &&
				value <= condition->high;
		if (holds == !!condition->negate)
			return 0;
	}
	return 1;
}

#endif
