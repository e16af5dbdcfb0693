// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Refused: state that the next load would forget. */
#include <gw/operator.h>

__u64 seen;

GW_ACTOR(keeps_global)
{
	return __sync_fetch_and_add(&seen, 1) ? GW_ANSWER_DONE : GW_ANSWER_NOTHING;
}

char _license[] SEC("license") = "Dual MIT/GPL";
