/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Takes the timestamps option (RFC 7323, section 3) out of handshakes, so that hosts do not tell their clock: the
 * connection then runs without timestamps.
 *
 * args[0]: 0 = from SYN and SYN/ACK, 1 = from the initiator's SYN only. A host answers with timestamps only when it
 * was offered them, so the SYN alone decides for connections that begin behind the operator. A SYN/ACK that still has
 * the option answers a SYN which did not pass here.
 */
#include <gw/operator.h>

#define INITIATOR_ONLY	1
#define TIMESTAMPS_SIZE	10
#define TIMESTAMPS_MOST	(GW_OPTION_SPACE / TIMESTAMPS_SIZE)

GW_ACTOR(hide_timestamps)
{
	__u32 types = GW_PACKET_TYPE_SYN;
	int answer = GW_ANSWER_NOTHING, at, i;

	if (operator->args[0] != INITIATOR_ONLY)
		types |= GW_PACKET_TYPE_SYN_ACK;
	if (!(operator->types & types))
		return GW_ANSWER_NOTHING;

	/* A second option would tell the clock as well. */
	for (i = 0; i < TIMESTAMPS_MOST; i++) {
		at = gw_find_option(operator, TCPOPT_TIMESTAMP);
		if (at < 0)
			break;
		if (gw_option_byte(operator, at + 1) != TIMESTAMPS_SIZE)
			return GW_ANSWER_NOTHING;
		gw_remove_option(operator, at);
		answer = GW_ANSWER_DONE;
	}
	return answer;
}

char _license[] SEC("license") = "GPL";
