// SPDX-License-Identifier: GPL-2.0
/*
 * Walks over the flows of a vpn or ext: to show, count or end those that match,
 * and to collect those that timed out.
 */
#include "flow_walk.h"

#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/rhashtable.h>
#include <linux/sched.h>
#include <linux/workqueue.h>

#include "flow.h"
#include "mapping.h"
#include "pool.h"
#include "pptp.h"
#include "realm.h"

/* Flows looked at in one RCU read section of a walk. */
#define VPNGW_FLOW_WALK_BATCH	256
/* How often flows that timed out are looked for. */
#define VPNGW_FLOW_GC_INTERVAL	HZ

/**
 * vpngw_flow_walk_enter - begin to walk over the flows of a vpn
 * @vpn: the vpn or ext, to which the caller has a reference
 * @iter: the place; rhashtable_walk_start() and the like are the caller's
 *
 * Context: process.
 */
void vpngw_flow_walk_enter(struct vpngw_realm *vpn,
			   struct rhashtable_iter *iter)
{
	rhashtable_walk_enter(&vpn->flows, iter);
}

/**
 * vpngw_flow_walk_next - the next flow of a walk
 * @vpn: the vpn or ext
 * @iter: the place
 *
 * Context: RCU read section, between walk_start and walk_stop.
 * Return: the flow, which need not be alive; NULL at the end; ERR_PTR(-EAGAIN)
 *	when the table was resized: some may come twice.
 */
struct vpngw_flow *vpngw_flow_walk_next(struct vpngw_realm *vpn,
					struct rhashtable_iter *iter)
{
	struct vpngw_flow_dir *dir = rhashtable_walk_next(iter);

	if (IS_ERR_OR_NULL(dir))
		return (void *)dir;
	return vpngw_flow_of(dir, vpn->side);
}

/**
 * vpngw_flow_walk_peek - the flow where a walk stands
 * @vpn: the vpn or ext
 * @iter: the place
 *
 * Context: RCU read section, between walk_start and walk_stop.
 * Return: as vpngw_flow_walk_next(), without a step.
 */
struct vpngw_flow *vpngw_flow_walk_peek(struct vpngw_realm *vpn,
					struct rhashtable_iter *iter)
{
	struct vpngw_flow_dir *dir = rhashtable_walk_peek(iter);

	if (IS_ERR_OR_NULL(dir))
		return (void *)dir;
	return vpngw_flow_of(dir, vpn->side);
}

/* Call fn for each published flow of a realm; returns how often it said
 * true.
 */
static u32 vpngw_flow_walk(struct vpngw_realm *realm,
			   bool (*fn)(struct vpngw_flow *flow, void *arg),
			   void *arg)
{
	struct rhashtable_iter iter;
	struct vpngw_flow *flow;
	u32 n = 0, seen = 0;

	vpngw_flow_walk_enter(realm, &iter);
	rhashtable_walk_start(&iter);
	while ((flow = vpngw_flow_walk_next(realm, &iter))) {
		/* Before fn() may take it out of the table: a walk that was
		 * stopped at an entry that is gone leaves out another.
		 */
		if (!(++seen % VPNGW_FLOW_WALK_BATCH)) {
			rhashtable_walk_stop(&iter);
			cond_resched();
			rhashtable_walk_start(&iter);
			flow = vpngw_flow_walk_peek(realm, &iter);
			if (!flow)
				break;
		}
		if (!IS_ERR(flow) && vpngw_flow_published(flow))
			n += fn(flow, arg);
	}
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
	return n;
}

static bool vpngw_flow_end_any(struct vpngw_flow *flow, void *arg)
{
	return vpngw_flow_end(flow);
}

/**
 * vpngw_flow_end_realm - end all flows of a vpn or ext
 * @realm: the vpn or ext
 *
 * Context: process; may sleep.
 */
