/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What is learned from packets. gw_track() is for every packet; gw_learn() only for those that say
 * something new (handshakes, MPTCP options beside DSS, ends).
 */
#ifndef GW_TRACK_H
#define GW_TRACK_H

#include "event.h"
#include "flow.h"
#include "stored.h"

#define GW_TYPES_LEARN								\
	(GW_TYPES_CONTROL | GW_PACKET_TYPE_MP_CAPABLE | GW_PACKET_TYPE_MP_JOIN |	\
	 GW_PACKET_TYPE_ADD_ADDR4 | GW_PACKET_TYPE_ADD_ADDR6 | GW_PACKET_TYPE_ADD_ADDR_ECHO |	\
	 GW_PACKET_TYPE_REMOVE_ADDR | GW_PACKET_TYPE_MP_PRIO | GW_PACKET_TYPE_MP_FAIL |	\
	 GW_PACKET_TYPE_MP_FASTCLOSE | GW_PACKET_TYPE_MP_TCPRST)

/* Ties a flow to its connection once both keys have passed (RFC 8684, section 3.1). */
static __always_inline void gw_learn_keys(struct gw_flow *flow, struct gw_scratch *scratch, __u32 at)
{
	__u32 first_high = gw_load32(scratch->options, at + 4), first_low = gw_load32(scratch->options, at + 8);
	__u32 second_high = gw_load32(scratch->options, at + 12), second_low = gw_load32(scratch->options, at + 16);
	struct gw_connection connection = { .subflows = 1, .live = 1 };
	__u32 client, server;
	__u64 id;

	if (flow->flags & GW_FLOW_FLAG_V0) {
		client = gw_token_sha1(&scratch->digest, first_high, first_low);
		connection.idsn[0] = scratch->digest.idsn;
		server = gw_token_sha1(&scratch->digest, second_high, second_low);
	} else {
		connection.version = 1;
		client = gw_token_sha256(&scratch->digest, first_high, first_low);
		connection.idsn[0] = scratch->digest.idsn;
		server = gw_token_sha256(&scratch->digest, second_high, second_low);
	}
	connection.idsn[1] = scratch->digest.idsn;
	connection.created = flow->created;
	id = (__u64)client << 32 | server;
	bpf_map_update_elem(&gw_connections, &id, &connection, BPF_NOEXIST);
	bpf_map_update_elem(&gw_tokens, &client, &id, BPF_ANY);
	bpf_map_update_elem(&gw_tokens, &server, &id, BPF_ANY);
	flow->connection = id;
	flow->ordinal = 1;
	flow->flags |= GW_FLOW_FLAG_KEYS | GW_FLOW_FLAG_ESTABLISHED | GW_FLOW_FLAG_LIVE;
}

/* MP_JOIN SYN: the token names the connection (RFC 8684, section 3.2). */
static __always_inline void gw_learn_join(struct gw_flow *flow, struct gw_scratch *scratch, __u32 at)
{
	struct gw_connection *connection;
	__u64 *id;

	flow->token = gw_load32(scratch->options, at + 4);
	id = bpf_map_lookup_elem(&gw_tokens, &flow->token);
	if (!id)
		return;
	flow->connection = *id;
	/* The token is its receiver's. */
	if (flow->token != (__u32)*id)
		flow->flags |= GW_FLOW_FLAG_FROM_SERVER;
	connection = bpf_map_lookup_elem(&gw_connections, id);
	if (connection)
		flow->ordinal = __sync_fetch_and_add(&connection->subflows, 1) + 1;
}

/* Keeps the number of subflows that a connection has. */
static __always_inline void gw_count_live(struct gw_flow *flow)
{
	__u32 ended = flow->flags & (GW_FLOW_FLAG_RST | GW_FLOW_FLAG_FIN);
	__u32 joined = (flow->flags & (GW_FLOW_FLAG_JOIN | GW_FLOW_FLAG_ESTABLISHED)) ==
		       (GW_FLOW_FLAG_JOIN | GW_FLOW_FLAG_ESTABLISHED);
	struct gw_connection *connection;

	if (!flow->connection || (flow->flags & GW_FLOW_FLAG_LIVE ? !ended : ended || !joined))
		return;
	connection = bpf_map_lookup_elem(&gw_connections, &flow->connection);
	if (!connection)
		return;
	__sync_fetch_and_add(&connection->live, ended ? -1 : 1);
	flow->flags ^= GW_FLOW_FLAG_LIVE;
}

