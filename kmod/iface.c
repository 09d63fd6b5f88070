// SPDX-License-Identifier: GPL-2.0
/*
 * Which devices belong to whom. A binding is what was configured; an iface is
 * what follows from it: one for the device, and where the device is a VRF one
 * for each of its members that has no binding of its own.
 */
#include "iface.h"

#include <linux/hash.h>
#include <linux/netlink.h>
#include <linux/rhashtable.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include <net/dst.h>
#include <net/l3mdev.h>

#include "event.h"
#include "flow_walk.h"
#include "hook.h"
#include "neigh.h"
#include "realm.h"
#include "route_cache.h"
#include "tuple.h"

/* Looked up for each packet. Nobody outside chooses an ifindex. */
static u32 vpngw_iface_hash(const void *key, u32 len, u32 seed)
{
	return hash_32(*(const u32 *)key, 32);
}

static int vpngw_iface_cmp(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct vpngw_iface *iface = obj;

	return *(const int *)arg->key != iface->ifindex;
}

static const struct rhashtable_params vpngw_iface_params = {
	.hashfn			= vpngw_iface_hash,
	.obj_cmpfn		= vpngw_iface_cmp,
	.key_len		= sizeof_field(struct vpngw_iface, ifindex),
	.key_offset		= offsetof(struct vpngw_iface, ifindex),
	.head_offset		= offsetof(struct vpngw_iface, node),
	.automatic_shrinking	= true,
};

/**
 * vpngw_iface_lookup - whose the packets of a device are
 * @vn: the namespace
 * @ifindex: the device
 *
 * Context: RCU read section.
 * Return: the iface, or NULL when the device is not bound.
 */
struct vpngw_iface *vpngw_iface_lookup(struct vpngw_net *vn, int ifindex)
{
	return rhashtable_lookup(&vn->ifaces, &ifindex, vpngw_iface_params);
}

/**
 * vpngw_iface_lookup_uid - the device that a flow came in by
 * @vn: the namespace
 * @ifindex: the device
 * @uid: what its uid was then
 *
 * Context: RCU read section.
 * Return: the iface, or NULL when the device is gone or bound anew.
 */
struct vpngw_iface *vpngw_iface_lookup_uid(struct vpngw_net *vn, int ifindex,
					   u32 uid)
{
	struct vpngw_iface *iface = vpngw_iface_lookup(vn, ifindex);

	return iface && iface->uid == uid ? iface : NULL;
}

/* A VRF without a route of its own leaves it to the main table, and that leads
 * into VPNs without a VRF, the ext or the Internet. So the device must not be
 * another's, and with a VRF it must be bound to this vpn or ext: by itself or as
 * a member. But what leaves encapsulated (MPLS), by a route of the own table, is
 * in that vpn or ext whatever device carries it.
 */
static bool vpngw_iface_may_leave(const struct vpngw_realm *realm, int ifindex,
				  const struct sk_buff *skb,
				  const struct vpngw_tuple *t,
				  const struct dst_entry *dst)
{
	const struct net_device *dev = dst->dev;
	const struct vpngw_iface *iface;

	/* An address of the gateway in the VRF; without one, outside of VRFs. */
	if (unlikely(vpngw_route_is_to_local(dst)))
		return !realm->route.has_vrf ||
		       dev->ifindex == READ_ONCE(realm->route.vrf_ifindex);
	if (realm->route.own_devices)
		return dev->ifindex == ifindex;
	iface = vpngw_iface_lookup(realm->vn, dev->ifindex);
	if (iface ? iface->realm == realm : !realm->route.has_vrf)
		return true;
	return dst->lwtstate &&
	       vpngw_route_leads_to(&realm->route, skb, t, dev);
}

static __always_inline struct dst_entry *
vpngw_iface_output(const struct vpngw_realm *realm, int ifindex,
		   const struct sk_buff *skb, const struct vpngw_tuple *t,
		   int *reason)
{
	struct dst_entry *dst = vpngw_route_output(&realm->route, ifindex, skb,
						   t, reason);

	if (!dst || vpngw_iface_may_leave(realm, ifindex, skb, t, dst))
		return dst;
	dst_release(dst);
	*reason = VPNGW_REASON_NO_ROUTE;
	return NULL;
}

/**
 * vpngw_iface_peek_route - what route vpngw_iface_route() would find anew
 * @realm: the vpn or ext
 * @ifindex: see vpngw_route_output()
 * @skb: the packet
 * @t: the tuple it will have there
 * @reason: why there is none
 *
 * Context: RCU read section. The route is kept nowhere.
 * Return: as vpngw_route_output().
 */
