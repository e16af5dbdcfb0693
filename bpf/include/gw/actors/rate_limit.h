/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * rate_limit: a token bucket for each direction's payload. What is in it opens the receive window that the
 * sender sees, so the window's right edge moves at the rate, whatever the round-trip time; what is sent
 * beyond it is dropped by a policer once the bucket is far overdrawn.
 */
#ifndef GW_ACTORS_RATE_LIMIT_H
#define GW_ACTORS_RATE_LIMIT_H

#include "../plan.h"
#include "../rate/share.h"

/* us that tokens last beside round trips: longer than an acknowledgment is delayed (Linux: 40 ms). */
#define GW_RATE_SLACK		60000
/* Most round-trip time that counts, in us. */
#define GW_RATE_RTT_MAX		2000000
/* 2^20 ns between two looks at what changes slowly. */
#define GW_RATE_REVIEW		20
/* 2^20 ns after which a limit that is not asked for any more is forgotten. */
#define GW_RATE_FORGET		1000
/* 2^20 ns in which excess is forgiven at first, beside two round trips. */
#define GW_RATE_SPARED		100
/*
 * Bytes a subflow's bucket may be overdrawn at least: more than it may send before its first window comes, and
 * than the 16 segments that Linux acknowledges one by one after a pause.
 */
#define GW_RATE_DEBT		32768
/* Subflows of a connection that count, at most, for the window they share. */
#define GW_RATE_SUBFLOWS	8
/* No window is larger (RFC 7323, section 2.3). */
#define GW_RATE_MOST		0x3fffffff

static __always_inline __u32 gw_rate_bound(__u64 bytes, __u32 least)
{
	return bytes > GW_RATE_MOST ? GW_RATE_MOST : bytes < least ? least : bytes;
}

/*
 * Bytes a bucket may be overdrawn: 3/16 s of the rate. With the tokens of GW_RATE_SLACK this is more than a
 * sender's shortest retransmission timeout (Linux: 200 ms), so that none are lost while it waits for that.
 */
static __always_inline __u32 gw_rate_debt(const struct gw_flow_dir *limit)
{
	return gw_rate_bound((limit->rate_share >> 4) * 3, GW_RATE_DEBT);
}

/* Tokens that a round trip and a late acknowledgment need: less, and the sender waits for a window. */
static __always_inline __u32 gw_rate_need(struct gw_flow *flow, struct gw_flow_dir *limit)
{
	__u64 rtt = (__u64)flow->dir[0].half_rtt + flow->dir[1].half_rtt, subflows = 1, bytes;
	struct gw_connection *connection;

	if (rtt > GW_RATE_RTT_MAX)
		rtt = GW_RATE_RTT_MAX;
	/*
	 * All data that is in flight or queued at subflows must fit into the largest window of them (RFC 8684,
	 * section 3.3.1; Linux deals out data 64 KiB at a time).
	 */
	connection = flow->connection ? gw_connection_of(flow) : NULL;
	if (connection && connection->live > 1)
		subflows = connection->live < GW_RATE_SUBFLOWS ? connection->live : GW_RATE_SUBFLOWS;
	bytes = limit->rate_share / 1000 * (rtt * subflows + GW_RATE_SLACK) / 1000;
	if (subflows > 1)
		bytes += subflows << 16;
	return gw_rate_bound(bytes, 3 * limit->mss);
}

/* Looks again at what changes slowly: the share of a common limit, and how many tokens there may be. */
static __always_inline void gw_rate_review(struct gw_flow *flow, __u32 index, __u64 rate, __u32 how, __u64 now)
{
	struct gw_flow_dir *limit = &flow->dir[index & 1];
	__u32 need;

	limit->rate_review = now >> 20;
	limit->rate_share = gw_rate_take_share(flow, index, rate, how, now);
	need = gw_rate_need(flow, limit);
	if (limit->rate_cap < need)
		limit->rate_cap = need;
	else
		limit->rate_cap -= (limit->rate_cap - need) >> 7;
}