static __always_inline __u8 gw_learn_capable(struct gw_packet *packet, struct gw_flow *flow, struct gw_scratch *scratch)
{
	__u32 at = packet->sub[MPTCP_SUB_CAPABLE] - 1;
	__u32 length = scratch->options[(at + 1) & 63];

	if (packet->types & GW_PACKET_TYPE_SYN) {
		flow->flags |= GW_FLOW_FLAG_MPTCP | GW_FLOW_FLAG_INITIAL;
		if (!(scratch->options[(at + 2) & 63] & 0xf))
			flow->flags |= GW_FLOW_FLAG_V0;
	} else if (packet->types & GW_PACKET_TYPE_SYN_ACK) {
		/* The answer's version is the connection's (RFC 8684, section 3.1). */
		if (!(scratch->options[(at + 2) & 63] & 0xf))
			flow->flags |= GW_FLOW_FLAG_V0;
		else
			flow->flags &= ~GW_FLOW_FLAG_V0;
		flow->flags |= GW_FLOW_FLAG_MPTCP | GW_FLOW_FLAG_INITIAL;
	} else if (length >= MPTCP_CAPABLE_KEYS && !(flow->flags & GW_FLOW_FLAG_KEYS)) {
		flow->flags |= GW_FLOW_FLAG_MPTCP | GW_FLOW_FLAG_INITIAL;
		if (!(scratch->options[(at + 2) & 63] & 0xf))
			flow->flags |= GW_FLOW_FLAG_V0;
		gw_learn_keys(flow, scratch, at);
	}
	return packet->sub[MPTCP_SUB_CAPABLE];
}

static __always_inline __u8 gw_learn_mp_join(struct gw_packet *packet, struct gw_flow *flow,
					     struct gw_flow_dir *dir, struct gw_scratch *scratch)
{
	__u32 at = packet->sub[MPTCP_SUB_JOIN] - 1;

	if (packet->types & (GW_PACKET_TYPE_SYN | GW_PACKET_TYPE_SYN_ACK)) {
		dir->address_id = scratch->options[(at + 3) & 63];
		if (scratch->options[(at + 2) & 63] & MPTCP_JOIN_BACKUP)
			dir->flags |= GW_FLOW_DIR_FLAG_BACKUP;
	} else {
		flow->flags |= GW_FLOW_FLAG_ESTABLISHED;
	}
	if ((packet->types & GW_PACKET_TYPE_SYN) && !(flow->flags & GW_FLOW_FLAG_JOIN))
		gw_learn_join(flow, scratch, at);
	flow->flags |= GW_FLOW_FLAG_MPTCP | GW_FLOW_FLAG_JOIN;
	return packet->sub[MPTCP_SUB_JOIN];
}

/* Forgets an earlier connection that used the same four-tuple. */
static __always_inline void gw_flow_restart(struct gw_flow *flow)
{
	__builtin_memset(flow->dir, 0, sizeof(flow->dir));
	flow->dir[0].mss = flow->dir[1].mss = GW_DEFAULT_MSS;
	flow->dir[0].ingress_port = flow->dir[1].ingress_port = GW_NO_PORT;
	flow->flags = 0;
	flow->connection = 0;
	flow->token = 0;
	flow->ordinal = 0;
	flow->created = bpf_ktime_get_ns();
}

static __always_inline void gw_learn_syn(struct gw_packet *packet, struct gw_flow *flow, struct gw_flow_dir *dir,
					 struct gw_flow_dir *other)
{
	__u32 syn = packet->types & GW_PACKET_TYPE_SYN;

	if (syn && (flow->flags & (GW_FLOW_FLAG_FIN | GW_FLOW_FLAG_RST | GW_FLOW_FLAG_ESTABLISHED |
				   GW_FLOW_FLAG_FALLBACK)))
		gw_flow_restart(flow);
	flow->origin = syn ? packet->index : !packet->index;
	flow->flags |= GW_FLOW_FLAG_ORIGIN_KNOWN;
	dir->wscale = packet->wscale ? packet->wscale - 1 : 0;
	/* Windows are scaled only when both offered it (RFC 7323, section 2.2). */
	if (!syn && !packet->wscale)
		other->wscale = 0;
	dir->mss = packet->mss ? packet->mss : GW_DEFAULT_MSS;
	dir->isn = packet->seq;
	dir->seq_high = 0;
	dir->flags |= GW_FLOW_DIR_FLAG_WSCALE | GW_FLOW_DIR_FLAG_SYN | GW_FLOW_DIR_FLAG_ISN;
	dir->flags &= ~(GW_FLOW_DIR_FLAG_SEQ | GW_FLOW_DIR_FLAG_FIN);
	dir->prio = 0;
	dir->prio_count = 0;
}

