/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_FORWARD_H
#define _VPNGW_FORWARD_H

#include <linux/types.h>

#include <uapi/linux/vpngw.h>

struct dst_entry;
struct sk_buff;
struct vpngw_flow;
struct vpngw_iface;
struct vpngw_mapping;
struct vpngw_packet;
struct vpngw_realm;
struct vpngw_route_cache;
struct vpngw_tuple;

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
u8 vpngw_forward_ttl(const struct sk_buff *skb);
bool vpngw_forward_is_allowed(struct sk_buff *skb);
u32 vpngw_forward_mtu(const struct sk_buff *skb, const struct dst_entry *dst,
		      u32 mtu);
bool vpngw_forward_too_big(const struct sk_buff *skb, unsigned int mtu);
int vpngw_forward_translate(struct sk_buff *skb, struct vpngw_packet *p,
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

#endif /* _VPNGW_FORWARD_H */
