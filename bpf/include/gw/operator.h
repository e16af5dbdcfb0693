/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * SDK of custom operators: the only header one needs. An operator is one C file that defines one actor or selector;
 * bpf/operators/README.md explains how to write, load and use it.
 *
 * Places in the options are byte offsets, 0 to 39; functions that look for one return GW_NOT_FOUND when there is none.
 * Kinds (TCPOPT_*), fixed sizes (TCPOLEN_*) and MPTCP subtypes (MPTCP_SUB_*) are in mptcp.h, packet types
 * (GW_PACKET_TYPE_*) and GW_OPTION_SPACE in abi/limits.h, what an operator is given in abi/operator.h.
 */
#ifndef GW_OPERATOR_H
#define GW_OPERATOR_H

#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include "abi/flow.h"
#include "abi/limits.h"
#include "abi/operator.h"
#include "mptcp.h"

#define GW_NOT_FOUND (-1)

#define GW_OPERATOR_ENTRY(_entry, _name)						\
	static __always_inline int _name(struct gw_operator *operator);			\
	__attribute__((noinline)) int _entry(struct gw_operator *operator)		\
	{										\
		return operator ? _name(operator) : GW_ANSWER_NOTHING;			\
	}										\
	static __always_inline int _name(struct gw_operator *operator)

/* GW_ACTOR(name) { ... }: runs as a step of a chain; "operator" is what it is given. Returns enum gw_answer. */
#define GW_ACTOR(_name) GW_OPERATOR_ENTRY(gw_actor__##_name, _name)

/* GW_SELECTOR(name) { ... }: says for each packet whether it matches. Returns enum gw_answer. */
#define GW_SELECTOR(_name) GW_OPERATOR_ENTRY(gw_selector__##_name, _name)

/* The byte at a place of the options, as they stand now. */
static __always_inline __u8 gw_option_byte(const struct gw_operator *operator, __u32 at)
{
	return operator->options[at & (GW_OPERATOR_OPTIONS - 1)];
}

/* Overwrites the byte at a place of the options. */
static __always_inline void gw_set_option_byte(struct gw_operator *operator, __u32 at, __u8 value)
{
	operator->options[at & (GW_OPERATOR_OPTIONS - 1)] = value;
}

/* Two bytes in network order, as a number. */
static __always_inline __u16 gw_option_u16(const struct gw_operator *operator, __u32 at)
{
	return gw_option_byte(operator, at) << 8 | gw_option_byte(operator, at + 1);
}

/* Overwrites two bytes, in network order. */
static __always_inline void gw_set_option_u16(struct gw_operator *operator, __u32 at, __u16 value)
{
	gw_set_option_byte(operator, at, value >> 8);
	gw_set_option_byte(operator, at + 1, value);
}

/* Four bytes in network order, as a number. */
static __always_inline __u32 gw_option_u32(const struct gw_operator *operator, __u32 at)
{
	return (__u32)gw_option_u16(operator, at) << 16 | gw_option_u16(operator, at + 2);
}

/* Overwrites four bytes, in network order. */
static __always_inline void gw_set_option_u32(struct gw_operator *operator, __u32 at, __u32 value)
{
	gw_set_option_u16(operator, at, value >> 16);
	gw_set_option_u16(operator, at + 2, value);
}

/* The place behind the option at a place; GW_OPTION_SPACE when nothing follows. */
__weak __noinline int gw_next_option_place(struct gw_operator *operator, __u32 at)
{
	__u32 size;

	if (!operator || gw_option_byte(operator, at) == TCPOPT_EOL)
		return GW_OPTION_SPACE;
	if (gw_option_byte(operator, at) == TCPOPT_NOP)
		return at + 1;
	size = gw_option_byte(operator, at + 1);
	return size < 2 ? GW_OPTION_SPACE : at + size;
}

/*
 * Where the first option of a kind (TCPOPT_*) stands: the place of its kind octet. Its size, in the octet behind, may be
 * another than the kind's RFC fixes. To find all of a kind, remove each or walk with gw_next_option_place().
 */
__weak __noinline int gw_find_option(struct gw_operator *operator, __u32 kind)
{
	int at = 0, i;

	if (!operator)
		return GW_NOT_FOUND;
	for (i = 0; i < GW_OPTION_SPACE; i++) {
		if ((__u32)at >= operator->options_length)
			break;
		if (gw_option_byte(operator, at) == kind)
			return at & (GW_OPERATOR_OPTIONS - 1);
		at = gw_next_option_place(operator, at);
	}
	return GW_NOT_FOUND;
}

/* Where the MPTCP option of a subtype (MPTCP_SUB_*) stands: the place of its kind octet. */
__weak __noinline int gw_find_mptcp(struct gw_operator *operator, __u32 subtype)
{
	int at = 0, i;

	if (!operator)
		return GW_NOT_FOUND;
	for (i = 0; i < GW_OPTION_SPACE; i++) {
		if ((__u32)at >= operator->options_length)
			break;
		if (gw_option_byte(operator, at) == TCPOPT_MPTCP && gw_option_byte(operator, at + 2) >> 4 == subtype)
			return at & (GW_OPERATOR_OPTIONS - 1);
		at = gw_next_option_place(operator, at);
	}
	return GW_NOT_FOUND;
}

/*
 * Takes out the option at a place, one with a size octet: NOPs stand there then and the other options stay where they
 * are. Returns its size, 0 when the place is outside.
 */
__weak __noinline int gw_remove_option(struct gw_operator *operator, __u32 at)
{
	__u32 size, i;

	if (!operator || at >= GW_OPTION_SPACE)
		return 0;
	size = gw_option_byte(operator, at + 1);
	for (i = 0; i < GW_OPTION_SPACE; i++) {
		if (i >= size || at + i >= operator->options_length)
			break;
		gw_set_option_byte(operator, at + i, TCPOPT_NOP);
	}
	return size;
}

/* Whether the options end with their area, so that more can follow. */
__weak __noinline int gw_options_open(struct gw_operator *operator)
{
	int at = 0, i;

	if (!operator)
		return 0;
	for (i = 0; i < GW_OPTION_SPACE; i++) {
		if ((__u32)at >= operator->options_length)
			break;
		if (gw_option_byte(operator, at) == TCPOPT_EOL)
			return 0;
		at = gw_next_option_place(operator, at);
	}
	return (__u32)at == operator->options_length;
}

/*
 * Room for a new option of size bytes behind the others, with NOPs in it: overwrite all of it, kind and size first.
 * Only a pure ACK has such room, and only while there are bytes left of the 40. Returns its place.
 */
__weak __noinline int gw_make_room(struct gw_operator *operator, __u32 size)
{
	__u32 at, padded = (size + 3) & ~3u, i;

	if (!operator || size < 2 || size > GW_OPTION_SPACE || !(operator->types & GW_PACKET_TYPE_PURE_ACK))
		return GW_NOT_FOUND;
	at = operator->options_length;
	if (at + padded > GW_OPTION_SPACE || gw_options_open(operator) != 1)
		return GW_NOT_FOUND;
	for (i = 0; i < GW_OPTION_SPACE; i++) {
		if (i >= padded)
			break;
		gw_set_option_byte(operator, at + i, TCPOPT_NOP);
	}
	operator->options_length = at + padded;
	return at & (GW_OPERATOR_OPTIONS - 1);
}

#endif
