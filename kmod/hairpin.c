// SPDX-License-Identifier: GPL-2.0
/*
 * Hairpin (RFC 4787 REQ-9, 5382 REQ-8, 5508 REQ-7): VPN hosts that are meant by
 * the outside endpoints of their mappings. There are two flows back to back, as
 * if the packet had gone out and come in again: that of the sender, whose server
 * is the other's outside endpoint, and that of the other, whose server is the
 * sender's (REQ-9 a).
 *
 * In a vpn with hairpin the outside addresses of the exts are themselves, as by an
 * alias onto itself that nobody has to make.
 */
#include "hairpin.h"

#include <linux/rculist.h>

#include "addr.h"
#include "alias.h"
#include "mapping.h"
#include "netns.h"
#include "pool_map.h"
#include "realm.h"
#include "route.h"
#include "tuple.h"

/* An address that stands for VPN hosts. One that is the gateway's own too does
 * only where a mapping is.
 */
static bool vpngw_hairpin_is_there(struct vpngw_realm *ext,
				   const struct in6_addr *addr, u8 proto,
				   __be16 port)
{
	return vpngw_mapping_is_outside(ext, addr) &&
	       (!vpngw_route_has_local(&ext->route, addr) ||
		vpngw_mapping_lookup_outside(ext, addr, proto, port));
}

/**
 * vpngw_hairpin_alias_of - make the alias of an outside address in a vpn
 * @vpn: the vpn
 * @ext: the ext of the address
 * @addr: the address, which stands for VPN hosts
 * @alias: what is made, in no table and with no references; good for as long as
 *	the RCU read section
 *
 * Context: RCU read section.
 * Return: true if the vpn has hairpin.
 */
bool vpngw_hairpin_alias_of(struct vpngw_realm *vpn, struct vpngw_realm *ext,
			    const struct in6_addr *addr,
			    struct vpngw_alias *alias)
{
	/* A static mapping's prefix may have addresses that are no host's. */
	if (!READ_ONCE(vpn->policy.hairpin) || !vpngw_addr_is_host(addr))
		return false;
	memset(alias, 0, sizeof(*alias));
	alias->inside.addr = *addr;
	alias->inside.len = 128;
	alias->server = alias->inside;
	alias->server.realm_uid = ext->uid;
	alias->vpn = vpn;
	alias->ext = ext;
	RCU_INIT_POINTER(alias->pool,
			 vpngw_pool_pick(ext, vpn, vpngw_addr_family(addr)));
	return true;
}

/* The ext in which an address stands for VPN hosts, if the vpn has hairpin. */
static struct vpngw_realm *vpngw_hairpin_ext(struct vpngw_realm *vpn,
					     const struct in6_addr *addr,
					     u8 proto, __be16 port)
{
	struct vpngw_realm *ext;

	if (likely(!READ_ONCE(vpn->policy.hairpin)))
		return NULL;
	list_for_each_entry_rcu(ext, &vpn->vn->exts, list)
		if (vpngw_hairpin_is_there(ext, addr, proto, port))
			return ext;
	return NULL;
}

/**
 * vpngw_hairpin_is_outside - is an address an outside one in a vpn?
 * @vpn: the vpn
 * @addr: the address, which no alias covers
 * @proto: IP protocol
 * @port: port, 0 where there is none
 *
 * Context: RCU read section.
 * Return: true if it stands for VPN hosts, and the vpn has hairpin.
 */
bool vpngw_hairpin_is_outside(struct vpngw_realm *vpn,
			      const struct in6_addr *addr, u8 proto,
			      __be16 port)
{
	return vpngw_hairpin_ext(vpn, addr, proto, port);
}

/**
 * vpngw_hairpin_alias - is a VPN host's packet for another's outside endpoint?
 * @vpn: the vpn of the sender
 * @in: the packet's tuple; no alias covers its destination
 * @alias: the alias that is as good as there
 *
 * Context: RCU read section.
 * Return: true if it is, and the vpn has hairpin.
 */
bool vpngw_hairpin_alias(struct vpngw_realm *vpn, const struct vpngw_tuple *in,
			 struct vpngw_alias *alias)
{
	struct vpngw_realm *ext;
	struct in6_addr dst;

	vpngw_tuple_dst(in, &dst);
	ext = vpngw_hairpin_ext(vpn, &dst, in->proto, in->dport);
	return ext && vpngw_hairpin_alias_of(vpn, ext, &dst, alias);
}

/**
 * vpngw_hairpin_meant - does a VPN host's flow lead to another VPN host?
 * @vpn: the vpn
 * @ext: the ext of the server
 * @out: tuple of the packets from the server
 *
 * Context: RCU read section.
 * Return: true if the server's address stands for VPN hosts, and the vpn has
 *	hairpin.
 */
bool vpngw_hairpin_meant(const struct vpngw_realm *vpn, struct vpngw_realm *ext,
			 const struct vpngw_tuple *out)
{
	struct in6_addr src;

	if (likely(!READ_ONCE(vpn->policy.hairpin)))
		return false;
	vpngw_tuple_src(out, &src);
	return vpngw_hairpin_is_there(ext, &src, out->proto, out->sport);
}
