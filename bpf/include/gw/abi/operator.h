/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What a custom operator is given and what it may ask for. It works on this copy and never on the packet: what it
 * leaves here is checked, and carried out only when it is sound. Append-only.
 */
#ifndef GW_ABI_OPERATOR_H
#define GW_ABI_OPERATOR_H

#include "limits.h"

enum gw_operator_limits {
	GW_OPERATOR_VERSION = 1,
	GW_OPERATOR_OPTIONS = 64,	/* size of the option copy: any index masked with 63 is inside */
};

/* An operator's answer. */
enum gw_answer {
	GW_ANSWER_NOTHING = 0,		/* actor: nothing in this packet for it; selector: no match */
	GW_ANSWER_DONE = 1,		/* actor: carry out what is asked for; selector: match */
	GW_ANSWER_MISSING = 0x6777,	/* the gateway's own: nothing is loaded there */
};

enum gw_request_verdict {
	GW_REQUEST_PASS = 0,
	GW_REQUEST_DROP = 1,
};

/* Index 0 of a pair is the direction of this packet, 1 the other. */
struct gw_operator {
	__u64 args[GW_OPERATOR_ARGUMENTS];	/* numbers of the policy; 0 where it gives none */
	__u64 time;			/* ns, CLOCK_MONOTONIC_COARSE */
	__u32 version;			/* GW_OPERATOR_VERSION */
	__u8 hook;			/* enum gw_hook */
	__u8 direction;			/* enum gw_direction */
	__u8 port;			/* index of the port the packet is at */
	__u8 family;			/* 4 or 6 */

	/* The packet. */
	__u64 source[2];		/* wire; IPv4 in the first four bytes */
	__u64 destination[2];		/* wire */
	__u16 source_port;		/* host order, as all that follows */
	__u16 destination_port;
	__u16 vlan;			/* outer tag's id, 0 without */
	__u16 window;			/* as advertised, unscaled */
	__u32 types;			/* enum gw_packet_type */
	__u32 length;			/* bytes of the frame */
	__u32 payload;			/* TCP payload bytes */
	__u32 seq;
	__u32 ack;
	__u32 tsval;			/* 0 without timestamps */
	__u32 tsecr;
	__u8 tcp_flags;
	__u8 data_known;		/* data_sequence is valid */
	__u8 wscale_known;		/* both SYNs were seen: wscale is valid */
	__u8 reserved;
	__u64 data_sequence;		/* of the first payload byte; the connection's first is 0 */

	/* Its flow. */
	__u64 connection;		/* client token << 32 | server token; 0 unknown */
	__u64 age;			/* ns since it was first seen */
	__u64 packets[2];
	__u64 bytes[2];			/* TCP payload */
	__u32 retransmissions[2];
	__u32 rtt;			/* us, both halves, smoothed; 0 unknown */
	__u32 flow_flags;		/* enum gw_flow_flag */
	__u16 mss[2];
	__u8 wscale[2];
	__u8 backup[2];			/* the last word that way was "backup" */
	__u8 ordinal;			/* place among the connection's subflows, 1 = first, 0 unknown */
	__u8 address_id;		/* the sender's */
	__u8 reserved2[5];

	/* The TCP options, to read and to edit; changing them asks for the change. */
	__u8 options_length;		/* 0 to 40, a multiple of 4; may become larger on a pure ACK */
	__u8 options[GW_OPERATOR_OPTIONS];

	/* What an actor asks for beside that; 0 asks for nothing. */
	__u8 verdict;			/* enum gw_request_verdict */
	__u8 set_dscp;			/* 1 + DSCP */
	__u16 lower_window;		/* unscaled; must be below window and not below one MSS */
	__u32 reserved3;
};

#endif
