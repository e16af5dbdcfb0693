/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Which address of a connection add_subflow is to send now. */
#ifndef GW_EDITS_DUE_H
#define GW_EDITS_DUE_H

#include "../plan.h"
#include "../stored.h"

/* Times an address is sent at most. */
#define GW_ADD_TRIES	5
/* ns after which it is sent again the first time; doubles each time. */
#define GW_ADD_INTERVAL	1000000000ull
/* Longest ADD_ADDR that fits beside data: timestamps and half a DATA_ACK make room. */
#define GW_ADD_BESIDE_DATA	18

/* Whether to ask user space for the addresses of a step: at most about once a second for each connection. */
static __always_inline int gw_want_addresses(struct gw_flow *flow, struct gw_plan *plan, __u64 now)
{
	__u32 interval = (__u32)(now >> 30) + 1;
	struct gw_connection *connection;

	if (!flow->connection)
		return GW_REASON_NO_CONNECTION;
	connection = gw_connection_of(flow);
	if (!connection)
		return GW_REASON_NO_CONNECTION;
	if (connection->wanted == interval)
		return GW_REASON_NO_KEYS;
	connection->wanted = interval;
	plan->add = GW_PLAN_ADD_ASK;
	return GW_DEFERRED;
}

/* Finds an address that is due and fits this packet: plan->add. Returns GW_DEFERRED, or why there is none. */
__noinline int gw_choose_address(struct gw_packet *packet, struct gw_flow *flow, struct gw_plan *plan)
{
	__u32 place, first, last;
	__u64 now = bpf_ktime_get_coarse_ns(), interval;
	struct gw_scratch *scratch = gw_get_scratch();
	struct gw_stored_key *key;

	if (!packet || !flow || !plan || !scratch)
		return GW_REASON_NOTHING_STORED;
	key = &scratch->key;
	gw_stored_key_of(key, packet, flow, 0);
	/* Kept in *plan: reading them back makes each round the same to the verifier. */
	plan->add_seen = plan->add_offered = 0;
	first = plan->add_flags & GW_ADD_FLAG_GIVE_BACK ? 0 : GW_STORED_SLOTS;
	last = (plan->add_flags & GW_ADD_FLAG_ANNOUNCE) &&
			       key->direction == (plan->add_flags & GW_ADD_FLAG_TO_SERVER ? GW_DIRECTION_ORIGINAL :
										      GW_DIRECTION_REPLY) ?
		       GW_STORED_PLACES : GW_STORED_SLOTS;
	for (place = 0; place < GW_STORED_PLACES; place++) {
		struct gw_stored_option *stored;

		if (place < first || place >= last)
			continue;
		stored = gw_stored_at(key, place);
		if (!stored)
			continue;
		if (key->kind == GW_STORED_KIND_OFFERED) {
			if (stored->generation != plan->generation || stored->chain != plan->chain ||
			    stored->step != plan->add_step.step)
				continue;
			plan->add_offered++;
		}
		interval = stored->tries ? GW_ADD_INTERVAL << ((stored->tries - 1) & 7) : 0;
		if (stored->flags & GW_STORED_FLAG_ECHOED) {
			plan->add_seen |= GW_PLAN_ADD_SEEN_ECHOED;
		} else if (stored->flags & GW_STORED_FLAG_GAVE_UP) {
			plan->add_seen |= GW_PLAN_ADD_SEEN_GAVE_UP;
		} else if (stored->tries && now - stored->tried < interval) {
			plan->add_seen |= GW_PLAN_ADD_SEEN_WAITING;
		} else if (stored->tries >= GW_ADD_TRIES) {
			stored->flags |= GW_STORED_FLAG_GAVE_UP;
			plan->add_seen |= GW_PLAN_ADD_SEEN_GAVE_UP;
		} else if (packet->payload && stored->length > GW_ADD_BESIDE_DATA) {
			plan->add_seen |= GW_PLAN_ADD_SEEN_WAITING;
		} else {
			plan->add = GW_PLAN_ADD_PLACE + place;
			return GW_DEFERRED;
		}
	}
	if (last == GW_STORED_PLACES && plan->add_offered < plan->add_wanted)
		return gw_want_addresses(flow, plan, now);
	return plan->add_seen & GW_PLAN_ADD_SEEN_WAITING ? GW_REASON_ALREADY_DONE :
	       plan->add_seen & GW_PLAN_ADD_SEEN_GAVE_UP ? GW_REASON_GAVE_UP :
	       plan->add_seen & GW_PLAN_ADD_SEEN_ECHOED ? GW_REASON_ECHOED : GW_REASON_NOTHING_STORED;
}

#endif
