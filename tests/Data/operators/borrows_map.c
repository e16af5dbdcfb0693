// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Refused: wants a map of the gateway. */
#include <gw/operator.h>

extern int gw_flows4;

GW_ACTOR(borrows_map)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&gw_flows4, &zero) ? GW_ANSWER_DONE : GW_ANSWER_NOTHING;
}

char _license[] SEC("license") = "Dual MIT/GPL";
