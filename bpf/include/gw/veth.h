/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Whether a frame's checksum is partial, as veth itself records it: its XDP buffer is followed by the
 * skb the frame came in (drivers/net/veth.c, struct veth_xdp_buff, Linux 6.3). Frames that came by XDP
 * have none and are whole. User space says where: veth can be a module, whose types it takes more
 * privileges to look up here than the gateway has.
 */
#ifndef GW_VETH_H
#define GW_VETH_H

#include "xdp.h"

#define GW_SKB_CSUM_PARTIAL 3

struct sk_buff {
	__u8 ip_summed : 2;
} __attribute__((preserve_access_index));

/* Offset of the skb's address in veth's XDP buffer; 0 when the kernel does not tell, and ports must be declared. */
const volatile __u32 gw_veth_skb = 0;

static __always_inline enum gw_csum gw_veth_csum(gw_context *ctx)
{
	struct sk_buff *skb;

	/* The context is the buffer, behind the verifier's back. */
	if (!gw_veth_skb || bpf_probe_read_kernel(&skb, sizeof(skb), (void *)ctx + gw_veth_skb))
		return GW_CSUM_UNKNOWN;
	if (!skb)
		return GW_CSUM_COMPLETE;
	return BPF_CORE_READ_BITFIELD_PROBED(skb, ip_summed) == GW_SKB_CSUM_PARTIAL ? GW_CSUM_PARTIAL : GW_CSUM_COMPLETE;
}

#endif
