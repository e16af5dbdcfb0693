/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Where a packet's payload stands in its connection's data (RFC 8684, section 3.3). Followed only for a
 * policy that asks (GW_GENERATION_FLAG_TRACK_DATA).
 */
#ifndef GW_DATA_H
#define GW_DATA_H

#include "track.h"

/* Which end of the connection sends the packet: 0 the client, that opened it, 1 the server. */
static __always_inline __u32 gw_data_side(const struct gw_flow *flow, const struct gw_packet *packet)
{
	return (packet->index != flow->origin) ^ !!(flow->flags & GW_FLOW_FLAG_FROM_SERVER);
}

/* The 64-bit place nearest to high whose low half is low. */
static __always_inline __u64 gw_extend(__u64 high, __u32 low)
{
	__s64 place = (__s64)high + (__s32)(low - (__u32)high);

	return place < 0 ? 0 : place;
}

static __always_inline __u64 gw_load64(const __u8 *options, __u32 offset)
{
	return (__u64)gw_load32(options, offset) << 32 | gw_load32(options, offset + 4);
}

/*
 * Sets packet->data_sequence from the packet's mapping and moves the connection's mark. One mapping can
 * cover several segments; each is placed by its own sequence number.
 */
__noinline int gw_track_data(gw_context *ctx, struct gw_packet *packet, struct gw_flow *flow)
{
	struct gw_scratch *scratch = gw_get_scratch();
	struct gw_connection *connection;
	struct gw_flow_dir *dir;
	__u64 place, *high, first;
	__u32 at, side;

	if (!packet || !flow || !scratch || !packet->payload || !flow->connection)
		return 0;
	connection = gw_connection_of(flow);
	if (!connection || gw_load_options(ctx, packet, scratch))
		return 0;
	dir = &flow->dir[packet->index & 1];
	side = gw_data_side(flow, packet) & 1;
	high = &connection->data_high[side];
	/* MP_CAPABLE takes the first number. */
	first = connection->idsn[side] + 1;
	if (packet->sub[MPTCP_SUB_DSS]) {
		__u8 flags;

		at = packet->sub[MPTCP_SUB_DSS] - 1;
		flags = scratch->options[(at + 3) & 63];
		if (!(flags & MPTCP_DSS_MAP))
			return 0;
		at += 4 + (flags & MPTCP_DSS_ACK ? flags & MPTCP_DSS_ACK8 ? 8 : 4 : 0);
		if (flags & MPTCP_DSS_MAP8) {
			place = gw_load64(scratch->options, at) - first;
			at += 8;
		} else {
			place = gw_extend(*high, gw_load32(scratch->options, at) - (__u32)first);
			at += 4;
		}
		if (dir->flags & GW_FLOW_DIR_FLAG_ISN)
			place += (__s32)(packet->seq - dir->isn - gw_load32(scratch->options, at));
	} else if (packet->sub[MPTCP_SUB_CAPABLE]) {
		/* The first data of a version 1 connection, mapped by MP_CAPABLE itself. */
		place = 0;
	} else {
		return 0;
	}
	packet->data_sequence = place;
	packet->data_known = 1;
	if ((__s64)(place + packet->payload - *high) > 0)
		*high = place + packet->payload;
	return 0;
}

#endif
