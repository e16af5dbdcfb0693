// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Empty programs: what a test run costs without any packet processing. */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int floor_xdp(struct xdp_md *ctx)
{
	return XDP_PASS;
}

SEC("tc")
int floor_tc(struct __sk_buff *ctx)
{
	return TC_ACT_UNSPEC;
}

char bench_license[] SEC("license") = "Dual MIT/GPL";
