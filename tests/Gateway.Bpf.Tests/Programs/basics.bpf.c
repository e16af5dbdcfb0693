/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* One program per thing the library does. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define TC_ACT_UNSPEC (-1)

const volatile __u32 verdict = XDP_PASS;
const volatile __u64 cookie;
const volatile __u8 label[8];
__u32 scratch = 7;

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u32);
} counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64);
} a_map_with_a_long_name SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u32);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_ARRAY);
		__uint(map_flags, BPF_F_INNER_MAP);
		__uint(max_entries, 1);
		__type(key, __u32);
		__type(value, __u64);
	});
} generations SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u32);
} tails SEC(".maps");

static __always_inline void count(__u32 slot)
{
	__u32 *value = bpf_map_lookup_elem(&counters, &slot);

	if (value)
		*value += 1;
}

SEC("xdp.frags")
int constants(struct xdp_md *ctx)
{
	__u64 value = cookie + scratch + label[0] + label[7];
	__u32 key = 1;

	bpf_map_update_elem(&a_map_with_a_long_name, &key, &value, BPF_ANY);
	return verdict;
}

SEC("xdp.frags")
int count_first(struct xdp_md *ctx)
{
	count(0);
	return XDP_PASS;
}

SEC("xdp.frags")
int count_second(struct xdp_md *ctx)
{
	count(1);
	return XDP_PASS;
}

SEC("xdp.frags")
int emit(struct xdp_md *ctx)
{
	__u64 record[2] = { ctx->data_end - ctx->data, cookie };

	bpf_ringbuf_output(&events, record, sizeof(record), 0);
	return XDP_PASS;
}

SEC("xdp.frags")
int read_generation(struct xdp_md *ctx)
{
	__u32 slot = 0, key = 2;
	void *inner = bpf_map_lookup_elem(&generations, &slot);
	__u64 *value = inner ? bpf_map_lookup_elem(inner, &key) : NULL;

	return value ? *value : 0;
}

SEC("xdp.frags")
int tail_caller(struct xdp_md *ctx)
{
	bpf_tail_call(ctx, &tails, 1);
	return XDP_ABORTED;
}

SEC("xdp.frags")
int tail_target(struct xdp_md *ctx)
{
	return XDP_TX;
}

/* Puts four bytes in front and one metadata word before them. */
SEC("xdp")
int grow(struct xdp_md *ctx)
{
	__u32 *meta, *head;

	if (bpf_xdp_adjust_head(ctx, -4) || bpf_xdp_adjust_meta(ctx, -4))
		return XDP_ABORTED;
	meta = (void *)(long)ctx->data_meta;
	head = (void *)(long)ctx->data;
	if ((void *)(meta + 1) > (void *)(long)ctx->data || (void *)(head + 1) > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	*meta = 0x11111111;
	*head = 0x22222222;
	return XDP_TX;
}

SEC("xdp/devmap")
int on_egress(struct xdp_md *ctx)
{
	return XDP_PASS;
}

SEC("tc")
int tc_first(struct __sk_buff *skb)
{
	count(2);
	return TC_ACT_UNSPEC;
}

SEC("tc")
int tc_second(struct __sk_buff *skb)
{
	count(3);
	return TC_ACT_UNSPEC;
}

SEC("tc")
int tc_context(struct __sk_buff *skb)
{
	skb->mark += skb->len;
	skb->cb[4] = skb->gso_size;
	return 7;
}

char _license[] SEC("license") = "GPL";
