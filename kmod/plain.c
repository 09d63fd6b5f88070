// SPDX-License-Identifier: GPL-2.0
/*
 * Where packets may go that no alias translates. The stack routes them: by the
 * VRF, but where that has no route, or there is none, by a table that others
 * share.
 */
#include "plain.h"

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include "iface.h"
#include "realm.h"
#include "route.h"
#include "session.h"
#include "stats.h"
#include "tuple.h"

/* Whether the vpn's or ext's own table leads a packet, as it is, out there. */
static bool vpngw_plain_leads_to(const struct vpngw_realm *realm,
				 const struct sk_buff *skb,
				 const struct net_device *out)
{
	struct vpngw_tuple t;

	memset(&t, 0, sizeof(t));
	if (skb->protocol == htons(ETH_P_IP)) {
		t.family = AF_INET;
		t.src = ip_hdr(skb)->saddr;
		t.dst = ip_hdr(skb)->daddr;
	} else {
		t.family = AF_INET6;
		t.src6 = ipv6_hdr(skb)->saddr;
		t.dst6 = ipv6_hdr(skb)->daddr;
	}
	return vpngw_route_leads_to(&realm->route, skb, &t, out);
}

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
	struct in6_addr src;

	vpngw_tuple_src(t, &src);
	if (vpngw_session_is_spoofed(iface, skb, t) ||
	    vpngw_route_is_broadcast(skb->dev, &src))
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
	    vpngw_plain_leads_to(realm, skb, out))
		return VPNGW_OK;
	return VPNGW_REASON_CROSSING;
}
