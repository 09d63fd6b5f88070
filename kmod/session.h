/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VPNGW_SESSION_H
#define _VPNGW_SESSION_H

#include <linux/in.h>
#include <linux/in6.h>
#include <linux/types.h>

#include "addr.h"
#include "alias.h"
#include "mapping.h"
#include "tuple.h"

struct sk_buff;
struct vpngw_flow;
struct vpngw_host;
struct vpngw_iface;
struct vpngw_realm;

/**
 * struct vpngw_session - what a packet that belongs to no flow needs to start one
 * @alias: the alias that it is for, or that its source has in the vpn
 * @implicit: where @alias is one that nobody has made, see hairpin.c
 * @host: from a vpn: its host, NULL without mappings
 * @mapping: from an ext: the mapping that it is for
 * @in: from an ext: tuple of what the VPN host would send back
 *
 * Good for as long as the RCU read section.
 */
struct vpngw_session {
	const struct vpngw_alias	*alias;
	struct vpngw_alias		implicit;
	struct vpngw_host		*host;
	struct vpngw_mapping		*mapping;
	struct vpngw_tuple		in;
};

/**
 * vpngw_session_outside - the tuple of what the server sends back
 * @alias: the alias that the VPN host's packet is for
 * @addr: the outside address of the host's mapping
 * @port: its port, or 0 when it keeps the host's
 * @in: tuple of the host's packet
 * @out: tuple of the server's
 *
 * Context: any.
 * Return: true, but false where there is no such server.
 */
static inline bool vpngw_session_outside(const struct vpngw_alias *alias,
					 const struct in6_addr *addr,
					 __be16 port,
					 const struct vpngw_tuple *in,
					 struct vpngw_tuple *out)
{
	struct in6_addr alias_addr, server;

	vpngw_tuple_dst(in, &alias_addr);
	if (!vpngw_alias_to_server(alias, &alias_addr, &server) ||
	    vpngw_addr_family(&server) != vpngw_addr_family(addr))
		return false;
	vpngw_tuple_set_addrs(out, &server, addr);
	out->proto = in->proto;
	out->call = VPNGW_CALL_NONE;
	out->zero = 0;
	out->dport = port ? port : in->sport;
	out->sport = in->proto == IPPROTO_ICMP ? out->dport :
		     alias->server_port ? alias->server_port : in->dport;
	return true;
}

/**
 * vpngw_session_outside_of - the tuple of what the server sends back, by mapping
 * @alias: the alias that the VPN host's packet is for
 * @mapping: the host's mapping
 * @in: tuple of the host's packet
 * @out: tuple of the server's
 *
 * Context: any.
 * Return: as vpngw_session_outside().
 */
static inline bool vpngw_session_outside_of(const struct vpngw_alias *alias,
					    const struct vpngw_mapping *mapping,
					    const struct vpngw_tuple *in,
					    struct vpngw_tuple *out)
{
	struct in6_addr host, outside;

	vpngw_tuple_src(in, &host);
	return vpngw_mapping_to(mapping, VPNGW_SIDE_OUTSIDE, &host, &outside) &&
	       vpngw_session_outside(alias, &outside,
				     mapping->end[VPNGW_SIDE_OUTSIDE].key.port,
				     in, out);
}

struct vpngw_flow *vpngw_session_start(struct vpngw_iface *iface,
				       const struct sk_buff *skb,
				       const struct vpngw_packet *p,
				       int *reason);
struct vpngw_flow *vpngw_session_turn(struct vpngw_realm *ext,
				      const struct sk_buff *skb,
				      const struct vpngw_packet *p,
				      int *reason);
int vpngw_session_decide_inside(const struct vpngw_iface *iface,
				const struct sk_buff *skb,
				const struct vpngw_packet *p,
				struct vpngw_session *s);
int vpngw_session_decide_outside(const struct vpngw_iface *iface,
				 const struct sk_buff *skb,
				 const struct vpngw_packet *p, bool hairpin,
				 struct vpngw_session *s);
struct vpngw_mapping *
vpngw_session_find_mapping(const struct vpngw_realm *vpn,
			   const struct vpngw_alias *alias, u32 *scope,
			   const struct vpngw_tuple *in, int *reason);
bool vpngw_session_is_spoofed(const struct vpngw_iface *iface,
			      const struct sk_buff *skb,
			      const struct vpngw_tuple *t);
int vpngw_session_stray(const struct vpngw_iface *iface,
			const struct sk_buff *skb,
			const struct vpngw_packet *p, int reason);

#endif /* _VPNGW_SESSION_H */
