/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_ROUTE_H
#define _VPNGW_ROUTE_H

#include <linux/compiler.h>
#include <linux/types.h>

struct dst_entry;
struct fib_table;
struct in6_addr;
struct net;
struct net_device;
struct sk_buff;
struct vpngw_tuple;

/**
 * struct vpngw_route - where the routes of a vpn or ext are
 * @net: its namespace
 * @vrf_ifindex: its VRF device, 0 for none (netns mutex, readers at any time)
 * @has_vrf: made with a VRF; without @vrf_ifindex the device is gone
 * @own_devices: it has neither VRF nor table and shares the main table with
 *	others, so that only routes by its own devices are its
 * @has_own: servers in it may be the gateway itself
 * @table: its routing table, or 0; with a VRF the VRF's
 * @fib: that table of IPv4 where it is not a VRF's
 */
struct vpngw_route {
	struct net		*net;
	int			vrf_ifindex;
	bool			has_vrf;
	bool			own_devices;
	bool			has_own;
	u32			table;
	struct fib_table	*fib;
};

static inline bool vpngw_route_is_there(const struct vpngw_route *route)
{
	return !route->has_vrf || READ_ONCE(route->vrf_ifindex);
}

bool vpngw_route_has_policies(const struct net *net);
struct dst_entry *vpngw_route_output(const struct vpngw_route *route,
				     int ifindex, const struct sk_buff *skb,
				     const struct vpngw_tuple *t, int *reason);
bool vpngw_route_is_to_local(const struct dst_entry *dst);
u8 vpngw_route_dsfield(const struct sk_buff *skb);
int vpngw_route_check_source(const struct vpngw_route *route,
			     const struct sk_buff *skb);
bool vpngw_route_leads_to(const struct vpngw_route *route,
			  const struct sk_buff *skb, const struct vpngw_tuple *t,
			  const struct net_device *dev);
bool vpngw_route_is_in_vrf(const struct vpngw_route *route,
			   const struct net_device *dev);
bool vpngw_route_is_own(const struct vpngw_route *route,
			const struct net_device *dev,
			const struct in6_addr *addr, u32 len);
bool vpngw_route_has_local(const struct vpngw_route *route,
			   const struct in6_addr *addr);
bool vpngw_route_is_gateway(const struct net_device *dev,
			    const struct in6_addr *addr);
bool vpngw_route_is_local(const struct net_device *dev,
			  const struct in6_addr *addr);
bool vpngw_route_is_broadcast(const struct net_device *dev,
			      const struct in6_addr *addr);
int vpngw_route_device(const struct vpngw_route *route,
		       const struct in6_addr *addr);

#endif /* _VPNGW_ROUTE_H */