void vpngw_flow_end_realm(struct vpngw_realm *realm)
{
	while (vpngw_flow_walk(realm, vpngw_flow_end_any, NULL))
		;
}

static bool vpngw_flow_end_by_alias(struct vpngw_flow *flow, void *arg)
{
	return flow->alias_uid == *(u32 *)arg && vpngw_flow_end(flow);
}

/**
 * vpngw_flow_end_alias - end the flows that were made through an alias
 * @vpn: the vpn
 * @alias_uid: the alias
 *
 * Context: process; may sleep.
 */
void vpngw_flow_end_alias(struct vpngw_realm *vpn, u32 alias_uid)
{
	while (vpngw_flow_walk(vpn, vpngw_flow_end_by_alias, &alias_uid))
		;
}

static bool vpngw_flow_end_by_iface(struct vpngw_flow *flow, void *arg)
{
	return READ_ONCE(flow->iface_uid) == *(u32 *)arg &&
	       vpngw_flow_end(flow);
}

/**
 * vpngw_flow_end_iface - end the flows that came in by a device
 * @realm: whose the device was; an ext has no such flows
 * @iface_uid: the device's iface
 *
 * Context: process; may sleep.
 */
void vpngw_flow_end_iface(struct vpngw_realm *realm, u32 iface_uid)
{
	if (realm->side != VPNGW_SIDE_INSIDE)
		return;
	while (vpngw_flow_walk(realm, vpngw_flow_end_by_iface, &iface_uid))
		;
}

struct vpngw_flow_end_if {
	bool		(*fn)(const struct vpngw_flow *flow, const void *arg);
	const void	*arg;
};

static bool vpngw_flow_end_each_if(struct vpngw_flow *flow, void *arg)
{
	const struct vpngw_flow_end_if *end = arg;

	return end->fn(flow, end->arg) && vpngw_flow_end(flow);
}

/**
 * vpngw_flow_end_if - end the flows of which a function says so
 * @realm: the vpn or ext that they are of
 * @fn: called in an RCU read section; the flow has its mapping
 * @arg: its second argument
 *
 * One walk, however many flows a mapping has.
 *
 * Context: process; may sleep.
 * Return: how many were ended; when none, there were none that are older than the
 *	call.
 */
u32 vpngw_flow_end_if(struct vpngw_realm *realm,
		      bool (*fn)(const struct vpngw_flow *flow,
				 const void *arg),
		      const void *arg)
{
	struct vpngw_flow_end_if end = { fn, arg };

	return vpngw_flow_walk(realm, vpngw_flow_end_each_if, &end);
}

/**
 * vpngw_flow_matches - does a flow match a filter?
 * @flow: the flow
 * @filter: the filter
 *
 * Context: RCU read section.
 * Return: true if it does and is alive.
 */
bool vpngw_flow_matches(const struct vpngw_flow *flow,
			const struct vpngw_flow_filter *filter)
{
	const struct vpngw_tuple *in = &flow->dir[VPNGW_SIDE_INSIDE].tuple;
	const struct vpngw_tuple *out = &flow->dir[VPNGW_SIDE_OUTSIDE].tuple;
	struct in6_addr addr;

	/* First, for only then its mapping is there for sure. */
	if (!vpngw_flow_live(flow, NULL))
		return false;
	if (filter->vpn && filter->vpn != flow->mapping->vpn)
		return false;
	if (filter->proto && filter->proto != in->proto)
		return false;
	vpngw_tuple_src(in, &addr);
	if (filter->has_inside &&
	    (!ipv6_addr_equal(&filter->inside, &addr) ||
	     (filter->inside_port && filter->inside_port != in->sport)))
		return false;
	vpngw_tuple_dst(out, &addr);
	if (filter->has_outside &&
	    (!ipv6_addr_equal(&filter->outside, &addr) ||
	     (filter->outside_port && filter->outside_port != out->dport)))
		return false;
	vpngw_tuple_src(out, &addr);
	return !filter->has_server ||
	       (ipv6_addr_equal(&filter->server, &addr) &&
		(!filter->server_port || filter->server_port == out->sport));
}

