// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Refused by the verifier: reads behind what it is given. */
#include <gw/operator.h>

GW_ACTOR(reads_anywhere)
{
	return operator->options[operator->args[0]];
}

char _license[] SEC("license") = "Dual MIT/GPL";
