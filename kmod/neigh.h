/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_NEIGH_H
#define _VPNGW_NEIGH_H

#include <linux/types.h>

struct in6_addr;
struct net_device;
struct nf_hook_state;
struct sk_buff;
struct vpngw_iface;

bool vpngw_neigh_answers(const struct vpngw_iface *iface,
			 const struct net_device *dev,
			 const struct in6_addr *addr);
unsigned int vpngw_neigh_arp_in(void *priv, struct sk_buff *skb,
				const struct nf_hook_state *state);

bool vpngw_neigh_ns_in(const struct vpngw_iface *iface, struct sk_buff *skb);
int vpngw_neigh_bind(struct net_device *dev);
void vpngw_neigh_unbind(struct net_device *dev);

#endif /* _VPNGW_NEIGH_H */
