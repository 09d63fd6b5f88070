/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_XLAT_H
#define _VPNGW_XLAT_H

#include <linux/compiler_attributes.h>
#include <linux/types.h>

struct in6_addr;
struct sk_buff;
struct vpngw_packet;
struct vpngw_tuple;

/* How much longer a packet is in IPv6. */
#define VPNGW_XLAT_GROWTH	20
/* Room before it that an ICMP error takes, whose quote grows too. */
#define VPNGW_XLAT_ROOM		48
/* Longest IPv6 packet that is made of an IPv4 one without DF, RFC 7915 4. */
#define VPNGW_XLAT_MTU_MIN	1280

bool vpngw_xlat_embed(struct in6_addr *to, const struct in6_addr *prefix,
		      u32 len, __be32 v4);
bool vpngw_xlat_extract(const struct in6_addr *from, u32 len, __be32 *v4);

int __must_check vpngw_xlat_packet(struct sk_buff *skb, struct vpngw_packet *p,
				   const struct vpngw_tuple *to);
int __must_check vpngw_xlat_error(struct sk_buff *skb, struct vpngw_packet *p,
				  const struct vpngw_tuple *outer,
				  unsigned int quoted_off,
				  const struct vpngw_packet *quoted,
				  const struct vpngw_tuple *to, u32 mtu_in,
				  u32 mtu_out);

#endif /* _VPNGW_XLAT_H */
