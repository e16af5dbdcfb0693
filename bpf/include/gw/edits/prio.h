/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Places MP_PRIO (RFC 8684, section 3.3.8) in an option area that has no room for it. */
#ifndef GW_EDITS_PRIO_H
#define GW_EDITS_PRIO_H

#include "append.h"

#define GW_PRIO_LENGTH	3

/* Writes "MP_PRIO, NOP" at offset of the edited options (RFC 8684, section 3.3.8). */
static __always_inline void gw_put_prio(struct gw_scratch *scratch, __u32 offset, __u8 backup)
{
	scratch->edited[offset & 63] = TCPOPT_MPTCP;
	scratch->edited[(offset + 1) & 63] = GW_PRIO_LENGTH;
	scratch->edited[(offset + 2) & 63] = MPTCP_SUB_PRIO << 4 | backup;
	scratch->edited[(offset + 3) & 63] = TCPOPT_NOP;
}

/*
 * Room for MP_PRIO without growth: an 8-octet DATA_ACK is shortened to its low 4 octets (RFC 8684,
 * section 3.3), which frees exactly four bytes; else a pure ACK's NOP NOP timestamp makes room.
 * Returns the number of bytes the options must grow by: 0 done, GW_APPEND_SPACE append, negative: no room.
 */
__noinline int gw_place_prio(struct gw_packet *packet, __u32 backup)
{
	struct gw_scratch *scratch = gw_get_scratch();
	__u32 at, length, ts, i;
	__u8 flags;

	if (!packet || !scratch)
		return -1;
	at = packet->sub[MPTCP_SUB_DSS] - 1;
	ts = packet->timestamp - 1;
	flags = scratch->options[(at + 3) & 63];
	if ((flags & MPTCP_DSS_ACK) && (flags & MPTCP_DSS_ACK8)) {
		length = scratch->options[(at + 1) & 63];
		scratch->edited[(at + 1) & 63] = length - 4;
		scratch->edited[(at + 3) & 63] = flags & ~MPTCP_DSS_ACK8;
		/* What a last whole word takes too much, MP_PRIO overwrites. */
		for (i = 4; i < GW_OPTION_SPACE; i += 4) {
			if (i >= length - 4)
				break;
			*(__u32 *)&scratch->edited[(at + i) & 63] = *(__u32 *)&scratch->options[(at + i + 4) & 63];
		}
		gw_put_prio(scratch, at + length - 4, backup);
		return 0;
	}
	if (!(packet->types & GW_PACKET_TYPE_PURE_ACK))
		return -1;
	if (packet->timestamp && packet->padded) {
		for (i = 0; i < TCPOLEN_TIMESTAMP; i++)
			scratch->edited[(ts + i) & 63] = TCPOPT_NOP;
		gw_put_prio(scratch, ts - 2, backup);
		return 0;
	}
	/* An option list cut short by EOL leaves nowhere to append. */
	if (packet->options > GW_OPTION_SPACE - GW_APPEND_SPACE || packet->cursor != packet->options)
		return -1;
	return GW_APPEND_SPACE;
}

#endif
