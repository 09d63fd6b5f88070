/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_MSS_H
#define _VPNGW_MSS_H

struct dst_entry;
struct sk_buff;
struct vpngw_iface;
struct vpngw_packet;

int vpngw_mss_clamp(const struct vpngw_iface *iface, struct sk_buff *skb,
		    const struct vpngw_packet *p, const struct dst_entry *dst);

#endif /* _VPNGW_MSS_H */
