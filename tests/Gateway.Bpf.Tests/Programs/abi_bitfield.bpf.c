/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* A bit field, which has no mirror. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct gw_bits {
	__u32 low : 3;
	__u32 high : 29;
};

struct gw_bits bits;

SEC("xdp")
int entry(struct xdp_md *ctx)
{
	return bits.low;
}

char _license[] SEC("license") = "GPL";
