/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The flow table: one entry for both directions of a TCP flow. */
#ifndef GW_FLOW_H
#define GW_FLOW_H

#include "maps.h"
#include "scratch.h"

/* RFC 9293, section 3.7.1: what a sender without an MSS option takes. */
#define GW_DEFAULT_MSS 536

/* Writes two halves as one word: the hash reads words, and would wait for halves. */
static __always_inline void gw_put_halves(__u16 *at, __u32 first, __u32 second)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	*(__u32 *)at = second << 16 | first;
#else
	*(__u32 *)at = first << 16 | second;
#endif
}

static __always_inline void gw_key4(struct gw_packet *packet, struct gw_flow_key4 *key, __u16 vlan)
{
	__u32 s = packet->source[0], d = packet->destination[0];
	int swap = s > d || (s == d && packet->source_port > packet->destination_port);

	packet->index = swap;
	key->address[0] = swap ? d : s;
	key->address[1] = swap ? s : d;
	gw_put_halves(key->port, swap ? packet->destination_port : packet->source_port,
		      swap ? packet->source_port : packet->destination_port);
	gw_put_halves(&key->vlan, vlan, 0);
}

static __always_inline void gw_key6(struct gw_packet *packet, struct gw_flow_key6 *key, __u16 vlan)
{
	__u64 s0 = packet->source[0], s1 = packet->source[1];
	__u64 d0 = packet->destination[0], d1 = packet->destination[1];
	int swap = s0 != d0 ? s0 > d0 :
		   s1 != d1 ? s1 > d1 : packet->source_port > packet->destination_port;

	packet->index = swap;
	key->address[0][0] = swap ? d0 : s0;
	key->address[0][1] = swap ? d1 : s1;
	key->address[1][0] = swap ? s0 : d0;
	key->address[1][1] = swap ? s1 : d1;
	gw_put_halves(key->port, swap ? packet->destination_port : packet->source_port,
		      swap ? packet->source_port : packet->destination_port);
	gw_put_halves(&key->vlan, vlan, 0);
}

/* Looks the packet's flow up and sets packet->index. */
static __always_inline struct gw_flow *gw_flow_find(struct gw_packet *packet, __u16 vlan_mask)
{
	if (packet->family == 4) {
		struct gw_flow_key4 key;

		gw_key4(packet, &key, packet->vlan & vlan_mask);
		return bpf_map_lookup_elem(&gw_flows4, &key);
	} else {
		struct gw_flow_key6 key;

		gw_key6(packet, &key, packet->vlan & vlan_mask);
		return bpf_map_lookup_elem(&gw_flows6, &key);
	}
}

/* Addresses and ports in one word, the same for both directions of a flow. */
static __always_inline __u64 gw_mix_ends(const __u64 *source, const __u64 *destination, __u16 from, __u16 to)
{
	return source[0] ^ source[1] ^ destination[0] ^ destination[1] ^ (__u64)(from ^ to) << 40;
}

static __always_inline __u64 gw_flow_ends(const struct gw_packet *packet)
{
	return gw_mix_ends(packet->source, packet->destination, packet->source_port, packet->destination_port);
}

/* Fibonacci hashing: the upper bits depend on all. */
static __always_inline __u64 gw_spread(__u64 ends)
{
	return ends * 0x9e3779b97f4a7c15ull;
}

/* The flow's word of the filter and, in *bit, its bit. */
static __always_inline __u64 *gw_flow_filter_of(const struct gw_packet *packet, __u64 *bit)
{
	__u32 hash = gw_spread(gw_flow_ends(packet)) >> 32, word = (hash >> 6) % GW_FLOW_FILTER_WORDS;

	*bit = 1ull << (hash & 63);
	return bpf_map_lookup_elem(&gw_flow_filter, &word);
}

/* Whether the packet's flow cannot be in its table. */
static __always_inline int gw_flow_unknown(const struct gw_packet *packet)
{
	__u64 bit, *word = gw_flow_filter_of(packet, &bit);

	return word && !(*word & bit);
}

/* Enters an empty flow for the packet. Returns 0, or a negative error when the table refuses. */
__noinline int gw_flow_create(struct gw_packet *packet, __u16 vlan_mask)
{
	struct gw_scratch *scratch = gw_get_scratch();
	__u64 bit, *word;

	if (!packet || !scratch)
		return -1;
	word = gw_flow_filter_of(packet, &bit);
	if (word && !(*word & bit))
		__sync_fetch_and_or(word, bit);
	__builtin_memset(&scratch->flow, 0, sizeof(scratch->flow));
	scratch->flow.created = bpf_ktime_get_ns();
	scratch->flow.dir[0].mss = GW_DEFAULT_MSS;
	scratch->flow.dir[1].mss = GW_DEFAULT_MSS;
	scratch->flow.dir[0].ingress_port = GW_NO_PORT;
	scratch->flow.dir[1].ingress_port = GW_NO_PORT;
	if (packet->family == 4) {
		struct gw_flow_key4 key;

		gw_key4(packet, &key, packet->vlan & vlan_mask);
		return bpf_map_update_elem(&gw_flows4, &key, &scratch->flow, BPF_NOEXIST);
	} else {
		struct gw_flow_key6 key;

		gw_key6(packet, &key, packet->vlan & vlan_mask);
		return bpf_map_update_elem(&gw_flows6, &key, &scratch->flow, BPF_NOEXIST);
	}
}

/* The packet's direction as selectors mean it. */
static __always_inline enum gw_direction gw_flow_direction(const struct gw_flow *flow, const struct gw_packet *packet)
{
	if (!(flow->flags & GW_FLOW_FLAG_ORIGIN_KNOWN))
		return GW_DIRECTION_UNKNOWN;
	return flow->origin == packet->index ? GW_DIRECTION_ORIGINAL : GW_DIRECTION_REPLY;
}

#endif
