/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_FORWARD_H
#define _VPNGW_FORWARD_H

#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>
#include <linux/types.h>

#include <net/xfrm.h>

#include <uapi/linux/vpngw.h>

#include "rewrite.h"
#include "stats.h"
#include "tuple.h"

struct dst_entry;
struct vpngw_flow;
struct vpngw_iface;
struct vpngw_mapping;
struct vpngw_realm;
struct vpngw_route_cache;

struct dst_entry *vpngw_forward_route(const struct vpngw_flow *flow,
				      enum vpngw_side side,
				      const struct sk_buff *skb,
				      const struct vpngw_tuple *to,
				      struct vpngw_route_cache *cache,
				      int *reason);
struct dst_entry *vpngw_forward_peek_inside(const struct vpngw_mapping *mapping,
					    const struct vpngw_flow *flow,
					    const struct sk_buff *skb,
					    const struct vpngw_tuple *to,
					    int *reason);
u32 vpngw_forward_mtu(const struct sk_buff *skb, const struct dst_entry *dst,
		      u32 mtu);
bool vpngw_forward_too_big(const struct sk_buff *skb, unsigned int mtu);
int vpngw_forward_convert(struct sk_buff *skb, struct vpngw_packet *p,
			  const struct vpngw_tuple *to);
int vpngw_forward_check_route(struct vpngw_realm *realm, struct sk_buff *skb,
			      const struct dst_entry *dst);
int vpngw_forward_on(const struct vpngw_iface *iface,
		     const struct vpngw_flow *flow, struct sk_buff *skb,
		     struct dst_entry *dst, bool converted);
void vpngw_forward_send(const struct vpngw_flow *flow, struct sk_buff *skb,
			struct dst_entry *dst);
void vpngw_forward_count(const struct vpngw_flow *flow, enum vpngw_side side,
			 unsigned int len);

static inline bool vpngw_forward_is_v4(const struct sk_buff *skb)
{
	return likely(skb->protocol == htons(ETH_P_IP));
}

/* The TTL or hop limit of a packet. */
static inline u8 vpngw_forward_ttl(const struct sk_buff *skb)
{
	return vpngw_forward_is_v4(skb) ? ip_hdr(skb)->ttl :
					  ipv6_hdr(skb)->hop_limit;
}

/**
 * vpngw_forward_is_allowed - does IPsec let a packet through?
 * @skb: the packet, not yet translated
 *
 * Context: RCU read section.
 * Return: true if the policies for what is forwarded do.
 */
static inline bool vpngw_forward_is_allowed(struct sk_buff *skb)
{
	return vpngw_forward_is_v4(skb) ?
	       xfrm4_policy_check(NULL, XFRM_POLICY_FWD, skb) :
	       xfrm6_policy_check(NULL, XFRM_POLICY_FWD, skb);
}

/**
 * vpngw_forward_translate - give a packet its new tuple, of whatever version
 * @skb: the packet
 * @p: what vpngw_tuple_read() said of it
 * @to: its new tuple
 *
 * Pointers into @skb are stale afterwards.
 *
 * Context: RCU read section; may reallocate the packet's head with GFP_ATOMIC.
 * Return: VPNGW_OK, or the &enum vpngw_reason why not and the packet unchanged.
 */
static inline int vpngw_forward_translate(struct sk_buff *skb,
					  struct vpngw_packet *p,
					  const struct vpngw_tuple *to)
{
	if (unlikely(p->tuple.family != to->family))
		return vpngw_forward_convert(skb, p, to);
	if (unlikely(p->spent_route))
		return VPNGW_REASON_IP_OPTIONS;
	return vpngw_rewrite_packet(skb, p, to) ? VPNGW_REASON_NO_MEMORY :
						  VPNGW_OK;
}

#endif /* _VPNGW_FORWARD_H */
