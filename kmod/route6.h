/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_ROUTE6_H
#define _VPNGW_ROUTE6_H

#include <linux/types.h>

struct dst_entry;
struct in6_addr;
struct net_device;
struct sk_buff;
struct vpngw_route;
struct vpngw_tuple;

/* How route.c answers for IPv6; nobody else calls these. */

struct dst_entry *vpngw_route6_output(const struct vpngw_route *route,
				      int ifindex, const struct sk_buff *skb,
				      const struct vpngw_tuple *t);
int vpngw_route6_check_source(const struct sk_buff *skb);
bool vpngw_route6_leads_to(const struct vpngw_route *route,
			   const struct sk_buff *skb,
			   const struct vpngw_tuple *t,
			   const struct net_device *dev);
bool vpngw_route6_is_own(const struct vpngw_route *route,
			 const struct net_device *dev,
			 const struct in6_addr *addr, u32 len);
bool vpngw_route6_is_local(const struct net_device *dev,
			   const struct in6_addr *addr);
bool vpngw_route6_has_local(const struct vpngw_route *route,
			    const struct in6_addr *addr);
bool vpngw_route6_is_gateway(const struct net_device *dev,
			     const struct in6_addr *addr);
int vpngw_route6_device(const struct vpngw_route *route,
			const struct in6_addr *addr);

#endif /* _VPNGW_ROUTE6_H */
