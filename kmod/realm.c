// SPDX-License-Identifier: GPL-2.0
/*
 * vpn and ext objects: address spaces with tables of their own.
 */
#include "realm.h"

#include <linux/idr.h>
#include <linux/netdevice.h>
#include <linux/netlink.h>
#include <linux/ratelimit.h>
#include <linux/rculist.h>
#include <linux/rhashtable.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include <net/ip_fib.h>
#include <net/l3mdev.h>

#include "alias.h"
#include "event.h"
#include "flow.h"
#include "flow_walk.h"
#include "fragment.h"
#include "iface.h"
#include "mapping.h"
#include "mapping_static.h"
#include "pool_map.h"
#include "route_cache.h"

/* ICMP errors a second that the gateway itself sends into one vpn or ext. */
#define VPNGW_REALM_ICMP_RATE 100
/* Reassembly tells so many vpns and exts apart. */
#define VPNGW_REALM_DEFRAG_MAX 65534

static struct list_head *vpngw_realm_list(struct vpngw_net *vn,
					  enum vpngw_side side)
{
	return side == VPNGW_SIDE_INSIDE ? &vn->vpns : &vn->exts;
}

/**
 * vpngw_realm_find - look a vpn or ext up by name
 * @vn: the namespace
 * @side: which of the two
 * @name: its name
 *
 * Context: process, @vn->mutex held.
 * Return: the object or NULL; valid as long as the mutex is held.
 */
struct vpngw_realm *vpngw_realm_find(struct vpngw_net *vn, enum vpngw_side side,
				     const char *name)
{
	struct vpngw_realm *realm;

	lockdep_assert_held(&vn->mutex);
	list_for_each_entry(realm, vpngw_realm_list(vn, side), list)
		if (!strcmp(realm->name, name))
			return realm;
	return NULL;
}

/**
 * vpngw_realm_next - walk over the vpns and exts without a lock
 * @vn: the namespace
 * @uid: in: the least uid wanted; out: the uid found
 *
 * Context: process.
 * Return: the object, with a reference that the caller puts, or NULL at the
 *	end.
 */
struct vpngw_realm *vpngw_realm_next(struct vpngw_net *vn, unsigned long *uid)
{
	struct vpngw_realm *realm;

	rcu_read_lock();
	do {
		realm = xa_find(&vn->realms, uid, ULONG_MAX, XA_PRESENT);
		if (!realm || refcount_inc_not_zero(&realm->refs))
			break;
		++*uid;
	} while (true);
	rcu_read_unlock();
	return realm;
}

/**
 * vpngw_realm_hold - take a reference
 * @realm: the object
 *
 * Context: any; the caller knows that it lives.
 */
void vpngw_realm_hold(struct vpngw_realm *realm)
{
	refcount_inc(&realm->refs);
}

/* Counters of the namespace never go back. */
static void vpngw_realm_keep_stats(struct vpngw_realm *realm)
{
	struct vpngw_stats sum = {};

	vpngw_stats_add(&sum, realm->stats);
	/* What both sides count is taken from the vpns. */
	if (realm->side == VPNGW_SIDE_OUTSIDE)
		memset(&sum, 0, offsetof(struct vpngw_stats, drop));
	vpngw_stats_keep(realm->vn->stats, &sum);
}

static void vpngw_realm_free(struct vpngw_reap *reap)
{
	struct vpngw_realm *realm = container_of(reap, struct vpngw_realm,
						 reap);

	vpngw_flow_table_exit(realm);
	vpngw_mapping_table_exit(realm);
	vpngw_alias_table_exit(realm);
	vpngw_pool_map_exit(realm);
	vpngw_fragment_exit(realm);
	vpngw_route_pairs_free(realm->route_pairs);
	vpngw_realm_keep_stats(realm);
	free_percpu(realm->stats);
	ida_free(&realm->vn->defrag_ids, realm->defrag_id);
	kfree(realm);
}

static void vpngw_realm_unused(struct vpngw_reap *reap)
{
	struct vpngw_realm *realm = container_of(reap, struct vpngw_realm,
						 reap);

	/* Those who found a mapping that was just being ended look at it. */
	vpngw_net_reap(realm->vn, reap, vpngw_realm_free);
}

