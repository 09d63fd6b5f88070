/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_HAIRPIN_H
#define _VPNGW_HAIRPIN_H

#include <linux/types.h>

struct in6_addr;
struct vpngw_alias;
struct vpngw_realm;
struct vpngw_tuple;

bool vpngw_hairpin_alias(struct vpngw_realm *vpn, const struct vpngw_tuple *in,
			 struct vpngw_alias *alias);
bool vpngw_hairpin_alias_of(struct vpngw_realm *vpn, struct vpngw_realm *ext,
			    const struct in6_addr *addr,
			    struct vpngw_alias *alias);
bool vpngw_hairpin_is_outside(struct vpngw_realm *vpn,
			      const struct in6_addr *addr, u8 proto,
			      __be16 port);
bool vpngw_hairpin_meant(const struct vpngw_realm *vpn, struct vpngw_realm *ext,
			 const struct vpngw_tuple *out);

#endif /* _VPNGW_HAIRPIN_H */
