/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_REWRITE_H
#define _VPNGW_REWRITE_H

#include <linux/compiler_attributes.h>
#include <linux/types.h>

struct sctphdr;
struct sk_buff;
struct vpngw_packet;
struct vpngw_tuple;

/* What packets of the same version and of others have in common. */
unsigned int vpngw_rewrite_l4_len(u8 proto);
__wsum vpngw_rewrite_sum(const struct vpngw_tuple *t);
__sum16 vpngw_rewrite_icmp_check(const struct sk_buff *skb, unsigned int l4,
				 const struct vpngw_tuple *t);
bool vpngw_rewrite_is_outer(const struct sk_buff *skb, unsigned int l4);
int __must_check vpngw_rewrite_join(struct sk_buff *skb,
				    const struct vpngw_packet *p);
void vpngw_rewrite_sctp(struct sk_buff *skb, struct sctphdr *sh,
			unsigned int len, const struct vpngw_tuple *to);

int __must_check vpngw_rewrite_packet(struct sk_buff *skb,
				      const struct vpngw_packet *p,
				      const struct vpngw_tuple *to);
int __must_check vpngw_rewrite_error(struct sk_buff *skb,
				     const struct vpngw_packet *p,
				     const struct vpngw_tuple *outer,
				     unsigned int quoted_off,
				     const struct vpngw_packet *quoted,
				     const struct vpngw_tuple *to);

#endif /* _VPNGW_REWRITE_H */
