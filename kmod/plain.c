// SPDX-License-Identifier: GPL-2.0
/*
 * Where packets may go that no alias translates. The stack routes them: by the
 * VRF, but where that has no route, or there is none, by a table that others
 * share.
 */
#include "plain.h"

#include <linux/ip.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include "iface.h"
#include "realm.h"
#include "route.h"
#include "session.h"
#include "stats.h"
#include "tuple.h"

/**
 * vpngw_plain_check_source - may a packet that is not ours have this source?
 * @iface: the device that it came in by
 * @skb: the packet
 * @t: its tuple
 *
 * Asked before the stack forwards it, delivers it here or answers.
 *
 * Context: RCU read section.
 * Return: VPNGW_PASS if so, or the &enum vpngw_reason why not.
 */
int vpngw_plain_check_source(const struct vpngw_iface *iface,
			     const struct sk_buff *skb,
			     const struct vpngw_tuple *t)
{
	if (vpngw_session_is_spoofed(iface, skb, t) ||
	    vpngw_route_is_broadcast(skb->dev, t->src))
		return VPNGW_REASON_SPOOFED;
	return VPNGW_PASS;
}

/**
 * vpngw_plain_check - may the stack forward a packet as it is?
 * @from: the device that it came in by
 * @skb: the packet
 * @out: the device that it is about to leave by
 *
 * Not from one vpn into another, nor between a vpn and an ext, unless the vpn's
 * own table leads there. From a strict vpn nowhere but into itself, whatever its
 * table says.
 *
 * Context: RCU read section.
 * Return: VPNGW_OK or the &enum vpngw_reason why not.
 */
int vpngw_plain_check(const struct vpngw_iface *from, const struct sk_buff *skb,
		      const struct net_device *out)
{
	const struct vpngw_realm *realm = from->realm;
	const struct vpngw_iface *to;

	to = vpngw_iface_lookup(realm->vn, out->ifindex);
	if (to && to->realm == realm)
		return VPNGW_OK;
	if (READ_ONCE(realm->policy.strict))
		return !to && vpngw_route_is_in_vrf(&realm->route, out) ?
		       VPNGW_OK : VPNGW_REASON_STRICT;
	if (!to || (realm->side == VPNGW_SIDE_OUTSIDE &&
		    to->realm->side == VPNGW_SIDE_OUTSIDE) ||
	    vpngw_route_leads_to(&realm->route, skb, ip_hdr(skb)->saddr,
				 ip_hdr(skb)->daddr, out))
		return VPNGW_OK;
	return VPNGW_REASON_CROSSING;
}
