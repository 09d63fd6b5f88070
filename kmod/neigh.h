/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_NEIGH_H
#define _VPNGW_NEIGH_H

struct nf_hook_state;
struct sk_buff;

unsigned int vpngw_neigh_arp_in(void *priv, struct sk_buff *skb,
				const struct nf_hook_state *state);

#endif /* _VPNGW_NEIGH_H */
