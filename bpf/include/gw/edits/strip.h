/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Takes MP_CAPABLE out of a SYN (RFC 8684, section 3.1). */
#ifndef GW_EDITS_STRIP_H
#define GW_EDITS_STRIP_H

#include "options.h"

/* The answer knows nothing of MPTCP then, and both ends go on as plain TCP (RFC 8684, section 3.7). */
static __always_inline int gw_strip_capable(const struct gw_packet *packet)
{
	gw_blank_option(packet->sub[MPTCP_SUB_CAPABLE] - 1);
	return GW_REASON_DONE;
}

#endif
