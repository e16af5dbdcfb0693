/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Headers as they stand in a frame, network byte order (RFC 791, RFC 8200, RFC 9293). */
#ifndef GW_WIRE_H
#define GW_WIRE_H

#include <linux/types.h>

struct gw_wire_ipv4 {
	__u8 version_ihl, tos;
	__be16 length, id, fragment;
	__u8 ttl, protocol;
	__sum16 check;
	__be32 source, destination;
};

struct gw_wire_ipv6 {
	__be32 flow;
	__be16 payload;
	__u8 next, hops;
	__be64 source[2], destination[2];
} __attribute__((packed, aligned(2)));

struct gw_wire_tcp {
	__be16 source, destination;
	__be32 seq, ack;
	__u8 offset, flags;
	__be16 window;
	__sum16 check;
	__be16 urgent;
};

#endif
