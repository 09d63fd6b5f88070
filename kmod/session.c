// SPDX-License-Identifier: GPL-2.0
/*
 * What becomes of a packet that belongs to no flow: which alias, mapping and
 * pool it needs, and whether it may start a flow.
 */
#include "session.h"

#include <linux/in.h>
#include <linux/skbuff.h>

#include <net/tcp.h>

#include "addr.h"
#include "alias.h"
#include "flow.h"
#include "forward.h"
#include "hairpin.h"
#include "host.h"
#include "iface.h"
#include "mapping.h"
#include "peer.h"
#include "pool.h"
#include "realm.h"
#include "route.h"
#include "socket.h"
#include "tuple.h"

/* Times to look again when a mapping is just coming or going. */
#define VPNGW_SESSION_TRIES 4

/**
 * vpngw_session_is_spoofed - has a packet a source that only the gateway gives?
 * @iface: the device it came in by
 * @skb: the packet
 * @t: its tuple
 *
 * Context: RCU read section.
 * Return: true for an alias as source in its vpn, unless the vpn itself knows
 *	that address better, and for an address that stands for VPN hosts in its
 *	ext, and in a vpn with hairpin.
 */
bool vpngw_session_is_spoofed(const struct vpngw_iface *iface,
			      const struct sk_buff *skb,
			      const struct vpngw_tuple *t)
{
	struct vpngw_realm *realm = iface->realm;
	const struct vpngw_alias *alias;
	struct in6_addr src;

	vpngw_tuple_src(t, &src);
	if (realm->side == VPNGW_SIDE_OUTSIDE)
		return vpngw_mapping_is_outside(realm, &src);
	alias = vpngw_alias_lookup(realm, &src, t->proto, t->sport);
	if (!alias)
		return vpngw_hairpin_is_outside(realm, &src, t->proto,
						t->sport);
	if (alias->inside.len == 128)
		return true;
	/* Hosts may have addresses below a prefix alias of their own. */
	return !vpngw_alias_is_self(alias) &&
	       !vpngw_route_is_own(&realm->route, skb->dev, &src,
				   alias->inside.len);
}

/* A forwarder may forward, and a source be where it says: once for a flow.
 * @host is the source where it has mappings in the packet's VPN, or NULL.
 */
static int vpngw_session_check_packet(const struct vpngw_iface *iface,
				      const struct sk_buff *skb,
				      const struct vpngw_tuple *t,
				      const struct vpngw_host *host)
{
	struct vpngw_realm *realm = iface->realm;
	struct in6_addr src;

	vpngw_tuple_src(t, &src);
	if (!vpngw_addr_is_host(&src))
		return VPNGW_REASON_SPOOFED;
	/* What ends here is no reason to take a port. */
	if (vpngw_forward_ttl(skb) <= 1)
		return VPNGW_REASON_TTL;
	/* A host that has mappings already was looked at with the first. */
	if (!vpngw_host_is_seen(host) &&
	    (vpngw_route_is_gateway(skb->dev, &src) ||
	     vpngw_session_is_spoofed(iface, skb, t)))
		return VPNGW_REASON_SPOOFED;
	return vpngw_route_check_source(&realm->route, skb);
}

/* A connection whose beginning this gateway has not seen goes on, where that is
 * wanted: after a failover, say. Every segment of it has ACK (RFC 9293 section
 * 3.10.7.4).
 */
static bool vpngw_session_starts(const struct vpngw_iface *iface,
				 const struct vpngw_packet *p)
{
	if (likely(p->starts))
		return true;
	return p->tuple.proto == IPPROTO_TCP &&
	       READ_ONCE(iface->vn->tcp_pickup) &&
	       (p->tcp_flags & (TCPHDR_SYN | TCPHDR_ACK | TCPHDR_RST)) ==
	       TCPHDR_ACK;
}

/* The tuple of what the VPN host sends back for a server's packet. Returns false
 * where no in-VPN address stands for that server.
 */
static bool vpngw_session_inside(const struct vpngw_alias *alias,
				 const struct vpngw_mapping *mapping,
				 const struct vpngw_tuple *out,
				 struct vpngw_tuple *in)
{
	const struct vpngw_endpoint *end = &mapping->end[VPNGW_SIDE_INSIDE].key;
	struct in6_addr server, inside, outside, host;

