/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Events to user space. */
#ifndef GW_ABI_EVENT_H
#define GW_ABI_EVENT_H

#include "limits.h"

enum gw_event_type {
	GW_EVENT_TYPE_NONE = 0,
	GW_EVENT_TYPE_MP_CAPABLE = 1,
	GW_EVENT_TYPE_MP_JOIN = 2,
	GW_EVENT_TYPE_ADD_ADDR = 3,
	GW_EVENT_TYPE_REMOVE_ADDR = 4,
	GW_EVENT_TYPE_MP_PRIO = 5,
	GW_EVENT_TYPE_MP_FAIL = 6,
	GW_EVENT_TYPE_MP_FASTCLOSE = 7,
	GW_EVENT_TYPE_FIN = 8,
	GW_EVENT_TYPE_RST = 9,
	GW_EVENT_TYPE_FALLBACK = 10,
	GW_EVENT_TYPE_ACTOR = 11,
	GW_EVENT_TYPE_TRACE = 12,
	GW_EVENT_TYPE_ADDRESS_WANTED = 13,	/* add_subflow waits for addresses with their HMAC */
	GW_EVENT_TYPE_CAPTURE = 14,		/* the start of struct gw_capture */
};

/* One event in the ring buffer. Carries the packet's whole TCP options: keys are secret. */
struct gw_event {
	__u64 time;			/* ns, CLOCK_MONOTONIC */
	__u64 connection;		/* as gw_flow.connection, 0 unknown */
	__u8 address[2][16];		/* wire; source, destination; IPv4 in the first four bytes */
	__u16 port[2];			/* wire; source, destination */
	__u16 vlan;
	__u8 family;			/* 4 or 6 */
	__u8 hook;			/* enum gw_hook */
	__u8 gateway_port;		/* port index */
	__u8 type;			/* enum gw_event_type */
	__u8 tcp_flags;
	__u8 direction;			/* enum gw_direction */
	__u16 chain;			/* index in the generation, 0xffff when no chain is meant */
	__u8 step;
	__u8 reason;			/* enum gw_reason */
	__u32 generation;
	__u32 flow_flags;		/* enum gw_flow_flag, after this packet */
	__u32 token;			/* host order, from MP_JOIN SYN */
	__u32 seq;
	__u8 option_offset;		/* of the MPTCP option meant, in options */
	__u8 options_length;
	__u8 ordinal;			/* subflow's place in its connection */
	__u8 op;			/* enum gw_op for GW_EVENT_TYPE_ACTOR */
	__u8 options[GW_OPTION_SPACE];	/* wire */
	__u8 results[GW_TRACE_STEPS];	/* GW_EVENT_TYPE_TRACE and _CAPTURE: enum gw_reason of each actor, 0 = did not run */
	__u32 reserved;
};

/*
 * A packet as it came and as it goes on: its headers only, up to the end of the TCP options. MPTCP keys stand in
 * them: they are secret.
 */
struct gw_capture {
	struct gw_event event;		/* chain 0xffff: none ran; reason: GW_REASON_NONE, _DROPPED or _REDIRECTED */
	__u32 length[2];		/* bytes of the whole frame, before and after */
	__u16 captured[2];		/* bytes below */
	__u8 target;			/* GW_REASON_REDIRECTED: port index */
	__u8 reserved[3];
	__u8 frame[2][GW_CAPTURE_BYTES];
};

#endif
