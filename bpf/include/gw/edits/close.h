/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Turns a packet into a RST with MP_TCPRST (RFC 8684, section 3.6) that is as long as it was. */
#ifndef GW_EDITS_CLOSE_H
#define GW_EDITS_CLOSE_H

#include "options.h"

#define GW_TCPRST_LENGTH	4

/*
 * MP_TCPRST takes the place of the DSS, which is never shorter; all other MPTCP options go. The T bit is
 * clear: what a policy closed is not to be tried again. Returns the change of the flags for the checksum,
 * or a negative error.
 */
__noinline int gw_close_packet(gw_context *ctx, struct gw_packet *packet, __u32 reason)
{
	struct gw_scratch *scratch = gw_get_scratch();
	__u8 before[2], after[2];
	__u32 at, subtype;

	if (!packet || !scratch)
		return -1;
	at = packet->sub[MPTCP_SUB_DSS] - 1;
	if (gw_load(ctx, packet->l4 + 12, before, sizeof(before)))
		return -1;
	for (subtype = 0; subtype < sizeof(packet->sub); subtype++)
		if (packet->sub[subtype])
			gw_blank_option(packet->sub[subtype] - 1);
	scratch->edited[at & 63] = TCPOPT_MPTCP;
	scratch->edited[(at + 1) & 63] = GW_TCPRST_LENGTH;
	scratch->edited[(at + 2) & 63] = MPTCP_SUB_TCPRST << 4;
	scratch->edited[(at + 3) & 63] = reason;
	after[0] = before[0];
	after[1] = TCP_RST | TCP_ACK;
	if (gw_store(ctx, packet->l4 + 12, after, sizeof(after)))
		return -1;
	packet->tcp_flags = after[1];
	return (__u16)~bpf_htons(before[0] << 8 | before[1]) + (__u32)bpf_htons(after[0] << 8 | after[1]);
}

/* Remembers a RST; once both ends were told, the subflow has ended. Returns 1 when it has just now. */
static __always_inline int gw_closed(struct gw_flow *flow, struct gw_flow_dir *dir, const struct gw_flow_dir *other,
				     __u64 now)
{
	dir->close_count++;
	dir->close_jiffies = now;
	if (!other->close_count || (flow->flags & GW_FLOW_FLAG_RST))
		return 0;
	flow->flags |= GW_FLOW_FLAG_RST;
	gw_count_live(flow);
	return 1;
}

#endif
