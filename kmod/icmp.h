/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_ICMP_H
#define _VPNGW_ICMP_H

#include <linux/types.h>

struct net_device;
struct sk_buff;
struct vpngw_realm;

__be32 vpngw_icmp_source(const struct net_device *dev, __be32 dst);
void vpngw_icmp_error(struct vpngw_realm *realm, const struct net_device *dev,
		      const struct sk_buff *skb, u8 type, u8 code, u32 mtu);

#endif /* _VPNGW_ICMP_H */
