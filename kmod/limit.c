// SPDX-License-Identifier: GPL-2.0
/*
 * How much a VPN, and all VPNs together, may have (RFC 6888 REQ-4 and REQ-5).
 * What is over a limit is refused; nothing that lives is ever evicted for it
 * (REQ-11 d).
 *
 * Of what all may have together, a VPN gets no more than four times what is
 * still free: one VPN alone four fifths, two of them four ninths each. So there
 * is always something left for a VPN that comes later.
 */
#include "limit.h"

#include <linux/cpumask.h>
#include <linux/jiffies.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/timekeeping.h>

#include "event.h"
#include "netns.h"
#include "realm.h"
#include "stats.h"

/* Times what is free that one VPN may have. */
#define VPNGW_LIMIT_SHARE	4
/* Of the machine's memory, one part of so many is for flows. */
#define VPNGW_LIMIT_MEMORY_PART	4
/* Bytes that a flow costs with its mapping, its host and their buckets. */
#define VPNGW_LIMIT_FLOW_BYTES	1024
/* Of so many flows, one may be half open. */
#define VPNGW_LIMIT_HALF_OPEN_PART 4
/* A limit is kept to within one part of so many. */
#define VPNGW_LIMIT_EXACT	16
/* A VPN may start the flows of so long at once. */
#define VPNGW_LIMIT_BURST_NS	NSEC_PER_SEC

/* What is counted can be off by so much, with any number of CPUs. */
static u32 vpngw_limit_slack_max(void)
{
	return 2 * max_t(u32, percpu_counter_batch, 2 * nr_cpu_ids) *
	       nr_cpu_ids;
}

/* With less than that in all, what is free allows any share of it. */
static u32 vpngw_limit_easy(u32 max)
{
	u64 n = div_u64((u64)max * VPNGW_LIMIT_SHARE, VPNGW_LIMIT_SHARE + 1);
	u32 slack = vpngw_limit_slack_max();

	if (!max)
		return U32_MAX;
	return n > slack ? n - slack : 0;
}

static noinline bool vpngw_limit_over_share_exact(struct vpngw_limit_all *all,
						  u32 own)
{
	u64 max = READ_ONCE(all->max), total, slack;

	if (!max)
		return false;
	/* What the CPUs may keep to themselves. */
	slack = 2 * percpu_counter_batch * num_online_cpus();
	total = percpu_counter_read_positive(&all->n) + slack;
	if (likely(total < max && own < VPNGW_LIMIT_SHARE * (max - total)))
		return false;
	/* Only a small limit is worth asking every CPU. */
	if (max > VPNGW_LIMIT_EXACT * slack)
		return true;
	total = percpu_counter_sum_positive(&all->n);
	return total >= max || own >= VPNGW_LIMIT_SHARE * (max - total);
}

static bool vpngw_limit_over_share(struct vpngw_net *vn,
				   enum vpngw_limit_kind kind, u32 own)
{
	struct vpngw_limit_all *all = &vn->limits[kind];

	return percpu_counter_read_positive(&all->n) >= READ_ONCE(all->easy) &&
	       vpngw_limit_over_share_exact(all, own);
}

/* Generic cell rate algorithm: one word, no lock. */
static bool vpngw_limit_over_rate(struct vpngw_limit_state *state, u32 rate,
				  u32 n, bool take)
{
	u64 now = ktime_get_mono_fast_ns(), full;
	u64 cost = (u64)(NSEC_PER_SEC / rate) * n;
	s64 old = atomic64_read(&state->rate_next);

	do {
		full = (s64)(old - now) > 0 ? old : now;
		if (full - now + cost > VPNGW_LIMIT_BURST_NS)
			return true;
	} while (take &&
		 !atomic64_try_cmpxchg(&state->rate_next, &old, full + cost));
	return false;
}

/* @ahead are as good as made. */
static __always_inline int vpngw_limit_flow(struct vpngw_realm *vpn, u32 ahead,
					    bool take)
{
	const struct vpngw_limits *limits = &vpn->limits;
	u32 n_half_open = atomic_read(&vpn->limit.n_half_open) + ahead;
	u32 n = atomic_read(&vpn->flows.nelems) + ahead, max;

	max = READ_ONCE(limits->max_flows);
	if (max && n >= max)
		return VPNGW_REASON_MAX_FLOWS;
	max = READ_ONCE(limits->max_half_open);
	if (max && n_half_open >= max)
		return VPNGW_REASON_MAX_HALF_OPEN;
	if (vpngw_limit_over_share(vpn->vn, VPNGW_LIMIT_FLOWS, n))
		return VPNGW_REASON_TABLE_FULL;
	if (vpngw_limit_over_share(vpn->vn, VPNGW_LIMIT_HALF_OPEN, n_half_open))
		return VPNGW_REASON_MAX_HALF_OPEN;
	max = READ_ONCE(limits->new_flow_rate);
	if (max && vpngw_limit_over_rate(&vpn->limit, max, ahead + 1, take))
		return VPNGW_REASON_NEW_FLOW_RATE;
	return VPNGW_OK;
}

/**
 * vpngw_limit_check_flow - may a vpn have one more flow?
 * @vpn: the vpn
 *
 * Context: RCU read section. Asked once for each flow that is to be made.
 * Return: VPNGW_OK or the &enum vpngw_reason why not.
 */
int vpngw_limit_check_flow(struct vpngw_realm *vpn)
{
	return vpngw_limit_flow(vpn, 0, true);
}

