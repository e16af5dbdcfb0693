/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* set_backup: MP_PRIO toward the receiver of the selected packets (RFC 8684, section 3.3.8). */
#ifndef GW_ACTORS_SET_BACKUP_H
#define GW_ACTORS_SET_BACKUP_H

#include "../plan.h"

/* Placements even when the first one seems obeyed: the packet that carried it may be lost. */
#define GW_PRIO_PLACEMENTS	2
/* Jiffies between placements. */
#define GW_PRIO_INTERVAL	50
/* Payload the demoted sender may still send between two looks: what was in flight or is retransmitted. */
#define GW_PRIO_OBEYED		65536

static __always_inline int gw_set_backup(struct gw_packet *packet, struct gw_flow *flow, struct gw_flow_dir *dir,
					 struct gw_flow_dir *other, const struct gw_step *step, struct gw_plan *plan,
					 __u64 now)
{
	__u8 wanted = step->flags & 1 ? GW_PLAN_PRIO_BACKUP : GW_PLAN_PRIO_RESTORE;

	if (!(flow->flags & GW_FLOW_FLAG_MPTCP) || (flow->flags & GW_FLOW_FLAG_FALLBACK))
		return GW_REASON_NOT_MPTCP;
	if (packet->types & GW_TYPES_CONTROL)
		return GW_REASON_HANDSHAKE;
	if (dir->prio == wanted) {
		__u64 sent = other->bytes - dir->prio_bytes;

		if ((__u32)now - dir->prio_jiffies < GW_PRIO_INTERVAL)
			return GW_REASON_ALREADY_DONE;
		if (dir->prio_count >= GW_PRIO_PLACEMENTS &&
		    (wanted == GW_PLAN_PRIO_RESTORE || sent < GW_PRIO_OBEYED))
			return GW_REASON_ALREADY_DONE;
	}
	/* Without a DSS the receiver may not hold the subflow for an established one. */
	if (!packet->sub[MPTCP_SUB_DSS] || packet->sub[MPTCP_SUB_PRIO])
		return GW_REASON_NOT_APPLICABLE;
	if (plan->prio)
		return GW_REASON_CONFLICT;
	plan->prio = wanted;
	return GW_DEFERRED;
}

/* Remembers a placement. */
static __always_inline void gw_set_backup_placed(struct gw_flow_dir *dir, const struct gw_flow_dir *other,
						 __u8 placed, __u64 now)
{
	if (dir->prio != placed)
		dir->prio_count = 0;
	dir->prio = placed;
	dir->prio_count++;
	dir->prio_jiffies = now;
	dir->prio_bytes = other->bytes;
}

#endif