/* The host's own MP_PRIO takes back what the gateway has said this way before. */
static __always_inline void gw_learn_prio(struct gw_flow_dir *dir)
{
	if (dir->prio != (dir->flags & GW_FLOW_DIR_FLAG_BACKUP ? GW_PLAN_PRIO_BACKUP : GW_PLAN_PRIO_RESTORE)) {
		dir->prio = GW_PLAN_PRIO_NONE;
		dir->prio_count = 0;
	}
}

/* Plain data on a subflow that has not carried a DSS yet: it goes on as plain TCP (RFC 8684, section 3.7). */
static __always_inline int gw_falls_back(const struct gw_packet *packet, const struct gw_flow *flow)
{
	return packet->payload && (packet->types & GW_PACKET_TYPE_PLAIN_TCP) &&
	       (flow->flags & (GW_FLOW_FLAG_MPTCP | GW_FLOW_FLAG_DSS | GW_FLOW_FLAG_FALLBACK)) == GW_FLOW_FLAG_MPTCP;
}

/* Learns from a packet of GW_TYPES_LEARN and tells user space. */
__noinline int gw_learn(gw_context *ctx, struct gw_packet *packet, struct gw_flow *flow,
			struct gw_event_subject *subject)
{
	struct gw_scratch *scratch = gw_get_scratch();
	struct gw_flow_dir *dir, *other;
	__u32 before, types;

	if (!packet || !flow || !subject || !scratch)
		return GW_REASON_NONE;
	types = packet->types;
	dir = &flow->dir[packet->index & 1];
	other = &flow->dir[!(packet->index & 1)];
	before = flow->flags;
	if (gw_load_options(ctx, packet, scratch))
		return GW_REASON_NONLINEAR;
	if (types & (GW_PACKET_TYPE_SYN | GW_PACKET_TYPE_SYN_ACK)) {
		gw_learn_syn(packet, flow, dir, other);
		gw_load(ctx, 0, dir->mac, sizeof(dir->mac));
		before = flow->flags;
	}

	subject->direction = gw_flow_direction(flow, packet);
	if (types & GW_PACKET_TYPE_MP_CAPABLE) {
		subject->type = GW_EVENT_TYPE_MP_CAPABLE;
		subject->option = gw_learn_capable(packet, flow, scratch);
	} else if (types & GW_PACKET_TYPE_MP_JOIN) {
		subject->type = GW_EVENT_TYPE_MP_JOIN;
		subject->option = gw_learn_mp_join(packet, flow, dir, scratch);
	} else if ((types & GW_PACKET_TYPE_SYN_ACK) && (flow->flags & GW_FLOW_FLAG_MPTCP)) {
		/* MPTCP was offered and the answer knows nothing of it (RFC 8684, section 3.7). */
		flow->flags |= GW_FLOW_FLAG_FALLBACK;
		subject->type = GW_EVENT_TYPE_FALLBACK;
	} else if (types & GW_PACKET_TYPE_MP_FASTCLOSE) {
		flow->flags |= GW_FLOW_FLAG_FASTCLOSE;
		subject->type = GW_EVENT_TYPE_MP_FASTCLOSE;
		subject->option = packet->sub[MPTCP_SUB_FASTCLOSE];
	} else if (types & GW_PACKET_TYPE_RST) {
		if (before & GW_FLOW_FLAG_RST)
			return GW_REASON_NONE;
		subject->type = GW_EVENT_TYPE_RST;
		subject->option = packet->sub[MPTCP_SUB_TCPRST];
	} else if (types & (GW_PACKET_TYPE_ADD_ADDR4 | GW_PACKET_TYPE_ADD_ADDR6 | GW_PACKET_TYPE_ADD_ADDR_ECHO)) {
		subject->type = GW_EVENT_TYPE_ADD_ADDR;
		subject->option = packet->sub[MPTCP_SUB_ADD_ADDR];
		if (types & GW_PACKET_TYPE_ADD_ADDR_ECHO)
			gw_learn_echo(packet, flow);
	} else if (types & GW_PACKET_TYPE_REMOVE_ADDR) {
		subject->type = GW_EVENT_TYPE_REMOVE_ADDR;
		subject->option = packet->sub[MPTCP_SUB_REMOVE_ADDR];
	} else if (types & GW_PACKET_TYPE_MP_PRIO) {
		__u32 at = packet->sub[MPTCP_SUB_PRIO] - 1;

		if (scratch->options[(at + 2) & 63] & MPTCP_PRIO_BACKUP)
			dir->flags |= GW_FLOW_DIR_FLAG_BACKUP;
		else
			dir->flags &= ~GW_FLOW_DIR_FLAG_BACKUP;
		gw_learn_prio(dir);
		subject->type = GW_EVENT_TYPE_MP_PRIO;
		subject->option = packet->sub[MPTCP_SUB_PRIO];
	} else if (types & GW_PACKET_TYPE_MP_FAIL) {
		subject->type = GW_EVENT_TYPE_MP_FAIL;
		subject->option = packet->sub[MPTCP_SUB_FAIL];
	} else if (gw_falls_back(packet, flow)) {
		flow->flags |= GW_FLOW_FLAG_FALLBACK;
		subject->type = GW_EVENT_TYPE_FALLBACK;
	} else if ((types & GW_PACKET_TYPE_FIN) && !(dir->flags & GW_FLOW_DIR_FLAG_FIN)) {
		subject->type = GW_EVENT_TYPE_FIN;
	}
	if (types & GW_PACKET_TYPE_RST)
		flow->flags |= GW_FLOW_FLAG_RST;
	if (types & GW_PACKET_TYPE_FIN) {
		dir->flags |= GW_FLOW_DIR_FLAG_FIN;
		if (other->flags & GW_FLOW_DIR_FLAG_FIN)
			flow->flags |= GW_FLOW_FLAG_FIN;
	}
	gw_count_live(flow);
	if (!subject->type || !(flow->flags & GW_FLOW_FLAG_MPTCP))
		return GW_REASON_NONE;
	return gw_emit(ctx, packet, flow, subject);
}

