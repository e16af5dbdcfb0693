// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* An actor with state: counts its runs by one in a map of another shape. */
#include <gw/operator.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, __u64[2]);
	__uint(max_entries, 1);
} runs SEC(".maps");

GW_ACTOR(counts)
{
	__u32 zero = 0;
	__u64 *value = (void *)bpf_map_lookup_elem(&runs, &zero);

	if (value)
		__sync_fetch_and_add(value, 1);
	return GW_ANSWER_DONE;
}

char _license[] SEC("license") = "Dual MIT/GPL";
