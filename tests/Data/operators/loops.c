// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Refused by the verifier: may never end. */
#include <gw/operator.h>

GW_ACTOR(loops)
{
	while (bpf_ktime_get_ns() > operator->args[0])
		operator->args[0]++;
	return GW_ANSWER_DONE;
}

char _license[] SEC("license") = "Dual MIT/GPL";
