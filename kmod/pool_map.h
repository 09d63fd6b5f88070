/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_POOL_MAP_H
#define _VPNGW_POOL_MAP_H

#include <linux/types.h>

struct in6_addr;
struct netlink_ext_ack;
struct vpngw_pool;
struct vpngw_realm;
struct vpngw_space;
struct vpngw_space_addr;

bool vpngw_pool_reserve_addr(struct vpngw_space_addr *sa);
int vpngw_pool_reserve_statics(const struct vpngw_pool *pool,
			       struct vpngw_space *space,
			       const struct vpngw_space *old,
			       struct netlink_ext_ack *extack);
int vpngw_pool_reserve(struct vpngw_realm *ext, u8 proto,
		       const struct in6_addr *addr, u32 len, __be16 port,
		       struct netlink_ext_ack *extack);
void vpngw_pool_unreserve(struct vpngw_realm *ext, u8 proto,
			  const struct in6_addr *addr, u32 len, __be16 port);

int vpngw_pool_map_build(struct vpngw_realm *ext);
void vpngw_pool_map_exit(struct vpngw_realm *ext);
bool vpngw_pool_contains(const struct vpngw_realm *ext,
			 const struct in6_addr *addr);
struct vpngw_pool *vpngw_pool_pick(const struct vpngw_realm *ext,
				   const struct vpngw_realm *vpn, u8 family);

#endif /* _VPNGW_POOL_MAP_H */
