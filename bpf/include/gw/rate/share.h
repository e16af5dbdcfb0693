/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * How a rate is dealt to the subflows that share it. In rounds of half a second each tells what it did with
 * its share: those that wanted less keep what they use, the others get equal parts of the rest (max-min).
 */
#ifndef GW_RATE_SHARE_H
#define GW_RATE_SHARE_H

#include "../maps.h"
#include "../scratch.h"

/* ns of a round: several round trips, so that one that bursts is seen in each. */
#define GW_RATE_ROUND		500000000ull
/* Part of a share (1/16) that may be left over and the subflow still counts as hungry. */
#define GW_RATE_LEFT_SHIFT	4
/* Bytes a shared limit may be overdrawn at least before the policer drops. */
#define GW_RATE_SHARED_DEBT	131072ull
/* Rounds in which excess is forgiven: it was under way before the limit. */
#define GW_RATE_SPARED_ROUNDS	2

/* Bytes of a rate in a time of at most about a second, in ns. */
static __always_inline __u64 gw_rate_in(__u64 rate, __u64 time)
{
	/* 2^26 ns at 400 Gbit/s is the most that 64 bits hold. */
	if (time < 1ull << 26)
		return rate * time / 1000000000;
	return rate * (time / 1000) / 1000000;
}

/* Bytes a shared limit may be overdrawn: half a second of the rate. */
static __always_inline __s64 gw_rate_shared_debt(const struct gw_shared_rate *shared)
{
	return shared->rate >> 1 > GW_RATE_SHARED_DEBT ? shared->rate >> 1 : GW_RATE_SHARED_DEBT;
}

/* Fills a shared limit; those that come at the same time leave it to one. */
static __always_inline void gw_rate_fill_shared(struct gw_shared_rate *shared, __u64 now)
{
	__u64 then = shared->time, elapsed = now - then;
	__s64 least;

	if ((__s64)elapsed <= 0 || __sync_val_compare_and_swap(&shared->time, then, now) != then)
		return;
	if (elapsed > 1000000000)
		elapsed = 1000000000;
	__sync_fetch_and_add(&shared->tokens, gw_rate_in(shared->rate, elapsed));
	if ((__s64)shared->tokens > (__s64)(shared->rate >> 4))
		shared->tokens = shared->rate >> 4;
	/* Soon after the policer has begun to drop it is within its bounds again. */
	least = shared->round > GW_RATE_SPARED_ROUNDS ? -gw_rate_shared_debt(shared) - GW_RATE_SHARED_DEBT / 4 : 0;
	if ((__s64)shared->tokens < least)
		shared->tokens = least;
}

/* Ends a round: sets the share from what the subflows have told. */
static __always_inline void gw_rate_end_round(struct gw_shared_rate *shared, __u64 now)
{
	__u64 begun = shared->begun, rest = shared->rate, used = shared->used;
	__u32 hungry = shared->hungry;

	if ((__s64)(now - begun - GW_RATE_ROUND) < 0 ||
	    __sync_val_compare_and_swap(&shared->begun, begun, now) != begun)
		return;
	/* What was sent too much is paid back over a second, by at most a quarter of the rate. */
	if ((__s64)shared->tokens < 0) {
		__u64 debt = -shared->tokens;

		rest -= debt < rest >> 2 ? debt : rest >> 2;
	}
	rest = rest > used ? rest - used : 0;
	if (hungry > 1)
		rest /= hungry;
	else if (!hungry)
		rest = shared->rate;
	/* What others use may be gone at once: nobody waits for that with nothing. */
	if (rest < shared->rate >> 6)
		rest = shared->rate >> 6;
	shared->share = rest;
	shared->hungry_before = hungry;
	shared->hungry = 0;
	shared->used = 0;
	shared->round++;
}

