// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The least a TC program can do to forward: everything goes out of one other device. */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>

const volatile __u32 bench_ifindex = 0;

SEC("tc")
int redirect_tc(struct __sk_buff *ctx)
{
	return bpf_redirect(bench_ifindex, 0);
}

char bench_license[] SEC("license") = "Dual MIT/GPL";
