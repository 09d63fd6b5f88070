/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_IFACE_H
#define _VPNGW_IFACE_H

#include <linux/list.h>
#include <linux/netdevice.h>
#include <linux/rhashtable-types.h>

#include "netns.h"

struct dst_entry;
struct in6_addr;
struct netlink_ext_ack;
struct sk_buff;
struct vpngw_realm;
struct vpngw_route_cache;
struct vpngw_tuple;

/**
 * struct vpngw_binding - a device that was bound by configuration
 * @list: entry of &struct vpngw_net bindings (netns mutex)
 * @dev: the device
 * @tracker: of the reference to @dev
 * @realm: whose it is
 * @mss: most that a TCP connection through it may announce as its MSS, 0 for
 *	all, or VPNGW_MSS_PMTU (netns mutex)
 */
struct vpngw_binding {
	struct list_head	list;
	struct net_device	*dev;
	netdevice_tracker	tracker;
	struct vpngw_realm	*realm;
	u16			mss;
};

/**
 * struct vpngw_iface - whose the packets of a device are
 * @node: entry of &struct vpngw_net ifaces (RTNL and netns mutex, RCU readers)
 * @ifindex: the device
 * @uid: number that is never used again, so that a later device with the same
 *	ifindex is not taken for this one
 * @realm: whose its packets are
 * @mss: of the binding that it follows from (netns mutex, readers at any time)
 * @vn: its namespace
 * @reap: ends its flows and frees it
 * @rcu: frees it
 */
struct vpngw_iface {
	struct rhash_head	node;
	int			ifindex;
	u32			uid;
	struct vpngw_realm	*realm;
	u16			mss;
	struct vpngw_net	*vn;
	struct vpngw_reap	reap;
	struct rcu_head		rcu;
};

struct vpngw_iface *vpngw_iface_lookup(struct vpngw_net *vn, int ifindex);
struct vpngw_iface *vpngw_iface_lookup_uid(struct vpngw_net *vn, int ifindex,
					   u32 uid);
struct dst_entry *vpngw_iface_route(const struct vpngw_realm *realm,
				    int ifindex, const struct sk_buff *skb,
				    const struct vpngw_tuple *t,
				    struct vpngw_route_cache *cache,
				    int *reason);
struct dst_entry *vpngw_iface_peek_route(const struct vpngw_realm *realm,
					 int ifindex, const struct sk_buff *skb,
					 const struct vpngw_tuple *t,
					 int *reason);
int vpngw_iface_toward(const struct vpngw_realm *vpn,
		       const struct in6_addr *addr);

struct vpngw_binding *vpngw_iface_binding(struct vpngw_net *vn, int ifindex);
int vpngw_iface_add(struct vpngw_net *vn, struct net_device *dev,
		    struct vpngw_realm *realm, u16 mss,
		    struct netlink_ext_ack *extack);
int vpngw_iface_set_mss(struct vpngw_net *vn, struct vpngw_binding *binding,
			u16 mss);
void vpngw_iface_del(struct vpngw_net *vn, struct vpngw_binding *binding);
void vpngw_iface_del_realm(struct vpngw_realm *realm);
void vpngw_iface_flush(struct vpngw_net *vn);

int vpngw_iface_net_init(struct vpngw_net *vn);
void vpngw_iface_net_exit(struct vpngw_net *vn);
int vpngw_iface_init(void);
void vpngw_iface_exit(void);

#endif /* _VPNGW_IFACE_H */
