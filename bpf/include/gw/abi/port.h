/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What is in force, the managed NICs, and all counters. */
#ifndef GW_ABI_PORT_H
#define GW_ABI_PORT_H

#include "limits.h"

enum gw_control_flag {
	GW_CONTROL_FLAG_REWRITES = 1,	/* some policy had rewrite: there may be rewritten flows */
};

/* What packets look at first; the write of generation swaps the policy for every port and hook. */
struct gw_control {
	__u32 generation;		/* 0 = no policy */
	__u32 flags;			/* enum gw_control_flag; once set, they stay */
};

enum gw_generation_flag {
	GW_GENERATION_FLAG_TRACK_PLAIN = 1,	/* some term can match plain TCP */
	GW_GENERATION_FLAG_TRACK_DATA = 2,	/* some condition asks how far data sequence numbers are */
	GW_GENERATION_FLAG_OPERATORS = 4,	/* some chain uses a custom operator */
	GW_GENERATION_FLAG_CAPTURE = 8,		/* some term has GW_MATCH_CAPTURE */
};

/* Facts about a generation, by slot. */
struct gw_generation {
	__u32 generation;
	__u32 flags;			/* enum gw_generation_flag */
	__u64 ingress_ports;		/* bit p: some chain can match at port p's ingress */
	__u64 egress_ports;
};

enum gw_port_flag {
	GW_PORT_FLAG_PRESENT = 1,
	GW_PORT_FLAG_WIRE = 2,		/* paired: frames leave by peer */
	GW_PORT_FLAG_CSUM_PARTIAL = 4,	/* senders hand over pseudo-header sums */
	GW_PORT_FLAG_CSUM_COMPLETE = 8,	/* senders hand over whole checksums */
	GW_PORT_FLAG_CSUM_VETH = 16,	/* read per packet from veth's skb */
	GW_PORT_FLAG_UP = 32,		/* carrier present: may be a redirect target */
};

/* A managed NIC, by port index. */
struct gw_port {
	__u32 ifindex;
	__u16 flags;			/* enum gw_port_flag */
	__u8 peer;			/* wire: port index of the other side */
	__u8 reserved;
	__u32 mtu;			/* bytes of IP packet */
	__u8 mac[6];
	__u16 vlan_mask;		/* bits of the VLAN id that tell flows apart: 0xfff or 0 */
};

/* Counters of one hook of one port (per CPU), index port * 2 + hook. */
struct gw_port_stats {
	__u64 packets;
	__u64 bytes;
	__u64 reasons[GW_REASONS];
};

/* Counters of one chain (per CPU). */
struct gw_chain_stats {
	__u64 packets;
	__u64 bytes;
};

/* Results of one actor of one chain (per CPU), by reason. */
struct gw_step_stats {
	__u64 reasons[GW_REASONS];
};

#endif
