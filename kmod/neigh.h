/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_NEIGH_H
#define _VPNGW_NEIGH_H

#include <linux/types.h>

struct net_device;
struct nf_hook_state;
struct sk_buff;
struct vpngw_iface;

bool vpngw_neigh_answers(const struct vpngw_iface *iface,
			 const struct net_device *dev, __be32 addr);
unsigned int vpngw_neigh_arp_in(void *priv, struct sk_buff *skb,
				const struct nf_hook_state *state);

#endif /* _VPNGW_NEIGH_H */
