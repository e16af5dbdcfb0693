/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* gw_pair as no other object declares it. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct gw_pair {
	__u64 key;
};

struct gw_pair pair;

SEC("xdp")
int entry(struct xdp_md *ctx)
{
	return pair.key;
}

char _license[] SEC("license") = "GPL";
