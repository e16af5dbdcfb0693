/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Packet access for TC programs. */
#ifndef GW_SKB_H
#define GW_SKB_H

#include "packet.h"

#define GW_SKB 1

typedef struct __sk_buff gw_context;

static __always_inline void *gw_data(gw_context *ctx)
{
	return (void *)(long)ctx->data;
}

static __always_inline void *gw_data_end(gw_context *ctx)
{
	return (void *)(long)ctx->data_end;
}

static __always_inline __u32 gw_known_length(gw_context *ctx)
{
	return ctx->len;
}

static __always_inline __u32 gw_frame_length(gw_context *ctx)
{
	return ctx->len;
}

/* A tag the NIC will insert, or took out, is kept beside the frame. */
static __always_inline int gw_hardware_vlan(gw_context *ctx, __u16 *vlan)
{
	if (!ctx->vlan_present)
		return 0;
	*vlan = ctx->vlan_tci & 0xfff;
	return 1;
}

static __always_inline int gw_pull(gw_context *ctx, __u32 bytes)
{
	return bpf_skb_pull_data(ctx, bytes);
}

static __always_inline long gw_load(gw_context *ctx, __u32 offset, void *to, __u32 length)
{
	return bpf_skb_load_bytes(ctx, offset, to, length);
}

static __always_inline long gw_store(gw_context *ctx, __u32 offset, const void *from, __u32 length)
{
	return bpf_skb_store_bytes(ctx, offset, from, length, 0);
}

static __always_inline int gw_is_gso(gw_context *ctx)
{
	return ctx->gso_size != 0;
}

#endif