struct vpngw_flow_each {
	const struct vpngw_flow_filter	*filter;
	bool				(*fn)(struct vpngw_flow *flow,
					      void *arg);
	void				*arg;
};

static bool vpngw_flow_each_match(struct vpngw_flow *flow, void *arg)
{
	struct vpngw_flow_each *each = arg;

	return vpngw_flow_matches(flow, each->filter) &&
	       each->fn(flow, each->arg);
}

/**
 * vpngw_flow_for_each - call a function for each flow that matches
 * @vn: the namespace
 * @filter: which flows; only the tables of its vpn are walked
 * @fn: called in an RCU read section; says whether it counts
 * @arg: its second argument
 *
 * Context: process; may sleep.
 * Return: how many counted.
 */
u32 vpngw_flow_for_each(struct vpngw_net *vn,
			const struct vpngw_flow_filter *filter,
			bool (*fn)(struct vpngw_flow *flow, void *arg),
			void *arg)
{
	struct vpngw_flow_each each = { filter, fn, arg };
	struct vpngw_realm *realm;
	unsigned long uid = 0;
	u32 n = 0;

	if (filter->vpn)
		return vpngw_flow_walk(filter->vpn, vpngw_flow_each_match,
				       &each);
	while ((realm = vpngw_realm_next(vn, &uid))) {
		if (realm->side == VPNGW_SIDE_INSIDE)
			n += vpngw_flow_walk(realm, vpngw_flow_each_match,
					     &each);
		vpngw_realm_put(realm);
		uid++;
	}
	return n;
}

static bool vpngw_flow_end_timed_out(struct vpngw_flow *flow, void *arg)
{
	/* A call may be silent as long as its connection lives. */
	if (flow->dir[VPNGW_SIDE_INSIDE].tuple.call &&
	    !vpngw_pptp_is_over(flow)) {
		vpngw_flow_refresh(flow);
		return false;
	}
	return (!vpngw_flow_live(flow, NULL) || vpngw_pptp_is_over(flow)) &&
	       vpngw_flow_end(flow);
}

static void vpngw_flow_gc(struct work_struct *work)
{
	struct vpngw_net *vn = container_of(to_delayed_work(work),
					    struct vpngw_net, gc);
	struct vpngw_realm *realm;
	unsigned long uid = 0;

	while ((realm = vpngw_realm_next(vn, &uid))) {
		if (realm->side == VPNGW_SIDE_INSIDE &&
		    atomic_read(&realm->flows.nelems))
			vpngw_flow_walk(realm, vpngw_flow_end_timed_out, NULL);
		vpngw_realm_put(realm);
		uid++;
	}
	vpngw_pool_gc(vn);
	queue_delayed_work(system_unbound_wq, &vn->gc, VPNGW_FLOW_GC_INTERVAL);
}

/**
 * vpngw_flow_gc_start - look for flows that timed out from now on
 * @vn: the namespace
 *
 * Context: process.
 */
void vpngw_flow_gc_start(struct vpngw_net *vn)
{
	queue_delayed_work(system_unbound_wq, &vn->gc, VPNGW_FLOW_GC_INTERVAL);
}

/**
 * vpngw_flow_gc_stop - stop looking for flows that timed out
 * @vn: the namespace
 *
 * Context: process; waits for a look under way.
 */
void vpngw_flow_gc_stop(struct vpngw_net *vn)
{
	cancel_delayed_work_sync(&vn->gc);
}

/**
 * vpngw_flow_gc_init - prepare vpngw_flow_gc_start()
 * @vn: the namespace
 *
 * Context: process.
 */
void vpngw_flow_gc_init(struct vpngw_net *vn)
{
	INIT_DELAYED_WORK(&vn->gc, vpngw_flow_gc);
}