	vpngw_tuple_src(out, &server);
	vpngw_tuple_dst(out, &outside);
	if (!vpngw_alias_to_inside(alias, &server, &inside) ||
	    !vpngw_mapping_to(mapping, VPNGW_SIDE_INSIDE, &outside, &host))
		return false;
	memset(in, 0, sizeof(*in));
	in->proto = out->proto;
	vpngw_tuple_set_addrs(in, &host, &inside);
	/* Only a static mapping without a port is for all ports. */
	in->sport = end->port || !mapping->is_static ? end->port : out->dport;
	in->dport = out->proto == IPPROTO_ICMP ? in->sport :
		    alias->inside_port ? alias->inside_port : out->sport;
	return true;
}

/**
 * vpngw_session_find_mapping - the mapping that a VPN host's packet uses
 * @vpn: the vpn
 * @alias: the alias that it is for
 * @scope: uid of the alias for a mapping of its own, or 0, which becomes what a new
 *	mapping is to be made for
 * @in: the packet's tuple
 * @reason: VPNGW_OK when one is to be made from the alias' pool, or why there can
 *	be none
 *
 * Context: RCU read section.
 * Return: the mapping, or NULL and @reason.
 */
struct vpngw_mapping *
vpngw_session_find_mapping(const struct vpngw_realm *vpn,
			   const struct vpngw_alias *alias, u32 *scope,
			   const struct vpngw_tuple *in, int *reason)
{
	struct vpngw_pool *pool = rcu_dereference(alias->pool);
	u8 far = vpngw_addr_family(&alias->server.addr);
	struct vpngw_mapping *mapping;

	if (!*scope) {
		mapping = vpngw_mapping_lookup_static(vpn, alias->ext, in, far);
		if (mapping)
			return mapping;
		*scope = pool ? pool->uid : 0;
	}
	*reason = VPNGW_REASON_PROTOCOL;
	if (in->proto != IPPROTO_ICMP && !vpngw_tuple_has_ports(in->proto))
		return NULL;
	*reason = VPNGW_REASON_NO_POOL;
	if (!pool)
		return NULL;
	*reason = VPNGW_OK;
	return vpngw_mapping_lookup_inside(vpn, alias->ext, *scope, in);
}

static struct vpngw_flow *
vpngw_session_start_scope(struct vpngw_iface *iface,
			  const struct vpngw_alias *alias,
			  struct vpngw_host *host, u32 scope,
			  const struct vpngw_tuple *in, int *reason)
{
	struct vpngw_mapping *mapping;
	struct vpngw_tuple out;

	mapping = vpngw_session_find_mapping(iface->realm, alias, &scope, in,
					     reason);
	if (!mapping && *reason == VPNGW_OK)
		mapping = vpngw_mapping_create(iface, alias->ext,
					       rcu_dereference(alias->pool),
					       host, scope, in, reason);
	if (!mapping)
		return NULL;
	/* It was looked at before: what can fail is a mapping of a prefix. */
	*reason = VPNGW_REASON_NO_ALIAS;
	if (!vpngw_session_outside_of(alias, mapping, in, &out))
		return NULL;
	if (likely(!vpngw_mapping_is_prefix(mapping))) {
		WRITE_ONCE(mapping->ifindex, iface->ifindex);
		WRITE_ONCE(mapping->iface_uid, iface->uid);
	}
	return vpngw_flow_create(mapping, alias->uid, iface, in, &out,
				 vpngw_hairpin_meant(mapping->vpn, alias->ext,
						     &out),
				 reason);
}

/* Limits come before anything is made, so that what they refuse costs little. */
static bool vpngw_session_may_start(struct vpngw_realm *vpn,
				    const struct vpngw_tuple *in, int *reason)
{
	*reason = vpngw_limit_check_flow(vpn);
	if (likely(*reason == VPNGW_OK))
		return true;
	vpngw_limit_tell(vpn, *reason, in);
	return false;
}

