/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Every map, shared by all programs of a gateway. The control plane creates each once, pins it and
 * hands it to every program it loads; sizes given here are defaults it may raise.
 */
#ifndef GW_MAPS_H
#define GW_MAPS_H

#include "abi.h"
#include "btf.h"

#define GW_MAP(_type, _key, _value, _entries)	\
	__uint(type, _type);			\
	__type(key, _key);			\
	__type(value, _value);			\
	__uint(max_entries, _entries)

/*
 * A table of a generation. It has sizes instead of types: up to Linux 6.1 an outer map takes only tables that have types where
 * its own example has them, and the control plane makes tables without.
 */
#define GW_INNER_MAP(_type, _key, _value, _entries)	\
	__uint(type, _type);				\
	__uint(key_size, sizeof(_key));			\
	__uint(value_size, sizeof(_value));		\
	__uint(max_entries, _entries)

/* The generation in force: the one word that swaps a policy. */
struct { GW_MAP(BPF_MAP_TYPE_ARRAY, __u32, struct gw_control, 1); } gw_control SEC(".maps");

/* Facts about each generation, by slot. */
struct { GW_MAP(BPF_MAP_TYPE_ARRAY, __u32, struct gw_generation, GW_GENERATION_SLOTS); } gw_generations SEC(".maps");

/* Managed NICs, by port index. */
struct { GW_MAP(BPF_MAP_TYPE_ARRAY, __u32, struct gw_port, GW_MAX_PORTS); } gw_ports SEC(".maps");

/* Counters of each hook of each port. */
struct { GW_MAP(BPF_MAP_TYPE_PERCPU_ARRAY, __u32, struct gw_port_stats, 2 * GW_MAX_PORTS); } gw_port_stats SEC(".maps");

/* Counters of each chain; slots are given out by the control plane and outlive generations. */
struct { GW_MAP(BPF_MAP_TYPE_PERCPU_ARRAY, __u32, struct gw_chain_stats, GW_MAX_CHAINS); } gw_chain_stats SEC(".maps");

/* Results of each actor by reason; slots as in gw_chain_stats. */
struct { GW_MAP(BPF_MAP_TYPE_PERCPU_ARRAY, __u32, struct gw_step_stats, 2 * GW_MAX_CHAINS); } gw_step_stats SEC(".maps");

/* IPv4 flows. */
struct { GW_MAP(BPF_MAP_TYPE_LRU_HASH, struct gw_flow_key4, struct gw_flow, 65536); } gw_flows4 SEC(".maps");

/* IPv6 flows. */
struct { GW_MAP(BPF_MAP_TYPE_LRU_HASH, struct gw_flow_key6, struct gw_flow, 65536); } gw_flows6 SEC(".maps");

/* A bit for each flow there is or was, by a hash of its ends: plain TCP without one needs no look-up. */
struct { GW_MAP(BPF_MAP_TYPE_ARRAY, __u32, __u64, GW_FLOW_FILTER_WORDS); } gw_flow_filter SEC(".maps");

/* Connection id of each token, both ends'. */
struct { GW_MAP(BPF_MAP_TYPE_LRU_HASH, __u32, __u64, 65536); } gw_tokens SEC(".maps");

/* Connections, by id. */
struct { GW_MAP(BPF_MAP_TYPE_LRU_HASH, __u64, struct gw_connection, 65536); } gw_connections SEC(".maps");

/* ADD_ADDR options: hidden by blk_subflow, as their senders wrote them, and offered by user space. */
struct { GW_MAP(BPF_MAP_TYPE_LRU_HASH, struct gw_stored_key, struct gw_stored_option, 16384); } gw_stored SEC(".maps");

/* Rewritten flows, by the 4-tuple they have on either side of the gateway. */
struct { GW_MAP(BPF_MAP_TYPE_LRU_HASH, struct gw_rewrite_key, struct gw_rewrite, 65536); } gw_rewrites SEC(".maps");

/* Which hashes of a 4-tuple a rewritten flow had lately: others need no look-up. */
struct { GW_MAP(BPF_MAP_TYPE_ARRAY, __u32, struct gw_rewrite_filter, GW_REWRITE_BLOCKS); } gw_rewrite_filter SEC(".maps");

/* Limits that the subflows of a connection or of a chain share. */
struct { GW_MAP(BPF_MAP_TYPE_LRU_HASH, struct gw_shared_rate_key, struct gw_shared_rate, 16384); } gw_rates SEC(".maps");

/* Names of the sets of subflows, by number; the programs know numbers only. */
struct { GW_MAP(BPF_MAP_TYPE_ARRAY, __u32, struct gw_set, GW_SETS); } gw_sets SEC(".maps");

/* Grows when subflows have come into sets or left them: what flows know of sets is good for one epoch. */
struct { GW_MAP(BPF_MAP_TYPE_ARRAY, __u32, __u32, 1); } gw_set_epoch SEC(".maps");

/* IPv4 subflows in sets. */
struct {
	GW_MAP(BPF_MAP_TYPE_HASH, struct gw_set_key4, __u32, 65536);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} gw_set_members4 SEC(".maps");

/* IPv6 subflows in sets. */
struct {
	GW_MAP(BPF_MAP_TYPE_HASH, struct gw_set_key6, __u32, 65536);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} gw_set_members6 SEC(".maps");

/* Events for user space. */
struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 1 << 22); } gw_events SEC(".maps");

/* Captured packets for user space, while a capture is under way. */
struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 1 << 20); } gw_captures SEC(".maps");

