/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_EXPLAIN_H
#define _VPNGW_EXPLAIN_H

#include <linux/types.h>

#include "session.h"
#include "tuple.h"

struct net_device;
struct vpngw_flow;
struct vpngw_iface;
struct vpngw_mapping;
struct vpngw_net;
struct vpngw_pool;
struct vpngw_realm;

/**
 * struct vpngw_explain - what would become of a packet, and why
 * @tuple: of the packet as it comes in
 * @iface: whose it is, NULL when its device is not bound
 * @vrf_ifindex: the VRF that is bound, where the device is one of its members
 * @ext: the ext, as soon as it is known
 * @flow: the flow that it belongs to, or NULL
 * @session: what it needs to start one
 * @mapping: its mapping, or NULL
 * @pool: the pool that a new mapping would be taken from, or NULL
 * @peer: mapping of the VPN host that it is for, with hairpin
 * @has_becomes: @becomes is known
 * @open: but for the outside port, which is chosen when the mapping is made
 * @becomes: its tuple as it would go on
 * @out_ifindex: the device that it would leave by, or 0
 * @has_gateway: @gateway is known
 * @gateway: the next hop
 * @local: it is for the gateway itself
 * @unreachable: it is left to the stack, which would refuse it
 * @ipsec: there are IPsec policies for what comes in, which are not asked
 * @outcome: &enum vpngw_outcome
 * @reason: &enum vpngw_reason, where it would be dropped
 *
 * Good for as long as the RCU read section.
 */
struct vpngw_explain {
	struct vpngw_tuple		tuple;
	const struct vpngw_iface	*iface;
	int				vrf_ifindex;
	struct vpngw_realm		*ext;
	const struct vpngw_flow		*flow;
	struct vpngw_session		session;
	const struct vpngw_mapping	*mapping;
	const struct vpngw_pool		*pool;
	const struct vpngw_mapping	*peer;
	bool				has_becomes;
	bool				open;
	struct vpngw_tuple		becomes;
	int				out_ifindex;
	bool				has_gateway;
	struct in6_addr			gateway;
	bool				local;
	bool				unreachable;
	bool				ipsec;
	u32				outcome;
	u32				reason;
};

int vpngw_explain(struct vpngw_net *vn, struct net_device *dev,
		  struct vpngw_explain *x);

#endif /* _VPNGW_EXPLAIN_H */
