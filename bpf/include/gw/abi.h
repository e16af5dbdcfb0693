/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Structures and limits shared by the packet programs and the control plane.
 *
 * All fields are in host byte order unless a line says "wire": those are copied from packets as they
 * are (network byte order). C# mirrors are generated from the BTF of these declarations.
 */
#ifndef GW_ABI_H
#define GW_ABI_H

#include <linux/types.h>
#include "reasons.h"

enum gw_limits {
	GW_ABI_VERSION = 2,
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
	GW_OPERATOR_ARGUMENTS = 4,	/* numbers a custom actor is given */
	GW_REASONS = 64,		/* size of every table indexed by reason */
	GW_OPTION_SPACE = 40,		/* bytes of TCP options (RFC 9293, section 3.1) */
	GW_STORED_OPTION = 32,		/* room for the largest ADD_ADDR (30) */
	GW_STORED_SLOTS = 8,		/* addresses kept of one end of a connection, of each kind */
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

/* The one word whose write swaps the policy for every port and hook. */
struct gw_control {
	__u32 generation;		/* 0 = no policy */
};

enum gw_generation_flag {
	GW_GENERATION_FLAG_TRACK_PLAIN = 1,	/* some term can match plain TCP */
	GW_GENERATION_FLAG_TRACK_DATA = 2,	/* some condition asks how far data sequence numbers are */
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

/* Flow key: the two ends ordered so that both directions give the same key. */
struct gw_flow_key4 {
	__u32 address[2];		/* wire; address[0] is the numerically smaller end */
	__u16 port[2];			/* wire */
	__u16 vlan;
	__u16 reserved;
};

struct gw_flow_key6 {
	__u64 address[2][2];		/* wire */
	__u16 port[2];			/* wire */
	__u16 vlan;
	__u16 reserved;
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

enum gw_match {
	GW_MATCH_CHAIN = 0x8000,	/* no per-packet condition: the rest is a chain index */
};

/* What the classifier answered for one direction of a flow at one hook. */
struct gw_flow_class {
	__u32 generation;		/* policy it holds for */
	__u8 port;			/* port index it holds for */
	__u8 count;			/* matches in use */
	__u8 overflow;			/* more terms match than fit: classify each packet */
	__u8 direction;			/* enum gw_direction it holds for */
	__u16 match[GW_FLOW_MATCHES];	/* term index, or GW_MATCH_CHAIN | chain index; best first */
};

enum gw_flow_flag {
	GW_FLOW_FLAG_MPTCP = 1 << 0,		/* MPTCP seen on it */
	GW_FLOW_FLAG_V0 = 1 << 1,		/* RFC 6824 */
	GW_FLOW_FLAG_JOIN = 1 << 2,		/* subflow of an existing connection */
	GW_FLOW_FLAG_INITIAL = 1 << 3,		/* subflow that carried MP_CAPABLE */
	GW_FLOW_FLAG_ESTABLISHED = 1 << 4,	/* third ACK seen */
	GW_FLOW_FLAG_FALLBACK = 1 << 5,		/* went on as plain TCP */
	GW_FLOW_FLAG_FIN = 1 << 6,
	GW_FLOW_FLAG_RST = 1 << 7,
	GW_FLOW_FLAG_ORIGIN_KNOWN = 1 << 8,	/* the SYN was seen: origin is valid */
	GW_FLOW_FLAG_REFUSED = 1 << 9,		/* MP_JOIN taken out of its SYN */
	GW_FLOW_FLAG_FASTCLOSE = 1 << 10,
	GW_FLOW_FLAG_KEYS = 1 << 11,		/* both keys were seen: connection is valid */
	GW_FLOW_FLAG_DSS = 1 << 12,		/* a DSS was seen */
	GW_FLOW_FLAG_FROM_SERVER = 1 << 13,	/* MP_JOIN sent by the end that accepted the connection */
	GW_FLOW_FLAG_LIVE = 1 << 14,		/* counted in gw_connection.live */
};

enum gw_flow_dir_flag {
	GW_FLOW_DIR_FLAG_WSCALE = 1 << 0,	/* wscale is valid (SYN seen; 0 when not offered) */
	GW_FLOW_DIR_FLAG_INGRESS = 1 << 1,	/* seen at an ingress hook: egress does not count again */
	GW_FLOW_DIR_FLAG_SAMPLE = 1 << 2,	/* a round-trip sample is under way */
	GW_FLOW_DIR_FLAG_BACKUP = 1 << 3,	/* last MP_PRIO or MP_JOIN this way had B set */
	GW_FLOW_DIR_FLAG_SYN = 1 << 4,
	GW_FLOW_DIR_FLAG_FIN = 1 << 5,
	GW_FLOW_DIR_FLAG_SEQ = 1 << 6,		/* seq_next is valid */
	GW_FLOW_DIR_FLAG_ISN = 1 << 7,		/* isn is valid */
	GW_FLOW_DIR_FLAG_DSS = 1 << 8,		/* a DSS went this way: the receiver holds the subflow for established */
};

/* One direction of a flow. "Sender" is the end whose packets these are. */
struct gw_flow_dir {
	__u64 packets;
	__u64 bytes;			/* TCP payload */
	__u64 sample_time;		/* ns, when the marked packet passed */
	__u32 sample_mark;		/* TSval (or sequence number) being waited for */
	__u32 half_rtt;			/* us, gateway - receiver - gateway, smoothed */
	__u32 seq_next;			/* highest sequence number seen + length */
	__u32 retransmissions;
	__u32 out_of_order;
	__u16 flags;			/* enum gw_flow_dir_flag */
	__u8 wscale;			/* shift of windows the sender advertises */
	__u8 address_id;		/* sender's, from MP_JOIN */
	__u16 mss;			/* the sender's MSS option, 536 without */
	__u8 ingress_port;		/* port index its packets enter by */
	__u8 prio;			/* MP_PRIO placed this way: 0 none, 1 off, 2 on */
	__u32 last_mark;		/* last TSval seen */
	__u32 sample_jiffies;		/* when the last sample was begun */
	__u32 prio_count;		/* times MP_PRIO was placed with the present value */
	__u32 prio_time;		/* when it was placed last, in 2^20 ns (about a millisecond) */
	__u64 prio_bytes;		/* payload of the other direction at that time */
	__u64 rate;			/* bytes per second the clamp is for; 0 = none yet */
	__u64 rate_time;		/* ns, start of the measuring interval */
	__u64 rate_bytes;		/* payload the other direction had carried then */
	__u32 rate_jiffies;		/* rate_time in jiffies */
	__u32 rate_window;		/* bytes, clamp in force */
	__u32 rate_correction;		/* 1/1024, measured correction of the clamp */
	__u32 isn;			/* sequence number of its SYN or SYN/ACK */
	__u64 seq_high;			/* subflow payload bytes as far as conditions have seen them */
	__u32 last_end;			/* sequence number after the last packet */
	__u32 last_ack;			/* acknowledgment number of the last packet */
	__u32 last_tsecr;
	__u16 last_window;		/* unscaled */
	__u8 mac[12];			/* destination and source of the frame that opened this direction */
	__u8 close_count;		/* times a packet of this direction was turned into a RST */
	__u8 close_waits;		/* data packets spared while the other direction was to be closed first */
	__u32 close_jiffies;		/* when the last one was */
	__u32 add_jiffies;		/* add_subflow: when it last found no address due this way */
	__u8 add_reason;		/* enum gw_reason: why, 0 = it did not look yet */
	__u8 link;			/* redirect: 1 + port index this direction was dealt to, 0 = none yet */
	__u8 reserved[2];
};

/* One TCP flow, both directions; index 0 is packets sent by address[0] of the key. */
struct gw_flow {
	struct gw_flow_class class[4];	/* direction index * 2 + hook */
	__u64 connection;		/* client token << 32 | server token; 0 unknown */
	__u64 created;			/* ns, CLOCK_MONOTONIC */
	__u64 seen;			/* jiffies of the last packet */
	__u32 flags;			/* enum gw_flow_flag */
	__u32 token;			/* host order, from this subflow's MP_JOIN SYN */
	__u8 origin;			/* direction index of the SYN's sender */
	__u8 ordinal;			/* place among the connection's subflows, 1 = first */
	__u8 reserved[6];
	struct gw_flow_dir dir[2];
};

/* A connection, by its id (as gw_flow.connection). */
struct gw_connection {
	__u32 subflows;			/* joined so far, the initial one included */
	__u32 version;
	__u32 live;			/* established and not ended */
	__u32 wanted;			/* add_subflow: 2^30 ns interval in which user space was asked, 0 = never */
	__u64 created;			/* ns, CLOCK_MONOTONIC */
	__u64 idsn[2];			/* initial data sequence numbers: of the client's data, of the server's */
	__u64 data_high[2];		/* payload bytes sent so far, data level: client's, server's */
};

enum gw_stored_kind {
	GW_STORED_KIND_HIDDEN = 0,	/* kept by blk_subflow */
	GW_STORED_KIND_OFFERED = 1,	/* made by user space for add_subflow */
};

enum gw_stored_flag {
	GW_STORED_FLAG_ECHOED = 1,	/* the peer has confirmed it (RFC 8684, section 3.4.1) */
	GW_STORED_FLAG_GAVE_UP = 2,	/* sent as often as is sensible */
};

/* One ADD_ADDR of a connection; slots of one connection, sender and kind are filled in any order. */
struct gw_stored_key {
	__u64 connection;		/* 0: not tied, then flow_hash tells */
	__u32 flow_hash;
	__u8 slot;			/* below GW_STORED_SLOTS */
	__u8 direction;			/* enum gw_direction it travels in the connection; 4 + direction index when the origin is unknown */
	__u8 kind;			/* enum gw_stored_kind */
	__u8 reserved;
};

struct gw_stored_option {
	__u64 time;			/* ns, CLOCK_MONOTONIC: hidden last, or offered */
	__u64 tried;			/* ns, CLOCK_MONOTONIC_COARSE: sent last, 0 = never */
	__u32 count;			/* times it was hidden */
	__u32 generation;		/* offered: policy that wants it, with chain and step */
	__u16 chain;
	__u8 step;
	__u8 length;
	__u8 address_id;
	__u8 family;			/* 4 or 6 */
	__u8 flags;			/* enum gw_stored_flag */
	__u8 tries;			/* times it was sent */
	__u8 option[GW_STORED_OPTION];	/* wire, as the sender wrote it */
};

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
	__u32 chain;
	__u32 conditions;		/* how many of those below must hold */
	__u32 reserved;
	struct gw_condition condition[GW_TERM_CONDITIONS];
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
	__u8 results[GW_TRACE_STEPS];	/* GW_EVENT_TYPE_TRACE: enum gw_reason of each actor, 0 = did not run */
	__u32 reserved;
};

#endif