/**
 * vpngw_session_decide_inside - may a VPN host's packet start a flow?
 * @iface: the device it came in by
 * @skb: the packet
 * @p: what vpngw_tuple_read() said of it
 * @s: what it needs for that: the alias if there is one, and its host
 *
 * All but the limits, and what they let have.
 *
 * Context: RCU read section. Nothing is made or counted.
 * Return: VPNGW_OK, VPNGW_PASS when it is not ours, or the &enum vpngw_reason why
 *	not.
 */
int vpngw_session_decide_inside(const struct vpngw_iface *iface,
				const struct sk_buff *skb,
				const struct vpngw_packet *p,
				struct vpngw_session *s)
{
	const struct vpngw_tuple *in = &p->tuple;
	struct in6_addr src, dst, server;

	vpngw_tuple_src(in, &src);
	vpngw_tuple_dst(in, &dst);
	s->alias = vpngw_alias_lookup(iface->realm, &dst, in->proto,
				      in->dport);
	if (!s->alias && vpngw_hairpin_alias(iface->realm, in, &s->implicit))
		s->alias = &s->implicit;
	if (!s->alias)
		return VPNGW_PASS;
	/* What the VPN reaches by a longer prefix than the alias', and the
	 * gateway's own addresses, are the VPN's own business.
	 */
	if (s->alias->inside.len < 128 &&
	    vpngw_route_is_own(&iface->realm->route, skb->dev, &dst,
			       s->alias->inside.len))
		return VPNGW_PASS;
	/* Before a mapping is made for nothing. */
	if (!vpngw_alias_to_server(s->alias, &dst, &server))
		return VPNGW_REASON_NO_ALIAS;
	if (!vpngw_session_starts(iface, p))
		return VPNGW_REASON_NO_STATE;
	s->host = vpngw_host_find(iface->realm, &src);
	return vpngw_session_check_packet(iface, skb, in, s->host);
}

static struct vpngw_flow *
vpngw_session_start_inside(struct vpngw_iface *iface,
			   const struct sk_buff *skb,
			   const struct vpngw_packet *p, int *reason)
{
	const struct vpngw_tuple *in = &p->tuple;
	const struct vpngw_alias *alias;
	struct vpngw_session s;
	struct vpngw_host *host;
	struct vpngw_flow *flow;

	*reason = vpngw_session_decide_inside(iface, skb, p, &s);
	if (*reason != VPNGW_OK)
		return NULL;
	alias = s.alias;
	host = s.host;
	if (!vpngw_session_may_start(iface->realm, in, reason))
		return NULL;
	flow = vpngw_session_start_scope(iface, alias, host, 0, in, reason);
	/* The host talks from one port to two aliases of one server, which
	 * would look like one session there: give this alias a mapping of its
	 * own.
	 */
	if (!flow && *reason == VPNGW_REASON_CLASH && alias->uid)
		flow = vpngw_session_start_scope(iface, alias, host, alias->uid,
						 in, reason);
	if (!flow)
		vpngw_limit_tell(iface->realm, *reason, in);
	return flow;
}

/* Whether an outside packet is for an address of the gateway itself. */
static bool vpngw_session_is_local(const struct vpngw_iface *iface,
				   const struct sk_buff *skb,
				   const struct vpngw_tuple *out)
{
	struct in6_addr dst;

	vpngw_tuple_dst(out, &dst);
	if (!iface->ifindex)
		return vpngw_route_has_local(&iface->realm->route, &dst);
	return vpngw_route_is_local(skb->dev, &dst);
}

/* RFC 4787 REQ-8: who is known in the VPN under his own address only is not one
 * that the VPN was given.
 */
static bool vpngw_session_lets_in(const struct vpngw_mapping *mapping,
				  const struct vpngw_alias *alias,
				  const struct vpngw_tuple *out)
{
	return mapping->is_static || !vpngw_alias_is_self(alias) ||
	       READ_ONCE(mapping->vpn->policy.filtering) ==
	       VPNGW_FILTERING_ENDPOINT_INDEPENDENT ||
	       vpngw_peer_known(mapping->ext, out);
}

