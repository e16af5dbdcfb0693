/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What is remembered of flows, connections and announced addresses. */
#ifndef GW_ABI_FLOW_H
#define GW_ABI_FLOW_H

#include "limits.h"

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

enum gw_match {
	GW_MATCH_CHAIN = 0x8000,	/* no per-packet condition: the rest is a chain index */
	GW_MATCH_CAPTURE = 0x4000,	/* of a term's chain: the packet is captured */
	GW_MATCH_NO_CHAIN = 0x3fff,	/* a chain index: the term is there for capturing alone */
};

enum gw_flow_class_flag {
	GW_FLOW_CLASS_FLAG_OVERFLOW = 1,	/* more terms match than fit: classify each packet */
	GW_FLOW_CLASS_FLAG_TRACK_DATA = 2,	/* the generation has GW_GENERATION_FLAG_TRACK_DATA */
	GW_FLOW_CLASS_FLAG_OPERATORS = 4,	/* the generation has GW_GENERATION_FLAG_OPERATORS */
};

/* What the classifier answered for one direction of a flow at one hook. */
struct gw_flow_class {
	__u32 generation;		/* policy it holds for */
	__u8 port;			/* port index it holds for */
	__u8 count;			/* matches in use */
	__u8 flags;			/* enum gw_flow_class_flag */
	__u8 direction;			/* enum gw_direction it holds for */
	__u16 match[GW_FLOW_MATCHES];	/* term index, or GW_MATCH_CHAIN | gw_term.chain; best first */
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
	GW_FLOW_FLAG_REWRITTEN = 1 << 15,	/* its 4-tuple is another where it goes: gw_rewrites */
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

enum gw_rate_state {
	GW_RATE_STATE_FULL = 1,		/* tokens were lost since the sender last used all it was allowed */
	GW_RATE_STATE_OVER = 2,		/* the shared limit is overdrawn: the policer drops */
	GW_RATE_STATE_MEMBER = 4,	/* known to the shared limit */
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
	__u64 rate;			/* rate_limit on the other direction's payload: bytes per second; 0 = none yet */
	__u64 rate_share;		/* bytes per second of it that this subflow may send */
	__u64 rate_time;		/* ns, tokens are filled until then */
	__u64 rate_bytes;		/* payload the other direction had carried then */
	__u32 rate_tokens;		/* signed: bytes it may send; below 0 it has sent too much */
	__u32 rate_cap;			/* most tokens there can be */
	__u32 rate_edge;		/* sequence number up to which the window is opened */
	__u32 rate_window;		/* bytes, clamp in force */
	__u32 rate_jiffies;		/* rate_time in jiffies */
	__u32 rate_review;		/* when cap and share were set last, in 2^20 ns; likewise below */
	__u32 rate_spared;		/* until when excess is forgiven: it was under way before the limit */
	__u32 rate_reported;		/* begin of the part of a round that is to be reported */
	__u32 rate_sent;		/* low half of rate_bytes then */
	__u32 rate_charged;		/* low half of rate_bytes, as far as the shared limit knows */
	__u32 rate_lost;		/* tokens above cap since rate_reported: the subflow wanted less */
	__u32 rate_round;		/* of the shared limit, reported last */
	__u16 rate_slot;		/* the step's counter slot: which limit this is */
	__u8 rate_flags;		/* enum gw_rate_state */
	__u8 rate_reserved[5];
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

/* Which limit several subflows share. */
struct gw_shared_rate_key {
	__u64 connection;		/* 0: all that run the chain */
	__u16 slot;			/* the step's counter slot */
	__u8 side;			/* whose payload is limited: 0 the client's, 1 the server's */
	__u8 reserved[5];
};

/* A limit that several subflows share. Time is cut into rounds; each tells what it used in one. */
struct gw_shared_rate {
	__u64 rate;			/* bytes per second */
	__u64 time;			/* ns, tokens are filled until then */
	__u64 tokens;			/* signed: bytes that may be sent; below 0 too many were */
	__u64 share;			/* bytes per second that each may send */
	__u64 begun;			/* ns, start of the round */
	__u64 used;			/* bytes per second of those that wanted less than their share */
	__u32 hungry;			/* subflows that wanted all of their share, in this round */
	__u32 hungry_before;		/* and in the round before */
	__u32 round;
	__u32 reserved;
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

#endif
