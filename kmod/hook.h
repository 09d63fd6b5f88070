/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_HOOK_H
#define _VPNGW_HOOK_H

struct net;
struct sk_buff;
struct vpngw_flow;
struct vpngw_iface;

int vpngw_hook_check_flow(const struct vpngw_iface *iface,
			  const struct vpngw_flow *flow,
			  const struct sk_buff *skb);
int vpngw_hook_register(struct net *net);
void vpngw_hook_unregister(struct net *net);

#endif /* _VPNGW_HOOK_H */