/**
 * vpngw_session_decide_outside - may an outside packet start a flow?
 * @iface: the device it came in by; without ifindex, as vpngw_session_start()
 * @skb: the packet
 * @p: what vpngw_tuple_read() said of it
 * @hairpin: a VPN host has sent it
 * @s: what it needs for that: mapping and alias, as far as they are there, and the
 *	tuple that it becomes the reverse of
 *
 * All but the limits.
 *
 * Context: RCU read section. Nothing is made or counted.
 * Return: as vpngw_session_decide_inside().
 */
int vpngw_session_decide_outside(const struct vpngw_iface *iface,
				 const struct sk_buff *skb,
				 const struct vpngw_packet *p, bool hairpin,
				 struct vpngw_session *s)
{
	const struct vpngw_tuple *out = &p->tuple;
	struct vpngw_realm *ext = iface->realm;
	struct vpngw_mapping *mapping;
	struct in6_addr addr;
	int reason;
	bool local;
	u8 family;

	vpngw_tuple_dst(out, &addr);
	mapping = vpngw_mapping_lookup_outside(ext, &addr, out->proto,
					       out->dport);
	s->mapping = mapping;
	s->alias = NULL;
	if (!mapping)
		return vpngw_session_stray(iface, skb, p,
					   VPNGW_REASON_NO_MAPPING);
	/* A pool may have an address of the gateway itself. Its sockets come
	 * before dynamic mappings, and theirs is what can't be for a VPN host.
	 */
	local = !mapping->is_static && vpngw_session_is_local(iface, skb, out);
	if (local && (!p->starts || (iface->ifindex &&
				     vpngw_socket_wants(skb->dev, out))))
		return VPNGW_PASS;
	if (!vpngw_session_starts(iface, p))
		return VPNGW_REASON_NO_STATE;
	reason = iface->ifindex ?
		 vpngw_session_check_packet(iface, skb, out, NULL) : VPNGW_OK;
	if (reason != VPNGW_OK)
		return reason;
	vpngw_tuple_src(out, &addr);
	family = vpngw_addr_family(&mapping->end[VPNGW_SIDE_INSIDE].key.addr);
	s->alias = vpngw_alias_lookup_server(mapping->vpn, ext, &addr, family,
					     out->proto, out->sport);
	if (hairpin && !READ_ONCE(mapping->vpn->policy.hairpin))
		return VPNGW_REASON_HAIRPIN;
	if (!s->alias && hairpin && family == out->family &&
	    vpngw_hairpin_alias_of(mapping->vpn, ext, &addr, &s->implicit))
		s->alias = &s->implicit;
	if (!s->alias)
		return local ? VPNGW_PASS : VPNGW_REASON_NO_ALIAS;
	if (!vpngw_session_lets_in(mapping, s->alias, out))
		return local ? VPNGW_PASS : VPNGW_REASON_FILTERED;
	if (!vpngw_session_inside(s->alias, mapping, out, &s->in))
		return VPNGW_REASON_NO_ALIAS;
	/* Where a more specific alias has that address, it is another's. */
	vpngw_tuple_dst(&s->in, &addr);
	if (vpngw_alias_lookup(mapping->vpn, &addr, s->in.proto,
			       s->in.dport) !=
	    (s->alias == &s->implicit ? NULL : s->alias))
		return VPNGW_REASON_NO_ALIAS;
	return VPNGW_OK;
}

static struct vpngw_flow *
vpngw_session_start_outside(struct vpngw_iface *iface,
			    const struct sk_buff *skb,
			    const struct vpngw_packet *p, bool hairpin,
			    int *reason)
{
	struct vpngw_mapping *mapping;
	struct vpngw_session s;
	struct vpngw_flow *flow;

	*reason = vpngw_session_decide_outside(iface, skb, p, hairpin, &s);
	if (*reason != VPNGW_OK)
		return NULL;
	mapping = s.mapping;
	if (!vpngw_session_may_start(mapping->vpn, &s.in, reason))
		return NULL;
	flow = vpngw_flow_create(mapping, s.alias->uid, iface, &s.in, &p->tuple,
				 hairpin, reason);
	if (!flow)
		vpngw_limit_tell(mapping->vpn, *reason, &s.in);
	return flow;
}

