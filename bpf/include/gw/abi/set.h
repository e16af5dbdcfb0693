/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Named sets of subflows: filled by the control plane while policies run, asked by terms. */
#ifndef GW_ABI_SET_H
#define GW_ABI_SET_H

#include "limits.h"

/* A subflow in a set: as struct gw_flow_key4, with the set in place of the VLAN, so that both directions give the same key. */
struct gw_set_key4 {
	__u32 address[2];		/* wire */
	__u16 port[2];			/* wire */
	__u16 set;			/* its number */
	__u16 reserved;
};

struct gw_set_key6 {
	__u64 address[2][2];		/* wire */
	__u16 port[2];			/* wire */
	__u16 set;
	__u16 reserved;
};

/* A set, by its number. */
struct gw_set {
	char name[GW_SET_NAME];		/* ends with a zero; empty: the number is free */
};

#endif