/* Whether this limit is the one in force; of several on one direction, by different chains, the lowest is. */
static __always_inline int gw_rate_rules(const struct gw_flow_dir *limit, __u64 rate, __u32 how)
{
	return limit->rate == rate && limit->rate_slot == how >> 8;
}

/* Begins to limit the payload that flows toward dir[index]. */
static __always_inline void gw_rate_begin(struct gw_flow *flow, __u32 index, __u64 rate, __u32 how, __u64 now)
{
	struct gw_flow_dir *limit = &flow->dir[index & 1], *sender = &flow->dir[!(index & 1)];

	limit->rate = limit->rate_share = rate;
	limit->rate_slot = how >> 8;
	limit->rate_time = now;
	limit->rate_bytes = sender->bytes;
	limit->rate_cap = 0;
	limit->rate_flags = 0;
	limit->rate_lost = 0;
	limit->rate_edge = sender->last_end;
	limit->rate_spared = (__u32)(now >> 20) + GW_RATE_SPARED +
			     ((flow->dir[0].half_rtt + flow->dir[1].half_rtt) >> 9);
	gw_rate_review(flow, index, rate, how, now);
	limit->rate_tokens = limit->rate_cap;
}

/* Fills the bucket for the payload that flows toward dir[index], and moves the window's edge. */
__noinline int gw_rate_fill(struct gw_flow *flow, __u32 index, __u64 rate, __u32 how)
{
	__u64 now = bpf_ktime_get_ns(), elapsed, then;
	struct gw_flow_dir *limit, *sender;
	__s32 ahead, debt;
	__u32 reviewed;
	__s64 tokens;

	if (!flow)
		return 0;
	limit = &flow->dir[index & 1];
	sender = &flow->dir[!(index & 1)];
	reviewed = (__u32)(now >> 20) - limit->rate_review;
	if (gw_rate_rules(limit, rate, how)) {
		if (reviewed >= GW_RATE_REVIEW || (limit->rate_flags & GW_RATE_STATE_OVER))
			gw_rate_review(flow, index, rate, how, now);
	} else if (!limit->rate || limit->rate_slot == how >> 8 || rate < limit->rate || reviewed > GW_RATE_FORGET) {
		gw_rate_begin(flow, index, rate, how, now);
	}
	then = limit->rate_time;
	elapsed = now - then;
	/* Another CPU fills it. */
	if ((__s64)elapsed < 0 || __sync_val_compare_and_swap(&limit->rate_time, then, now) != then)
		return 0;
	if (elapsed > 1000000000)
		elapsed = 1000000000;
	tokens = (__s64)(__s32)limit->rate_tokens + gw_rate_in(limit->rate_share, elapsed) -
		 (sender->bytes - limit->rate_bytes);
	limit->rate_bytes = sender->bytes;
	limit->rate_jiffies = bpf_jiffies64();
	/* The sender came to its window's edge although tokens were lost: it takes longer to use them than was thought. */
	if ((limit->rate_flags & GW_RATE_STATE_FULL) &&
	    (__s32)(limit->rate_edge - sender->last_end) <= 2 * limit->mss) {
		limit->rate_flags &= ~GW_RATE_STATE_FULL;
		if (limit->rate_cap < limit->rate_share >> 2)
			limit->rate_cap += limit->rate_cap >> 1;
	}
	if (tokens > limit->rate_cap) {
		__u64 lost = limit->rate_lost + (__u64)tokens - limit->rate_cap;

		limit->rate_lost = lost > 0xffffffff ? 0xffffffff : lost;
		limit->rate_flags |= GW_RATE_STATE_FULL;
		tokens = limit->rate_cap;
	}
	debt = gw_rate_debt(limit);
	if ((__s32)(limit->rate_spared - (__u32)(now >> 20)) > 0)
		debt = 0;
	else
		debt = 2 * debt < GW_RATE_MOST ? -2 * debt : -GW_RATE_MOST;
	if (tokens < debt)
		tokens = debt;
	limit->rate_tokens = tokens;
	/* An edge once shown stays, unless it was nonsense. */
	ahead = sender->last_end + (tokens > 0 ? (__u32)tokens : 0) - limit->rate_edge;
	if (ahead > 0 || ahead < -(__s32)limit->rate_cap - GW_RATE_DEBT)
		limit->rate_edge += ahead;
	return 0;
}

