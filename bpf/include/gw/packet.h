/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * A packet as the parser leaves it, and the access to its bytes that differs between XDP and TC.
 *
 * A program includes <gw/xdp.h> or <gw/skb.h> first: they define gw_context and the gw_* accessors.
 */
#ifndef GW_PACKET_H
#define GW_PACKET_H

#include "abi.h"
#include "mptcp.h"

/* Hides a value's history from the compiler, so that the bounds checks below it stay as written. */
#define gw_opaque(_value) asm volatile("" : "+r"(_value))

/* The same length if it is 1 to 64, in a form that tells so: Linux 6.1 to 6.7 learn nothing from a comparison with 0. */
static __always_inline __u32 gw_not_empty(__u32 length)
{
	gw_opaque(length);
	return ((length - 1) & 63) + 1;
}

/* Words of struct gw_packet that are zero before parsing. */
#define GW_PACKET_NONE	6

enum gw_csum {
	GW_CSUM_UNKNOWN,		/* edits are refused */
	GW_CSUM_COMPLETE,		/* the field covers the segment */
	GW_CSUM_PARTIAL,		/* the field holds the pseudo-header sum */
	GW_CSUM_SKB,			/* the kernel's helpers know */
};

/* How a packet's ends, which the policy sees as the flow's initiator does, stand to those in the frame. */
enum gw_rewritten {
	GW_REWRITTEN_NONE,
	GW_REWRITTEN_BACK,		/* the same: translated on its way back */
	GW_REWRITTEN_AWAY,		/* the frame has those of scratch->wire */
};

/* Valid once gw_parse() has returned GW_REASON_NONE. Offsets are from the start of the frame. */
struct gw_packet {
	__u64 source[2];		/* wire; IPv4 in the first four bytes of source[0] */
	__u64 destination[2];
	__u16 source_port;		/* wire */
	__u16 destination_port;		/* wire */
	__u16 l3;			/* offset of the IP header */
	__u16 l4;			/* offset of the TCP header */
	__u16 window;			/* host order, unscaled */
	__u32 length;			/* frame bytes, as far as they matter */
	__u32 end;			/* offset just past the IP packet */
	__u32 payload;			/* TCP payload bytes */
	__u32 seq;
	__u32 ack;
	__u8 family;			/* 4 or 6 */
	__u8 tcp_flags;
	__u8 options;			/* bytes of options */
	__u8 csum;			/* enum gw_csum */
	__u8 index;			/* direction index in the flow */
	/* What is absent unless it is found. */
	union {
		__u64 none[GW_PACKET_NONE];
		struct {
			__u8 sub[MPTCP_SUBTYPES];	/* MPTCP subtypes: 1 + offset in the options, 0 = absent */
			__u32 types;		/* enum gw_packet_type */
			__u16 vlan;		/* outer tag's id, 0 without */
			__u16 mss;		/* 0 = not offered */
			__u32 tsval;
			__u32 tsecr;
			__u8 timestamp;		/* 1 + offset of the option, 0 = absent */
			__u8 wscale;		/* shift + 1, 0 = not offered */
			__u8 add_addr_v0;	/* ADD_ADDR is of RFC 6824 */
			__u8 cursor;		/* the option walk's place */
			__u8 protocol;		/* of the transport header; 0 when there is none to speak of */
			__u8 nops;		/* the option walk's: NOPs just passed */
			__u8 padded;		/* two NOPs stand before the timestamps */
			__u8 data_known;	/* data_sequence is valid */
			__u8 swallow;		/* an echo its receiver did not ask for */
			__u8 rewritten;		/* enum gw_rewritten */
		};
	};
	__u64 data_sequence;		/* of the first payload byte; the connection's first is 0 */
};

#endif
