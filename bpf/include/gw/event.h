/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Events to user space. The first one after the reader has read all wakes it; it then lets others gather for a while, so that
 * most cost no wakeup.
 */
#ifndef GW_EVENT_H
#define GW_EVENT_H

#include "maps.h"
#include "scratch.h"

#define GW_EVENT_NO_CHAIN 0xffff

/* Fills an event, but for its results. */
static __always_inline void gw_describe(gw_context *ctx, struct gw_event *event, const struct gw_packet *packet,
					const struct gw_flow *flow, const struct gw_event_subject *subject)
{
	__u32 length;

	__builtin_memset(event, 0, sizeof(*event));
	event->time = bpf_ktime_get_ns();
	event->connection = flow->connection;
	__builtin_memcpy(event->address[0], packet->source, 16);
	__builtin_memcpy(event->address[1], packet->destination, 16);
	event->port[0] = packet->source_port;
	event->port[1] = packet->destination_port;
	event->vlan = packet->vlan;
	event->family = packet->family;
	event->hook = subject->hook;
	event->gateway_port = subject->port;
	event->type = subject->type;
	event->tcp_flags = packet->tcp_flags;
	event->direction = subject->direction;
	event->chain = subject->chain;
	event->step = subject->step;
	event->reason = subject->reason;
	event->generation = subject->generation;
	event->flow_flags = flow->flags;
	event->token = flow->token;
	event->seq = packet->seq;
	event->ordinal = flow->ordinal;
	event->op = subject->op;
	event->option_offset = subject->option ? subject->option - 1 : GW_OPTION_SPACE;
	length = gw_not_empty(packet->options);
	if (length <= GW_OPTION_SPACE && !gw_load(ctx, packet->l4 + 20, event->options, length))
		event->options_length = length;
}

/* Returns GW_REASON_NONE, or GW_REASON_EVENT_LOST when the ring is full. */
__noinline int gw_emit(gw_context *ctx, struct gw_packet *packet, struct gw_flow *flow,
		       struct gw_event_subject *subject)
{
	struct gw_scratch *scratch = gw_get_scratch();
	struct gw_event *event;

	if (!packet || !flow || !subject)
		return GW_REASON_EVENT_LOST;
	event = bpf_ringbuf_reserve(&gw_events, sizeof(*event), 0);
	if (!event)
		return GW_REASON_EVENT_LOST;
	gw_describe(ctx, event, packet, flow, subject);
	if (subject->type == GW_EVENT_TYPE_TRACE && scratch)
		__builtin_memcpy(event->results, scratch->plan.results, sizeof(event->results));
	bpf_ringbuf_submit(event, 0);
	return GW_REASON_NONE;
}

#endif
