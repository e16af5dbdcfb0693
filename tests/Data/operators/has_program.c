// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Refused: brings a program along. */
#include <gw/operator.h>

GW_ACTOR(has_program)
{
	return GW_ANSWER_DONE;
}

SEC("xdp") int stowaway(struct xdp_md *ctx)
{
	return XDP_PASS;
}

char _license[] SEC("license") = "Dual MIT/GPL";
