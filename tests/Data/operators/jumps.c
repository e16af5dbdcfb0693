// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Refused: has a map through which other programs would run. */
#include <gw/operator.h>

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__type(key, __u32);
	__type(value, __u32);
	__uint(max_entries, 1);
} programs SEC(".maps");

GW_ACTOR(jumps)
{
	__u32 zero = 0;

	bpf_map_delete_elem(&programs, &zero);
	return GW_ANSWER_DONE;
}

char _license[] SEC("license") = "Dual MIT/GPL";