/* Chains of each generation; of one size, so that the look-up on the path is inlined. */
struct {
	GW_MAP(BPF_MAP_TYPE_ARRAY_OF_MAPS, __u32, __u32, GW_GENERATION_SLOTS);
	__array(values, struct {
		GW_INNER_MAP(BPF_MAP_TYPE_ARRAY, __u32, struct gw_chain, GW_MAX_CHAINS);
	});
} gw_chains SEC(".maps");

/* What steps of each generation need beside themselves; element 0 is none's. */
struct {
	GW_MAP(BPF_MAP_TYPE_ARRAY_OF_MAPS, __u32, __u32, GW_GENERATION_SLOTS);
	__array(values, struct {
		GW_INNER_MAP(BPF_MAP_TYPE_ARRAY, __u32, struct gw_operand, 1);
		__uint(map_flags, BPF_F_INNER_MAP);
	});
} gw_operands SEC(".maps");

/* Terms of each generation, best first. */
struct {
	GW_MAP(BPF_MAP_TYPE_ARRAY_OF_MAPS, __u32, __u32, GW_GENERATION_SLOTS);
	__array(values, struct {
		GW_INNER_MAP(BPF_MAP_TYPE_ARRAY, __u32, struct gw_term, 1);
		__uint(map_flags, BPF_F_INNER_MAP);
	});
} gw_terms SEC(".maps");

/* Bit-vectors of each generation. */
struct {
	GW_MAP(BPF_MAP_TYPE_ARRAY_OF_MAPS, __u32, __u32, GW_GENERATION_SLOTS);
	__array(values, struct {
		GW_INNER_MAP(BPF_MAP_TYPE_ARRAY, __u32, struct gw_vector, 1);
		__uint(map_flags, BPF_F_INNER_MAP);
	});
} gw_vectors SEC(".maps");

/* IPv4 prefixes of each generation. */
struct {
	GW_MAP(BPF_MAP_TYPE_ARRAY_OF_MAPS, __u32, __u32, GW_GENERATION_SLOTS);
	__array(values, struct {
		GW_INNER_MAP(BPF_MAP_TYPE_LPM_TRIE, struct gw_prefix4, struct gw_prefix_class, 1);
		__uint(map_flags, BPF_F_NO_PREALLOC);
	});
} gw_prefixes4 SEC(".maps");

/* IPv6 prefixes of each generation. */
struct {
	GW_MAP(BPF_MAP_TYPE_ARRAY_OF_MAPS, __u32, __u32, GW_GENERATION_SLOTS);
	__array(values, struct {
		GW_INNER_MAP(BPF_MAP_TYPE_LPM_TRIE, struct gw_prefix6, struct gw_prefix_class, 1);
		__uint(map_flags, BPF_F_NO_PREALLOC);
	});
} gw_prefixes6 SEC(".maps");

/* TCP port classes of each generation. */
struct {
	GW_MAP(BPF_MAP_TYPE_ARRAY_OF_MAPS, __u32, __u32, GW_GENERATION_SLOTS);
	__array(values, struct {
		GW_INNER_MAP(BPF_MAP_TYPE_ARRAY, __u32, struct gw_port_block, 2048);
		__uint(map_flags, BPF_F_INNER_MAP);
	});
} gw_port_classes SEC(".maps");

/* Hook, port and direction classes of each generation. */
struct {
	GW_MAP(BPF_MAP_TYPE_ARRAY_OF_MAPS, __u32, __u32, GW_GENERATION_SLOTS);
	__array(values, struct {
		GW_INNER_MAP(BPF_MAP_TYPE_ARRAY, __u32, struct gw_places, 1);
		__uint(map_flags, BPF_F_INNER_MAP);
	});
} gw_places SEC(".maps");

/* Exact IPv4 4-tuples of each generation, to term lists. */
struct {
	GW_MAP(BPF_MAP_TYPE_ARRAY_OF_MAPS, __u32, __u32, GW_GENERATION_SLOTS);
	__array(values, struct { GW_INNER_MAP(BPF_MAP_TYPE_HASH, struct gw_rule_key4, __u32, 1); });
} gw_rules4 SEC(".maps");

/* Exact IPv6 4-tuples of each generation, to term lists. */
struct {
	GW_MAP(BPF_MAP_TYPE_ARRAY_OF_MAPS, __u32, __u32, GW_GENERATION_SLOTS);
	__array(values, struct { GW_INNER_MAP(BPF_MAP_TYPE_HASH, struct gw_rule_key6, __u32, 1); });
} gw_rules6 SEC(".maps");

/* Term lists of each generation. */
struct {
	GW_MAP(BPF_MAP_TYPE_ARRAY_OF_MAPS, __u32, __u32, GW_GENERATION_SLOTS);
	__array(values, struct {
		GW_INNER_MAP(BPF_MAP_TYPE_ARRAY, __u32, struct gw_term_list, 1);
		__uint(map_flags, BPF_F_INNER_MAP);
	});
} gw_term_lists SEC(".maps");

/* Look-up of a generation's table by slot, then by key. */
static __always_inline void *gw_inner_lookup(void *outer, __u32 generation, const void *key)
{
	__u32 slot = generation % GW_GENERATION_SLOTS;
	void *inner = bpf_map_lookup_elem(outer, &slot);

	return inner ? bpf_map_lookup_elem(inner, key) : NULL;
}

/* The connection of a flow that has one. Linux 6.1 takes keys from the stack or a map only, not from an argument. */
static __always_inline struct gw_connection *gw_connection_of(const struct gw_flow *flow)
{
	__u64 id = flow->connection;

	return bpf_map_lookup_elem(&gw_connections, &id);
}

#endif
