/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Hides ADD_ADDR from its receiver (RFC 8684, section 3.4.1) and keeps it. */
#ifndef GW_EDITS_HIDE_H
#define GW_EDITS_HIDE_H

#include "options.h"

#define GW_HMAC_LENGTH	8
/* Added to each byte of a hidden ADD_ADDR's HMAC: a second hook that hides it again does not undo it. */
#define GW_HMAC_POISON	0x5a

/* Copies length bytes at a place of scratch->options to scratch->stored; verified once, for all lengths. */
__noinline int gw_take_option(__u32 at, __u32 length)
{
	struct gw_scratch *scratch = gw_get_scratch();
	__u32 i;

	if (!scratch)
		return 0;
	for (i = 0; i < GW_STORED_OPTION; i++) {
		if (i >= length)
			break;
		scratch->stored.option[i] = scratch->options[(at + i) & 63];
	}
	return 0;
}

/* Keeps the ADD_ADDR at an offset of scratch->options as its sender wrote it. */
__noinline int gw_store_option(struct gw_packet *packet, struct gw_flow *flow, __u32 at)
{
	__u8 family = packet && (packet->types & GW_PACKET_TYPE_ADD_ADDR4) ? 4 : 6, id;
	struct gw_scratch *scratch = gw_get_scratch();
	__u32 slot, empty = GW_STORED_SLOTS;
	struct gw_stored_option *old;
	struct gw_stored_key key;

	if (!packet || !flow || !scratch)
		return GW_REASON_STORE_FULL;
	id = scratch->options[(at + 3) & 63];
	gw_stored_key_of(&key, packet, flow, GW_STORED_KIND_HIDDEN);
	for (slot = 0; slot < GW_STORED_SLOTS; slot++) {
		key.slot = slot;
		old = bpf_map_lookup_elem(&gw_stored, &key);
		if (!old && empty == GW_STORED_SLOTS)
			empty = slot;
		if (old && old->address_id == id && old->family == family)
			break;
		old = NULL;
	}
	__builtin_memset(&scratch->stored, 0, sizeof(scratch->stored));
	scratch->stored.time = bpf_ktime_get_ns();
	scratch->stored.count = 1;
	scratch->stored.length = scratch->options[(at + 1) & 63];
	scratch->stored.address_id = id;
	scratch->stored.family = family;
	gw_take_option(at, scratch->stored.length);
	/* The HMAC does not count: an earlier hook may have poisoned it. */
	if (old && old->length == scratch->stored.length &&
	    gw_stands_at(old, at, 0, old->length - (packet->add_addr_v0 ? 0 : GW_HMAC_LENGTH))) {
		old->count++;
		old->time = scratch->stored.time;
		return GW_REASON_DONE;
	}
	/* Another address by a known identifier takes its place. */
	if (!old) {
		if (empty == GW_STORED_SLOTS)
			return GW_REASON_STORE_FULL;
		key.slot = empty;
	}
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
__noinline int gw_hide_address(struct gw_packet *packet, struct gw_flow *flow, struct gw_plan *plan)
{
	struct gw_scratch *scratch = gw_get_scratch();
	__u32 at, length, i;

	if (!packet || !flow || !plan || !scratch)
		return GW_REASON_WRITE_FAILED;
	at = packet->sub[MPTCP_SUB_ADD_ADDR] - 1;
	length = scratch->options[(at + 1) & 63];
	/* Receivers ignore an ADD_ADDR of any other form. */
	if (packet->add_addr_v0 ? !gw_is_add_addr_v0(scratch->options[(at + 2) & 63] & 0xf, length) :
				  !gw_has_hmac(length))
		return GW_REASON_NOT_APPLICABLE;
	if (gw_store_option(packet, flow, at) != GW_REASON_DONE)
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

#endif
