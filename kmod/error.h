/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_ERROR_H
#define _VPNGW_ERROR_H

struct sk_buff;
struct vpngw_iface;
struct vpngw_packet;

int vpngw_error_translate(const struct vpngw_iface *iface, struct sk_buff *skb,
			  const struct vpngw_packet *p);

#endif /* _VPNGW_ERROR_H */
