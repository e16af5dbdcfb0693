// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * TC of a host-mode port: egress, and ingress where no XDP program runs. Frames may be segmentation super-packets with
 * checksums still to be made.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>
#include <gw/skb.h>
#include <gw/process.h>

/* The hook it is loaded for. */
const volatile __u32 gw_hook = GW_HOOK_EGRESS;

SEC("tc")
int gw_tc_host(struct __sk_buff *ctx)
{
	struct gw_port_stats *stats = gw_this_stats(gw_hook);
	struct gw_port *port = gw_this_port();
	struct gw_network net = {};
	struct gw_scratch *scratch;
	int reason;

	if (!port || !stats)
		return TC_ACT_UNSPEC;
	reason = gw_parse_network(ctx, &net);
	scratch = gw_begin(gw_hook);
	if (!scratch)
		return TC_ACT_UNSPEC;
	stats->packets++;
	stats->bytes += net.length;
	if (reason) {
		gw_count(stats, reason);
		return TC_ACT_UNSPEC;
	}
	scratch->packet.csum = GW_CSUM_SKB;
	reason = gw_parse(ctx, &scratch->packet, &net);
	if (reason) {
		gw_count(stats, reason);
		return TC_ACT_UNSPEC;
	}
	switch (gw_process(ctx, scratch, port, stats)) {
	case GW_VERDICT_DROP:
		gw_count(stats, GW_REASON_DROPPED);
		return TC_ACT_SHOT;
	case GW_VERDICT_REDIRECT: {
		__u32 index = scratch->plan.target;
		struct gw_port *target = bpf_map_lookup_elem(&gw_ports, &index);

		if (!target)
			return TC_ACT_UNSPEC;
		gw_count(stats, GW_REASON_REDIRECTED);
		return bpf_redirect(target->ifindex, 0);
	}
	default:
		return TC_ACT_UNSPEC;
	}
}

char gw_license[] SEC("license") = "Dual MIT/GPL";
