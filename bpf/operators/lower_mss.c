// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * lower_mss: lowers the MSS (RFC 9293, section 3.7.1) that SYN and SYN/ACK announce, for paths whose MTU is smaller than
 * their ends know. args[0] is the largest MSS to let through.
 */
#include <gw/operator.h>

GW_ACTOR(lower_mss)
{
	int at = gw_find_option(operator, TCPOPT_MSS);

	if (!(operator->types & (GW_PACKET_TYPE_SYN | GW_PACKET_TYPE_SYN_ACK)) || at < 0)
		return GW_ANSWER_NOTHING;
	if (!operator->args[0] || gw_option_u16(operator, at + 2) <= operator->args[0])
		return GW_ANSWER_NOTHING;
	gw_set_option_u16(operator, at + 2, operator->args[0]);
	return GW_ANSWER_DONE;
}

char _license[] SEC("license") = "Dual MIT/GPL";
