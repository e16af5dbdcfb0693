// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * hide_timestamps: takes the timestamps option (RFC 7323, section 3) out of SYN and SYN/ACK, so that hosts do not tell
 * their clock: the connection runs without timestamps. args[0] = 1 leaves SYN/ACKs alone. A host answers with timestamps
 * only when it was offered them, so a SYN/ACK that has them answers a SYN that did not pass here; what its sender was
 * told it keeps to, and its later segments carry them. Where add_subflow acts too it waits for a pure ACK: beside data
 * it needs the room of timestamps.
 */
#include <gw/operator.h>

#define FROM_INITIATOR_ONLY	1
#define MOST_TIMESTAMPS		(GW_OPTION_SPACE / TCPOLEN_TIMESTAMP)

GW_ACTOR(hide_timestamps)
{
	__u32 types = GW_PACKET_TYPE_SYN;
	int answer = GW_ANSWER_NOTHING, at, i;

	if (operator->args[0] != FROM_INITIATOR_ONLY)
		types |= GW_PACKET_TYPE_SYN_ACK;
	if (!(operator->types & types))
		return GW_ANSWER_NOTHING;
	/* A second one would tell the clock as well. */
	for (i = 0; i < MOST_TIMESTAMPS; i++) {
		at = gw_find_option(operator, TCPOPT_TIMESTAMP);
		if (at < 0)
			break;
		if (gw_option_byte(operator, at + 1) != TCPOLEN_TIMESTAMP)
			return GW_ANSWER_NOTHING;
		gw_remove_option(operator, at);
		answer = GW_ANSWER_DONE;
	}
	return answer;
}

char _license[] SEC("license") = "Dual MIT/GPL";
