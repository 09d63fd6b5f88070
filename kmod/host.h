/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_HOST_H
#define _VPNGW_HOST_H

#include <linux/types.h>

struct in6_addr;
struct vpngw_host;
struct vpngw_realm;

struct vpngw_host *vpngw_host_find(struct vpngw_realm *realm,
				   const struct in6_addr *addr);
struct vpngw_host *vpngw_host_get(struct vpngw_realm *realm,
				  const struct in6_addr *addr,
				  struct vpngw_host *known, u32 max,
				  int *reason);
void vpngw_host_put(struct vpngw_realm *realm, struct vpngw_host *host);
bool vpngw_host_may_map(const struct vpngw_host *host, u32 max);
bool vpngw_host_may_flow(const struct vpngw_host *host, u32 max);
bool vpngw_host_add_flow(struct vpngw_host *host, u32 max);
void vpngw_host_del_flow(struct vpngw_host *host);
void vpngw_host_pair(struct vpngw_host *host, u32 pool_uid, u32 index,
		     const struct in6_addr *addr);
bool vpngw_host_paired(const struct vpngw_host *host, u32 pool_uid, u32 *index,
		       struct in6_addr *addr);
void vpngw_host_set_seen(struct vpngw_host *host);
bool vpngw_host_is_seen(const struct vpngw_host *host);

int vpngw_host_table_init(struct vpngw_realm *realm);
void vpngw_host_table_exit(struct vpngw_realm *realm);

#endif /* _VPNGW_HOST_H */
