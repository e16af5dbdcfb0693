// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * A test run repeats on the same packet, and an edit is made only once. These programs put the TCP header and
 * what the flow remembers of the edit back before each run and tail-call the program that is measured; with an
 * empty program as target they measure themselves.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>
#include <gw/maps.h>

/* A TCP header with all its options (RFC 9293, section 3.1). */
struct bench_header {
	__u64 words[7];
	__u32 last;
} __attribute__((packed));

enum bench_reset {
	BENCH_RESET_PRIO = 1,		/* placed MP_PRIOs */
	BENCH_RESET_CLASS = 2,		/* cached classifications */
};

const volatile struct bench_header bench_header = {};
const volatile __u32 bench_offset = 0;		/* of the TCP header in the frame */
const volatile __u32 bench_resets = 0;		/* enum bench_reset */
const volatile __u32 bench_family = 0;		/* of the key below: 4 or 6 */
const volatile struct gw_flow_key4 bench_key4 = {};
const volatile struct gw_flow_key6 bench_key6 = {};

struct {
	GW_MAP(BPF_MAP_TYPE_PROG_ARRAY, __u32, __u32, 1);
} bench_target SEC(".maps");

static __always_inline void bench_reset_flow(void)
{
	struct gw_flow *flow;
	int i;

	if (!bench_resets)
		return;
	if (bench_family == 4) {
		struct gw_flow_key4 key = bench_key4;

		flow = bpf_map_lookup_elem(&gw_flows4, &key);
	} else {
		struct gw_flow_key6 key = bench_key6;

		flow = bpf_map_lookup_elem(&gw_flows6, &key);
	}
	if (!flow)
		return;
	if (bench_resets & BENCH_RESET_PRIO) {
		flow->dir[0].prio = 0;
		flow->dir[1].prio = 0;
	}
	if (bench_resets & BENCH_RESET_CLASS) {
		for (i = 0; i < 4; i++)
			flow->class[i].generation = 0;
	}
}

static __always_inline int bench_restore(void *data, void *data_end)
{
	struct bench_header *header = data + (bench_offset & 0x7f);
	int i;

	if ((void *)(header + 1) > data_end)
		return -1;
#pragma unroll
	for (i = 0; i < 7; i++)
		header->words[i] = bench_header.words[i];
	header->last = bench_header.last;
	bench_reset_flow();
	return 0;
}

SEC("xdp")
int restore_xdp(struct xdp_md *ctx)
{
	if (bench_restore((void *)(long)ctx->data, (void *)(long)ctx->data_end))
		return XDP_ABORTED;
	bpf_tail_call(ctx, &bench_target, 0);
	return XDP_ABORTED;
}

SEC("tc")
int restore_tc(struct __sk_buff *ctx)
{
	if (bench_restore((void *)(long)ctx->data, (void *)(long)ctx->data_end))
		return TC_ACT_SHOT;
	bpf_tail_call(ctx, &bench_target, 0);
	return TC_ACT_SHOT;
}

char bench_license[] SEC("license") = "Dual MIT/GPL";
