// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * first_bytes: selects subflows as long as they have carried at most args[0] bytes of payload, both directions together,
 * and counts how many packets it selected in a map of its own.
 */
#include <gw/operator.h>

/* Packets selected, by IP version. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 2);
} selected SEC(".maps");

GW_SELECTOR(first_bytes)
{
	__u32 key = operator->family == 6;
	__u64 *count;

	if (operator->bytes[0] + operator->bytes[1] > operator->args[0])
		return GW_ANSWER_NOTHING;
	count = bpf_map_lookup_elem(&selected, &key);
	if (count)
		(*count)++;
	return GW_ANSWER_DONE;
}

char _license[] SEC("license") = "Dual MIT/GPL";