/* Tells a shared limit what a subflow did since it told last. */
static __always_inline void gw_rate_report(struct gw_shared_rate *shared, struct gw_flow_dir *limit, __u32 sent, __u32 now)
{
	__u64 span = (__u64)(now - limit->rate_reported) << 20;

	if (!(limit->rate_flags & GW_RATE_STATE_MEMBER)) {
		/* A newcomer: the others make room at once. */
		__u32 hungry = shared->hungry > shared->hungry_before ? shared->hungry : shared->hungry_before;

		if (hungry && hungry < 1 << 20)
			shared->share = shared->share / (hungry + 1) * hungry;
		limit->rate_flags |= GW_RATE_STATE_MEMBER;
		limit->rate_charged = sent;
		__sync_fetch_and_add(&shared->hungry, 1);
	} else {
		if (span > 1000000000)
			span = 1000000000;
		if (limit->rate_lost < gw_rate_in(limit->rate_share, span) >> GW_RATE_LEFT_SHIFT)
			__sync_fetch_and_add(&shared->hungry, 1);
		else if (span >> 10)
			__sync_fetch_and_add(&shared->used, (__u64)(sent - limit->rate_sent) * 976562 / (span >> 10));
	}
	limit->rate_round = shared->round;
	limit->rate_reported = now;
	limit->rate_sent = sent;
	limit->rate_lost = 0;
}

/* The limit that a subflow shares, entered when it is new. */
static __always_inline struct gw_shared_rate *gw_rate_shared(struct gw_flow *flow, __u32 index, __u64 rate, __u32 how, __u64 now)
{
	struct gw_scratch *scratch = gw_get_scratch();
	struct gw_shared_rate *shared;

	if (!scratch)
		return NULL;
	__builtin_memset(&scratch->rate_key, 0, sizeof(scratch->rate_key));
	scratch->rate_key.connection = how & GW_RATE_FLAG_CHAIN ? 0 : flow->connection;
	scratch->rate_key.slot = how >> 8;
	scratch->rate_key.side = ((index ^ 1) != flow->origin) ^ !!(flow->flags & GW_FLOW_FLAG_FROM_SERVER);
	shared = bpf_map_lookup_elem(&gw_rates, &scratch->rate_key);
	if (shared && shared->rate == rate)
		return shared;
	__builtin_memset(&scratch->rate, 0, sizeof(scratch->rate));
	scratch->rate.rate = scratch->rate.share = rate;
	scratch->rate.time = scratch->rate.begun = now;
	/* Those that knew the old one report anew. */
	scratch->rate.round = shared ? shared->round + 1 : 1;
	bpf_map_update_elem(&gw_rates, &scratch->rate_key, &scratch->rate, shared ? BPF_ANY : BPF_NOEXIST);
	return bpf_map_lookup_elem(&gw_rates, &scratch->rate_key);
}

/* A subflow's share of its limit, in bytes per second; charges the limit with what it sent. */
__noinline __u64 gw_rate_take_share(struct gw_flow *flow, __u32 index, __u64 rate, __u32 how, __u64 now)
{
	struct gw_flow_dir *limit;
	struct gw_shared_rate *shared;
	__u32 sent;

	if (!flow || !(how & (GW_RATE_FLAG_CONNECTION | GW_RATE_FLAG_CHAIN)))
		return rate;
	limit = &flow->dir[index & 1];
	/* What is no subflow of a known connection is alone. */
	if (!(how & GW_RATE_FLAG_CHAIN) && !flow->connection)
		return rate;
	shared = gw_rate_shared(flow, index & 1, rate, how, now);
	if (!shared)
		return rate;
	sent = flow->dir[!(index & 1)].bytes;
	if (limit->rate_round != shared->round || !(limit->rate_flags & GW_RATE_STATE_MEMBER))
		gw_rate_report(shared, limit, sent, now >> 20);
	gw_rate_fill_shared(shared, now);
	__sync_fetch_and_add(&shared->tokens, -(__u64)(sent - limit->rate_charged));
	limit->rate_charged = sent;
	gw_rate_end_round(shared, now);
	if ((__s64)shared->tokens < -gw_rate_shared_debt(shared))
		limit->rate_flags |= GW_RATE_STATE_OVER;
	else
		limit->rate_flags &= ~GW_RATE_STATE_OVER;
	return shared->share;
}

#endif
