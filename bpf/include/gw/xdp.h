/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Packet access for XDP programs. */
#ifndef GW_XDP_H
#define GW_XDP_H

#include <bpf/bpf_core_read.h>
#include "packet.h"

#define GW_XDP 1

typedef struct xdp_md gw_context;

static __always_inline void *gw_data(gw_context *ctx)
{
	return (void *)(long)ctx->data;
}

static __always_inline void *gw_data_end(gw_context *ctx)
{
	return (void *)(long)ctx->data_end;
}

/* Bytes of the first buffer, which cost nothing to know; nearly always the whole frame. */
static __always_inline __u32 gw_known_length(gw_context *ctx)
{
	return (__u64)gw_data_end(ctx) - (__u64)gw_data(ctx);
}

/* Bytes of the frame, all buffers. */
static __always_inline __u32 gw_frame_length(gw_context *ctx)
{
	return bpf_xdp_get_buff_len(ctx);
}

/* The outer VLAN tag always stands in the frame. */
static __always_inline int gw_hardware_vlan(gw_context *ctx, __u16 *vlan)
{
	return 0;
}

static __always_inline int gw_pull(gw_context *ctx, __u32 bytes)
{
	return -1;
}

static __always_inline long gw_load(gw_context *ctx, __u32 offset, void *to, __u32 length)
{
	return bpf_xdp_load_bytes(ctx, offset, to, length);
}

static __always_inline long gw_store(gw_context *ctx, __u32 offset, const void *from, __u32 length)
{
	return bpf_xdp_store_bytes(ctx, offset, (void *)from, length);
}

static __always_inline int gw_is_gso(gw_context *ctx)
{
	return 0;
}

#endif
