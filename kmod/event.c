// SPDX-License-Identifier: GPL-2.0
/*
 * Events that no request caused: flows that begin and end, devices that go.
 */
#include "event.h"

#include <net/genetlink.h>

#include "flow.h"
#include "iface.h"
#include "mapping.h"
#include "netlink.h"
#include "netlink_gen.h"
#include "realm.h"
#include "tuple.h"

/**
 * vpngw_event_flow - say that a flow was made or has ended
 * @flow: the flow
 * @cmd: VPNGW_CMD_FLOW_NEW_NTF or VPNGW_CMD_FLOW_DEL_NTF
 *
 * Costs nothing to speak of when nobody listens. A listener that is too slow
 * is told by ENOBUFS.
 *
 * Context: RCU read section; allocates with GFP_ATOMIC.
 */
void vpngw_event_flow(const struct vpngw_flow *flow, u8 cmd)
{
	struct vpngw_net *vn = flow->mapping->vpn->vn;

	if (vpngw_nl_listens(vn, VPNGW_NLGRP_FLOW))
		vpngw_nl_notify(vn, VPNGW_NLGRP_FLOW, cmd, vpngw_nl_put_flow,
				flow, GFP_ATOMIC);
}

/**
 * vpngw_event_limit - say that a vpn met a limit
 * @vpn: the vpn
 * @reason: &enum vpngw_reason of the packet that was dropped
 * @inside: tuple of the packets from the VPN; its source is the host
 * @missed: packets dropped for limits since the event before
 *
 * Context: RCU read section; allocates with GFP_ATOMIC.
 */
void vpngw_event_limit(const struct vpngw_realm *vpn, int reason,
		       const struct vpngw_tuple *inside, u32 missed)
{
	const struct vpngw_nl_limit limit = {
		.vpn	= vpn,
		.reason	= reason,
		.inside	= inside,
		.missed	= missed,
	};

	if (vpngw_nl_listens(vpn->vn, VPNGW_NLGRP_LIMIT))
		vpngw_nl_notify(vpn->vn, VPNGW_NLGRP_LIMIT,
				VPNGW_CMD_LIMIT_NTF, vpngw_nl_put_limit, &limit,
				GFP_ATOMIC);
}

/**
 * vpngw_event_interface - say that a device was unbound because it went away
 * @vn: the namespace
 * @binding: the binding, still whole
 * @cmd: VPNGW_CMD_INTERFACE_DEL_NTF
 *
 * Context: process, @vn->mutex held.
 */
void vpngw_event_interface(struct vpngw_net *vn,
			   const struct vpngw_binding *binding, u8 cmd)
{
	vn->config_id++;
	if (vpngw_nl_listens(vn, VPNGW_NLGRP_CONFIG))
		vpngw_nl_notify(vn, VPNGW_NLGRP_CONFIG, cmd,
				vpngw_nl_put_interface, binding, GFP_KERNEL);
}

/**
 * vpngw_event_realm - say that a vpn or ext has lost its VRF
 * @realm: the vpn or ext
 * @cmd: VPNGW_CMD_VPN_NEW_NTF or VPNGW_CMD_EXT_NEW_NTF
 *
 * Context: process, netns mutex held.
 */
void vpngw_event_realm(const struct vpngw_realm *realm, u8 cmd)
{
	struct vpngw_net *vn = realm->vn;

	vn->config_id++;
	if (vpngw_nl_listens(vn, VPNGW_NLGRP_CONFIG))
		vpngw_nl_notify(vn, VPNGW_NLGRP_CONFIG, cmd,
				realm->side == VPNGW_SIDE_INSIDE ?
				vpngw_nl_put_vpn : vpngw_nl_put_ext, realm,
				GFP_KERNEL);
}
