/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * rewrite: gives a flow another 4-tuple from its SYN on. The new one must be nobody else's: another rewritten
 * flow's, or that of a flow which passes as it is.
 */
#ifndef GW_ACTORS_REWRITE_H
#define GW_ACTORS_REWRITE_H

#include <linux/errno.h>
#include "../plan.h"
#include "../translate.h"

/* Ports of a range tried for one SYN. */
#define GW_REWRITE_TRIES	256
/* Jiffies after which a flow that never ended no longer keeps its 4-tuple: 35 minutes to 6 hours. */
#define GW_REWRITE_ABANDONED	(1ull << 21)

static __always_inline int gw_rewrite(struct gw_packet *packet, struct gw_step *step, struct gw_plan *plan)
{
	/* The flow has an entry, and this packet was translated by it. */
	if (packet->rewritten)
		return GW_REASON_DONE;
	if (!(packet->types & GW_PACKET_TYPE_SYN))
		return GW_REASON_NO_FLOW;
	plan->rewrite = 1;
	plan->rewrite_operand = step->operand;
	return GW_DEFERRED;
}

/* Whether the ends of scratch->wire are those of a flow that passes as it is. */
static __always_inline int gw_passes_as_it_is(const struct gw_rewrite_key *of)
{
	struct gw_flow *flow;

	if (of->family == 4) {
		struct gw_flow_key4 key = {
			.address = { of->address[0][0], of->address[1][0] },
			.port = { of->port[0], of->port[1] },
			.vlan = of->vlan,
		};

		flow = bpf_map_lookup_elem(&gw_flows4, &key);
	} else {
		struct gw_flow_key6 key = {
			.address = { { of->address[0][0], of->address[0][1] }, { of->address[1][0], of->address[1][1] } },
			.port = { of->port[0], of->port[1] },
			.vlan = of->vlan,
		};

		flow = bpf_map_lookup_elem(&gw_flows6, &key);
	}
	return flow && !(flow->flags & (GW_FLOW_FLAG_FIN | GW_FLOW_FLAG_RST)) &&
	       bpf_jiffies64() - flow->seen < GW_REWRITE_ABANDONED;
}

/* Whether another flow may have the 4-tuple of an entry. */
static __always_inline int gw_is_over(const struct gw_rewrite *entry, __u64 now)
{
	__u64 idle = now > entry->seen ? now - entry->seen : 0;
	__u32 fins = GW_REWRITE_END_FIN | GW_REWRITE_END_FIN_BACK;

	return idle >> GW_REWRITE_INTERVAL > GW_REWRITE_IDLE ||
	       (idle > GW_REWRITE_LINGER && ((entry->ended & GW_REWRITE_END_RST) || (entry->ended & fins) == fins));
}

/* Takes the 4-tuple of scratch->wire for the flow whose own is scratch->rewrite.other. */
__noinline int gw_claim_ends(__u32 vlan, __u32 family)
{
	struct gw_scratch *scratch = gw_get_scratch();
	struct gw_rewrite *old;
	long error;

	if (!scratch)
		return GW_REASON_COLLISION;
	scratch->rewrite.origin = gw_rewrite_key_of(scratch, &scratch->wire, vlan, family);
	old = bpf_map_lookup_elem(&gw_rewrites, &scratch->rewrite_key);
	if (old) {
		if (!gw_is_over(old, bpf_ktime_get_coarse_ns()))
			return GW_REASON_COLLISION;
		gw_end_rewrite(0);
		gw_rewrite_key_of(scratch, &scratch->wire, vlan, family);
	}
	if (gw_passes_as_it_is(&scratch->rewrite_key))
		return GW_REASON_COLLISION;
	scratch->rewrite.side = GW_REWRITE_SIDE_TRANSLATED;
	/* Of two SYNs that want it at once, one gets it. */
	error = bpf_map_update_elem(&gw_rewrites, &scratch->rewrite_key, &scratch->rewrite, BPF_NOEXIST);
	if (error)
		return error == -EEXIST ? GW_REASON_COLLISION : GW_REASON_REWRITE_TABLE_FULL;
	gw_touch_rewrite(gw_ends_hash(scratch->wire.address[0], scratch->wire.address[1], scratch->wire.port[0],
				      scratch->wire.port[1]), scratch->rewrite.seen);
	return GW_REASON_DONE;
}

struct gw_claim {
	__u32 vlan;
	__u32 family;
	__u32 first;			/* port of the range */
	__u32 count;			/* ports in it; 0 = the source port stays */
	__u32 start;			/* offset of the port to try first */
	int reason;
};

/* Tries one source port. Returns 1 to stop. */
static long gw_claim_port(__u32 round, struct gw_claim *claim)
{
	struct gw_scratch *scratch = gw_get_scratch();

	if (!scratch)
		return 1;
	if (claim->count)
		scratch->wire.port[0] = bpf_htons(claim->first + (claim->start + round) % claim->count);
	/* As it is already. */
	if (gw_same_ends(&scratch->wire, &scratch->rewrite.other)) {
		claim->reason = GW_REASON_ALREADY_DONE;
		return 1;
	}
	claim->reason = gw_claim_ends(claim->vlan, claim->family);
	return claim->reason != GW_REASON_COLLISION;
}

