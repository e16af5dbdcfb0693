/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* A compiled policy: chains with their steps, and the tables that classify packets. */
#ifndef GW_ABI_POLICY_H
#define GW_ABI_POLICY_H

#include "limits.h"

enum gw_op {
	GW_OP_NONE = 0,
	GW_OP_SET_BACKUP = 1,
	GW_OP_BLK_SUBFLOW = 2,
	GW_OP_RATE_LIMIT = 3,
	GW_OP_REDIRECT = 4,
	GW_OP_GET_CONNECT = 5,
	GW_OP_GET_SUBFLOW = 6,
	GW_OP_RECORD = 7,
	GW_OP_COUNT = 8,
	GW_OP_DROP = 9,
	GW_OP_ADD_SUBFLOW = 10,
	GW_OP_REWRITE = 11,
	GW_OP_STRIP_MPTCP = 12,
	GW_OP_CLOSE_SUBFLOW = 13,
	GW_OP_MARK = 14,
	GW_OP_MIRROR = 15,
	GW_OP_TRACE = 16,
	GW_OP_CUSTOM = 17,
};

enum gw_blk_flag {
	GW_BLK_FLAG_IPV4 = 1,
	GW_BLK_FLAG_IPV6 = 2,
	GW_BLK_FLAG_REFUSE_JOIN = 4,
};

enum gw_mac_mode {
	GW_MAC_MODE_FIB = 0,
	GW_MAC_MODE_KEEP = 1,
	GW_MAC_MODE_GIVEN = 2,
};

enum gw_add_flag {
	GW_ADD_FLAG_GIVE_BACK = 1,
	GW_ADD_FLAG_ANNOUNCE = 2,
	GW_ADD_FLAG_TO_SERVER = 4,	/* the end that accepted the connection learns the addresses */
};

enum gw_rate_flag {
	GW_RATE_FLAG_CONNECTION = 1,	/* one rate for all subflows of a connection */
	GW_RATE_FLAG_CHAIN = 2,		/* one rate for all that run the chain */
	GW_RATE_FLAG_NO_POLICER = 4,
};

enum gw_mark_flag {
	GW_MARK_FLAG_SKB = 1,		/* value: mask << 32 | mark */
	GW_MARK_FLAG_DSCP = 2,		/* operand: the DSCP itself */
};

enum gw_rewrite_flag {
	GW_REWRITE_FLAG_SOURCE = 1,
	GW_REWRITE_FLAG_DESTINATION = 2,
};

/* One actor of a chain. */
struct gw_step {
	__u8 op;			/* enum gw_op */
	__u8 flags;			/* set_backup: 1 = backup; blk, add, rate, mark: their flags; close: reason; mirror: port */
	__u16 stats;			/* index into step_stats */
	__u32 operand;			/* index into gw_operands, 0 = none */
	__u64 value;			/* rate_limit: bytes per second; mark */
};

/* What a step needs beside itself; one of the structures below, by op. */
struct gw_operand {
	__u64 word[GW_OPERAND_WORDS];
};

struct gw_redirect_operand {
	__u8 sequence[GW_SPREAD_SEQUENCE];	/* port indexes, each as often as its weight, interleaved */
	__u8 count;			/* places of the sequence in use */
	__u8 mac_mode;			/* enum gw_mac_mode */
	__u8 mac[12];			/* given: destination, source */
	__u8 reserved[2];
	__u64 ports;			/* bit p: port p is in the sequence */
};

struct gw_rewrite_operand {
	__u8 source[16];		/* wire; IPv4 in the first four bytes */
	__u8 destination[16];		/* wire */
	__u16 source_port_first;	/* host order; 0 = keep the source port */
	__u16 source_port_last;
	__u16 destination_port;		/* host order; 0 = keep */
	__u8 family;			/* 4 or 6; 0 = no address is rewritten */
	__u8 flags;			/* enum gw_rewrite_flag: addresses that are rewritten */
};

struct gw_custom_operand {
	__u16 operator_id;
	__u8 reserved[6];
	__u64 args[GW_OPERATOR_ARGUMENTS];
};

