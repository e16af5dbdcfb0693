/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Whether a subflow is in a set. */
#ifndef GW_SET_H
#define GW_SET_H

#include "flow.h"

static __always_inline int gw_set_has(struct gw_packet *packet, __u32 set)
{
	/* The keys differ from those of flows in the name of one field. */
	if (packet->family == 4) {
		struct gw_flow_key4 key;

		gw_key4(packet, &key, set);
		return bpf_map_lookup_elem(&gw_set_members4, &key) != NULL;
	} else {
		struct gw_flow_key6 key;

		gw_key6(packet, &key, set);
		return bpf_map_lookup_elem(&gw_set_members6, &key) != NULL;
	}
}

/*
 * Returns 1 when the packet's subflow is in the set, else 0. The flow remembers the answer for the epoch that was read before
 * the look-up: one word is written at once, and what another CPU writes over it is at worst looked up again.
 */
__noinline int gw_in_set(struct gw_packet *packet, struct gw_flow *flow, __u32 set)
{
	__u32 zero = 0, *epoch = bpf_map_lookup_elem(&gw_set_epoch, &zero), now;
	__u64 state, in = 1ull << set % GW_SETS_PER_WORD, known = in << GW_SETS_PER_WORD, *word;

	if (!packet || !flow || !epoch)
		return 0;
	word = &flow->sets[set / GW_SETS_PER_WORD % (GW_SETS / GW_SETS_PER_WORD)];
	now = *(volatile __u32 *)epoch;
	state = *(volatile __u64 *)word;
	if (state >> 32 != now)
		state = (__u64)now << 32;
	if (!(state & known)) {
		state |= known | (gw_set_has(packet, set) ? in : 0);
		*(volatile __u64 *)word = state;
	}
	return !!(state & in);
}

#endif
