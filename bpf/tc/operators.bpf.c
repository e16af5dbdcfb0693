// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Calls the custom operators. It is loaded before packet programs with an operator are, and runs nowhere: what the
 * verifier says of the operator comes at once here, without all that it says of them.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <gw/skb.h>
#include <gw/operators.h>

SEC("tc")
int gw_tc_operators(struct __sk_buff *ctx)
{
	struct gw_scratch *scratch = gw_get_scratch();

	return scratch ? gw_call_slot(scratch->plan.step, &scratch->operator) : GW_ANSWER_MISSING;
}

char gw_license[] SEC("license") = "Dual MIT/GPL";
