/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_LOCAL_H
#define _VPNGW_LOCAL_H

#include <linux/types.h>

struct dst_entry;
struct in6_addr;
struct net_device;
struct sk_buff;
struct vpngw_net;
struct vpngw_realm;

void vpngw_local_deliver(const struct vpngw_realm *ext, struct sk_buff *skb,
			 struct dst_entry *dst);
struct vpngw_realm *vpngw_local_toward(struct vpngw_net *vn,
				       const struct net_device *out,
				       const struct in6_addr *addr);

#endif /* _VPNGW_LOCAL_H */
