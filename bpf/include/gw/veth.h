/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Whether a frame's checksum is partial, as veth itself records it: its XDP buffer is followed by the
 * skb the frame came in (drivers/net/veth.c, struct veth_xdp_buff). Frames that came by XDP have none
 * and are whole. Needs kfuncs of Linux 6.2; without them the port must be declared.
 */
#ifndef GW_VETH_H
#define GW_VETH_H

#include "xdp.h"

#define GW_SKB_CSUM_PARTIAL 3

struct sk_buff {
	__u8 ip_summed : 2;
} __attribute__((preserve_access_index));

struct veth_xdp_buff {
	struct sk_buff *skb;
} __attribute__((preserve_access_index));

extern void *bpf_cast_to_kern_ctx(void *ctx) __ksym __weak;
extern void *bpf_rdonly_cast(const void *object, __u32 type) __ksym __weak;

static __always_inline enum gw_csum gw_veth_csum(gw_context *ctx)
{
	struct veth_xdp_buff *buffer;
	struct sk_buff *skb;

	if (!bpf_cast_to_kern_ctx || !bpf_rdonly_cast || !bpf_core_type_exists(struct veth_xdp_buff))
		return GW_CSUM_UNKNOWN;
	buffer = bpf_rdonly_cast(bpf_cast_to_kern_ctx(ctx), bpf_core_type_id_kernel(struct veth_xdp_buff));
	skb = buffer->skb;
	if (!skb)
		return GW_CSUM_COMPLETE;
	return BPF_CORE_READ_BITFIELD(skb, ip_summed) == GW_SKB_CSUM_PARTIAL ? GW_CSUM_PARTIAL : GW_CSUM_COMPLETE;
}

#endif
