/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_ROUTE_H
#define _VPNGW_ROUTE_H

#include <linux/types.h>

struct net_device;
struct rtable;
struct sk_buff;
struct vpngw_realm;
struct vpngw_tuple;

struct rtable *vpngw_route_output(const struct vpngw_realm *realm, int ifindex,
				  const struct sk_buff *skb,
				  const struct vpngw_tuple *t, int *reason);
int vpngw_route_check_source(const struct vpngw_realm *realm,
			     const struct sk_buff *skb);
bool vpngw_route_is_own(const struct vpngw_realm *realm,
			const struct sk_buff *skb, __be32 addr, u32 len);
bool vpngw_route_is_local(const struct vpngw_realm *realm,
			  const struct net_device *dev, __be32 addr);

#endif /* _VPNGW_ROUTE_H */
