/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Keeps rewritten flows rewritten, whatever policy runs. A flow has two 4-tuples, that of the host which sent
 * its SYN and that of where it goes. Policy, flow table and events know the first only: a packet that comes
 * back is translated before policy sees it, one that goes there after policy has been shown the original.
 *
 * Packets are translated at the first hook that sees them. The direction that goes away is then met again at
 * egress as it is on the wire, and recognised.
 */
#ifndef GW_TRANSLATE_H
#define GW_TRANSLATE_H

#include "edits/ends.h"
#include "flow.h"

/* ns of an interval, as a shift: about nine minutes. */
#define GW_REWRITE_INTERVAL	39
/* Intervals without a packet after which a flow is forgotten: 2 hours 17 minutes (RFC 5382, REQ-5 asks for 2 h 4 min). */
#define GW_REWRITE_IDLE		15
/* ns for which an ended flow keeps its 4-tuple: its last segments may still be on their way. */
#define GW_REWRITE_LINGER	60000000000ull

/* The interval of a time, as the filter has it: never 0. */
static __always_inline __u32 gw_rewrite_interval(__u64 now)
{
	return (now >> GW_REWRITE_INTERVAL) % 255 + 1;
}

/* Hash of a 4-tuple, the same for both directions. */
static __always_inline __u32 gw_ends_hash(const __u64 *source, const __u64 *destination, __u16 from, __u16 to)
{
	return gw_spread(gw_mix_ends(source, destination, from, to)) >> 48;
}

static __always_inline __u8 *gw_rewrite_slot(__u32 hash)
{
	__u32 block = hash / GW_REWRITE_SLOTS;
	struct gw_rewrite_filter *filter = bpf_map_lookup_elem(&gw_rewrite_filter, &block);

	return filter ? &filter->slot[hash % GW_REWRITE_SLOTS] : NULL;
}

static __always_inline __u32 gw_hash_of(const struct gw_packet *packet)
{
	return gw_ends_hash(packet->source, packet->destination, packet->source_port, packet->destination_port);
}

/* Notes that a rewritten flow with this hash was seen. */
static __always_inline void gw_touch_rewrite(__u32 hash, __u64 now)
{
	__u8 *slot = gw_rewrite_slot(hash), interval = gw_rewrite_interval(now);

	if (slot && *slot != interval)
		*slot = interval;
}

/* Whether the packet may be of a rewritten flow; nearly all others end here. */
static __always_inline int gw_maybe_rewritten(const struct gw_packet *packet)
{
	__u8 *slot = gw_rewrite_slot(gw_hash_of(packet));

	return slot && *slot;
}

/* Fills scratch->rewrite_key for these ends. Returns the direction index of the first one's packets. */
static __always_inline __u32 gw_rewrite_key_of(struct gw_scratch *scratch, const struct gw_ends *ends, __u16 vlan,
					       __u8 family)
{
	const __u64 *s = ends->address[0], *d = ends->address[1];
	struct gw_rewrite_key *key = &scratch->rewrite_key;
	__u32 swap = s[0] != d[0] ? s[0] > d[0] : s[1] != d[1] ? s[1] > d[1] : ends->port[0] > ends->port[1];

	key->address[swap][0] = s[0];
	key->address[swap][1] = s[1];
	key->address[!swap][0] = d[0];
	key->address[!swap][1] = d[1];
	key->port[swap] = ends->port[0];
	key->port[!swap] = ends->port[1];
	key->vlan = vlan;
	key->family = family;
	return swap;
}

static __always_inline void gw_ends_of(struct gw_ends *ends, const struct gw_packet *packet)
{
	__builtin_memcpy(ends->address, packet->source, sizeof(ends->address));
	ends->port[0] = packet->source_port;
	ends->port[1] = packet->destination_port;
	ends->reserved = 0;
}

static __always_inline void gw_turn_ends(struct gw_ends *to, const struct gw_ends *from)
{
	__builtin_memcpy(to->address[0], from->address[1], sizeof(to->address[0]));
	__builtin_memcpy(to->address[1], from->address[0], sizeof(to->address[1]));
	to->port[0] = from->port[1];
	to->port[1] = from->port[0];
	to->reserved = 0;
}

static __always_inline int gw_same_ends(const struct gw_ends *left, const struct gw_ends *right)
{
	const __u64 *l = left->address[0], *r = right->address[0];

	return !((l[0] ^ r[0]) | (l[1] ^ r[1]) | (l[2] ^ r[2]) | (l[3] ^ r[3]) | (left->port[0] ^ right->port[0]) |
		 (left->port[1] ^ right->port[1]));
}

/* The policy sees these ends. */
static __always_inline void gw_show_ends(struct gw_packet *packet, const struct gw_ends *ends)
{
	__builtin_memcpy(packet->source, ends->address, sizeof(ends->address));
	packet->source_port = ends->port[0];
	packet->destination_port = ends->port[1];
}

/*
 * The entry of a flow's other side, whose key is left in scratch->rewrite_key; NULL when it is gone, or another
 * flow's by now: the table has overflowed.
 */
