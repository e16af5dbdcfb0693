// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * A test run repeats one packet. These programs make each run a packet of the next flow of a prepared sequence, with
 * right checksums, and tail-call the program that is measured: the gateway's, the bare look-up in the same flow table, or
 * an empty one, which measures what making the packet costs.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>
#include <gw/maps.h>

struct bench_flow {
	__u8 source[16];		/* wire; IPv4 in the first four */
	__u16 port;			/* wire */
	__u16 ip_check;
	__u16 tcp_check;
	__u16 reserved;
	__u8 key[40];			/* of some flow in the table: what the bare look-up looks for */
};

struct {
	GW_MAP(BPF_MAP_TYPE_PROG_ARRAY, __u32, __u32, 1);
} bench_target SEC(".maps");

struct {
	GW_MAP(BPF_MAP_TYPE_ARRAY, __u32, struct bench_flow, 1);
} bench_flows SEC(".maps");

const volatile __u32 bench_family = 4;		/* 4 or 6 */
const volatile __u32 bench_count = 1;		/* entries of bench_flows */
__u32 bench_position = 0;

static __always_inline int bench_patch(void *data, void *data_end)
{
	__u32 position = bench_position;
	struct bench_flow *flow = bpf_map_lookup_elem(&bench_flows, &position);

	bench_position = position + 1 < bench_count ? position + 1 : 0;
	if (!flow || data + 80 > data_end)
		return -1;
	if (bench_family == 4) {
		__builtin_memcpy(data + 14 + 12, flow->source, 4);
		__builtin_memcpy(data + 14 + 10, &flow->ip_check, 2);
		__builtin_memcpy(data + 34, &flow->port, 2);
		__builtin_memcpy(data + 34 + 16, &flow->tcp_check, 2);
	} else {
		__builtin_memcpy(data + 14 + 8, flow->source, 16);
		__builtin_memcpy(data + 54, &flow->port, 2);
		__builtin_memcpy(data + 54 + 16, &flow->tcp_check, 2);
	}
	return 0;
}

/* Reads something of what it finds, as every use of a flow does. */
static __always_inline int bench_look_up(void)
{
	__u32 position = bench_position ? bench_position - 1 : bench_count - 1;
	struct bench_flow *flow = bpf_map_lookup_elem(&bench_flows, &position);
	struct gw_flow *found;

	if (!flow)
		return -1;
	if (bench_family == 4) {
		struct gw_flow_key4 key;

		__builtin_memcpy(&key, flow->key, sizeof(key));
		found = bpf_map_lookup_elem(&gw_flows4, &key);
	} else {
		struct gw_flow_key6 key;

		__builtin_memcpy(&key, flow->key, sizeof(key));
		found = bpf_map_lookup_elem(&gw_flows6, &key);
	}
	return found && *(volatile __u64 *)found != ~0ULL ? 0 : -1;
}

SEC("xdp")
int random_xdp(struct xdp_md *ctx)
{
	if (bench_patch((void *)(long)ctx->data, (void *)(long)ctx->data_end))
		return XDP_ABORTED;
	bpf_tail_call(ctx, &bench_target, 0);
	return XDP_ABORTED;
}

SEC("tc")
int random_tc(struct __sk_buff *ctx)
{
	if (bench_patch((void *)(long)ctx->data, (void *)(long)ctx->data_end))
		return TC_ACT_SHOT;
	bpf_tail_call(ctx, &bench_target, 0);
	return TC_ACT_SHOT;
}

SEC("xdp")
int look_up_xdp(struct xdp_md *ctx)
{
	return bench_look_up() ? XDP_ABORTED : XDP_PASS;
}

SEC("tc")
int look_up_tc(struct __sk_buff *ctx)
{
	return bench_look_up() ? TC_ACT_SHOT : TC_ACT_UNSPEC;
}

char bench_license[] SEC("license") = "Dual MIT/GPL";
