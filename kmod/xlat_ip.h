/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_XLAT_IP_H
#define _VPNGW_XLAT_IP_H

#include <linux/types.h>

struct sk_buff;
struct vpngw_packet;
struct vpngw_tuple;

/**
 * struct vpngw_xlat_ip - what IP headers of both versions say
 * @len: bytes behind the header and all extension headers
 * @id: fragment identification, network byte order; only IPv4 packets and
 *	fragments have one
 * @tos: type of service or traffic class
 * @ttl: time to live or hop limit
 * @df: don't fragment, of IPv4
 * @more: the first of several fragments, which only a quoted packet can be
 */
struct vpngw_xlat_ip {
	unsigned int	len;
	__be16		id;
	u8		tos;
	u8		ttl;
	bool		df;
	bool		more;
};

bool vpngw_xlat_ip_possible(const struct vpngw_packet *p);
void vpngw_xlat_ip_read(const struct sk_buff *skb, unsigned int off,
			const struct vpngw_packet *p, struct vpngw_xlat_ip *ip);
unsigned int vpngw_xlat_ip_size(u8 family, bool more);
void vpngw_xlat_ip_write(void *at, const struct vpngw_tuple *to, u8 proto,
			 const struct vpngw_xlat_ip *ip);
void vpngw_xlat_ip_swap(struct sk_buff *skb, unsigned int old, unsigned int new,
			u8 family);

unsigned int vpngw_xlat_ip_check_at(u8 proto);
__wsum vpngw_xlat_ip_pseudo(const struct vpngw_tuple *from,
			    const struct vpngw_tuple *to, unsigned int len);
__wsum vpngw_xlat_ip_write_l4(void *l4, const struct vpngw_packet *p,
			      const struct vpngw_tuple *to);
u8 vpngw_xlat_ip_query(u8 type, u8 family);

#endif /* _VPNGW_XLAT_IP_H */