struct dst_entry *vpngw_iface_peek_route(const struct vpngw_realm *realm,
					 int ifindex, const struct sk_buff *skb,
					 const struct vpngw_tuple *t,
					 int *reason)
{
	return vpngw_iface_output(realm, ifindex, skb, t, reason);
}

/**
 * vpngw_iface_route - a route into a vpn or ext, and into no other
 * @realm: the vpn or ext
 * @ifindex: see vpngw_route_output()
 * @skb: the packet
 * @t: the tuple it will have there
 * @cache: routes of packets with that tuple, or NULL to use what is kept by pair
 *	of addresses in an ext
 * @reason: why there is none
 *
 * Context: RCU read section, BH off.
 * Return: as vpngw_route_output().
 */
struct dst_entry *vpngw_iface_route(const struct vpngw_realm *realm,
				    int ifindex, const struct sk_buff *skb,
				    const struct vpngw_tuple *t,
				    struct vpngw_route_cache *cache,
				    int *reason)
{
	const struct vpngw_route *route = &realm->route;
	u32 moves = vpngw_net_moves(realm->vn);
	struct dst_entry *dst = NULL;

	if (vpngw_route_is_there(route)) {
		if (cache)
			dst = vpngw_route_cache_get(cache, moves, skb);
		else if (realm->route_pairs)
			dst = vpngw_route_pairs_get(route, realm->route_pairs,
						    moves, skb, t);
		if (dst && (likely(!route->own_devices && !dst->lwtstate) ||
			    vpngw_iface_may_leave(realm, ifindex, skb, t, dst)))
			return dst;
		dst_release(dst);
	}
	dst = vpngw_iface_output(realm, ifindex, skb, t, reason);
	if (!dst)
		return NULL;
	if (cache)
		vpngw_route_cache_set(route, cache, moves, skb, dst);
	else if (realm->route_pairs)
		vpngw_route_pairs_set(route, realm->route_pairs, moves, skb, t,
				      dst);
	return dst;
}

/**
 * vpngw_iface_toward - the device of a vpn that leads to one of its hosts
 * @vpn: a vpn without a VRF or table
 * @addr: the host, which was not seen yet
 *
 * The main table may have the address for another vpn: then it is the device
 * that was bound first.
 *
 * Context: RCU read section.
 * Return: its ifindex, or 0 when the vpn has no device.
 */
int vpngw_iface_toward(const struct vpngw_realm *vpn,
		       const struct in6_addr *addr)
{
	int ifindex = vpngw_route_device(&vpn->route, addr);
	struct vpngw_iface *iface;

	iface = ifindex ? vpngw_iface_lookup(vpn->vn, ifindex) : NULL;
	return iface && iface->realm == vpn ? ifindex :
					      READ_ONCE(vpn->first_ifindex);
}

/**
 * vpngw_iface_binding - look a bound device up
 * @vn: the namespace
 * @ifindex: the device
 *
 * Context: process, @vn->mutex held.
 * Return: the binding or NULL.
 */
struct vpngw_binding *vpngw_iface_binding(struct vpngw_net *vn, int ifindex)
{
	struct vpngw_binding *binding;

	lockdep_assert_held(&vn->mutex);
	list_for_each_entry(binding, &vn->bindings, list)
		if (binding->dev->ifindex == ifindex)
			return binding;
	return NULL;
}

static void vpngw_iface_reap(struct vpngw_reap *reap)
{
	struct vpngw_iface *iface = container_of(reap, struct vpngw_iface,
						 reap);

	vpngw_flow_end_iface(iface->realm, iface->uid);
	vpngw_realm_put(iface->realm);
	kfree_rcu(iface, rcu);
}

static void vpngw_iface_remove(struct vpngw_iface *iface,
			       struct net_device *dev)
{
	vpngw_neigh_unbind(dev);
	rhashtable_remove_fast(&iface->vn->ifaces, &iface->node,
			       vpngw_iface_params);
	vpngw_net_moved(iface->vn);
	vpngw_flow_end_iface(iface->realm, iface->uid);
	vpngw_net_reap(iface->vn, &iface->reap, vpngw_iface_reap);
}

static int vpngw_iface_insert(struct vpngw_net *vn, struct net_device *dev,
			      const struct vpngw_binding *binding)
{
	struct vpngw_realm *realm = binding->realm;
	struct vpngw_iface *iface;
	int err;

	iface = kzalloc(sizeof(*iface), GFP_KERNEL);
	if (!iface)
		return -ENOMEM;
	iface->ifindex = dev->ifindex;
	iface->uid = vpngw_net_uid(vn);
	iface->realm = realm;
	iface->mss = binding->mss;
	iface->vn = vn;
	err = vpngw_neigh_bind(dev);
	if (err)
		goto err_free;
	vpngw_realm_hold(realm);
	err = rhashtable_insert_fast(&vn->ifaces, &iface->node,
				     vpngw_iface_params);
	if (err)
		goto err_put_realm;
	vpngw_net_moved(vn);
	return 0;

err_put_realm:
	vpngw_realm_put(realm);
	vpngw_neigh_unbind(dev);
err_free:
	kfree(iface);
	return err;
}

