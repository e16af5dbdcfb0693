/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Gives a packet other addresses and ports. The lengths stay; a whole TCP checksum covers all of it, one
 * that holds the pseudo-header sum only the addresses (RFC 9293, section 3.1), and IPv4's header its own.
 */
#ifndef GW_EDITS_ENDS_H
#define GW_EDITS_ENDS_H

#include "../csum.h"
#include "../scratch.h"

#define GW_ADDRESSES_LENGTH	32
#define GW_PORTS_LENGTH		4

static __always_inline int gw_store_addresses(gw_context *ctx, struct gw_packet *packet, const struct gw_ends *to)
{
	if (packet->family == 4) {
		__u32 both[2] = { to->address[0][0], to->address[1][0] };

		return gw_store(ctx, packet->l3 + 12, both, sizeof(both)) ? -1 : 0;
	}
	return gw_store(ctx, packet->l3 + 8, to->address, sizeof(to->address)) ? -1 : 0;
}

/*
 * Writes scratch->wire into a packet whose ends are those of *packet. Everything that can fail does so before
 * the first byte changes.
 */
__noinline int gw_edit_ends(gw_context *ctx, struct gw_packet *packet)
{
	struct gw_scratch *scratch = gw_get_scratch();
	struct gw_ends *to;
	__s64 addresses, ports;
#ifdef GW_XDP
	__u16 check;
#endif

	if (!packet || !scratch)
		return GW_REASON_WRITE_FAILED;
	to = &scratch->wire;
	if (packet->csum == GW_CSUM_UNKNOWN)
		return GW_REASON_CSUM_UNKNOWN;
	addresses = bpf_csum_diff((__be32 *)packet->source, GW_ADDRESSES_LENGTH, (__be32 *)to->address, GW_ADDRESSES_LENGTH, 0);
	ports = bpf_csum_diff((__be32 *)&packet->source_port, GW_PORTS_LENGTH, (__be32 *)to->port, GW_PORTS_LENGTH, 0);
	if (addresses < 0 || ports < 0)
		return GW_REASON_WRITE_FAILED;
#ifdef GW_XDP
	if (gw_load(ctx, packet->l4 + GW_TCP_CHECK, &check, sizeof(check)))
		return GW_REASON_NONLINEAR;
	if (packet->csum == GW_CSUM_COMPLETE)
		check = ~gw_csum_fold((__u64)(__u16)~check + (__u32)addresses + (__u32)ports);
	else
		check = gw_csum_fold((__u64)check + (__u32)addresses);
	if (gw_store(ctx, packet->l4 + GW_TCP_CHECK, &check, sizeof(check)))
		return GW_REASON_WRITE_FAILED;
	if (packet->family == 4) {
		gw_load(ctx, packet->l3 + 10, &check, sizeof(check));
		check = ~gw_csum_fold((__u64)(__u16)~check + (__u32)addresses);
		gw_store(ctx, packet->l3 + 10, &check, sizeof(check));
	}
#else
	/* Makes the headers writable: the helpers below have nothing left to fail for. */
	if (gw_pull(ctx, packet->l4 + sizeof(struct gw_wire_tcp)))
		return GW_REASON_WRITE_FAILED;
	bpf_l4_csum_replace(ctx, packet->l4 + GW_TCP_CHECK, 0, addresses, BPF_F_PSEUDO_HDR);
	bpf_l4_csum_replace(ctx, packet->l4 + GW_TCP_CHECK, 0, ports, 0);
	if (packet->family == 4)
		bpf_l3_csum_replace(ctx, packet->l3 + 10, 0, addresses, 0);
#endif
	gw_store_addresses(ctx, packet, to);
	gw_store(ctx, packet->l4, to->port, sizeof(to->port));
	return GW_REASON_DONE;
}

#endif