/**
 * vpngw_realm_put - drop a reference
 * @realm: the object
 *
 * It is freed after a grace period.
 *
 * Context: process.
 */
void vpngw_realm_put(struct vpngw_realm *realm)
{
	if (!refcount_dec_and_test(&realm->refs))
		return;
	xa_erase(&realm->vn->realms, realm->uid);
	/* Who ends one of its last flows just now still uses its tables. */
	vpngw_net_reap(realm->vn, &realm->reap, vpngw_realm_unused);
}

static void vpngw_realm_reap(struct vpngw_reap *reap)
{
	struct vpngw_realm *realm = container_of(reap, struct vpngw_realm,
						 reap);

	/* A packet under way may have made these after the first time. */
	vpngw_flow_end_realm(realm);
	vpngw_realm_put(realm);
}

static int vpngw_realm_check_vrf(struct vpngw_net *vn, int ifindex,
				 struct netlink_ext_ack *extack, u32 *table)
{
	struct net_device *dev = __dev_get_by_index(vn->net, ifindex);

	if (!dev) {
		NL_SET_ERR_MSG(extack, "no such device to be its VRF");
		return -ENODEV;
	}
	if (!netif_is_l3_master(dev)) {
		NL_SET_ERR_MSG_FMT(extack, "%s is not a VRF", dev->name);
		return -EINVAL;
	}
	*table = l3mdev_fib_table(dev);
	return 0;
}

static int vpngw_realm_pick_id(struct vpngw_net *vn, enum vpngw_side side,
			       u32 *id, struct netlink_ext_ack *extack)
{
	struct list_head *list = vpngw_realm_list(vn, side);
	struct vpngw_realm *realm;
	u32 want = *id ? *id : 1;
	bool again;

	do {
		again = false;
		list_for_each_entry(realm, list, list) {
			if (realm->id != want)
				continue;
			if (*id) {
				NL_SET_ERR_MSG_FMT(extack,
						   "id %u belongs to %s %s",
						   want,
						   vpngw_realm_kind(realm),
						   realm->name);
				return -EEXIST;
			}
			want++;
			again = true;
		}
	} while (again);
	*id = want;
	return 0;
}

/**
 * vpngw_realm_check_name - is this a name for a vpn, an ext or a pool?
 * @name: the name
 * @extack: says what was wrong
 *
 * Context: any.
 * Return: 0 or -EINVAL.
 */
int vpngw_realm_check_name(const char *name, struct netlink_ext_ack *extack)
{
	const char *c;

	/* Names are printed in lists, logs and Prometheus labels. */
	for (c = name; *c; c++)
		if (!isascii(*c) || !isgraph(*c) || strchr("\"'\\,{}", *c))
			break;
	if (c == name || *c) {
		NL_SET_ERR_MSG(extack,
			       "a name is made of letters, digits and .-_:@+/");
		return -EINVAL;
	}
	return 0;
}

static int vpngw_realm_init_tables(struct vpngw_realm *realm)
{
	int err;

	realm->stats = alloc_percpu(struct vpngw_stats);
	if (!realm->stats)
		return -ENOMEM;
	err = -ENOMEM;
	if (realm->side == VPNGW_SIDE_OUTSIDE) {
		realm->route_pairs = vpngw_route_pairs_alloc();
		if (!realm->route_pairs)
			goto err_free_stats;
	}
	err = vpngw_flow_table_init(realm);
	if (err)
		goto err_free_pairs;
	err = vpngw_mapping_table_init(realm);
	if (err)
		goto err_flow_exit;
	err = vpngw_alias_table_init(realm);
	if (err)
		goto err_mapping_exit;
	err = ida_alloc_max(&realm->vn->defrag_ids, VPNGW_REALM_DEFRAG_MAX,
			    GFP_KERNEL);
	if (err < 0)
		goto err_alias_exit;
	realm->defrag_id = err;
	err = xa_err(xa_store(&realm->vn->realms, realm->uid, realm,
			      GFP_KERNEL));
	if (err)
		goto err_free_id;
	return 0;

err_free_id:
	ida_free(&realm->vn->defrag_ids, realm->defrag_id);
err_alias_exit:
	vpngw_alias_table_exit(realm);
err_mapping_exit:
	vpngw_mapping_table_exit(realm);
err_flow_exit:
	vpngw_flow_table_exit(realm);
err_free_pairs:
	vpngw_route_pairs_free(realm->route_pairs);
err_free_stats:
	free_percpu(realm->stats);
	return err;
}

