/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_PLAIN_H
#define _VPNGW_PLAIN_H

struct net_device;
struct sk_buff;
struct vpngw_iface;
struct vpngw_tuple;

int vpngw_plain_check_source(const struct vpngw_iface *iface,
			     const struct sk_buff *skb,
			     const struct vpngw_tuple *t);
int vpngw_plain_check(const struct vpngw_iface *from, const struct sk_buff *skb,
		      const struct net_device *out);

#endif /* _VPNGW_PLAIN_H */
