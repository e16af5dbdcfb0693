/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Carries out a plan. Options are edited in a copy and written back whole: the option area starts at an
 * even offset, so one checksum difference is right for every edit inside it.
 */
#ifndef GW_REWRITE_H
#define GW_REWRITE_H

#include "csum.h"
#include "plan.h"
#include "track.h"
#include "actors/set_backup.h"

#define GW_HMAC_LENGTH	8
/* Added to each byte of a hidden ADD_ADDR's HMAC: a second hook that hides it again does not undo it. */
#define GW_HMAC_POISON	0x5a
#define GW_PRIO_LENGTH	3
/* MP_PRIO and the NOP that aligns it. */
#define GW_PRIO_SPACE	4

/* Writes "MP_PRIO, NOP" at offset of the edited options (RFC 8684, section 3.3.8). */
static __always_inline void gw_put_prio(struct gw_scratch *scratch, __u32 offset, __u8 backup)
{
	scratch->edited[offset & 63] = TCPOPT_MPTCP;
	scratch->edited[(offset + 1) & 63] = GW_PRIO_LENGTH;
	scratch->edited[(offset + 2) & 63] = MPTCP_SUB_PRIO << 4 | backup;
	scratch->edited[(offset + 3) & 63] = TCPOPT_NOP;
}

/*
 * Room for MP_PRIO without growth: an 8-octet DATA_ACK is shortened to its low 4 octets (RFC 8684,
 * section 3.3), which frees exactly four bytes; else a pure ACK's NOP NOP timestamp makes room.
 * Returns the number of bytes the options must grow by: 0 done, GW_PRIO_SPACE append, negative: no room.
 */
static __always_inline int gw_place_prio(struct gw_packet *packet, struct gw_scratch *scratch, __u8 backup)
{
	__u32 at = packet->sub[MPTCP_SUB_DSS] - 1, length, ts = packet->timestamp - 1, i;
	__u8 flags = scratch->options[(at + 3) & 63];

	if ((flags & MPTCP_DSS_ACK) && (flags & MPTCP_DSS_ACK8)) {
		length = scratch->options[(at + 1) & 63];
		scratch->edited[(at + 1) & 63] = length - 4;
		scratch->edited[(at + 3) & 63] = flags & ~MPTCP_DSS_ACK8;
		for (i = 4; i < GW_OPTION_SPACE; i++) {
			if (i >= length - 4)
				break;
			scratch->edited[(at + i) & 63] = scratch->options[(at + i + 4) & 63];
		}
		gw_put_prio(scratch, at + length - 4, backup);
		return 0;
	}
	if (!(packet->types & GW_PACKET_TYPE_PURE_ACK))
		return -1;
	if (packet->timestamp && packet->padded) {
		for (i = 0; i < TCPOLEN_TIMESTAMP; i++)
			scratch->edited[(ts + i) & 63] = TCPOPT_NOP;
		gw_put_prio(scratch, ts - 2, backup);
		return 0;
	}
	/* An option list cut short by EOL leaves nowhere to append. */
	if (packet->options > GW_OPTION_SPACE - GW_PRIO_SPACE || packet->cursor != packet->options)
		return -1;
	return GW_PRIO_SPACE;
}

/* Keeps a hidden ADD_ADDR as its sender wrote it. */
static __always_inline int gw_store_option(struct gw_packet *packet, struct gw_flow *flow, struct gw_scratch *scratch,
					   __u32 at, __u32 length, __u8 direction)
{
	struct gw_stored_key key = {
		.connection = flow->connection,
		.flow_hash = flow->connection ? 0 : (__u32)packet->source[0] ^ (__u32)packet->destination[0] ^
						    packet->source_port ^ (__u32)packet->destination_port << 16,
		.address_id = scratch->options[(at + 3) & 63],
		.family = packet->types & GW_PACKET_TYPE_ADD_ADDR4 ? 4 : 6,
		.direction = direction,
	};
	struct gw_stored_option *old = bpf_map_lookup_elem(&gw_stored, &key);
	__u32 i;

	if (old) {
		old->count++;
		old->time = bpf_ktime_get_ns();
		return GW_REASON_DONE;
	}
	__builtin_memset(&scratch->stored, 0, sizeof(scratch->stored));
	scratch->stored.time = bpf_ktime_get_ns();
	scratch->stored.count = 1;
	scratch->stored.length = length;
	for (i = 0; i < GW_STORED_OPTION; i++)
		scratch->stored.option[i] = scratch->options[(at + i) & 63];
	return bpf_map_update_elem(&gw_stored, &key, &scratch->stored, BPF_ANY) ? GW_REASON_STORE_FULL :
										   GW_REASON_DONE;
}

