/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What is remembered of flows whose 4-tuple is rewritten. */
#ifndef GW_ABI_REWRITE_H
#define GW_ABI_REWRITE_H

#include "limits.h"

/* The two ends of packets of one direction. */
struct gw_ends {
	__u64 address[2][2];		/* wire; source, destination; IPv4 in the first four bytes */
	__u16 port[2];			/* wire; source, destination */
	__u32 reserved;
};

/* Both directions of a flow, as its packets are on one side of the gateway. */
struct gw_rewrite_key {
	__u64 address[2][2];		/* wire; address[0] is the numerically smaller end */
	__u16 port[2];			/* wire */
	__u16 vlan;
	__u16 family;			/* 4 or 6 */
};

enum gw_rewrite_side {
	GW_REWRITE_SIDE_ORIGINAL = 0,	/* where the SYN came from */
	GW_REWRITE_SIDE_TRANSLATED = 1,	/* where it went */
};

enum gw_rewrite_end {
	GW_REWRITE_END_FIN = 1,		/* from the end that sent the SYN */
	GW_REWRITE_END_FIN_BACK = 2,
	GW_REWRITE_END_RST = 4,
};

/* A rewritten flow has two: one for each side, by that side's key. */
struct gw_rewrite {
	struct gw_ends other;		/* the other side's, in the SYN's direction */
	__u64 seen;			/* ns, CLOCK_MONOTONIC_COARSE, of the last packet of this side */
	__u32 isn;			/* sequence number of the SYN */
	__u8 side;			/* enum gw_rewrite_side of the key */
	__u8 origin;			/* direction index of the SYN's sender under the key */
	__u8 ended;			/* enum gw_rewrite_end */
	__u8 reserved;
};

/* When a rewritten flow was last seen whose hash falls into a slot: 0 never, else 1 + interval modulo 255. */
struct gw_rewrite_filter {
	__u8 slot[GW_REWRITE_SLOTS];
};

#endif