static struct vpngw_binding *vpngw_iface_wanted(struct vpngw_net *vn,
						struct net_device *dev)
{
	struct vpngw_binding *binding;
	struct net_device *master;

	binding = vpngw_iface_binding(vn, dev->ifindex);
	if (binding || !netif_is_l3_slave(dev))
		return binding;
	master = netdev_master_upper_dev_get(dev);
	return master ? vpngw_iface_binding(vn, master->ifindex) : NULL;
}

/* Make the iface of one device what the bindings say. */
static int vpngw_iface_sync(struct vpngw_net *vn, struct net_device *dev)
{
	const struct vpngw_binding *binding = vpngw_iface_wanted(vn, dev);
	struct vpngw_iface *iface;

	ASSERT_RTNL();
	lockdep_assert_held(&vn->mutex);

	iface = rhashtable_lookup_fast(&vn->ifaces, &dev->ifindex,
				       vpngw_iface_params);
	if (iface && binding && iface->realm == binding->realm) {
		WRITE_ONCE(iface->mss, binding->mss);
		return 0;
	}
	if (iface)
		vpngw_iface_remove(iface, dev);
	return binding ? vpngw_iface_insert(vn, dev, binding) : 0;
}

static int vpngw_iface_sync_all(struct vpngw_net *vn, struct net_device *dev)
{
	struct net_device *member;
	struct list_head *iter;
	int err;

	err = vpngw_iface_sync(vn, dev);
	if (err || !netif_is_l3_master(dev))
		return err;
	netdev_for_each_lower_dev(dev, member, iter) {
		err = vpngw_iface_sync(vn, member);
		if (err)
			return err;
	}
	return 0;
}

static void vpngw_iface_note_first(struct vpngw_net *vn,
				   struct vpngw_realm *realm)
{
	struct vpngw_binding *binding;
	int ifindex = 0;

	list_for_each_entry(binding, &vn->bindings, list) {
		if (binding->realm == realm) {
			ifindex = binding->dev->ifindex;
			break;
		}
	}
	WRITE_ONCE(realm->first_ifindex, ifindex);
}

/**
 * vpngw_iface_add - bind a device to a vpn or an ext
 * @vn: the namespace
 * @dev: the device; a VRF means all its members
 * @realm: whose its packets shall be
 * @mss: see &struct vpngw_binding
 * @extack: says what was wrong
 *
 * Context: process; RTNL and @vn->mutex held.
 * Return: 0, -EBUSY when it is bound already, -EINVAL, -ENOMEM.
 */
int vpngw_iface_add(struct vpngw_net *vn, struct net_device *dev,
		    struct vpngw_realm *realm, u16 mss,
		    struct netlink_ext_ack *extack)
{
	struct vpngw_binding *binding;
	int err;

	ASSERT_RTNL();
	lockdep_assert_held(&vn->mutex);

	binding = vpngw_iface_binding(vn, dev->ifindex);
	if (binding) {
		NL_SET_ERR_MSG_FMT(extack, "%s is already bound to %s %s",
				   dev->name, vpngw_realm_kind(binding->realm),
				   binding->realm->name);
		return -EBUSY;
	}
	if (dev->flags & IFF_LOOPBACK) {
		NL_SET_ERR_MSG(extack, "the loopback device can't be bound");
		return -EINVAL;
	}
	binding = kzalloc(sizeof(*binding), GFP_KERNEL);
	if (!binding)
		return -ENOMEM;
	if (!vn->hooks) {
		err = vpngw_hook_register(vn->net);
		if (err) {
			kfree(binding);
			return err;
		}
		vn->hooks = true;
		vpngw_flow_gc_start(vn);
	}
	binding->dev = dev;
	binding->realm = realm;
	binding->mss = mss;
	netdev_hold(dev, &binding->tracker, GFP_KERNEL);
	vpngw_realm_hold(realm);
	realm->n_ifaces++;
	list_add_tail(&binding->list, &vn->bindings);
	vpngw_iface_note_first(vn, realm);

	err = vpngw_iface_sync_all(vn, dev);
	if (err)
		vpngw_iface_del(vn, binding);
	return err;
}

/**
 * vpngw_iface_set_mss - change the MSS that a device lowers others to
 * @vn: the namespace
 * @binding: the binding
 * @mss: see &struct vpngw_binding; connections that are open keep theirs
 *
 * Context: process; RTNL and @vn->mutex held.
 * Return: 0, or -ENOMEM when a VRF's member that had to be left out when it
 *	came is still left out.
 */