/* Lengths of an ADD_ADDR with an HMAC: IPv4 or IPv6, without or with a port (RFC 8684, section 3.4.1). */
static __always_inline int gw_has_hmac(__u32 length)
{
	return length == 16 || length == 18 || length == 28 || length == 30;
}

/* RFC 6824, section 3.4.1: an address without HMAC, perhaps with a port. */
static __always_inline int gw_is_add_addr_v0(__u8 ip_version, __u32 length)
{
	return ip_version == MPTCP_V0_IPVER4 ? length == 8 || length == 10 :
	       ip_version == MPTCP_V0_IPVER6 ? length == 20 || length == 22 : 0;
}

/*
 * Hides an ADD_ADDR. Poisoning its HMAC makes the receiver ignore it while MPTCP stays up; taking it out
 * would leave a packet without MPTCP options and the connection would fall back. v0 has no HMAC: beside a
 * DSS the option can go, alone the packet must.
 */
static __always_inline int gw_hide_address(struct gw_packet *packet, struct gw_flow *flow, struct gw_scratch *scratch,
					   struct gw_plan *plan)
{
	__u32 at = packet->sub[MPTCP_SUB_ADD_ADDR] - 1, length = scratch->options[(at + 1) & 63], i;

	/* Receivers ignore an ADD_ADDR of any other form. */
	if (packet->add_addr_v0 ? !gw_is_add_addr_v0(scratch->options[(at + 2) & 63] & 0xf, length) :
				  !gw_has_hmac(length))
		return GW_REASON_NOT_APPLICABLE;
	if (gw_store_option(packet, flow, scratch, at, length, plan->direction) != GW_REASON_DONE)
		gw_count_step(plan->blk_step.stats, GW_REASON_STORE_FULL);
	if (!packet->add_addr_v0) {
		for (i = 0; i < GW_HMAC_LENGTH; i++)
			scratch->edited[(at + length - GW_HMAC_LENGTH + i) & 63] += GW_HMAC_POISON;
		return GW_REASON_DONE;
	}
	if (packet->sub[MPTCP_SUB_DSS]) {
		for (i = 0; i < GW_STORED_OPTION; i++)
			if (i < length)
				scratch->edited[(at + i) & 63] = TCPOPT_NOP;
		return GW_REASON_DONE;
	}
	if (packet->payload)
		return GW_REASON_NO_ROOM;
	plan->verdict = GW_VERDICT_DROP;
	return GW_REASON_DROPPED;
}

/* Takes MP_JOIN out of a SYN: the joining host sees a plain answer, resets and gives up. */
static __always_inline int gw_refuse_join(struct gw_packet *packet, struct gw_flow *flow, struct gw_scratch *scratch)
{
	__u32 at = packet->sub[MPTCP_SUB_JOIN] - 1, length = scratch->options[(at + 1) & 63], i;

	for (i = 0; i < GW_OPTION_SPACE; i++)
		if (i < length)
			scratch->edited[(at + i) & 63] = TCPOPT_NOP;
	flow->flags |= GW_FLOW_FLAG_REFUSED;
	return GW_REASON_DONE;
}

