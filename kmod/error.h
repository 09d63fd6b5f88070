/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_ERROR_H
#define _VPNGW_ERROR_H

struct sk_buff;
struct vpngw_iface;
struct vpngw_net;
struct vpngw_packet;
struct vpngw_realm;

int vpngw_error_translate(const struct vpngw_iface *iface, struct sk_buff *skb,
			  struct vpngw_packet *p);
struct vpngw_realm *vpngw_error_of_translated(struct vpngw_net *vn,
					      const struct sk_buff *skb);

#endif /* _VPNGW_ERROR_H */
