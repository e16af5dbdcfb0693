/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Per-CPU working memory: what would crowd the 512 bytes of stack or is indexed by a variable. */
#ifndef GW_SCRATCH_H
#define GW_SCRATCH_H

#include "abi.h"
#include "packet.h"
#include "token.h"
#include "work.h"

/* Options are padded so that a word at any index below 64 is inside. */
#define GW_OPTIONS_PADDED 68

struct gw_scratch {
	struct gw_packet packet;
	struct gw_plan plan;
	struct gw_event_subject subject;
	struct gw_flow_class class;		/* what the classifier answered */
	__u8 options[GW_OPTIONS_PADDED];	/* as the packet has them */
	__u8 edited[GW_OPTIONS_PADDED];		/* as it will have them */
	struct gw_digest digest;
	struct gw_flow flow;			/* a new flow before it enters its table */
	__u64 words[GW_VECTOR_WORDS];		/* terms that match */
	struct gw_stored_option stored;
	struct gw_stored_key key;		/* of an address that add_subflow looks for */
	struct gw_ends wire;			/* ends of the frame, when the policy sees others */
	struct gw_rewrite_key rewrite_key;
	struct gw_rewrite_key rewrite_from;	/* the key whose other side is looked for */
	struct gw_ends rewrite_own;		/* its ends, in the SYN's direction */
	struct gw_rewrite rewrite;		/* before it enters its table */
	struct gw_shared_rate_key rate_key;
	struct gw_shared_rate rate;			/* a new limit before it enters its table */
	struct gw_operator operator;		/* what a custom operator is given, and leaves */
	__u8 custom[GW_OPTIONS_PADDED];		/* options as a custom actor wants them */
	__u32 subtypes;				/* MPTCP subtypes that stand in them */
	__u8 copying;				/* a copy is on its way through another port's program */
	__u32 capture_length;			/* bytes of the whole frame */
	__u32 captured;				/* bytes below */
	__u8 capture[GW_CAPTURE_BYTES];		/* headers of a packet that is captured, as it came */
};

/* Working memory of this CPU; programs of one CPU do not interrupt each other here. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, struct gw_scratch);
	__uint(max_entries, 1);
} gw_scratch SEC(".maps");

static __always_inline struct gw_scratch *gw_get_scratch(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&gw_scratch, &zero);
}

/* Working memory with an empty packet; NULL when there is nothing to do for the packet. */
static __always_inline struct gw_scratch *gw_begin(__u8 hook)
{
	struct gw_scratch *scratch = gw_get_scratch();

	if (scratch) {
#ifdef GW_SKB
		/* A mirrored copy leaves as it is. */
		if (scratch->copying)
			return NULL;
#endif
		__builtin_memset(scratch->packet.none, 0, sizeof(scratch->packet.none));
		scratch->plan.hook = hook;
	}
	return scratch;
}

/* Copies the TCP options to scratch->options, zero-padded. Returns 0, or a negative error. */
static __always_inline long gw_load_options(gw_context *ctx, const struct gw_packet *packet,
					    struct gw_scratch *scratch)
{
	__u32 length = packet->options;

	__builtin_memset(scratch->options, 0, sizeof(scratch->options));
	if (length > GW_OPTION_SPACE)
		return -1;
	if (length == 0)
		return 0;
	return gw_load(ctx, packet->l4 + 20, scratch->options, gw_not_empty(length));
}

#endif
