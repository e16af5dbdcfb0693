/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* set_backup: MP_PRIO toward the receiver of the selected packets (RFC 8684, section 3.3.8). */
#ifndef GW_ACTORS_SET_BACKUP_H
#define GW_ACTORS_SET_BACKUP_H

#include "../plan.h"

/* Placements even when the first one seems obeyed: the packet that carried it may be lost. */
#define GW_PRIO_PLACEMENTS	2
/* Between placements, in 2^20 ns; doubled for each further one, so many times at most. */
#define GW_PRIO_INTERVAL	200
#define GW_PRIO_DOUBLINGS	6
/* Payload the demoted sender may still send between two looks: what was in flight or is retransmitted. */
#define GW_PRIO_OBEYED		65536

/* About a millisecond; does not depend on the kernel's HZ. */
static __always_inline __u32 gw_prio_clock(void)
{
	return bpf_ktime_get_coarse_ns() >> 20;
}

/*
 * Whether a value that was placed before need not be said again: obeyed, or said a moment ago. A sender that
 * never obeys, as no other subflow works, hears it less and less often.
 */
static __always_inline int gw_prio_settled(struct gw_flow_dir *dir, const struct gw_flow_dir *other, __u8 wanted)
{
	__u32 again = dir->prio_count - GW_PRIO_PLACEMENTS, shift, since;

	if (dir->prio_count >= GW_PRIO_PLACEMENTS) {
		if (wanted == GW_PLAN_PRIO_RESTORE || other->bytes - dir->prio_bytes < GW_PRIO_OBEYED)
			return 1;
		shift = again > GW_PRIO_DOUBLINGS ? GW_PRIO_DOUBLINGS : again;
	} else {
		shift = 0;
	}
	since = gw_prio_clock() - dir->prio_time;
	/* Obeyed for long: this is another occasion. */
	if (since > GW_PRIO_INTERVAL << (GW_PRIO_DOUBLINGS + 1))
		dir->prio_count = GW_PRIO_PLACEMENTS - 1;
	return since < GW_PRIO_INTERVAL << shift;
}

static __always_inline int gw_set_backup(struct gw_packet *packet, struct gw_flow *flow, struct gw_flow_dir *dir,
					 struct gw_flow_dir *other, const struct gw_step *step, struct gw_plan *plan)
{
	__u8 wanted = step->flags & 1 ? GW_PLAN_PRIO_BACKUP : GW_PLAN_PRIO_RESTORE;

	if (!(flow->flags & GW_FLOW_FLAG_MPTCP) || (flow->flags & GW_FLOW_FLAG_FALLBACK))
		return GW_REASON_NOT_MPTCP;
	if (packet->types & GW_TYPES_CONTROL)
		return GW_REASON_HANDSHAKE;
	if (dir->prio == wanted && gw_prio_settled(dir, other, wanted))
		return GW_REASON_ALREADY_DONE;
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
						 __u8 placed)
{
	if (dir->prio != placed)
		dir->prio_count = 0;
	dir->prio = placed;
	dir->prio_count++;
	dir->prio_time = gw_prio_clock();
	dir->prio_bytes = other->bytes;
}

#endif
