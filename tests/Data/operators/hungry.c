// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Refused: wants more memory than an operator gets. */
#include <gw/operator.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u64);
	__type(value, __u64);
	__uint(max_entries, 1 << 24);
} everything SEC(".maps");

GW_ACTOR(hungry)
{
	return bpf_map_lookup_elem(&everything, &operator->connection) ? GW_ANSWER_DONE : GW_ANSWER_NOTHING;
}

char _license[] SEC("license") = "Dual MIT/GPL";
