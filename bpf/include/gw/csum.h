/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Checksums (RFC 1071, RFC 1624). A field that holds a whole checksum is updated by what changed; one
 * that holds the pseudo-header sum only (CHECKSUM_PARTIAL) covers no TCP byte yet and stays as it is.
 */
#ifndef GW_CSUM_H
#define GW_CSUM_H

#include "packet.h"

#define GW_TCP_CHECK	16
#define GW_UDP_CHECK	6
/* Longest segment made whole in one go; XDP without frags has no longer linear frame. */
#define GW_CSUM_BYTES	4096

static __always_inline __u16 gw_csum_fold(__u64 sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* RFC 1624, equation 3: HC' = ~(~HC + ~m + m'), with the 16-bit words as they stand in the packet. */
static __always_inline __u16 gw_csum_replace(__u16 check, __u16 old, __u16 new)
{
	return ~gw_csum_fold((__u64)(__u16)~check + (__u16)~old + new);
}

#ifdef GW_XDP
/* Makes a pseudo-header sum whole: the sum over the segment with that sum in its checksum field. */
__noinline int gw_complete_csum(gw_context *ctx, struct gw_packet *packet)
{
	void *data = gw_data(ctx), *data_end = gw_data_end(ctx);
	__u32 offset, left, i, field;
	__u64 sum = 0;
	__u16 check;

	if (!packet || (packet->protocol != IPPROTO_TCP && packet->protocol != IPPROTO_UDP))
		return GW_REASON_NOT_APPLICABLE;
	offset = packet->l4;
	left = packet->end - offset;
	if (packet->end < offset || left > GW_CSUM_BYTES)
		return GW_REASON_SEGMENTATION;
	field = packet->l4 + (packet->protocol == IPPROTO_TCP ? GW_TCP_CHECK : GW_UDP_CHECK);
	if (field + sizeof(check) > packet->end)
		return GW_REASON_NOT_APPLICABLE;
	if (gw_load(ctx, field, &check, sizeof(check)))
		return GW_REASON_NONLINEAR;
	/* RFC 768: a datagram sent without checksum. */
	if (!check && packet->protocol == IPPROTO_UDP)
		return GW_REASON_NOT_APPLICABLE;
	for (i = 0; i < GW_CSUM_BYTES / 64; i++) {
		__u8 *p = data + (offset & 0x1fff);

		if (left < 64)
			break;
		if ((void *)(p + 64) > data_end)
			return GW_REASON_NONLINEAR;
		sum = bpf_csum_diff(NULL, 0, (__be32 *)p, 64, gw_csum_fold(sum));
		offset += 64;
		left -= 64;
	}
	if (left) {
		/* Zeros behind it add nothing. */
		__u8 rest[64] = {};

		if (gw_load(ctx, offset, rest, gw_not_empty(left)))
			return GW_REASON_NONLINEAR;
		sum = bpf_csum_diff(NULL, 0, (__be32 *)rest, sizeof(rest), gw_csum_fold(sum));
	}
	check = ~gw_csum_fold(sum);
	/* RFC 768: a computed 0 is sent as all ones, 0 means none. */
	if (!check && packet->protocol == IPPROTO_UDP)
		check = 0xffff;
	if (gw_store(ctx, field, &check, sizeof(check)))
		return GW_REASON_WRITE_FAILED;
	packet->csum = GW_CSUM_COMPLETE;
	return GW_REASON_CSUM_COMPLETED;
}
#endif

#endif
