/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* record: retransmissions and gaps beside what every flow counts. */
#ifndef GW_ACTORS_RECORD_H
#define GW_ACTORS_RECORD_H

#include "../plan.h"

static __always_inline int gw_record(struct gw_packet *packet, struct gw_flow_dir *dir)
{
	__u32 end = packet->seq + packet->payload;
	__s32 ahead;

	if (!packet->payload)
		return GW_REASON_DONE;
	if (!(dir->flags & GW_FLOW_DIR_FLAG_SEQ)) {
		dir->flags |= GW_FLOW_DIR_FLAG_SEQ;
		dir->seq_next = end;
		return GW_REASON_DONE;
	}
	ahead = packet->seq - dir->seq_next;
	if (ahead < 0)
		dir->retransmissions++;
	else if (ahead > 0)
		dir->out_of_order++;
	if ((__s32)(end - dir->seq_next) > 0)
		dir->seq_next = end;
	return GW_REASON_DONE;
}

#endif
