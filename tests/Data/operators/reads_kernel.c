// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Refused: reads the kernel's memory. */
#include <gw/operator.h>

GW_ACTOR(reads_kernel)
{
	__u64 value = 0;

	bpf_probe_read_kernel(&value, sizeof(value), (void *)operator->args[0]);
	return value ? GW_ANSWER_DONE : GW_ANSWER_NOTHING;
}

char _license[] SEC("license") = "Dual MIT/GPL";