/**
 * vpngw_realm_add - make a vpn or ext
 * @vn: the namespace
 * @side: which of the two
 * @config: what it is to be
 * @extack: says what was wrong
 *
 * Context: process; RTNL and @vn->mutex held.
 * Return: the object or an ERR_PTR: EEXIST, EINVAL, ENODEV, ENOMEM.
 */
struct vpngw_realm *vpngw_realm_add(struct vpngw_net *vn, enum vpngw_side side,
				    const struct vpngw_realm_config *config,
				    struct netlink_ext_ack *extack)
{
	u32 table = config->table, id = config->id;
	struct vpngw_realm *realm;
	struct fib_table *fib = NULL;
	int err;

	ASSERT_RTNL();
	lockdep_assert_held(&vn->mutex);

	err = vpngw_realm_check_name(config->name, extack);
	if (err)
		return ERR_PTR(err);
	if (config->vrf_ifindex && config->table) {
		NL_SET_ERR_MSG(extack, "give a vrf or a table, not both");
		return ERR_PTR(-EINVAL);
	}
	err = vpngw_realm_pick_id(vn, side, &id, extack);
	if (err)
		return ERR_PTR(err);
	if (config->vrf_ifindex) {
		err = vpngw_realm_check_vrf(vn, config->vrf_ifindex, extack,
					    &table);
		if (err)
			return ERR_PTR(err);
	} else if (table == RT_TABLE_LOCAL || table == RT_TABLE_DEFAULT) {
		NL_SET_ERR_MSG(extack, "this table is the kernel's own");
		return ERR_PTR(-EINVAL);
	} else if (table && table != RT_TABLE_MAIN) {
		fib = fib_new_table(vn->net, table);
		if (!fib)
			return ERR_PTR(-ENOMEM);
	}

	realm = kzalloc(sizeof(*realm), GFP_KERNEL);
	if (!realm)
		return ERR_PTR(-ENOMEM);
	realm->vn = vn;
	realm->side = side;
	realm->uid = vpngw_net_uid(vn);
	realm->id = id;
	realm->route.net = vn->net;
	realm->route.vrf_ifindex = config->vrf_ifindex;
	realm->route.has_vrf = config->vrf_ifindex;
	realm->route.own_devices = side == VPNGW_SIDE_INSIDE && !table;
	realm->route.has_own = side == VPNGW_SIDE_OUTSIDE;
	realm->route.table = table;
	realm->route.fib = fib;
	realm->limits = config->limits;
	realm->policy = config->policy;
	atomic_long_set(&realm->limit.event_next, jiffies);
	strscpy(realm->name, config->name, sizeof(realm->name));
	refcount_set(&realm->refs, 1);
	ratelimit_state_init(&realm->icmp_limit, HZ, VPNGW_REALM_ICMP_RATE);
	ratelimit_set_flags(&realm->icmp_limit, RATELIMIT_MSG_ON_RELEASE);

	err = vpngw_realm_init_tables(realm);
	if (err) {
		kfree(realm);
		return ERR_PTR(err);
	}
	list_add_tail_rcu(&realm->list, vpngw_realm_list(vn, side));
	return realm;
}

static void vpngw_realm_remove(struct vpngw_realm *realm)
{
	WRITE_ONCE(realm->dying, true);
	list_del_rcu(&realm->list);
	vpngw_flow_end_realm(realm);
	vpngw_net_reap(realm->vn, &realm->reap, vpngw_realm_reap);
}

