/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * rate_limit: clamps the receive window that selected packets advertise, so that their receiver sends
 * at most rate x RTT ahead. The clamp comes from the live RTT and is corrected by what is measured.
 */
#ifndef GW_ACTORS_RATE_LIMIT_H
#define GW_ACTORS_RATE_LIMIT_H

#include "../plan.h"

/* Jiffies between two looks at what was really sent. */
#define GW_RATE_INTERVAL	25
/* Bounds of the correction, in 1/1024. */
#define GW_RATE_CORRECTION_MIN	512
#define GW_RATE_CORRECTION_MAX	4096

/* Sets the clamp anew from the rate, the RTT and the bytes of the interval that ended. */
static __always_inline void gw_rate_update(struct gw_flow *flow, struct gw_flow_dir *dir, struct gw_flow_dir *other,
					   __u64 rate, __u64 now)
{
	__u64 time = bpf_ktime_get_ns(), elapsed = time - dir->rate_time, sent = other->bytes - dir->rate_bytes;
	__u64 rtt = (__u64)flow->dir[0].half_rtt + flow->dir[1].half_rtt, window;

	if (dir->rate != rate) {
		dir->rate = rate;
		dir->rate_correction = 1024;
	} else if (elapsed && elapsed < 10000000000ull) {
		__u64 target = rate * (elapsed / 1000) / 1000000;

		/* A sender that had little to send says nothing about the clamp. */
		if (sent > target / 2 && target) {
			__u64 step = 1024 * target / sent;

			if (step < 768)
				step = 768;
			if (step > 1280)
				step = 1280;
			/* Half a step: the window takes a round trip to show. */
			step = (step + 1024) / 2;
			dir->rate_correction = dir->rate_correction * step / 1024;
			if (dir->rate_correction < GW_RATE_CORRECTION_MIN)
				dir->rate_correction = GW_RATE_CORRECTION_MIN;
			if (dir->rate_correction > GW_RATE_CORRECTION_MAX)
				dir->rate_correction = GW_RATE_CORRECTION_MAX;
		}
	}
	dir->rate_time = time;
	dir->rate_bytes = other->bytes;
	dir->rate_jiffies = now;
	window = rate * rtt / 1000000 * dir->rate_correction / 1024;
	if (window < dir->mss)
		window = dir->mss;
	dir->rate_window = window > 0x7fffffff ? 0x7fffffff : window;
}

static __always_inline int gw_rate_limit(struct gw_packet *packet, struct gw_flow *flow, struct gw_flow_dir *dir,
					 struct gw_flow_dir *other, const struct gw_step *step, struct gw_plan *plan,
					 __u64 now)
{
	__u32 field, shift = dir->wscale & 15, floor;

	if ((packet->types & (GW_PACKET_TYPE_SYN | GW_PACKET_TYPE_SYN_ACK | GW_PACKET_TYPE_RST)) ||
	    !(packet->tcp_flags & TCP_ACK))
		return GW_REASON_HANDSHAKE;
	/* The answer to a SYN may still take its scaling back. */
	if (!(dir->flags & other->flags & GW_FLOW_DIR_FLAG_WSCALE))
		return GW_REASON_NO_WINDOW_SCALE;
	if (!flow->dir[0].half_rtt || !flow->dir[1].half_rtt)
		return GW_REASON_NO_RTT;
	if (dir->rate != step->value || (__u32)now - dir->rate_jiffies >= GW_RATE_INTERVAL)
		gw_rate_update(flow, dir, other, step->value, now);
	floor = ((__u32)dir->mss + (1u << shift) - 1) >> shift;
	field = (dir->rate_window + (1u << shift) / 2) >> shift;
	if (field < floor)
		field = floor;
	if (field > 0xffff || packet->window <= field)
		return GW_REASON_WINDOW_BELOW;
	if (plan->set_window && plan->window <= field)
		return GW_REASON_WINDOW_BELOW;
	plan->set_window = 1;
	plan->window = field;
	return GW_DEFERRED;
}

#endif