/* Everything the kernel needs to run one chain. */
struct gw_chain {
	__u16 steps;
	__u16 stats;			/* index into chain_stats */
	__u32 reserved;
	struct gw_step step[GW_MAX_STEPS];
};

/* What a condition compares. */
enum gw_condition_kind {
	GW_CONDITION_KIND_NONE = 0,
	GW_CONDITION_KIND_VLAN = 1,
	GW_CONDITION_KIND_DATA_SEQUENCE = 2,	/* of the first payload byte; the connection's first is 0 */
	GW_CONDITION_KIND_SUBFLOW_SEQUENCE = 3,	/* likewise; the subflow's first is 0 */
	GW_CONDITION_KIND_TOKEN = 4,		/* of either end */
	GW_CONDITION_KIND_SUBFLOW = 5,		/* place in the connection, 1 = first */
	GW_CONDITION_KIND_SUBFLOWS = 6,		/* subflows the connection has */
	GW_CONDITION_KIND_AGE = 7,		/* ms */
	GW_CONDITION_KIND_BYTES = 8,		/* payload of both directions */
	GW_CONDITION_KIND_BACKUP = 9,		/* 0 or 1 */
	GW_CONDITION_KIND_ADDRESS_ID = 10,	/* the sender's */
	GW_CONDITION_KIND_VERSION = 11,		/* 0 or 1 */
	GW_CONDITION_KIND_SAMPLE = 12,		/* a random 32-bit number */
	GW_CONDITION_KIND_BUCKET_SUBFLOW = 13,	/* hash of the 4-tuple modulo parameter */
	GW_CONDITION_KIND_BUCKET_CONNECTION = 14,	/* hash of the connection modulo parameter */
	GW_CONDITION_KIND_SUBFLOW_SET = 16,	/* 1 in the set of subflows that parameter names, 0 outside */
	GW_CONDITION_KIND_CUSTOM = 15,		/* answer of operator parameter, given low and high */
};

/* Holds when the value is known and low <= value <= high; negate turns the answer round. */
struct gw_condition {
	__u8 kind;			/* enum gw_condition_kind */
	__u8 negate;
	__u16 parameter;
	__u32 reserved;
	__u64 low;
	__u64 high;
};

/* One conjunction; what is left of it to check on each packet. */
struct gw_term {
	__u32 any;			/* 0, or one of these packet types */
	__u32 all;
	__u32 none;
	__u32 chain;			/* index, and enum gw_match */
	__u32 conditions;		/* how many of those below must hold */
	__u32 reserved;
	struct gw_condition condition[GW_TERM_CONDITIONS];
};

/* Exact rule key: a packet's addresses and ports as they stand in it. */
struct gw_rule_key4 {
	__u32 source;			/* wire */
	__u32 destination;		/* wire */
	__u16 source_port;		/* wire */
	__u16 destination_port;		/* wire */
};

struct gw_rule_key6 {
	__u64 source[2];		/* wire */
	__u64 destination[2];		/* wire */
	__u16 source_port;		/* wire */
	__u16 destination_port;		/* wire */
	__u32 reserved;
};

/* Bit t of a vector: term t's literals about one field hold for this class of values. */
struct gw_vector {
	__u64 word[GW_VECTOR_WORDS];
};

/* Vector ids of an address, as source and as destination. */
struct gw_prefix_class {
	__u32 source;
	__u32 destination;
};

/* LPM keys (linux/bpf.h, struct bpf_lpm_trie_key). */
struct gw_prefix4 {
	__u32 length;
	__u32 address;			/* wire */
};

struct gw_prefix6 {
	__u32 length;
	__u32 address[4];		/* wire */
};

/* Vector ids of 64 neighbouring TCP ports; index (destination ? 1024 : 0) + port / 64. */
struct gw_port_block {
	__u16 vector[GW_PORT_BLOCK];
};

/* Vector ids of the remaining fields. */
struct gw_places {
	__u16 where[2 * GW_MAX_PORTS];	/* hook * 64 + port index */
	__u16 direction[4];		/* enum gw_direction */
};

/* Terms of exact 4-tuples, ascending. */
struct gw_term_list {
	__u16 count;
	__u16 term[GW_LIST_TERMS];
};

#endif