/* Whether a packet's payload, which is counted already, is more than the overdrawn bucket allows. */
static __always_inline int gw_rate_exceeded(struct gw_packet *packet, struct gw_flow *flow, struct gw_flow_dir *sender,
					    struct gw_flow_dir *limit, __u64 rate, __u32 how)
{
	__s64 before;

	if (!gw_rate_rules(limit, rate, how))
		gw_rate_fill(flow, !(packet->index & 1), rate, how);
	before = (__s64)(__s32)limit->rate_tokens - (sender->bytes - limit->rate_bytes) + packet->payload;
	if (before >= -(__s64)gw_rate_debt(limit) && !(limit->rate_flags & GW_RATE_STATE_OVER))
		return 0;
	gw_rate_fill(flow, !(packet->index & 1), rate, how);
	before = (__s64)(__s32)limit->rate_tokens - (sender->bytes - limit->rate_bytes) + packet->payload;
	return before < -(__s64)gw_rate_debt(limit) || (limit->rate_flags & GW_RATE_STATE_OVER);
}

/* Limits a packet's payload, and the other direction's by the window it advertises. how: the step's slot << 8 | flags. */
__noinline int gw_rate_limit(struct gw_packet *packet, struct gw_flow *flow, struct gw_plan *plan, __u64 rate, __u32 how)
{
	struct gw_flow_dir *dir, *other;
	__u32 granted, field, shift, floor, quantum;

	if (!packet || !flow || !plan)
		return GW_REASON_NOT_APPLICABLE;
	dir = &flow->dir[packet->index & 1];
	other = &flow->dir[!(packet->index & 1)];
	if ((packet->types & (GW_PACKET_TYPE_SYN | GW_PACKET_TYPE_SYN_ACK | GW_PACKET_TYPE_RST)) ||
	    !(packet->tcp_flags & TCP_ACK))
		return GW_REASON_HANDSHAKE;
	if (packet->payload && !(how & GW_RATE_FLAG_NO_POLICER) &&
	    gw_rate_exceeded(packet, flow, dir, other, rate, how)) {
		/* What is dropped is not charged. */
		other->rate_bytes += packet->payload;
		other->rate_charged += packet->payload;
		plan->verdict = GW_VERDICT_DROP;
		return GW_REASON_POLICED;
	}
	/* The answer to a SYN may still take its scaling back. */
	if (!(dir->flags & other->flags & GW_FLOW_DIR_FLAG_WSCALE))
		return GW_REASON_NO_WINDOW_SCALE;
	quantum = gw_rate_bound(dir->rate_share >> 8, 4 * dir->mss);
	if (!gw_rate_rules(dir, rate, how) || dir->rate_jiffies != (__u32)bpf_jiffies64() ||
	    (__s32)(dir->rate_edge - other->last_end) <= (__s32)quantum)
		gw_rate_fill(flow, packet->index & 1, rate, how);
	shift = dir->wscale & 15;
	granted = dir->rate_edge - packet->ack;
	if ((__s32)granted < 0)
		granted = 0;
	field = granted >> shift;
	floor = ((__u32)dir->mss + (1u << shift) - 1) >> shift;
	if (field < floor)
		field = floor;
	dir->rate_window = field << shift;
	if (field > 0xffff || packet->window <= field)
		return GW_REASON_WINDOW_BELOW;
	if (plan->set_window && plan->window <= field)
		return GW_REASON_WINDOW_BELOW;
	plan->set_window = 1;
	plan->window = field;
	return GW_DEFERRED;
}

#endif
