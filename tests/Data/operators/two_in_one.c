// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Refused: defines two operators. */
#include <gw/operator.h>

GW_ACTOR(first)
{
	return GW_ANSWER_DONE;
}

GW_SELECTOR(second)
{
	return GW_ANSWER_DONE;
}

char _license[] SEC("license") = "Dual MIT/GPL";
