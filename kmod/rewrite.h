/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_REWRITE_H
#define _VPNGW_REWRITE_H

#include <linux/compiler_attributes.h>
#include <linux/types.h>

struct sk_buff;
struct vpngw_packet;
struct vpngw_tuple;

int __must_check vpngw_rewrite_packet(struct sk_buff *skb,
				      const struct vpngw_packet *p,
				      const struct vpngw_tuple *to);
int __must_check vpngw_rewrite_error(struct sk_buff *skb,
				     const struct vpngw_packet *p,
				     __be32 src, __be32 dst,
				     unsigned int quoted_off,
				     const struct vpngw_packet *quoted,
				     const struct vpngw_tuple *to);

#endif /* _VPNGW_REWRITE_H */
