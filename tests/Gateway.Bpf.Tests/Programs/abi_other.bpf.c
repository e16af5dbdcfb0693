/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* A second object: one type as in abi.bpf.c, one of its own. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct gw_pair {
	__u32 key;
	__u16 value;
};

struct gw_another {
	struct gw_pair pair;
};

struct gw_roots {
	struct gw_another another;
};

__attribute__((noinline)) int keep(struct gw_roots *roots)
{
	return roots ? roots->another.pair.key : 0;
}

SEC("xdp")
int entry(struct xdp_md *ctx)
{
	return keep(NULL);
}

char _license[] SEC("license") = "GPL";