static int vpngw_realm_check_unused(const struct vpngw_realm *realm,
				    struct netlink_ext_ack *extack)
{
	if (realm->n_pools) {
		NL_SET_ERR_MSG_FMT(extack, "%s %s still has %u pool(s)",
				   vpngw_realm_kind(realm), realm->name,
				   realm->n_pools);
		return -EBUSY;
	}
	/* What a vpn has goes with it; an ext is shared by others. */
	if (realm->side == VPNGW_SIDE_INSIDE)
		return 0;
	if (realm->n_aliases)
		NL_SET_ERR_MSG_FMT(extack, "ext %s still has %u alias(es)",
				   realm->name, realm->n_aliases);
	else if (realm->n_statics)
		NL_SET_ERR_MSG_FMT(extack,
				   "ext %s still has %u static mapping(s)",
				   realm->name, realm->n_statics);
	else if (realm->n_ifaces)
		NL_SET_ERR_MSG_FMT(extack, "ext %s still has %u interface(s)",
				   realm->name, realm->n_ifaces);
	else
		return 0;
	return -EBUSY;
}

/**
 * vpngw_realm_del - delete a vpn with all it has, or an unused ext
 * @realm: the object
 * @extack: says what still uses it
 *
 * Context: process; RTNL and the namespace's mutex held.
 * Return: 0 or -EBUSY.
 */
int vpngw_realm_del(struct vpngw_realm *realm, struct netlink_ext_ack *extack)
{
	int err;

	ASSERT_RTNL();
	lockdep_assert_held(&realm->vn->mutex);

	err = vpngw_realm_check_unused(realm, extack);
	if (err)
		return err;
	vpngw_iface_del_realm(realm);
	vpngw_mapping_del_realm(realm);
	vpngw_alias_del_realm(realm);
	vpngw_realm_remove(realm);
	return 0;
}

/**
 * vpngw_realm_flush - delete every vpn and ext
 * @vn: the namespace; nothing uses them any more
 *
 * Context: process; @vn->mutex held.
 */
void vpngw_realm_flush(struct vpngw_net *vn)
{
	struct vpngw_realm *realm, *next;

	list_for_each_entry_safe(realm, next, &vn->vpns, list)
		vpngw_realm_remove(realm);
	list_for_each_entry_safe(realm, next, &vn->exts, list)
		vpngw_realm_remove(realm);
}

/**
 * vpngw_realm_set_vrf - give a vpn or ext whose VRF was deleted a new one
 * @realm: the vpn or ext
 * @ifindex: the new VRF device
 * @extack: says what was wrong
 *
 * Context: process; RTNL and the namespace's mutex held.
 * Return: 0, -EBUSY while its VRF is there, -EINVAL, -ENODEV.
 */
int vpngw_realm_set_vrf(struct vpngw_realm *realm, int ifindex,
			struct netlink_ext_ack *extack)
{
	u32 table;
	int err;

	ASSERT_RTNL();
	lockdep_assert_held(&realm->vn->mutex);

	if (realm->route.vrf_ifindex == ifindex)
		return 0;
	if (!realm->route.has_vrf || realm->route.vrf_ifindex) {
		NL_SET_ERR_MSG_FMT(extack,
				   "only a VRF that was deleted can be replaced");
		return -EBUSY;
	}
	err = vpngw_realm_check_vrf(realm->vn, ifindex, extack, &table);
	if (err)
		return err;
	realm->route.table = table;
	WRITE_ONCE(realm->route.vrf_ifindex, ifindex);
	vpngw_net_moved(realm->vn);
	return 0;
}

/**
 * vpngw_realm_vrf_gone - note that a VRF device was deleted
 * @vn: the namespace
 * @ifindex: what the device was
 *
 * Another device that gets the same ifindex later is not taken for it.
 *
 * Context: process, @vn->mutex held.
 */
void vpngw_realm_vrf_gone(struct vpngw_net *vn, int ifindex)
{
	struct vpngw_realm *realm;

	lockdep_assert_held(&vn->mutex);
	list_for_each_entry(realm, &vn->vpns, list) {
		if (realm->route.vrf_ifindex == ifindex) {
			WRITE_ONCE(realm->route.vrf_ifindex, 0);
			vpngw_event_realm(realm, VPNGW_CMD_VPN_NEW_NTF);
		}
	}
	list_for_each_entry(realm, &vn->exts, list) {
		if (realm->route.vrf_ifindex == ifindex) {
			WRITE_ONCE(realm->route.vrf_ifindex, 0);
			vpngw_event_realm(realm, VPNGW_CMD_EXT_NEW_NTF);
		}
	}
	vpngw_net_moved(vn);
}
