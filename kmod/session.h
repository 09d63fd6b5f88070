/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_SESSION_H
#define _VPNGW_SESSION_H

#include <linux/types.h>

struct sk_buff;
struct vpngw_flow;
struct vpngw_iface;
struct vpngw_packet;
struct vpngw_realm;
struct vpngw_tuple;

struct vpngw_flow *vpngw_session_start(struct vpngw_iface *iface,
				       const struct sk_buff *skb,
				       const struct vpngw_packet *p,
				       int *reason);
struct vpngw_flow *vpngw_session_turn(struct vpngw_realm *ext,
				      const struct sk_buff *skb,
				      const struct vpngw_packet *p,
				      int *reason);
bool vpngw_session_is_spoofed(const struct vpngw_iface *iface,
			      const struct sk_buff *skb,
			      const struct vpngw_tuple *t);
int vpngw_session_stray(const struct vpngw_iface *iface,
			const struct sk_buff *skb,
			const struct vpngw_packet *p, int reason);

#endif /* _VPNGW_SESSION_H */
