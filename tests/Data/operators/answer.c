// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* A selector that answers args[0], on packets whose payload is args[1] bytes long at least. */
#include <gw/operator.h>

/* Constants are linked beside those of the packet programs. */
const volatile __u32 none[4] = { GW_ANSWER_NOTHING, GW_ANSWER_NOTHING, GW_ANSWER_NOTHING, GW_ANSWER_NOTHING };

GW_SELECTOR(answer)
{
	return operator->payload < operator->args[1] ? none[operator->ordinal & 3] : operator->args[0];
}

char _license[] SEC("license") = "Dual MIT/GPL";