static __always_inline struct gw_rewrite *gw_other_side(struct gw_scratch *scratch, const struct gw_rewrite *entry)
{
	struct gw_rewrite_key *key = &scratch->rewrite_key;
	struct gw_ends *own = &scratch->rewrite_own;
	__u32 from = entry->origin & 1;
	struct gw_rewrite *other;

	own->address[0][0] = key->address[from][0];
	own->address[0][1] = key->address[from][1];
	own->address[1][0] = key->address[!from][0];
	own->address[1][1] = key->address[!from][1];
	own->port[0] = key->port[from];
	own->port[1] = key->port[!from];
	gw_rewrite_key_of(scratch, &entry->other, key->vlan, key->family);
	other = bpf_map_lookup_elem(&gw_rewrites, &scratch->rewrite_key);
	return other && other->side != entry->side && gw_same_ends(&other->other, own) ? other : NULL;
}

/* The entry of scratch->rewrite_key, which is kept as rewrite_from: the other side's key takes its place. */
static __always_inline struct gw_rewrite *gw_this_side(struct gw_scratch *scratch)
{
	scratch->rewrite_from = scratch->rewrite_key;
	return bpf_map_lookup_elem(&gw_rewrites, &scratch->rewrite_from);
}

/* Forgets the flow of scratch->rewrite_key, or with how notes at both entries that it ends. */
__noinline int gw_end_rewrite(struct gw_scratch *scratch, __u32 how)
{
	struct gw_rewrite *entry, *other;

	if (!scratch)
		return 0;
	entry = gw_this_side(scratch);
	if (!entry)
		return 0;
	other = gw_other_side(scratch, entry);
	if (how) {
		entry->ended |= how;
		if (other)
			other->ended |= how;
		return 0;
	}
	bpf_map_delete_elem(&gw_rewrites, &scratch->rewrite_from);
	if (other)
		bpf_map_delete_elem(&gw_rewrites, &scratch->rewrite_key);
	return 0;
}

/* Notes a packet of scratch->rewrite_key at the other side too. Returns 0 when that is lost: the flow is forgotten. */
__noinline int gw_keep_other_side(struct gw_scratch *scratch, __u64 now)
{
	struct gw_rewrite *entry, *other;

	if (!scratch)
		return 0;
	entry = gw_this_side(scratch);
	if (!entry)
		return 0;
	other = gw_other_side(scratch, entry);
	if (!other) {
		bpf_map_delete_elem(&gw_rewrites, &scratch->rewrite_from);
		return 0;
	}
	other->seen = now;
	scratch->rewrite_key = scratch->rewrite_from;
	return 1;
}

/*
 * Translates a packet of a rewritten flow and shows the policy the original ends. Returns GW_REASON_NONE, or why
 * the packet goes on as it is.
 */
__noinline int gw_translate(gw_context *ctx, struct gw_packet *packet, __u32 vlan_mask, __u32 hook)
{
	struct gw_scratch *scratch = gw_get_scratch();
	__u32 index, away, how = 0;
	struct gw_rewrite *entry;
	__u64 now;
	__u8 *slot;
	int reason;

	if (!packet || !scratch)
		return GW_REASON_NONE;
	slot = gw_rewrite_slot(gw_hash_of(packet));
	now = bpf_ktime_get_coarse_ns();
	if (!slot || (gw_rewrite_interval(now) + 255 - *slot) % 255 > GW_REWRITE_IDLE)
		return GW_REASON_NONE;
	gw_ends_of(&scratch->wire, packet);
	index = gw_rewrite_key_of(scratch, &scratch->wire, packet->vlan & vlan_mask, packet->family);
	entry = bpf_map_lookup_elem(&gw_rewrites, &scratch->rewrite_key);
	if (!entry)
		return GW_REASON_NONE;
	away = index == entry->origin;
	if (entry->side == GW_REWRITE_SIDE_ORIGINAL) {
		/* Translated on its way back at an earlier hook. */
		if (!away)
			return GW_REASON_NONE;
		/* Another connection: policy decides anew. */
		if ((packet->types & GW_PACKET_TYPE_SYN) && packet->seq != entry->isn) {
			gw_end_rewrite(scratch, 0);
			return GW_REASON_NONE;
		}
		if (!gw_keep_other_side(scratch, now))
			return GW_REASON_REWRITE_TABLE_FULL;
		scratch->wire = entry->other;
		reason = gw_edit_ends(ctx, packet);
		if (reason != GW_REASON_DONE)
			return reason;
		packet->rewritten = GW_REWRITTEN_AWAY;
	} else if (away) {
		/* What enters the gateway like this is a flow of its own. */
		if (hook == GW_HOOK_INGRESS)
			return GW_REASON_NONE;
		gw_show_ends(packet, &entry->other);
		packet->rewritten = GW_REWRITTEN_AWAY;
	} else {
		gw_turn_ends(&scratch->wire, &entry->other);
		reason = gw_edit_ends(ctx, packet);
		if (reason != GW_REASON_DONE)
			return reason;
		gw_show_ends(packet, &scratch->wire);
		packet->rewritten = GW_REWRITTEN_BACK;
	}
	entry->seen = now;
	if (*slot != gw_rewrite_interval(now))
		*slot = gw_rewrite_interval(now);
	if (packet->types & GW_PACKET_TYPE_RST)
		how |= GW_REWRITE_END_RST;
	if (packet->types & GW_PACKET_TYPE_FIN)
		how |= away ? GW_REWRITE_END_FIN : GW_REWRITE_END_FIN_BACK;
	if (how & ~entry->ended)
		gw_end_rewrite(scratch, how);
	return GW_REASON_NONE;
}

#endif