/**
 * vpngw_session_start - make the flow of a packet that belongs to none
 * @iface: the device it came in by; without ifindex: the gateway itself sends it
 *	in that ext
 * @skb: the packet
 * @p: what vpngw_tuple_read() said of it
 * @reason: why there is none: VPNGW_PASS when the packet is not ours, or the
 *	&enum vpngw_reason
 *
 * Context: RCU read section; allocates with GFP_ATOMIC.
 * Return: the flow or NULL.
 */
struct vpngw_flow *vpngw_session_start(struct vpngw_iface *iface,
				       const struct sk_buff *skb,
				       const struct vpngw_packet *p,
				       int *reason)
{
	int tries = VPNGW_SESSION_TRIES;
	struct vpngw_flow *flow;

	do {
		if (iface->realm->side == VPNGW_SIDE_INSIDE)
			flow = vpngw_session_start_inside(iface, skb, p,
							  reason);
		else
			flow = vpngw_session_start_outside(iface, skb, p,
							   false, reason);
	} while (*reason == VPNGW_AGAIN && --tries);
	if (*reason == VPNGW_AGAIN)
		*reason = VPNGW_REASON_CLASH;
	return flow;
}

/**
 * vpngw_session_turn - make the second flow of a packet from one VPN host to
 *	another
 * @ext: the ext in which they meet
 * @skb: the packet, not yet translated
 * @p: what vpngw_tuple_read() said of it, with the tuple that it has in @ext
 * @reason: why there is none
 *
 * Filtering is that of any packet from outside: RFC 4787 REQ-9 asks for no less.
 *
 * Context: RCU read section; allocates with GFP_ATOMIC.
 * Return: the flow or NULL.
 */
struct vpngw_flow *vpngw_session_turn(struct vpngw_realm *ext,
				      const struct sk_buff *skb,
				      const struct vpngw_packet *p,
				      int *reason)
{
	struct vpngw_iface own = { .vn = ext->vn, .realm = ext };
	int tries = VPNGW_SESSION_TRIES;
	struct vpngw_flow *flow;

	do {
		flow = vpngw_session_start_outside(&own, skb, p, true, reason);
	} while (*reason == VPNGW_AGAIN && --tries);
	if (*reason == VPNGW_AGAIN)
		*reason = VPNGW_REASON_CLASH;
	/* It is a VPN's, whosever the address may be. */
	if (*reason == VPNGW_PASS)
		*reason = VPNGW_REASON_NO_MAPPING;
	return flow;
}

/**
 * vpngw_session_stray - is a packet that can't be translated any of ours?
 * @iface: as for vpngw_session_start()
 * @skb: the packet
 * @p: what vpngw_tuple_read() said of its addresses
 * @reason: why it can't be translated
 *
 * Context: RCU read section.
 * Return: @reason when it is for an alias, or for a pool or static outside
 *	address from where that is one; else VPNGW_PASS.
 */
int vpngw_session_stray(const struct vpngw_iface *iface,
			const struct sk_buff *skb,
			const struct vpngw_packet *p, int reason)
{
	struct vpngw_realm *realm = iface->realm;
	const struct vpngw_alias *alias;
	struct in6_addr dst;

	vpngw_tuple_dst(&p->tuple, &dst);
	if (realm->side == VPNGW_SIDE_INSIDE) {
		alias = vpngw_alias_lookup(realm, &dst, p->tuple.proto,
					   p->tuple.dport);
		if (!alias)
			return vpngw_hairpin_is_outside(realm, &dst,
							p->tuple.proto,
							p->tuple.dport) ?
			       reason : VPNGW_PASS;
		if (alias->inside.len < 128 &&
		    vpngw_route_is_own(&realm->route, skb->dev, &dst,
				       alias->inside.len))
			return VPNGW_PASS;
		return reason;
	}
	if (!vpngw_mapping_is_outside(realm, &dst))
		return VPNGW_PASS;
	/* The gateway's own services keep their address. */
	if (vpngw_session_is_local(iface, skb, &p->tuple))
		return VPNGW_PASS;
	return reason;
}
