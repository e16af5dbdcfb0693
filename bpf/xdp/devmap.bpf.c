// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Egress policy of a wire port: runs on each frame that XDP_REDIRECT is about to send out of it. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* What this program may not do or refer to: see gw/forward.h. */
#define GW_DEVMAP 1

#include <gw/xdp.h>
#include <gw/process.h>

SEC("xdp/devmap")
int gw_xdp_devmap(struct xdp_md *ctx)
{
	struct gw_port_stats *stats = gw_this_stats(GW_HOOK_EGRESS);
	struct gw_port *port = gw_this_port();
	struct gw_network net = {};
	struct gw_scratch *scratch;
	int reason;

	if (!port || !stats)
		return XDP_PASS;
	reason = gw_parse_network(ctx, &net);
	stats->packets++;
	stats->bytes += net.length;
	if (reason) {
		gw_count(stats, reason);
		return XDP_PASS;
	}
	scratch = gw_begin(GW_HOOK_EGRESS);
	if (!scratch)
		return XDP_PASS;
	/* Ingress has made every checksum whole before the redirect. */
	scratch->packet.csum = GW_CSUM_COMPLETE;
	reason = gw_parse(ctx, &scratch->packet, &net);
	if (reason) {
		gw_count(stats, reason);
		return XDP_PASS;
	}
	if (gw_process(ctx, scratch, port, stats) == GW_VERDICT_DROP) {
		gw_count(stats, GW_REASON_DROPPED);
		return XDP_DROP;
	}
	return XDP_PASS;
}

char gw_license[] SEC("license") = "Dual MIT/GPL";
