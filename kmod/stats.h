/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_STATS_H
#define _VPNGW_STATS_H

#include <linux/percpu.h>
#include <linux/types.h>

#include <uapi/linux/vpngw.h>

#define VPNGW_REASONS (VPNGW_REASON_HAIRPIN + 1)

/* Beside the reasons: nothing against the packet, and no business of ours. */
#define VPNGW_OK	(-1)
#define VPNGW_PASS	(-2)
/* Look again: another CPU is just making or ending what was found. */
#define VPNGW_AGAIN	(-3)

/**
 * struct vpngw_stats - counters of a vpn or ext, one instance per CPU
 * @packets: translated, by the side they came from
 * @bytes: their IP lengths before translation, by the side they came from
 * @flows_created: flows made
 * @flows_ended: flows ended, for whatever cause
 * @drop: packets dropped, by reason
 * @icmp_held_back: errors about them that were beyond the rate
 */
struct vpngw_stats {
	u64	packets[2];
	u64	bytes[2];
	u64	flows_created;
	u64	flows_ended;
	u64	drop[VPNGW_REASONS];
	u64	icmp_held_back;
};

static inline void vpngw_stats_drop(struct vpngw_stats __percpu *stats,
				    unsigned int reason)
{
	this_cpu_inc(stats->drop[reason]);
}

static inline void vpngw_stats_packet(struct vpngw_stats __percpu *stats,
				      unsigned int side, unsigned int bytes)
{
	this_cpu_inc(stats->packets[side]);
	this_cpu_add(stats->bytes[side], bytes);
}

void vpngw_stats_keep(struct vpngw_stats __percpu *stats,
		      const struct vpngw_stats *sum);
void vpngw_stats_add(struct vpngw_stats *sum,
		     const struct vpngw_stats __percpu *stats);

#endif /* _VPNGW_STATS_H */
