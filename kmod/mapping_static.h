/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_MAPPING_STATIC_H
#define _VPNGW_MAPPING_STATIC_H

#include <linux/list.h>
#include <linux/types.h>

#include "mapping.h"
#include "netns.h"

struct netlink_ext_ack;
struct vpngw_host;
struct vpngw_realm;

/**
 * struct vpngw_static_mapping - a mapping made by configuration
 * @mapping: the mapping
 * @outside_host: its outside address, counted in the ext
 * @list: entry of &struct vpngw_net mappings (netns mutex)
 * @reap: ends its flows and frees it
 */
struct vpngw_static_mapping {
	struct vpngw_mapping	mapping;
	struct vpngw_host	*outside_host;
	struct list_head	list;
	struct vpngw_reap	reap;
};

/**
 * struct vpngw_mapping_config - what a static mapping is made with
 * @vpn: the vpn
 * @ext: the ext
 * @proto: IP protocol, 0 for any
 * @len: prefix length of @inside and @outside, as addr.h counts it
 * @inside: address of the VPN host
 * @inside_port: its port, 0 for all
 * @outside: address that stands for it
 * @outside_port: its port, 0 for all
 */
struct vpngw_mapping_config {
	struct vpngw_realm	*vpn;
	struct vpngw_realm	*ext;
	u8			proto;
	u8			len;
	struct in6_addr		inside;
	__be16			inside_port;
	struct in6_addr		outside;
	__be16			outside_port;
};

struct vpngw_mapping *vpngw_mapping_add(struct vpngw_net *vn,
					const struct vpngw_mapping_config *config,
					struct netlink_ext_ack *extack);
void vpngw_mapping_del(struct vpngw_static_mapping *sm);
void vpngw_mapping_del_realm(struct vpngw_realm *vpn);
void vpngw_mapping_flush(struct vpngw_net *vn);

#endif /* _VPNGW_MAPPING_STATIC_H */