int vpngw_iface_set_mss(struct vpngw_net *vn, struct vpngw_binding *binding,
			u16 mss)
{
	binding->mss = mss;
	return vpngw_iface_sync_all(vn, binding->dev);
}

/**
 * vpngw_iface_del - unbind a device; the flows that came in by it end
 * @vn: the namespace
 * @binding: the binding, freed
 *
 * Context: process; RTNL and @vn->mutex held.
 */
void vpngw_iface_del(struct vpngw_net *vn, struct vpngw_binding *binding)
{
	struct net_device *dev = binding->dev;

	ASSERT_RTNL();
	lockdep_assert_held(&vn->mutex);

	list_del(&binding->list);
	binding->realm->n_ifaces--;
	vpngw_iface_note_first(vn, binding->realm);
	/* Without the binding this only takes away, so it can't fail. */
	vpngw_iface_sync_all(vn, dev);
	netdev_put(dev, &binding->tracker);
	vpngw_realm_put(binding->realm);
	kfree(binding);

	if (vn->hooks && list_empty(&vn->bindings)) {
		vpngw_hook_unregister(vn->net);
		vn->hooks = false;
	}
}

/**
 * vpngw_iface_del_realm - unbind every device of a vpn or ext
 * @realm: the vpn or ext
 *
 * Context: process; RTNL and the namespace's mutex held.
 */
void vpngw_iface_del_realm(struct vpngw_realm *realm)
{
	struct vpngw_net *vn = realm->vn;
	struct vpngw_binding *binding, *next;

	list_for_each_entry_safe(binding, next, &vn->bindings, list)
		if (binding->realm == realm)
			vpngw_iface_del(vn, binding);
}

/**
 * vpngw_iface_flush - unbind every device
 * @vn: the namespace
 *
 * Context: process; RTNL and @vn->mutex held.
 */
void vpngw_iface_flush(struct vpngw_net *vn)
{
	struct vpngw_binding *binding, *next;

	list_for_each_entry_safe(binding, next, &vn->bindings, list)
		vpngw_iface_del(vn, binding);
}

static int vpngw_iface_event(struct notifier_block *nb, unsigned long event,
			     void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct vpngw_net *vn = vpngw_net_get(dev_net(dev));
	struct vpngw_binding *binding;
	struct vpngw_iface *iface;

	switch (event) {
	case NETDEV_UNREGISTER:
		mutex_lock(&vn->mutex);
		binding = vpngw_iface_binding(vn, dev->ifindex);
		if (binding) {
			vpngw_event_interface(vn, binding,
					      VPNGW_CMD_INTERFACE_DEL_NTF);
			vpngw_iface_del(vn, binding);
		}
		iface = rhashtable_lookup_fast(&vn->ifaces, &dev->ifindex,
					       vpngw_iface_params);
		if (iface)
			vpngw_iface_remove(iface, dev);
		if (netif_is_l3_master(dev))
			vpngw_realm_vrf_gone(vn, dev->ifindex);
		mutex_unlock(&vn->mutex);
		break;
	case NETDEV_CHANGEUPPER:
		mutex_lock(&vn->mutex);
		if (vpngw_iface_sync(vn, dev))
			netdev_warn(dev, "vpngw: no memory to follow its VRF\n");
		mutex_unlock(&vn->mutex);
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block vpngw_iface_notifier = {
	.notifier_call	= vpngw_iface_event,
};

/**
 * vpngw_iface_net_init - prepare the devices of a namespace
 * @vn: the namespace
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int vpngw_iface_net_init(struct vpngw_net *vn)
{
	return rhashtable_init(&vn->ifaces, &vpngw_iface_params);
}

/**
 * vpngw_iface_net_exit - forget the devices of a namespace
 * @vn: the namespace; none is bound any more
 *
 * Context: process.
 */
void vpngw_iface_net_exit(struct vpngw_net *vn)
{
	rhashtable_destroy(&vn->ifaces);
}

/**
 * vpngw_iface_init - follow devices that appear, move and go
 *
 * Context: module init, after the namespaces.
 * Return: 0 or a negative errno.
 */
int __init vpngw_iface_init(void)
{
	return register_netdevice_notifier(&vpngw_iface_notifier);
}

/**
 * vpngw_iface_exit - stop following devices
 *
 * Context: module exit, before the namespaces.
 */
void vpngw_iface_exit(void)
{
	/* This unbinds every device, and with the last go the hooks. */
	unregister_netdevice_notifier(&vpngw_iface_notifier);
	synchronize_rcu();
}
