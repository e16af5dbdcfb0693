/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Sets the DSCP (RFC 2474) of the IPv4 TOS octet or the IPv6 traffic class; the ECN bits stay (RFC 3168). */
#ifndef GW_EDITS_DSCP_H
#define GW_EDITS_DSCP_H

#include "../csum.h"

/* No TCP checksum covers it. */
static __always_inline int gw_edit_dscp(gw_context *ctx, struct gw_packet *packet, __u8 dscp)
{
	/* The first 16 bits: version, header length, TOS; or version, traffic class, four bits of flow label. */
	__u32 shift = packet->family == 4 ? 2 : 6;
	__u16 before, after, check = 0;

	if (gw_load(ctx, packet->l3, &before, sizeof(before)) ||
	    (packet->family == 4 && gw_load(ctx, packet->l3 + 10, &check, sizeof(check))))
		return GW_REASON_NONLINEAR;
	after = bpf_htons((bpf_ntohs(before) & ~(0x3f << shift)) | dscp << shift);
	if (after == before)
		return GW_REASON_ALREADY_DONE;
	if (packet->family == 4) {
		check = gw_csum_replace(check, before, after);
		if (gw_store(ctx, packet->l3 + 10, &check, sizeof(check)))
			return GW_REASON_WRITE_FAILED;
	}
	return gw_store(ctx, packet->l3, &after, sizeof(after)) ? GW_REASON_WRITE_FAILED : GW_REASON_DONE;
}

#endif
