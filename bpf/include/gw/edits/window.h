/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Lowers the receive window (RFC 9293, section 3.8.6). */
#ifndef GW_EDITS_WINDOW_H
#define GW_EDITS_WINDOW_H

#include "options.h"

/* Lowers the advertised window. */
static __always_inline int gw_edit_window(gw_context *ctx, struct gw_packet *packet, __u16 window)
{
	__be16 value = bpf_htons(window);
#ifdef GW_XDP
	void *data = gw_data(ctx), *data_end = gw_data_end(ctx);
	struct gw_wire_tcp *tcp = data + (packet->l4 & 0x1ff);

	if (packet->csum == GW_CSUM_UNKNOWN)
		return GW_REASON_CSUM_UNKNOWN;
	if ((void *)(tcp + 1) > data_end)
		return GW_REASON_NONLINEAR;
	if (packet->csum == GW_CSUM_COMPLETE)
		tcp->check = gw_csum_replace(tcp->check, tcp->window, value);
	tcp->window = value;
#else
	if (bpf_l4_csum_replace(ctx, packet->l4 + GW_TCP_CHECK, bpf_htons(packet->window), value, 2) ||
	    gw_store(ctx, packet->l4 + 14, &value, sizeof(value)))
		return GW_REASON_WRITE_FAILED;
#endif
	packet->window = window;
	return GW_REASON_DONE;
}

#endif
