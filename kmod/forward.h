/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_FORWARD_H
#define _VPNGW_FORWARD_H

#include <linux/types.h>

#include <uapi/linux/vpngw.h>

struct rtable;
struct sk_buff;
struct vpngw_flow;
struct vpngw_mapping;
struct vpngw_realm;
struct vpngw_route_cache;
struct vpngw_tuple;

struct rtable *vpngw_forward_route(const struct vpngw_flow *flow,
				   enum vpngw_side side,
				   const struct sk_buff *skb,
				   const struct vpngw_tuple *to,
				   struct vpngw_route_cache *cache,
				   int *reason);
struct rtable *vpngw_forward_peek_inside(const struct vpngw_mapping *mapping,
					 const struct vpngw_flow *flow,
					 const struct sk_buff *skb,
					 const struct vpngw_tuple *to,
					 int *reason);
bool vpngw_forward_too_big(const struct sk_buff *skb, unsigned int mtu);
int vpngw_forward_check_route(struct vpngw_realm *realm, struct sk_buff *skb,
			      const struct rtable *rt);
void vpngw_forward_send(const struct vpngw_flow *flow, struct sk_buff *skb,
			struct rtable *rt);
void vpngw_forward_count(const struct vpngw_flow *flow, enum vpngw_side side,
			 unsigned int len);
void vpngw_forward_redirect(struct sk_buff *skb, struct rtable *rt);

#endif /* _VPNGW_FORWARD_H */
