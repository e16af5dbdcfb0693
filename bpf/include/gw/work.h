/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What one packet's processing hands from step to step, beside the packet itself. */
#ifndef GW_WORK_H
#define GW_WORK_H

#include "abi.h"

/* An actor's answer when its result is known only after the edit. */
#define GW_DEFERRED GW_REASONS

enum gw_verdict {
	GW_VERDICT_PASS,
	GW_VERDICT_DROP,
	GW_VERDICT_REDIRECT,
};

enum gw_plan_prio {
	GW_PLAN_PRIO_NONE,
	GW_PLAN_PRIO_RESTORE,
	GW_PLAN_PRIO_BACKUP,
};

enum gw_plan_blk {
	GW_PLAN_BLK_NONE,
	GW_PLAN_BLK_HIDE,
	GW_PLAN_BLK_REFUSE,
};

enum gw_plan_edit {
	GW_PLAN_EDIT_STRIP = 1,		/* MP_CAPABLE goes from a SYN */
	GW_PLAN_EDIT_CLOSE = 2,		/* the packet becomes a RST with MP_TCPRST */
	GW_PLAN_EDIT_TELL = 4,		/* a RST gets MP_TCPRST */
};

enum gw_plan_add {
	GW_PLAN_ADD_NONE,
	GW_PLAN_ADD_LOOK,		/* for an address that is due */
	GW_PLAN_ADD_ASK,		/* user space, for addresses */
	GW_PLAN_ADD_PLACE,
};

enum gw_plan_add_seen {
	GW_PLAN_ADD_SEEN_WAITING = 1,
	GW_PLAN_ADD_SEEN_GAVE_UP = 2,
	GW_PLAN_ADD_SEEN_ECHOED = 4,
};

/* Where a deferred result is counted. */
struct gw_plan_step {
	__u16 stats;
	__u8 step;
	__u8 op;
};

/* Words of struct gw_plan that are zero before a chain runs. */
#define GW_PLAN_NONE	6

struct gw_plan {
	/* What a chain leaves zero unless it decides. */
	union {
		__u64 none[GW_PLAN_NONE];
		struct {
			/* What there is to carry out. */
			union {
				__u64 decided[2];
				struct {
					__u8 verdict;		/* enum gw_verdict */
					__u8 prio;		/* enum gw_plan_prio */
					__u8 blk;		/* enum gw_plan_blk */
					__u8 set_window;
					__u8 edits;		/* enum gw_plan_edit */
					__u8 dscp;		/* 1 + DSCP, 0 = as it is */
					__u8 rewrite;		/* the flow is to get another 4-tuple */
					__u8 add;		/* enum gw_plan_add, or GW_PLAN_ADD_PLACE + 8 * enum gw_stored_kind + slot to send */
					__u8 custom;		/* 1 + bytes of options that a custom actor wants, 0 = as they are */
				};
			};
			__u64 mirrors;			/* bit i: step i sends a copy once all is done */
			__u8 results[GW_TRACE_STEPS];	/* enum gw_reason, by step */
			struct gw_plan_step redirect_step;
			__u8 trace;			/* the packet is reported once all is done */
		};
	};
	__u32 generation;
	__u16 chain;
	__u8 hook;
	__u8 port;			/* index of the port the packet is at */
	__u8 step;			/* index of the actor that runs */
	__u8 direction;			/* enum gw_direction */
	__u8 target;			/* redirect: port index */
	__u16 window;			/* unscaled, host order */
	__u8 mac_mode;			/* enum gw_mac_mode */
	__u8 mac[12];			/* destination, source */
	__u8 close_reason;		/* RFC 8684, section 3.6 */
	__u8 add_seen;			/* the look for an address: enum gw_plan_add_seen */
	__u8 add_offered;		/* addresses that user space has made for the step */
	__u8 add_wanted;		/* addresses that it is to make */
	__u8 add_flags;			/* enum gw_add_flag */
	__u8 refused;			/* enum gw_reason: why a custom selector gave no answer */
	__u8 capture;			/* the packet is captured */
	struct gw_plan_step prio_step;
	struct gw_plan_step blk_step;
	struct gw_plan_step window_step;
	struct gw_plan_step add_step;
	struct gw_plan_step strip_step;
	struct gw_plan_step close_step;
	struct gw_plan_step dscp_step;
	struct gw_plan_step trace_step;
	struct gw_plan_step rewrite_step;
	__u32 rewrite_operand;		/* index into gw_operands */
	struct gw_plan_step custom_step;
};

/* What an event is about, beside the packet and its flow. */
struct gw_event_subject {
	__u32 generation;
	__u16 chain;
	__u8 type;			/* enum gw_event_type */
	__u8 step;
	__u8 reason;
	__u8 op;
	__u8 option;			/* 1 + offset of the MPTCP option meant, 0 = none */
	__u8 hook;
	__u8 port;
	__u8 direction;			/* enum gw_direction */
	__u16 reserved;
};

#endif
