/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Every shape of type the generator mirrors. */
#include <linux/bpf.h>
#include <linux/in6.h>
#include <bpf/bpf_helpers.h>

enum gw_limits {
	GW_ABI_VERSION = 3,
	GW_MAX_ITEMS = 1 << 20,
};

enum gw_reason {
	GW_REASON_NONE = 0,
	GW_REASON_NOT_IP = 1,
	GW_REASON_6LOW = 2,
};

enum gw_item_flag {
	GW_ITEM_FLAG_SEEN = 1,
};

struct gw_pair {
	__u32 key;
	__u16 value;
};

struct gw_item {
	__u64 time;
	enum gw_reason reason;
	__u8 mac[6];
	char name[10];
	_Bool live;
	__s16 item;
	struct gw_pair pair;
	struct gw_pair pairs[3];
	__u8 address[2][16];
	union {
		__u32 word;
		__u8 bytes[4];
		struct {
			__u16 low;
			__u16 high;
		};
	};
	struct {
		__u32 sent;
		__u32 lost;
	} stats;
	struct in6_addr host;
	const volatile __u32 fixed;
	__u64 rest[];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct gw_item);
} items SEC(".maps");

/* Not for user space: reached by no root. */
struct gw_private {
	void *pointer;
	__u32 limit;
} scratch;

/* Keeps what no map mentions in the BTF. */
struct gw_roots {
	enum gw_limits limits;
	enum gw_item_flag flags;
	struct gw_item *item;
};

__attribute__((noinline)) int keep(struct gw_roots *roots)
{
	return roots ? roots->limits : 0;
}

SEC("xdp")
int entry(struct xdp_md *ctx)
{
	return keep(NULL) + scratch.limit;
}

char _license[] SEC("license") = "GPL";
