/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Numbered reasons: why a packet passed, changed, was skipped or dropped.
 *
 * The list is append-only: numbers are part of the ABI, of the counters and of the gRPC API
 * (protos/gateway/v1/reason.proto and the C# enum are generated from this one).
 */
#ifndef GW_REASONS_H
#define GW_REASONS_H

enum gw_reason {
	GW_REASON_NONE = 0,

	/* The parser left the packet alone. */
	GW_REASON_NOT_IP = 1,			/* neither IPv4 nor IPv6 */
	GW_REASON_FRAGMENT = 2,			/* IPv4 or IPv6 fragment */
	GW_REASON_NOT_TCP = 3,
	GW_REASON_TRUNCATED = 4,		/* ends before its headers do */
	GW_REASON_BAD_IP_HEADER = 5,		/* version or lengths contradict each other */
	GW_REASON_BAD_TCP_HEADER = 6,		/* data offset below 5 or past the packet */
	GW_REASON_MALFORMED_OPTIONS = 7,	/* an option length of 0, 1 or past the header */
	GW_REASON_DUPLICATE_OPTION = 8,		/* the same MPTCP subtype twice */
	GW_REASON_VLAN_DEPTH = 9,		/* more than two VLAN tags */
	GW_REASON_EXTENSION_HEADERS = 10,	/* more IPv6 extension headers than are walked */
	GW_REASON_NONLINEAR = 11,		/* headers not in the first buffer */

	/* No chain ran. */
	GW_REASON_NO_POLICY = 12,
	GW_REASON_NO_MATCH = 13,
	GW_REASON_FLOW_TABLE_FULL = 14,

	/* An actor's result. */
	GW_REASON_DONE = 15,
	GW_REASON_ALREADY_DONE = 16,		/* nothing left to do for this subflow */
	GW_REASON_NOT_MPTCP = 17,		/* the subflow is plain TCP */
	GW_REASON_NOT_APPLICABLE = 18,		/* nothing in this packet for the actor */
	GW_REASON_HANDSHAKE = 19,		/* never done to a SYN or RST */
	GW_REASON_NO_ROOM = 20,			/* no placement fits the option space */
	GW_REASON_CSUM_UNKNOWN = 21,		/* port whose senders' checksums are not known */
	GW_REASON_CSUM_PARTIAL = 22,		/* the edit needs a complete checksum */
	GW_REASON_SEGMENTATION = 23,		/* the edit is not possible on a GSO frame */
	GW_REASON_NO_WINDOW_SCALE = 24,		/* the SYN was not seen */
	GW_REASON_NO_RTT = 25,			/* no round-trip time measured yet */
	GW_REASON_WINDOW_BELOW = 26,		/* the window is already smaller */
	GW_REASON_NO_PORT = 27,			/* redirect target is not attached */
	GW_REASON_NO_ROUTE = 28,		/* the FIB has no next hop by that port */
	GW_REASON_NO_NEIGHBOUR = 29,		/* next hop's MAC address is not known yet */
	GW_REASON_NO_CONNECTION = 30,		/* subflow not tied to a connection */
	GW_REASON_STORE_FULL = 31,		/* hidden option could not be stored */
	GW_REASON_WRITE_FAILED = 32,		/* a kernel helper refused */
	GW_REASON_MTU = 33,			/* would exceed the target's MTU */
	GW_REASON_UNKNOWN_ACTOR = 34,
	GW_REASON_NO_FLOW = 35,			/* needs flow state that is not there */
	GW_REASON_TTL = 36,			/* hop limit used up: left to the stack */

	/* The packet's fate. */
	GW_REASON_DROPPED = 37,
	GW_REASON_REDIRECTED = 38,
	GW_REASON_CSUM_COMPLETED = 39,		/* partial checksum made whole for XDP_REDIRECT */
	GW_REASON_NO_PEER = 40,			/* wire port without a usable peer */

	GW_REASON_EVENT_LOST = 41,		/* ring buffer full */
	GW_REASON_CONFLICT = 42,		/* an earlier actor already claimed this edit */

	/* The parser again: packets that look whole but are not ours to edit. */
	GW_REASON_AUTHENTICATED = 43,		/* IPsec AH: any edit would break it */
	GW_REASON_SOURCE_ROUTED = 44,		/* routing header with segments left: not the final destination */

	/* Actors' results again. */
	GW_REASON_NOTHING_STORED = 45,		/* add_subflow: no hidden address to give back */
	GW_REASON_NO_KEYS = 46,			/* add_subflow: waits for user space to authenticate the address */
	GW_REASON_ECHOED = 47,			/* the peer has confirmed the address */
	GW_REASON_GAVE_UP = 48,			/* sent as often as is sensible, never confirmed */
	GW_REASON_ECHO_SWALLOWED = 49,		/* kept from a host that did not announce the address */
	GW_REASON_COLLISION = 50,		/* rewrite: the new 4-tuple is another flow's, no port left */
	GW_REASON_REWRITE_TABLE_FULL = 51,
	GW_REASON_POLICED = 52,			/* over the token bucket: dropped */
	GW_REASON_NO_OPERATOR = 53,		/* the custom operator is not loaded */
	GW_REASON_BAD_REQUEST = 54,		/* a custom operator asked for what cannot be done */
	GW_REASON_HOOK = 55,			/* not possible at this hook */
	GW_REASON_OTHER_LINK = 56,		/* redirect: the subflow's link is down, it moved */
	GW_REASON_INJECTED = 57,		/* set_backup, close_subflow: said in a packet of the gateway's own, as the subflow is idle */
	GW_REASON_CAPTURE_LOST = 58,		/* a captured packet was not told of: ring buffer full */
};

#endif
