/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_FRAGMENT_H
#define _VPNGW_FRAGMENT_H

#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/skbuff.h>

#include <net/ip.h>

struct net;
struct vpngw_realm;

/* What every host takes in whole (RFC 791), and no link in use cuts. */
#define VPNGW_FRAGMENT_MIN	576

bool vpngw_fragment_is_v6(const struct sk_buff *skb);
int vpngw_fragment_gather(struct vpngw_realm *realm, struct sk_buff *skb);
void vpngw_fragment_exit(struct vpngw_realm *realm);
void vpngw_fragment_renew_ident(struct net *net, struct sk_buff *skb);

void vpngw_fragment_init(void);
void vpngw_fragment_cleanup(void);

/**
 * vpngw_fragment_is - is a packet only a part of one?
 * @skb: the packet, of either version, skb->data at its IP header
 *
 * Context: any.
 * Return: true for a fragment; false for an IPv6 packet that has a fragment
 *	header and is whole (RFC 6946).
 */
static inline bool vpngw_fragment_is(const struct sk_buff *skb)
{
	if (likely(skb->protocol == htons(ETH_P_IP)))
		return ip_is_fragment(ip_hdr(skb));
	return vpngw_fragment_is_v6(skb);
}

/**
 * vpngw_fragment_set_ident - see that a packet's fragments are its own
 * @net: the namespace
 * @skb: the packet, translated, its header writable; one of IPv6, which has no
 *	id before it is fragmented here, is left alone
 *
 * Senders that do not know of each other have one address now, and with it one
 * space of ids: RFC 6864 section 5.3.1, RFC 7857 section 10. What is short or
 * has DF is not fragmented, and its id means nothing (RFC 6864 section 4.1).
 *
 * Context: RCU read section.
 */
static inline void vpngw_fragment_set_ident(struct net *net,
					    struct sk_buff *skb)
{
	if (unlikely(skb->len > VPNGW_FRAGMENT_MIN || skb->ignore_df) &&
	    skb->protocol == htons(ETH_P_IP))
		vpngw_fragment_renew_ident(net, skb);
}

#endif /* _VPNGW_FRAGMENT_H */
