// SPDX-License-Identifier: GPL-2.0
/*
 * Fragments: the ids of those that packets may become.
 */
#include "fragment.h"

#include <linux/ip.h>
#include <linux/skbuff.h>

#include <net/checksum.h>
#include <net/ip.h>

/* How many packets it becomes that have an id each. */
static int vpngw_fragment_segments(const struct sk_buff *skb)
{
	if (!skb_is_gso(skb) || skb_shinfo(skb)->gso_type & SKB_GSO_UDP)
		return 1;
	return max_t(int, skb_shinfo(skb)->gso_segs, 1);
}

/**
 * vpngw_fragment_renew_ident - give a packet that may be fragmented a new id
 * @net: the namespace
 * @skb: the packet, translated, its header writable
 *
 * The stack's own counters, keyed by addresses and protocol, make it unique
 * among all that has the packet's new addresses, whoever sent it.
 *
 * Context: RCU read section.
 */
void vpngw_fragment_renew_ident(struct net *net, struct sk_buff *skb)
{
	struct iphdr *iph = ip_hdr(skb);
	__be16 old = iph->id;

	if (iph->frag_off & htons(IP_DF) && !skb->ignore_df)
		return;
	__ip_select_ident(net, iph, vpngw_fragment_segments(skb));
	csum_replace2(&iph->check, old, iph->id);
}
