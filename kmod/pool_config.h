/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_POOL_CONFIG_H
#define _VPNGW_POOL_CONFIG_H

#include <linux/in6.h>
#include <linux/types.h>

struct netlink_ext_ack;
struct vpngw_net;
struct vpngw_pool;
struct vpngw_range;
struct vpngw_realm;

/* Most ranges that one pool may be made of, and be shown as: those of which only a
 * part is being drained are split. All of a pool is one netlink message.
 */
#define VPNGW_POOL_RANGES_MAX	128
/* The same of IPv6, which take more of a message. */
#define VPNGW_POOL_RANGES_MAX_V6 64

/**
 * struct vpngw_pool_config - what a pool is made with
 * @name: its name
 * @ext: the ext its addresses belong to
 * @vpn: the one vpn that may use it, or NULL
 * @port_lo: first port, host byte order
 * @port_hi: last port, host byte order
 * @parity: keep even and odd ports apart
 * @contiguity: keep an even port and the odd one after it together
 * @block_size: ports of a block, 0 for single ports
 * @block_owner: &enum vpngw_block_owner
 * @computed_addr: prefix of the hosts whose blocks are to be computed
 * @computed_len: its length, 0 for none
 * @n_ranges: number of @ranges
 * @ranges: its addresses, in any order
 */
struct vpngw_pool_config {
	const char		*name;
	struct vpngw_realm	*ext;
	struct vpngw_realm	*vpn;
	u16			port_lo;
	u16			port_hi;
	bool			parity;
	bool			contiguity;
	u32			block_size;
	u32			block_owner;
	struct in6_addr		computed_addr;
	u8			computed_len;
	u32			n_ranges;
	struct vpngw_range	*ranges;
};

struct vpngw_pool *vpngw_pool_find(struct vpngw_net *vn, const char *name);
struct vpngw_pool *vpngw_pool_add(struct vpngw_net *vn,
				  const struct vpngw_pool_config *config,
				  struct netlink_ext_ack *extack);
int vpngw_pool_set(struct vpngw_pool *pool,
		   const struct vpngw_pool_config *config,
		   struct netlink_ext_ack *extack);
int vpngw_pool_check_range(struct vpngw_pool *pool,
			   const struct vpngw_range *range,
			   struct netlink_ext_ack *extack);
int vpngw_pool_check_drain(const struct vpngw_pool *pool,
			   const struct vpngw_range *ranges, u32 n_ranges,
			   bool drain, struct netlink_ext_ack *extack);
void vpngw_pool_drain(struct vpngw_pool *pool, const struct vpngw_range *range,
		      bool drain);
int vpngw_pool_check_unused(const struct vpngw_pool *pool,
			    struct netlink_ext_ack *extack);
void vpngw_pool_del(struct vpngw_pool *pool);
void vpngw_pool_flush(struct vpngw_net *vn);

#endif /* _VPNGW_POOL_CONFIG_H */
