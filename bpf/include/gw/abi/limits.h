/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Limits, and the words every other structure uses. */
#ifndef GW_ABI_LIMITS_H
#define GW_ABI_LIMITS_H

#include <linux/types.h>
#include "../reasons.h"

enum gw_limits {
	GW_ABI_VERSION = 4,
	GW_MAX_PORTS = 64,		/* managed NICs */
	GW_GENERATION_SLOTS = 8,	/* compiled policies the outer maps can hold */
	GW_MAX_TERMS = 1024,		/* conjunctions in a policy */
	GW_VECTOR_WORDS = 16,		/* u64 words of a bit-vector over terms */
	GW_MAX_CHAINS = 1024,
	GW_MAX_STEPS = 64,		/* actors of a chain */
	GW_TERM_CONDITIONS = 4,		/* conditions of one term on flow and packet */
	GW_LIST_TERMS = 7,		/* terms one exact 4-tuple can have */
	GW_FLOW_MATCHES = 4,		/* matching terms cached with a flow */
	GW_PORT_BLOCK = 64,		/* TCP ports in one element of the port-class table */
	GW_SPREAD_PORTS = 8,		/* links one redirect can spread over */
	GW_SPREAD_SEQUENCE = 16,	/* places of a weighted spread */
	GW_OPERAND_WORDS = 8,		/* u64 words of what a step needs beside itself */
	GW_TRACE_STEPS = 16,		/* actors whose results a trace tells */
	GW_CAPTURE_BYTES = 256,		/* of a captured frame: a power of two, more than any usual headers */
	GW_OPERATORS = 8,		/* custom operators that can be loaded at once */
	GW_OPERATOR_ARGUMENTS = 4,	/* numbers a custom actor is given */
	GW_REASONS = 64,		/* size of every table indexed by reason */
	GW_FLOW_FILTER_WORDS = 1 << 15,	/* u64 words of the filter over flows */
	GW_OPTION_SPACE = 40,		/* bytes of TCP options (RFC 9293, section 3.1) */
	GW_STORED_OPTION = 32,		/* room for the largest ADD_ADDR (30) */
	GW_STORED_SLOTS = 8,		/* addresses kept of one end of a connection, of each kind */
	GW_REWRITE_SLOTS = 64,		/* slots in one element of the filter of rewritten flows */
	GW_REWRITE_BLOCKS = 1024,	/* its elements */
	GW_NO_PORT = 255,
};

enum gw_hook {
	GW_HOOK_INGRESS = 0,
	GW_HOOK_EGRESS = 1,
};

/* Direction of a packet in its subflow, as known so far. */
enum gw_direction {
	GW_DIRECTION_UNKNOWN = 0,	/* the subflow's SYN was not seen */
	GW_DIRECTION_ORIGINAL = 1,	/* from the host that sent the SYN */
	GW_DIRECTION_REPLY = 2,
};

/* Packet types: bits of gw_term masks. */
enum gw_packet_type {
	GW_PACKET_TYPE_SYN = 1 << 0,
	GW_PACKET_TYPE_SYN_ACK = 1 << 1,
	GW_PACKET_TYPE_FIN = 1 << 2,
	GW_PACKET_TYPE_RST = 1 << 3,
	GW_PACKET_TYPE_PURE_ACK = 1 << 4,
	GW_PACKET_TYPE_DATA = 1 << 5,
	GW_PACKET_TYPE_MP_CAPABLE = 1 << 6,
	GW_PACKET_TYPE_MP_JOIN = 1 << 7,
	GW_PACKET_TYPE_DSS = 1 << 8,
	GW_PACKET_TYPE_DATA_ACK = 1 << 9,
	GW_PACKET_TYPE_ADD_ADDR4 = 1 << 10,
	GW_PACKET_TYPE_ADD_ADDR6 = 1 << 11,
	GW_PACKET_TYPE_ADD_ADDR_ECHO = 1 << 12,
	GW_PACKET_TYPE_REMOVE_ADDR = 1 << 13,
	GW_PACKET_TYPE_MP_PRIO = 1 << 14,
	GW_PACKET_TYPE_MP_FAIL = 1 << 15,
	GW_PACKET_TYPE_MP_FASTCLOSE = 1 << 16,
	GW_PACKET_TYPE_MP_TCPRST = 1 << 17,
	GW_PACKET_TYPE_PLAIN_TCP = 1 << 18,
	GW_PACKET_TYPE_MPTCP = 1 << 19,
	GW_PACKET_TYPE_THIRD_ACK = 1 << 20,	/* a handshake's third packet, without payload */
	GW_PACKET_TYPE_ADD_ADDR4_ECHO = 1 << 21,
	GW_PACKET_TYPE_ADD_ADDR6_ECHO = 1 << 22,
};

#endif
