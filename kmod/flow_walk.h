/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_FLOW_WALK_H
#define _VPNGW_FLOW_WALK_H

#include <linux/in6.h>
#include <linux/types.h>

struct rhashtable_iter;
struct vpngw_flow;
struct vpngw_net;
struct vpngw_realm;

/**
 * struct vpngw_flow_filter - which flows are meant; NULL or 0 is any
 * @vpn: the vpn
 * @proto: IP protocol
 * @has_inside: @inside is set
 * @has_outside: @outside is set
 * @has_server: @server is set
 * @inside: the VPN host
 * @inside_port: its port, 0 for any
 * @outside: the address that stands for it
 * @outside_port: its port, 0 for any
 * @server: the server as the ext knows it
 * @server_port: its port, 0 for any
 */
struct vpngw_flow_filter {
	struct vpngw_realm	*vpn;
	u8			proto;
	bool			has_inside;
	bool			has_outside;
	bool			has_server;
	struct in6_addr		inside;
	__be16			inside_port;
	struct in6_addr		outside;
	__be16			outside_port;
	struct in6_addr		server;
	__be16			server_port;
};

bool vpngw_flow_matches(const struct vpngw_flow *flow,
			const struct vpngw_flow_filter *filter);
void vpngw_flow_walk_enter(struct vpngw_realm *vpn,
			   struct rhashtable_iter *iter);
struct vpngw_flow *vpngw_flow_walk_next(struct vpngw_realm *vpn,
					struct rhashtable_iter *iter);
struct vpngw_flow *vpngw_flow_walk_peek(struct vpngw_realm *vpn,
					struct rhashtable_iter *iter);
u32 vpngw_flow_for_each(struct vpngw_net *vn,
			const struct vpngw_flow_filter *filter,
			bool (*fn)(struct vpngw_flow *flow, void *arg),
			void *arg);

void vpngw_flow_end_realm(struct vpngw_realm *realm);
void vpngw_flow_end_alias(struct vpngw_realm *vpn, u32 alias_uid);
void vpngw_flow_end_iface(struct vpngw_realm *realm, u32 iface_uid);
u32 vpngw_flow_end_if(struct vpngw_realm *realm,
		      bool (*fn)(const struct vpngw_flow *flow,
				 const void *arg),
		      const void *arg);

void vpngw_flow_gc_init(struct vpngw_net *vn);
void vpngw_flow_gc_start(struct vpngw_net *vn);
void vpngw_flow_gc_stop(struct vpngw_net *vn);

#endif /* _VPNGW_FLOW_WALK_H */
