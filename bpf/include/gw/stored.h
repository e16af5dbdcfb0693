/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The ADD_ADDR options kept of a connection: how they are found, and who has confirmed them. */
#ifndef GW_STORED_H
#define GW_STORED_H

#include "flow.h"

/* Places of one end of a connection, of both kinds. */
#define GW_STORED_PLACES (2 * GW_STORED_SLOTS)

static __always_inline __u32 gw_load32(const __u8 *options, __u32 offset)
{
	return (__u32)options[offset & 63] << 24 | (__u32)options[(offset + 1) & 63] << 16 |
	       (__u32)options[(offset + 2) & 63] << 8 | options[(offset + 3) & 63];
}

/* Which end of the connection sends the packet: the client, that opened it, sends the original direction. */
static __always_inline __u8 gw_stored_direction(const struct gw_packet *packet, const struct gw_flow *flow)
{
	if (!(flow->flags & GW_FLOW_FLAG_ORIGIN_KNOWN))
		return 4 + packet->index;
	return (packet->index != flow->origin) ^ !!(flow->flags & GW_FLOW_FLAG_FROM_SERVER) ?
		       GW_DIRECTION_REPLY : GW_DIRECTION_ORIGINAL;
}

static __always_inline __u8 gw_stored_opposite(__u8 direction)
{
	return direction < 4 ? direction ^ (GW_DIRECTION_ORIGINAL ^ GW_DIRECTION_REPLY) : direction ^ 1;
}

/* The key of slot 0 for the addresses of the packet's sender. Without a connection the flow tells, either direction alike. */
static __always_inline void gw_stored_key_of(struct gw_stored_key *key, const struct gw_packet *packet,
					     const struct gw_flow *flow, __u8 kind)
{
	__builtin_memset(key, 0, sizeof(*key));
	key->connection = flow->connection;
	key->direction = gw_stored_direction(packet, flow);
	key->kind = kind;
	if (!flow->connection) {
		__u64 mixed = packet->source[0] ^ packet->source[1] ^ packet->destination[0] ^ packet->destination[1];

		key->flow_hash = (__u32)mixed ^ (__u32)(mixed >> 32) ^
				 (__u32)packet->source_port * packet->destination_port;
	}
}

/* The option of a chosen place; place is 8 * enum gw_stored_kind + slot. */
static __always_inline struct gw_stored_option *gw_stored_at(struct gw_stored_key *key, __u32 place)
{
	key->kind = place / GW_STORED_SLOTS;
	key->slot = place % GW_STORED_SLOTS;
	return bpf_map_lookup_elem(&gw_stored, key);
}

/* Whether octets from..until of a kept option stand at a place of scratch->options; verified once, for all lengths. */
__noinline int gw_stands_at(struct gw_stored_option *stored, __u32 at, __u32 from, __u32 until)
{
	struct gw_scratch *scratch = gw_get_scratch();
	__u32 i;

	if (!stored || !scratch)
		return 0;
	for (i = from; i < GW_STORED_OPTION; i++) {
		if (i >= until)
			break;
		if (stored->option[i] != scratch->options[(at + i) & 63])
			return 0;
	}
	return 1;
}

/* An echo is its announcement without the HMAC (RFC 8684, section 3.4.1). */
static __always_inline int gw_is_echo_of(struct gw_scratch *scratch, __u32 at, struct gw_stored_option *stored)
{
	__u32 length = scratch->options[(at + 1) & 63];

	return stored->address_id == scratch->options[(at + 3) & 63] && stored->length == length + 8 &&
	       gw_stands_at(stored, at, 4, length);
}

/* Marks what an echo confirms. Its receiver did not announce what user space offered: packet->swallow. */
__noinline int gw_learn_echo(struct gw_packet *packet, struct gw_flow *flow)
{
	struct gw_scratch *scratch = gw_get_scratch();
	struct gw_stored_key key;
	__u32 place, at;

	if (!packet || !flow || !scratch)
		return 0;
	at = packet->sub[MPTCP_SUB_ADD_ADDR] - 1;
	gw_stored_key_of(&key, packet, flow, 0);
	key.direction = gw_stored_opposite(key.direction);
	for (place = 0; place < GW_STORED_PLACES; place++) {
		struct gw_stored_option *stored = gw_stored_at(&key, place);

		if (!stored || !gw_is_echo_of(scratch, at, stored))
			continue;
		stored->flags |= GW_STORED_FLAG_ECHOED;
		if (key.kind == GW_STORED_KIND_OFFERED)
			packet->swallow = 1;
	}
	return 0;
}

#endif
