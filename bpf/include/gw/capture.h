/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Captured packets: their headers before and after everything that is done to them, and what the chain made of them. */
#ifndef GW_CAPTURE_H
#define GW_CAPTURE_H

#include "event.h"

/* Copies the frame's headers. Returns their length, 0 when that fails. The TCP header may have grown: its length is read. */
static __always_inline __u32 gw_copy_headers(gw_context *ctx, const struct gw_packet *packet, __u8 *to)
{
	__u32 length;
	__u8 offset;

	if (gw_load(ctx, packet->l4 + 12, &offset, sizeof(offset)))
		return 0;
	length = packet->l4 + (offset >> 4) * 4;
	if (length > GW_CAPTURE_BYTES)
		length = GW_CAPTURE_BYTES;
	/* In a form that tells Linux 6.1 that it is not 0. */
	gw_opaque(length);
	length = ((length - 1) & (GW_CAPTURE_BYTES - 1)) + 1;
	return gw_load(ctx, 0, to, length) ? 0 : length;
}

/* Keeps the packet as it came. */
__noinline int gw_capture_before(gw_context *ctx, struct gw_packet *packet)
{
	struct gw_scratch *scratch = gw_get_scratch();

	if (!packet || !scratch)
		return 0;
	scratch->capture_length = gw_frame_length(ctx);
	scratch->captured = gw_copy_headers(ctx, packet, scratch->capture);
	return 0;
}

/* Hands the packet to user space. Returns GW_REASON_NONE, or GW_REASON_CAPTURE_LOST when the ring is full. */
__noinline int gw_capture_after(gw_context *ctx, struct gw_packet *packet, struct gw_flow *flow, struct gw_plan *plan)
{
	struct gw_scratch *scratch = gw_get_scratch();
	struct gw_event_subject *subject;
	struct gw_capture *capture;
	int verdict;

	if (!packet || !flow || !plan || !scratch)
		return GW_REASON_CAPTURE_LOST;
	capture = bpf_ringbuf_reserve(&gw_captures, sizeof(*capture), 0);
	if (!capture)
		return GW_REASON_CAPTURE_LOST;
	verdict = plan->verdict;
	subject = &scratch->subject;
	__builtin_memset(subject, 0, sizeof(*subject));
	subject->generation = plan->generation;
	subject->chain = plan->chain;
	subject->type = GW_EVENT_TYPE_CAPTURE;
	subject->hook = plan->hook;
	subject->port = plan->port;
	subject->direction = plan->direction;
	subject->reason = verdict == GW_VERDICT_DROP	 ? GW_REASON_DROPPED :
			  verdict == GW_VERDICT_REDIRECT ? GW_REASON_REDIRECTED :
							   GW_REASON_NONE;
	gw_describe(ctx, &capture->event, packet, flow, subject);
	__builtin_memcpy(capture->event.results, plan->results, sizeof(plan->results));
	capture->length[0] = scratch->capture_length;
	capture->length[1] = gw_frame_length(ctx);
	capture->captured[0] = scratch->captured;
	capture->target = plan->target;
	__builtin_memset(capture->reserved, 0, sizeof(capture->reserved));
	__builtin_memcpy(capture->frame[0], scratch->capture, GW_CAPTURE_BYTES);
	__builtin_memset(capture->frame[1], 0, GW_CAPTURE_BYTES);
	capture->captured[1] = gw_copy_headers(ctx, packet, capture->frame[1]);
	bpf_ringbuf_submit(capture, 0);
	return GW_REASON_NONE;
}

#endif