/* Updates the TCP checksum by a difference of header bytes; pseudo_length is what the segment grew by. */
static __always_inline long gw_update_csum(gw_context *ctx, struct gw_packet *packet, __s64 difference,
					   __u32 pseudo_length)
{
#ifdef GW_XDP
	__u16 check;

	if (gw_load(ctx, packet->l4 + GW_TCP_CHECK, &check, sizeof(check)))
		return -1;
	if (packet->csum == GW_CSUM_COMPLETE)
		check = ~gw_csum_fold((__u64)(__u16)~check + (__u32)difference + bpf_htons(pseudo_length));
	else
		check = gw_csum_fold((__u64)check + bpf_htons(pseudo_length));
	return gw_store(ctx, packet->l4 + GW_TCP_CHECK, &check, sizeof(check));
#else
	return bpf_l4_csum_replace(ctx, packet->l4 + GW_TCP_CHECK, 0, difference, 0);
#endif
}

#ifdef GW_XDP
/*
 * Appends MP_PRIO behind the options; the packet has no payload there. Every field is read before the
 * packet grows, so the stores after it cannot fail.
 */
static __always_inline int gw_append_prio(gw_context *ctx, struct gw_packet *packet, __u8 backup)
{
	__u8 added[GW_PRIO_SPACE] = { TCPOPT_MPTCP, GW_PRIO_LENGTH, MPTCP_SUB_PRIO << 4 | backup, TCPOPT_NOP };
	__u32 options = packet->options, field = packet->l3 + (packet->family == 4 ? 2 : 4);
	__u16 offset, raised, length, grown, check = 0;
	__s64 difference;

	/* Link-layer padding behind the packet would come between. */
	if (packet->end != gw_frame_length(ctx))
		return GW_REASON_NO_ROOM;
	if (gw_load(ctx, packet->l4 + 12, &offset, sizeof(offset)) || gw_load(ctx, field, &length, sizeof(length)) ||
	    (packet->family == 4 && gw_load(ctx, packet->l3 + 10, &check, sizeof(check))) ||
	    bpf_xdp_adjust_tail(ctx, sizeof(added)))
		return GW_REASON_WRITE_FAILED;
	raised = offset + bpf_htons(0x1000);
	grown = bpf_htons(bpf_ntohs(length) + sizeof(added));
	difference = (__u64)(__u16)~offset + raised + bpf_htons(added[0] << 8 | added[1]) +
		     bpf_htons(added[2] << 8 | added[3]);
	if (packet->family == 4) {
		check = gw_csum_replace(check, length, grown);
		gw_store(ctx, packet->l3 + 10, &check, sizeof(check));
	}
	gw_store(ctx, field, &grown, sizeof(grown));
	gw_store(ctx, packet->l4 + 12, &raised, sizeof(raised));
	gw_store(ctx, packet->l4 + 20 + options, added, sizeof(added));
	gw_update_csum(ctx, packet, difference, sizeof(added));
	packet->length += sizeof(added);
	packet->end += sizeof(added);
	packet->options += sizeof(added);
	return GW_REASON_DONE;
}
#else
/* A grown header is not safe where the kernel segments or sums later: another packet will have room. */
static __always_inline int gw_append_prio(gw_context *ctx, struct gw_packet *packet, __u8 backup)
{
	return GW_REASON_NO_ROOM;
}
#endif

/* Writes the edited options back and brings the checksum along. */
static __always_inline int gw_write_options(gw_context *ctx, struct gw_packet *packet, struct gw_scratch *scratch)
{
	__u32 length = packet->options;
	__s64 difference;

	if (length > GW_OPTION_SPACE)
		return GW_REASON_WRITE_FAILED;
	gw_opaque(length);
	if (!length)
		return GW_REASON_WRITE_FAILED;
	difference = bpf_csum_diff((__be32 *)scratch->options, GW_OPTION_SPACE, (__be32 *)scratch->edited,
				   GW_OPTION_SPACE, 0);
	if (difference < 0 || gw_store(ctx, packet->l4 + 20, scratch->edited, length) ||
	    gw_update_csum(ctx, packet, difference, 0))
		return GW_REASON_WRITE_FAILED;
	return GW_REASON_DONE;
}