/* Claims a 4-tuple for the flow of a SYN: scratch->wire. */
static __always_inline int gw_choose_ends(struct gw_packet *packet, struct gw_scratch *scratch,
					  struct gw_rewrite_operand *operand, __u32 vlan)
{
	__u32 port = bpf_ntohs(packet->source_port), first = operand->source_port_first, rounds = 1;
	struct gw_claim claim = {
		.vlan = vlan,
		.family = packet->family,
		.reason = GW_REASON_COLLISION,
	};
	struct gw_ends *to = &scratch->wire;

	gw_ends_of(to, packet);
	__builtin_memset(&scratch->rewrite, 0, sizeof(scratch->rewrite));
	scratch->rewrite.other = *to;
	scratch->rewrite.seen = bpf_ktime_get_coarse_ns();
	scratch->rewrite.isn = packet->seq;
	if (operand->flags & GW_REWRITE_FLAG_SOURCE)
		__builtin_memcpy(to->address[0], operand->source, sizeof(to->address[0]));
	if (operand->flags & GW_REWRITE_FLAG_DESTINATION)
		__builtin_memcpy(to->address[1], operand->destination, sizeof(to->address[1]));
	if (operand->destination_port)
		to->port[1] = bpf_htons(operand->destination_port);
	if (first) {
		claim.first = first;
		claim.count = (__u32)operand->source_port_last - first + 1;
		/* The flow's own port when it is of the range. */
		claim.start = port - first < claim.count ? port - first : gw_hash_of(packet) % claim.count;
		rounds = claim.count < GW_REWRITE_TRIES ? claim.count : GW_REWRITE_TRIES;
	}
	bpf_loop(rounds, gw_claim_port, &claim, 0);
	return claim.reason;
}

/* Enters the other side of a flow that has claimed scratch->wire. */
__noinline int gw_enter_original(struct gw_packet *packet, __u32 vlan)
{
	struct gw_scratch *scratch = gw_get_scratch();
	long error;

	if (!packet || !scratch)
		return GW_REASON_COLLISION;
	scratch->rewrite.other = scratch->wire;
	gw_ends_of(&scratch->wire, packet);
	scratch->rewrite.origin = gw_rewrite_key_of(scratch, &scratch->wire, vlan, packet->family);
	scratch->rewrite.side = GW_REWRITE_SIDE_ORIGINAL;
	error = bpf_map_update_elem(&gw_rewrites, &scratch->rewrite_key, &scratch->rewrite, BPF_NOEXIST);
	if (error) {
		gw_rewrite_key_of(scratch, &scratch->rewrite.other, vlan, packet->family);
		bpf_map_delete_elem(&gw_rewrites, &scratch->rewrite_key);
		/* A copy of the SYN was faster: its claim holds for both. */
		return error == -EEXIST ? GW_REASON_DONE : GW_REASON_REWRITE_TABLE_FULL;
	}
	gw_touch_rewrite(gw_hash_of(packet), scratch->rewrite.seen);
	return GW_REASON_DONE;
}

/* Gives the flow of a SYN its other 4-tuple and translates the packet; counts and tells the result. */
__noinline int gw_begin_rewrite(gw_context *ctx, struct gw_packet *packet, struct gw_flow *flow, struct gw_plan *plan)
{
	struct gw_scratch *scratch = gw_get_scratch();
	struct gw_rewrite_operand *operand;
	__u32 index, vlan_mask;
	struct gw_port *port;
	int reason;

	if (!packet || !flow || !plan || !scratch)
		return 0;
	index = plan->port;
	port = bpf_map_lookup_elem(&gw_ports, &index);
	index = plan->rewrite_operand;
	operand = gw_inner_lookup(&gw_operands, plan->generation, &index);
	if (!port || !operand)
		return 0;
	vlan_mask = port->vlan_mask;
	if (packet->csum == GW_CSUM_UNKNOWN)
		reason = GW_REASON_CSUM_UNKNOWN;
	else if (operand->family && operand->family != packet->family)
		reason = GW_REASON_NOT_APPLICABLE;
	else
		reason = gw_choose_ends(packet, scratch, operand, packet->vlan & vlan_mask);
	if (reason == GW_REASON_DONE)
		reason = gw_enter_original(packet, packet->vlan & vlan_mask);
	if (reason == GW_REASON_DONE) {
		reason = gw_translate(ctx, packet, vlan_mask, plan->hook);
		if (packet->rewritten) {
			flow->flags |= GW_FLOW_FLAG_REWRITTEN;
			reason = GW_REASON_DONE;
		} else if (!reason) {
			reason = GW_REASON_COLLISION;
		}
	}
	gw_settle_deferred(plan, &plan->rewrite_step, reason);
	gw_emit_actor(ctx, packet, flow, plan, &plan->rewrite_step, GW_EVENT_TYPE_ACTOR, 0, reason);
	return 0;
}

#endif
