// SPDX-License-Identifier: GPL-2.0
/*
 * What one network namespace has, from its first to its last moment.
 */
#include "netns.h"

#include <linux/icmp.h>
#include <linux/random.h>
#include <linux/rtnetlink.h>

#include <net/net_namespace.h>

#include "alias.h"
#include "flow_walk.h"
#include "hook.h"
#include "iface.h"
#include "mapping_static.h"
#include "pool_config.h"
#include "realm.h"

unsigned int vpngw_net_id __read_mostly;

/* RFC 4787 REQ-5 and RFC 5382 REQ-5 say how short these may be at least. */
static const u32 vpngw_net_timeouts[VPNGW_TIMEOUTS] = {
	[VPNGW_TIMEOUT_UDP_UNREPLIED]	= 120,
	[VPNGW_TIMEOUT_UDP]		= 300,
	[VPNGW_TIMEOUT_ICMP]		= 60,
	[VPNGW_TIMEOUT_TCP_INIT]	= 240,
	[VPNGW_TIMEOUT_TCP_ESTABLISHED]	= 7440,
	[VPNGW_TIMEOUT_TCP_CLOSING]	= 240,
	[VPNGW_TIMEOUT_TCP_RESET]	= 240,
	[VPNGW_TIMEOUT_OTHER]		= 300,
};

/* RFC 6888 REQ-8 */
#define VPNGW_NET_QUARANTINE		120
#define VPNGW_NET_QUARANTINE_SHARE	50

/**
 * vpngw_net_uid - a number that no object of the namespace had before
 * @vn: the namespace
 *
 * Context: process, @vn->mutex held.
 * Return: the number, never zero.
 */
u32 vpngw_net_uid(struct vpngw_net *vn)
{
	lockdep_assert_held(&vn->mutex);
	if (!++vn->last_uid)
		vn->last_uid = 1;
	return vn->last_uid;
}

/**
 * vpngw_net_settings_reset - put every setting back to its default
 * @vn: the namespace
 *
 * Context: process; @vn->mutex held, or @vn is not in use yet.
 */
void vpngw_net_settings_reset(struct vpngw_net *vn)
{
	int i;

	for (i = 0; i < VPNGW_TIMEOUTS; i++)
		WRITE_ONCE(vn->timeouts[i], vpngw_net_timeouts[i]);
	vpngw_limit_reset(vn);
	WRITE_ONCE(vn->quarantine, VPNGW_NET_QUARANTINE);
	WRITE_ONCE(vn->quarantine_share, VPNGW_NET_QUARANTINE_SHARE);
	WRITE_ONCE(vn->tcp_pickup, false);
	WRITE_ONCE(vn->icmp_code, ICMP_PKT_FILTERED);
}

/**
 * vpngw_net_reap - let an object go that was taken out of every table
 * @vn: the namespace
 * @reap: its member of that type
 * @fn: called after a grace period, in process context
 *
 * One grace period serves all that is waiting.
 *
 * Context: any.
 */
void vpngw_net_reap(struct vpngw_net *vn, struct vpngw_reap *reap,
		    void (*fn)(struct vpngw_reap *reap))
{
	reap->fn = fn;
	spin_lock_bh(&vn->reap_lock);
	list_add_tail(&reap->list, &vn->reap_list);
	spin_unlock_bh(&vn->reap_lock);
	queue_work(system_unbound_wq, &vn->reap_work);
}

static void vpngw_net_reap_work(struct work_struct *work)
{
	struct vpngw_net *vn = container_of(work, struct vpngw_net, reap_work);
	struct vpngw_reap *reap, *next;
	LIST_HEAD(list);

	/* What is reaped may ask for another grace period. */
	for (;;) {
		spin_lock_bh(&vn->reap_lock);
		list_splice_init(&vn->reap_list, &list);
		spin_unlock_bh(&vn->reap_lock);
		if (list_empty(&list))
			return;

		synchronize_rcu();
		list_for_each_entry_safe(reap, next, &list, list) {
			list_del(&reap->list);
			reap->fn(reap);
			cond_resched();
		}
	}
}

/**
 * vpngw_net_flush - delete every object and put the settings back
 * @vn: the namespace
 *
 * Context: process; RTNL and @vn->mutex held.
 */
void vpngw_net_flush(struct vpngw_net *vn)
{
	ASSERT_RTNL();
	lockdep_assert_held(&vn->mutex);

	vpngw_iface_flush(vn);
	vpngw_mapping_flush(vn);
	vpngw_alias_flush(vn);
	vpngw_pool_flush(vn);
	vpngw_realm_flush(vn);
	vpngw_net_settings_reset(vn);
}

static int __net_init vpngw_net_init(struct net *net)
{
	struct vpngw_net *vn = vpngw_net_get(net);
	int err;

	vn->net = net;
	mutex_init(&vn->mutex);
	ida_init(&vn->defrag_ids);
	xa_init(&vn->realms);
	INIT_LIST_HEAD(&vn->vpns);
	INIT_LIST_HEAD(&vn->exts);
	INIT_LIST_HEAD(&vn->pools);
	INIT_LIST_HEAD(&vn->aliases);
	INIT_LIST_HEAD(&vn->mappings);
	INIT_LIST_HEAD(&vn->bindings);
	spin_lock_init(&vn->reap_lock);
	INIT_LIST_HEAD(&vn->reap_list);
	INIT_WORK(&vn->reap_work, vpngw_net_reap_work);
	get_random_bytes(&vn->key, sizeof(vn->key));
	vn->stats = alloc_percpu(struct vpngw_stats);
	if (!vn->stats)
		return -ENOMEM;
	vpngw_ports_budget_init(&vn->port_sets);
	err = vpngw_limit_net_init(vn);
	if (err)
		goto err_free_stats;
	vpngw_net_settings_reset(vn);
	err = vpngw_iface_net_init(vn);
	if (err)
		goto err_limit_exit;
	vpngw_flow_gc_init(vn);
	return 0;

err_limit_exit:
	vpngw_limit_net_exit(vn);
err_free_stats:
	free_percpu(vn->stats);
	return err;
}

static void __net_exit vpngw_net_exit(struct net *net)
{
	struct vpngw_net *vn = vpngw_net_get(net);

	rtnl_lock();
	mutex_lock(&vn->mutex);
	vpngw_net_flush(vn);
	mutex_unlock(&vn->mutex);
	rtnl_unlock();

	vpngw_flow_gc_stop(vn);
	/* What is reaped may queue the work again. */
	while (flush_work(&vn->reap_work))
		;
	WARN_ON(!xa_empty(&vn->realms));
	vpngw_iface_net_exit(vn);
	vpngw_limit_net_exit(vn);
	free_percpu(vn->stats);
}

static struct pernet_operations vpngw_net_ops = {
	.init	= vpngw_net_init,
	.exit	= vpngw_net_exit,
	.id	= &vpngw_net_id,
	.size	= sizeof(struct vpngw_net),
};

/**
 * vpngw_netns_init - give every namespace its state
 *
 * Context: module init.
 * Return: 0 or a negative errno.
 */
int __init vpngw_netns_init(void)
{
	return register_pernet_subsys(&vpngw_net_ops);
}

/**
 * vpngw_netns_exit - take the state of every namespace away
 *
 * Context: module exit, netlink already gone.
 */
void vpngw_netns_exit(void)
{
	unregister_pernet_subsys(&vpngw_net_ops);
}
