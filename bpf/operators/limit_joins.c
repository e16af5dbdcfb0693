// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * limit_joins: lets at most args[0] subflows join a connection and drops the SYNs of the others, so that the joining host
 * gives up after its retries. The SYN of MP_JOIN names the connection by its receiver's token (RFC 8684, section 3.2).
 */
#include <gw/operator.h>

/* Ports of the joins let through, by token: a retransmitted SYN is no further subflow. */
struct joins {
	__u32 count;
	__u32 ports[8];			/* source port << 16 | destination port */
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__type(key, __u32);
	__type(value, struct joins);
	__uint(max_entries, 16384);
} joined SEC(".maps");

GW_ACTOR(limit_joins)
{
	__u32 wanted = GW_PACKET_TYPE_SYN | GW_PACKET_TYPE_MP_JOIN, token, ports, i;
	struct joins first = {}, *known;
	int at;

	if ((operator->types & wanted) != wanted)
		return GW_ANSWER_NOTHING;
	at = gw_find_mptcp(operator, MPTCP_SUB_JOIN);
	if (at < 0)
		return GW_ANSWER_NOTHING;
	/* Kind, size, subtype and backup flag, address id, then the token. */
	token = gw_option_u32(operator, at + 4);
	ports = (__u32)operator->source_port << 16 | operator->destination_port;
	known = bpf_map_lookup_elem(&joined, &token);
	if (!known) {
		bpf_map_update_elem(&joined, &token, &first, BPF_NOEXIST);
		known = bpf_map_lookup_elem(&joined, &token);
		if (!known)
			return GW_ANSWER_NOTHING;
	}
	for (i = 0; i < 8; i++) {
		if (i >= known->count)
			break;
		if (known->ports[i] == ports)
			return GW_ANSWER_NOTHING;
	}
	if (known->count >= operator->args[0] || known->count >= 8) {
		operator->verdict = GW_REQUEST_DROP;
		return GW_ANSWER_DONE;
	}
	i = __sync_fetch_and_add(&known->count, 1);
	if (i < 8)
		known->ports[i] = ports;
	return GW_ANSWER_NOTHING;
}

char _license[] SEC("license") = "Dual MIT/GPL";
