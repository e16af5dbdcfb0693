/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Sends a packet out of another port: MAC addresses, hop limit, and what XDP_REDIRECT asks of a checksum. */
#ifndef GW_FORWARD_H
#define GW_FORWARD_H

#include "csum.h"
#include "plan.h"
#include "translate.h"

#define GW_AF_INET	2
#define GW_AF_INET6	10

#if defined(GW_XDP) && !defined(GW_DEVMAP)
/*
 * Where redirected frames leave, by port index; one map each for programs with and without frags. Its entries
 * hold devmap programs, which must not hold the map in turn: neither would ever be freed.
 */
struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct bpf_devmap_val));
	__uint(max_entries, GW_MAX_PORTS);
} gw_tx SEC(".maps");
#endif

/* Next hop by the kernel's routing and neighbour tables, restricted to the target port. */
static __always_inline int gw_fib_macs(gw_context *ctx, struct gw_packet *packet, __u32 ifindex, __u8 *mac)
{
	struct gw_scratch *scratch = gw_get_scratch();
	struct bpf_fib_lookup fib = {
		.l4_protocol = IPPROTO_TCP,
		.ifindex = ifindex,
	};
	struct gw_ends *wire;
	long result;

	if (!scratch)
		return GW_REASON_NO_ROUTE;
	wire = &scratch->wire;
	/* The frame's own, which need not be what policy sees. */
	if (packet->rewritten != GW_REWRITTEN_AWAY)
		gw_ends_of(wire, packet);
	fib.sport = wire->port[0];
	fib.dport = wire->port[1];
	if (packet->family == 4) {
		fib.family = GW_AF_INET;
		fib.ipv4_src = wire->address[0][0];
		fib.ipv4_dst = wire->address[1][0];
	} else {
		fib.family = GW_AF_INET6;
		__builtin_memcpy(fib.ipv6_src, wire->address[0], sizeof(fib.ipv6_src));
		__builtin_memcpy(fib.ipv6_dst, wire->address[1], sizeof(fib.ipv6_dst));
	}
	result = bpf_fib_lookup(ctx, &fib, sizeof(fib), BPF_FIB_LOOKUP_OUTPUT);
	if (result == BPF_FIB_LKUP_RET_NO_NEIGH)
		return GW_REASON_NO_NEIGHBOUR;
	if (result != BPF_FIB_LKUP_RET_SUCCESS || fib.ifindex != ifindex)
		return GW_REASON_NO_ROUTE;
	__builtin_memcpy(mac, fib.dmac, 6);
	__builtin_memcpy(mac + 6, fib.smac, 6);
	return GW_REASON_NONE;
}

#ifdef GW_XDP
static __always_inline __u32 gw_hops_offset(const struct gw_packet *packet)
{
	return packet->l3 + (packet->family == 4 ? 8 : 7);
}

/* A packet that may not go on is the stack's to answer: asked before anything is changed. */
static __always_inline int gw_hops_left(gw_context *ctx, struct gw_packet *packet)
{
	__u8 hops;

	if (gw_load(ctx, gw_hops_offset(packet), &hops, sizeof(hops)))
		return GW_REASON_WRITE_FAILED;
	return hops <= 1 ? GW_REASON_TTL : GW_REASON_NONE;
}

/* What a router does to the hop limit: on XDP ingress the kernel has not yet done it. */
static __always_inline int gw_decrement_hops(gw_context *ctx, struct gw_packet *packet)
{
	__u32 offset = gw_hops_offset(packet);
	__u8 hops;

	if (gw_load(ctx, offset, &hops, sizeof(hops)))
		return GW_REASON_WRITE_FAILED;
	if (packet->family == 4) {
		__u16 check;

		if (gw_load(ctx, packet->l3 + 10, &check, sizeof(check)))
			return GW_REASON_WRITE_FAILED;
		check = gw_csum_replace(check, bpf_htons(hops << 8), bpf_htons((hops - 1) << 8));
		gw_store(ctx, packet->l3 + 10, &check, sizeof(check));
	}
	hops--;
	return gw_store(ctx, offset, &hops, sizeof(hops)) ? GW_REASON_WRITE_FAILED : GW_REASON_NONE;
}

/* XDP_REDIRECT forgets that a checksum is partial: make it whole first. */
static __always_inline int gw_redirectable(gw_context *ctx, struct gw_packet *packet)
{
	int reason;

	if (packet->csum == GW_CSUM_UNKNOWN)
		return GW_REASON_CSUM_UNKNOWN;
	if (packet->csum != GW_CSUM_PARTIAL)
		return GW_REASON_NONE;
	reason = gw_complete_csum(ctx, packet);
	return reason == GW_REASON_CSUM_COMPLETED ? GW_REASON_NONE : reason;
}

static __always_inline int gw_make_ready(gw_context *ctx, struct gw_packet *packet, int routed)
{
	int reason = routed ? gw_hops_left(ctx, packet) : GW_REASON_NONE;

	if (!reason)
		reason = gw_redirectable(ctx, packet);
	if (!reason && routed)
		reason = gw_decrement_hops(ctx, packet);
	return reason;
}
#endif

/* A policy that gives no source address means the port's own. */
static __always_inline int gw_no_source(const __u8 *mac)
{
	return !(mac[6] | mac[7] | mac[8] | mac[9] | mac[10] | mac[11]);
}

#ifdef GW_DEVMAP
/* A frame that is being sent can no longer be sent elsewhere. */
static __always_inline int gw_prepare_redirect(gw_context *ctx, struct gw_packet *packet, struct gw_plan *plan)
{
	return GW_REASON_HOOK;
}
#else
/*
 * Prepares a redirect that a chain decided. Returns GW_REASON_REDIRECTED when the packet is ready to
 * leave by plan->target, otherwise why it goes on as if nothing had been decided.
 */
__noinline int gw_prepare_redirect(gw_context *ctx, struct gw_packet *packet, struct gw_plan *plan)
{
	struct gw_port *port;
	__u32 index;
	int reason;

	if (!packet || !plan)
		return GW_REASON_NO_PORT;
	index = plan->target;
	port = bpf_map_lookup_elem(&gw_ports, &index);
	if (!port)
		return GW_REASON_NO_PORT;
#ifdef GW_XDP
	/* Without an entry the kernel would pass the packet on by itself, changed. */
	if (!bpf_map_lookup_elem(&gw_tx, &index))
		return GW_REASON_NO_PORT;
#endif
	if (packet->end - packet->l3 > port->mtu && !gw_is_gso(ctx))
		return GW_REASON_MTU;
	if (plan->mac_mode == GW_MAC_MODE_FIB) {
		reason = gw_fib_macs(ctx, packet, port->ifindex, plan->mac);
		if (reason)
			return reason;
	} else if (plan->mac_mode == GW_MAC_MODE_GIVEN && gw_no_source(plan->mac)) {
		__builtin_memcpy(plan->mac + 6, port->mac, sizeof(port->mac));
	}
#ifdef GW_XDP
	reason = gw_make_ready(ctx, packet, plan->mac_mode == GW_MAC_MODE_FIB && plan->hook == GW_HOOK_INGRESS);
	if (reason)
		return reason;
#endif
	if (plan->mac_mode != GW_MAC_MODE_KEEP && gw_store(ctx, 0, plan->mac, sizeof(plan->mac)))
		return GW_REASON_WRITE_FAILED;
	return GW_REASON_REDIRECTED;
}
#endif

#endif
