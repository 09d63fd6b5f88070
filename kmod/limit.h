/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_LIMIT_H
#define _VPNGW_LIMIT_H

#include <linux/atomic.h>
#include <linux/percpu_counter.h>
#include <linux/types.h>

struct vpngw_net;
struct vpngw_realm;
struct vpngw_tuple;

/* What is counted for all VPNs together; the order of the netlink attributes
 * VPNGW_A_SETTING_MAX_*.
 */
enum vpngw_limit_kind {
	VPNGW_LIMIT_FLOWS,
	VPNGW_LIMIT_MAPPINGS,
	VPNGW_LIMIT_HALF_OPEN,
	VPNGW_LIMITS
};

/* Highest rate of new flows, a second. */
#define VPNGW_LIMIT_RATE_MAX 1000000
/* A limit in all that is to follow from the machine's memory. */
#define VPNGW_LIMIT_AUTO U32_MAX

/**
 * struct vpngw_limit_all - a limit for all VPNs together
 * @n: what there is
 * @max: the limit, 0 for none (netns mutex, readers at any time)
 * @easy: as long as @n reads less, no vpn is over its share (likewise)
 * @is_auto: @max follows from the machine's memory (netns mutex)
 */
struct vpngw_limit_all {
	struct percpu_counter	n;
	u32			max;
	u32			easy;
	bool			is_auto;
};

/**
 * struct vpngw_limits - the limits of one vpn; 0 is none
 * @max_flows: flows
 * @max_mappings: dynamic mappings
 * @max_mappings_per_host: dynamic mappings of one host
 * @max_flows_per_host: flows of one host
 * @max_half_open: flows that are not answered yet
 * @new_flow_rate: new flows a second
 *
 * Changed with the netns mutex held, read at any time.
 */
struct vpngw_limits {
	u32	max_flows;
	u32	max_mappings;
	u32	max_mappings_per_host;
	u32	max_flows_per_host;
	u32	max_half_open;
	u32	new_flow_rate;
};

/**
 * struct vpngw_limit_state - what the limits of one vpn are held against
 * @n_half_open: flows that are not answered yet
 * @rate_next: when the bucket of new flows will be full again, in ns of the
 *	monotonic clock
 * @event_next: when the next event may be sent, in jiffies
 * @missed: drops since the last event
 */
struct vpngw_limit_state {
	atomic_t	n_half_open;
	atomic64_t	rate_next;
	atomic_long_t	event_next;
	atomic_t	missed;
};

int vpngw_limit_check_flow(struct vpngw_realm *vpn);
int vpngw_limit_peek_flow(struct vpngw_realm *vpn, u32 ahead);
int vpngw_limit_check_mapping(const struct vpngw_realm *vpn);
void vpngw_limit_tell(struct vpngw_realm *vpn, int reason,
		      const struct vpngw_tuple *inside);

void vpngw_limit_set(struct vpngw_net *vn, enum vpngw_limit_kind kind, u32 max);
void vpngw_limit_reset(struct vpngw_net *vn);
int vpngw_limit_net_init(struct vpngw_net *vn);
void vpngw_limit_net_exit(struct vpngw_net *vn);

#endif /* _VPNGW_LIMIT_H */