/**
 * vpngw_limit_peek_flow - could a vpn have one more flow?
 * @vpn: the vpn
 * @ahead: flows that would be made before it
 *
 * Context: RCU read section. Counts for nothing.
 * Return: what vpngw_limit_check_flow() would.
 */
int vpngw_limit_peek_flow(struct vpngw_realm *vpn, u32 ahead)
{
	return vpngw_limit_flow(vpn, ahead, false);
}

/**
 * vpngw_limit_check_mapping - may a vpn have one more dynamic mapping?
 * @vpn: the vpn
 *
 * Context: RCU read section.
 * Return: VPNGW_OK or the &enum vpngw_reason why not.
 */
int vpngw_limit_check_mapping(const struct vpngw_realm *vpn)
{
	u32 max = READ_ONCE(vpn->limits.max_mappings);
	u32 n = atomic_read(&vpn->n_mappings);

	if (max && n >= max)
		return VPNGW_REASON_MAX_VPN_MAPPINGS;
	if (vpngw_limit_over_share(vpn->vn, VPNGW_LIMIT_MAPPINGS, n))
		return VPNGW_REASON_TABLE_FULL;
	return VPNGW_OK;
}

static bool vpngw_limit_is(int reason)
{
	switch (reason) {
	case VPNGW_REASON_POOL_EXHAUSTED:
	case VPNGW_REASON_MAX_FLOWS:
	case VPNGW_REASON_MAX_MAPPINGS:
	case VPNGW_REASON_MAX_VPN_MAPPINGS:
	case VPNGW_REASON_MAX_HOST_FLOWS:
	case VPNGW_REASON_MAX_HALF_OPEN:
	case VPNGW_REASON_NEW_FLOW_RATE:
	case VPNGW_REASON_TABLE_FULL:
		return true;
	}
	return false;
}

/**
 * vpngw_limit_tell - send an event when a packet is dropped for a limit
 * @vpn: the vpn that met the limit
 * @reason: why its packet is dropped; others than limits are no event
 * @inside: tuple of the packets from the VPN; its source is the host
 *
 * One a second for each vpn, RFC 6888 REQ-11 c.
 *
 * Context: RCU read section; allocates with GFP_ATOMIC.
 */
void vpngw_limit_tell(struct vpngw_realm *vpn, int reason,
		      const struct vpngw_tuple *inside)
{
	struct vpngw_limit_state *state = &vpn->limit;
	long next = atomic_long_read(&state->event_next);

	if (!vpngw_limit_is(reason))
		return;
	if (time_before(jiffies, (unsigned long)next) ||
	    !atomic_long_try_cmpxchg(&state->event_next, &next,
				     jiffies + HZ)) {
		atomic_inc(&state->missed);
		return;
	}
	vpngw_event_limit(vpn, reason, inside,
			  atomic_xchg(&state->missed, 0));
}

static u32 vpngw_limit_auto(enum vpngw_limit_kind kind)
{
	u64 bytes = (u64)totalram_pages() << PAGE_SHIFT, n;

	n = div_u64(bytes, VPNGW_LIMIT_MEMORY_PART * VPNGW_LIMIT_FLOW_BYTES);
	if (kind == VPNGW_LIMIT_HALF_OPEN)
		n /= VPNGW_LIMIT_HALF_OPEN_PART;
	return min_t(u64, n, VPNGW_LIMIT_AUTO - 1);
}

/**
 * vpngw_limit_set - change a limit for all VPNs together
 * @vn: the namespace
 * @kind: which limit
 * @max: the limit, 0 for none, VPNGW_LIMIT_AUTO for one that follows from the
 *	machine's memory
 *
 * Context: process; @vn->mutex held.
 */
void vpngw_limit_set(struct vpngw_net *vn, enum vpngw_limit_kind kind, u32 max)
{
	struct vpngw_limit_all *all = &vn->limits[kind];

	all->is_auto = max == VPNGW_LIMIT_AUTO;
	if (all->is_auto)
		max = vpngw_limit_auto(kind);
	WRITE_ONCE(all->max, max);
	WRITE_ONCE(all->easy, vpngw_limit_easy(max));
}

/**
 * vpngw_limit_reset - put the limits for all VPNs together back
 * @vn: the namespace
 *
 * Context: process; @vn->mutex held, or @vn is not in use yet.
 */
void vpngw_limit_reset(struct vpngw_net *vn)
{
	int kind;

	for (kind = 0; kind < VPNGW_LIMITS; kind++)
		vpngw_limit_set(vn, kind, VPNGW_LIMIT_AUTO);
}

/**
 * vpngw_limit_net_init - begin to count in a namespace
 * @vn: the namespace
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int vpngw_limit_net_init(struct vpngw_net *vn)
{
	int kind, err;

	for (kind = 0; kind < VPNGW_LIMITS; kind++) {
		err = percpu_counter_init(&vn->limits[kind].n, 0, GFP_KERNEL);
		if (err)
			goto err_destroy;
	}
	return 0;

err_destroy:
	while (kind--)
		percpu_counter_destroy(&vn->limits[kind].n);
	return err;
}

/**
 * vpngw_limit_net_exit - stop counting in a namespace
 * @vn: the namespace; nothing that is counted is left
 *
 * Context: process.
 */
void vpngw_limit_net_exit(struct vpngw_net *vn)
{
	int kind;

	for (kind = 0; kind < VPNGW_LIMITS; kind++) {
		WARN_ON(percpu_counter_sum(&vn->limits[kind].n));
		percpu_counter_destroy(&vn->limits[kind].n);
	}
}