/* The option edits of a plan; counts each actor's result. */
__noinline int gw_edit_options(gw_context *ctx, struct gw_packet *packet, struct gw_flow *flow, struct gw_plan *plan)
{
	struct gw_scratch *scratch = gw_get_scratch();
	int blk = GW_REASON_NONE, prio = GW_REASON_NONE, grow = 0, same = 0;
	struct gw_flow_dir *dir, *other;
	__u64 now = bpf_jiffies64();

	if (!packet || !flow || !plan || !scratch)
		return 0;
	dir = &flow->dir[packet->index & 1];
	other = &flow->dir[!(packet->index & 1)];
	if (packet->csum == GW_CSUM_UNKNOWN) {
		blk = prio = GW_REASON_CSUM_UNKNOWN;
		goto count;
	}
	if (gw_load_options(ctx, packet, scratch)) {
		blk = prio = GW_REASON_NONLINEAR;
		goto count;
	}
	__builtin_memcpy(scratch->edited, scratch->options, sizeof(scratch->edited));
	if (plan->blk == GW_PLAN_BLK_HIDE)
		blk = gw_hide_address(packet, flow, scratch, plan);
	else if (plan->blk == GW_PLAN_BLK_REFUSE)
		blk = gw_refuse_join(packet, flow, scratch);
	if (blk == GW_REASON_DONE)
		same = 1;
	if (plan->prio && plan->verdict != GW_VERDICT_DROP) {
		grow = gw_place_prio(packet, scratch, plan->prio == GW_PLAN_PRIO_BACKUP);
		prio = grow < 0 ? GW_REASON_NO_ROOM : GW_REASON_DONE;
		if (!grow)
			same = 1;
	}
	if (same) {
		int written = gw_write_options(ctx, packet, scratch);

		if (blk == GW_REASON_DONE)
			blk = written;
		if (prio == GW_REASON_DONE && !grow)
			prio = written;
	}
	if (grow > 0)
		prio = gw_append_prio(ctx, packet, plan->prio == GW_PLAN_PRIO_BACKUP);
	if (prio == GW_REASON_DONE)
		gw_set_backup_placed(dir, other, plan->prio, now);
count:
	if (plan->blk) {
		gw_count_step(plan->blk_step.stats, blk);
		gw_emit_actor(ctx, packet, flow, plan, &plan->blk_step, GW_EVENT_TYPE_ACTOR,
			      packet->sub[plan->blk == GW_PLAN_BLK_HIDE ? MPTCP_SUB_ADD_ADDR : MPTCP_SUB_JOIN], blk);
	}
	if (plan->prio) {
		gw_count_step(plan->prio_step.stats, prio);
		if (prio == GW_REASON_DONE)
			gw_emit_actor(ctx, packet, flow, plan, &plan->prio_step, GW_EVENT_TYPE_ACTOR, 0, prio);
	}
	return 0;
}

/* Lowers the advertised window. */
static __always_inline int gw_edit_window(gw_context *ctx, struct gw_packet *packet, __u16 window)
{
	__be16 value = bpf_htons(window);
#ifdef GW_XDP
	void *data = gw_data(ctx), *data_end = gw_data_end(ctx);
	struct gw_wire_tcp *tcp = data + (packet->l4 & 0x1ff);

	if (packet->csum == GW_CSUM_UNKNOWN)
		return GW_REASON_CSUM_UNKNOWN;
	if ((void *)(tcp + 1) > data_end)
		return GW_REASON_NONLINEAR;
	if (packet->csum == GW_CSUM_COMPLETE)
		tcp->check = gw_csum_replace(tcp->check, tcp->window, value);
	tcp->window = value;
#else
	if (bpf_l4_csum_replace(ctx, packet->l4 + GW_TCP_CHECK, bpf_htons(packet->window), value, 2) ||
	    gw_store(ctx, packet->l4 + 14, &value, sizeof(value)))
		return GW_REASON_WRITE_FAILED;
#endif
	packet->window = window;
	return GW_REASON_DONE;
}

#endif
