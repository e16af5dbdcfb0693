// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* XDP ingress of a port, host and wire mode: policy, then on to the stack, another port, or the pair's other side. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <gw/xdp.h>
#include <gw/process.h>
#include <gw/veth.h>

static __always_inline __u8 gw_csum_of(struct xdp_md *ctx, const struct gw_port *port)
{
	if (port->flags & GW_PORT_FLAG_CSUM_COMPLETE)
		return GW_CSUM_COMPLETE;
	if (port->flags & GW_PORT_FLAG_CSUM_PARTIAL)
		return GW_CSUM_PARTIAL;
	if (port->flags & GW_PORT_FLAG_CSUM_VETH)
		return gw_veth_csum(ctx);
	return GW_CSUM_UNKNOWN;
}

/* The other side of a wire. A frame that has none goes to the stack. */
static __always_inline int gw_cross(struct xdp_md *ctx, const struct gw_port *port, struct gw_port_stats *stats)
{
	int action;

	action = bpf_redirect_map(&gw_tx, port->peer, XDP_PASS);
	if (action != XDP_REDIRECT)
		gw_count(stats, GW_REASON_NO_PEER);
	return action;
}

/* A partial checksum does not survive the redirect: it is made whole first. */
static __always_inline void gw_make_whole(struct xdp_md *ctx, struct gw_packet *packet, struct gw_port_stats *stats)
{
	int reason;

	if (packet->csum != GW_CSUM_PARTIAL || !packet->protocol)
		return;
	reason = gw_complete_csum(ctx, packet);
	if (reason != GW_REASON_NOT_APPLICABLE)
		gw_count(stats, reason);
}

SEC("xdp")
int gw_xdp_ingress(struct xdp_md *ctx)
{
	struct gw_port_stats *stats = gw_this_stats(GW_HOOK_INGRESS);
	struct gw_port *port = gw_this_port();
	struct gw_network net = {};
	struct gw_scratch *scratch;
	struct gw_packet *packet;
	int reason;

	if (!port || !stats || !(port->flags & GW_PORT_FLAG_PRESENT))
		return XDP_PASS;
	reason = gw_parse_network(ctx, &net);
	stats->packets++;
	stats->bytes += net.length;
	if (reason) {
		gw_count(stats, reason);
		if (!(port->flags & GW_PORT_FLAG_WIRE))
			return XDP_PASS;
	}
	scratch = gw_begin(GW_HOOK_INGRESS);
	if (!scratch)
		return XDP_PASS;
	packet = &scratch->packet;
	packet->csum = gw_csum_of(ctx, port);
	if (reason) {
		gw_take_network(packet, &net);
		gw_make_whole(ctx, packet, stats);
		return gw_cross(ctx, port, stats);
	}
	reason = gw_parse(ctx, packet, &net);
	if (reason) {
		gw_count(stats, reason);
	} else {
		switch (gw_process(ctx, scratch, port, stats)) {
		case GW_VERDICT_DROP:
			gw_count(stats, GW_REASON_DROPPED);
			return XDP_DROP;
		case GW_VERDICT_REDIRECT:
			gw_count(stats, GW_REASON_REDIRECTED);
			return bpf_redirect_map(&gw_tx, scratch->plan.target, XDP_PASS);
		default:
			break;
		}
	}
	if (!(port->flags & GW_PORT_FLAG_WIRE))
		return XDP_PASS;
	gw_make_whole(ctx, packet, stats);
	return gw_cross(ctx, port, stats);
}

char gw_license[] SEC("license") = "Dual MIT/GPL";