/* A sample ended: smooth it in (RFC 6298, section 2). An idle answer must not inflate it, so growth is bounded. */
static __always_inline void gw_round_trip(struct gw_flow_dir *dir)
{
	__u64 sample = (bpf_ktime_get_ns() - dir->sample_time) / 1000;
	__u32 smoothed = dir->half_rtt;

	dir->flags &= ~GW_FLOW_DIR_FLAG_SAMPLE;
	if (!smoothed) {
		dir->half_rtt = sample < 1 ? 1 : sample > 0x7fffffff ? 0x7fffffff : sample;
		return;
	}
	if (sample > 2ull * smoothed + 1000)
		sample = 2ull * smoothed + 1000;
	dir->half_rtt = smoothed - (smoothed >> 3) + ((__u32)sample >> 3);
	if (!dir->half_rtt)
		dir->half_rtt = 1;
}

/* Counts a packet and keeps round-trip samples. A mark is a new TSval, or without timestamps a sequence end. */
static __always_inline void gw_track(struct gw_packet *packet, struct gw_flow *flow, struct gw_flow_dir *dir,
				     struct gw_flow_dir *other, __u64 now)
{
	__u32 mark = packet->timestamp ? packet->tsval : packet->seq + packet->payload + !!(packet->tcp_flags & TCP_SYN);
	__u32 answer = packet->timestamp ? packet->tsecr : packet->ack;

	dir->packets++;
	dir->bytes += packet->payload;
	dir->last_end = packet->seq + packet->payload + !!(packet->tcp_flags & (TCP_SYN | TCP_FIN));
	dir->last_ack = packet->ack;
	dir->last_tsecr = packet->tsecr;
	dir->last_window = packet->window;
	flow->seen = now;
	/* A SYN/ACK answers whatever the SYN's mark is: timestamps may be offered in vain (RFC 7323, section 3.2). */
	if ((other->flags & GW_FLOW_DIR_FLAG_SAMPLE) && (packet->tcp_flags & TCP_ACK) &&
	    ((packet->tcp_flags & TCP_SYN) || (__s32)(answer - other->sample_mark) >= 0))
		gw_round_trip(other);
	if (!(dir->flags & GW_FLOW_DIR_FLAG_SAMPLE) && mark != dir->last_mark &&
	    (dir->sample_jiffies != (__u32)now || !dir->half_rtt)) {
		dir->sample_jiffies = now;
		dir->sample_mark = mark;
		dir->sample_time = bpf_ktime_get_ns();
		dir->flags |= GW_FLOW_DIR_FLAG_SAMPLE;
	}
	dir->last_mark = mark;
}

#endif
