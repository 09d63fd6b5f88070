// SPDX-License-Identifier: GPL-2.0
/* vpngwctl check: do aliases work in their VPNs? */
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "vpngwctl.h"

static bool alias_has_port(const struct vpngw_alias *alias)
{
	return alias->inside.has & VPNGW_HAS(VPNGW_A_ENDPOINT_PORT);
}

/* An alias onto itself leaves the VPN what the VPN has. */
static bool alias_is_self(const struct vpngw_alias *alias)
{
	struct vpngw_rtnl_prefix inside = check_endpoint(&alias->inside);
	struct vpngw_rtnl_prefix server = check_endpoint(&alias->server);

	return !vpngw_rtnl_cmp_prefix(&inside, &server);
}

static void alias_warn(struct check *check, const struct vpngw_alias *alias,
		       const char *problem, const char *sentence)
{
	char text[PREFIX_STRLEN], name[VPNGW_NAME_MAX + 2 + PREFIX_STRLEN];
	struct vpngw_rtnl_prefix inside = check_endpoint(&alias->inside);

	check_prefix_text(&inside, text);
	snprintf(name, sizeof(name), "%s %s", alias->vpn, text);
	check_warn(check, "alias", name, problem, "%s", sentence);
}

static void alias_command_del(struct check *check,
			      const struct vpngw_alias *alias)
{
	struct vpngw_rtnl_prefix inside = check_endpoint(&alias->inside);
	char text[PREFIX_STRLEN], proto[4];

	check_prefix_text(&inside, text);
	sprintf(proto, "%u", alias->proto);
	if (alias->proto)
		check_command(check, "vpngwctl", "alias", "del", alias->vpn,
			      text, "proto", proto, NULL);
	else
		check_command(check, "vpngwctl", "alias", "del", alias->vpn,
			      text, NULL);
}

/* Is a device of the VPN, or its VRF, or a member of that? */
static bool alias_is_device(const struct check *check,
			    const struct check_realm *vpn, uint32_t ifindex)
{
	const struct check_device *device = check_device(check, ifindex);
	const struct vpngw_rtnl_link *link = check_link(check, ifindex);

	if (!device)
		return false;
	if (vpn->vrf)
		return ifindex == vpn->vrf || link->master == vpn->vrf;
	return device->realm == vpn;
}

/* Does the VPN route part of the alias by itself?  Then that part is lost. */
static bool alias_is_shadow(const struct check *check,
			    const struct check_realm *vpn, uint8_t len,
			    const struct vpngw_rtnl_route *route)
{
	if (route->type != RTN_UNICAST || route->dst.len < len)
		return false;
	if (!vpn->table && !alias_is_device(check, vpn, route->ifindex))
		return false;
	/* An address of the gateway's own has a route of this kind in IPv6. */
	if (route->dst.len == CHECK_HOST && route->protocol == RTPROT_KERNEL)
		return false;
	/* What a routing daemon learns is no mistake that is made here. */
	return !route->gateway ||
	       (route->dst.len > len && (route->protocol == RTPROT_BOOT ||
					 route->protocol == RTPROT_STATIC));
}

static void alias_tell_shadow(struct check *check,
			      const struct vpngw_alias *alias,
			      const struct vpngw_rtnl_route *route)
{
	const struct vpngw_rtnl_link *link = check_link(check, route->ifindex);
	bool v4 = check_version(&route->dst) == VPNGW_RTNL_V4;
	char text[PREFIX_STRLEN], table[12], metric[12], sentence[256];
	const char *device = link ? link->name : "a device";

	check_prefix_text(&route->dst, text);
	if (!route->gateway &&
	    route->dst.len == check_endpoint(&alias->inside).len) {
		alias_command_del(check, alias);
		snprintf(sentence, sizeof(sentence),
			 "it is the VPN's own network on %s, whose hosts the gateway answers %s for; choose another prefix",
			 device, v4 ? "ARP" : "neighbour discovery");
	} else if (!route->gateway) {
		alias_command_del(check, alias);
		snprintf(sentence, sizeof(sentence),
			 "%s in it is the VPN's own network on %s, and goes there rather than to servers; choose another prefix",
			 text, device);
	} else {
		sprintf(table, "%u", route->table);
		sprintf(metric, "%u", route->metric);
		check_command(check, check_ip(&route->dst), "route", "del",
			      "table", table, text, "metric", metric, NULL);
		snprintf(sentence, sizeof(sentence),
			 "%s in it is routed into the VPN, and goes there rather than to servers",
			 text);
	}
	alias_warn(check, alias, "alias-shadowed", sentence);
}

static void alias_check_routes(struct check *check,
			       const struct check_realm *vpn,
			       const struct vpngw_alias *alias)
{
	struct vpngw_rtnl_prefix inside = check_endpoint(&alias->inside);
	const struct vpngw_rtnl_route *route, *told = NULL;

	route = check_routes(check, check_table(vpn), &inside);
	for (; route && check_has(&inside, &route->dst.addr);
	     route = check_route_next(check, route)) {
		/* One of several next hops or metrics is enough. */
		if ((told && !vpngw_rtnl_cmp_prefix(&told->dst, &route->dst)) ||
		    !alias_is_shadow(check, vpn, inside.len, route))
			continue;
		alias_tell_shadow(check, alias, route);
		told = route;
	}
}

/* The gateway's own addresses stay its own in a prefix, but not as an alias. */
static void alias_check_own(struct check *check, const struct check_realm *vpn,
			    const struct vpngw_alias *alias)
{
	struct vpngw_rtnl_prefix inside = check_endpoint(&alias->inside), own;
	char sentence[256], text[PREFIX_STRLEN];
	bool alone = inside.len == CHECK_HOST;
	size_t i;

	for (i = 0; i < check->stack.n_addrs; i++) {
		const struct vpngw_rtnl_addr *addr = &check->stack.addrs[i];

		if (!check_has(&inside, &addr->addr.addr) ||
		    !alias_is_device(check, vpn, addr->ifindex))
			continue;
		/* That network was told already. */
		if (addr->addr.len >= inside.len && addr->addr.len < CHECK_HOST)
			continue;
		alias_command_del(check, alias);
		own = check_host(addr->addr.addr);
		check_prefix_text(&own, text);
		if (alone)
			snprintf(sentence, sizeof(sentence),
				 "%s is the gateway's own address on %s, too, and nobody in the VPN reaches the gateway by it any more; choose another",
				 text, check_link(check, addr->ifindex)->name);
		else
			snprintf(sentence, sizeof(sentence),
				 "%s in it is the gateway's own address on %s, and does not lead to a server; choose another prefix",
				 text, check_link(check, addr->ifindex)->name);
		alias_warn(check, alias, alone ? "alias-own-address" :
						 "alias-shadowed", sentence);
	}
}

static enum vpngw_rtnl_version alias_version(const struct vpngw_addr *addr)
{
	struct in6_addr in6 = check_addr(addr);

	return vpngw_rtnl_version(&in6);
}

/* Will anything stand outside for the hosts that use this alias? */
static bool alias_has_outside(const struct check *check,
			      const struct vpngw_alias *alias)
{
	enum vpngw_rtnl_version version = alias_version(&alias->server.addr);
	size_t i;

	for (i = 0; i < check->config.n; i++) {
		const struct vpngw_object *obj = &check->config.items[i].obj;

		if (obj->kind == VPNGW_POOL &&
		    !strcmp(obj->pool.ext, alias->ext) && obj->pool.n_ranges &&
		    alias_version(&obj->pool.ranges[0].first) == version &&
		    (!*obj->pool.vpn || !strcmp(obj->pool.vpn, alias->vpn)))
			return true;
		if (obj->kind == VPNGW_MAPPING &&
		    !strcmp(obj->mapping.ext, alias->ext) &&
		    alias_version(&obj->mapping.outside.addr) == version &&
		    !strcmp(obj->mapping.vpn, alias->vpn))
			return true;
	}
	return false;
}

/* Did an alias before this one have the same vpn and ext, and a server of that
 * version?
 */
static bool alias_is_another(const struct check *check,
			     const struct vpngw_alias *alias)
{
	size_t i;

	for (i = 0; i < check->config.n; i++) {
		const struct vpngw_object *obj = &check->config.items[i].obj;

		if (obj->kind != VPNGW_ALIAS)
			continue;
		if (&obj->alias == alias)
			return false;
		if (!strcmp(obj->alias.vpn, alias->vpn) &&
		    !strcmp(obj->alias.ext, alias->ext) &&
		    alias_version(&obj->alias.server.addr) ==
		    alias_version(&alias->server.addr))
			return true;
	}
	return false;
}

static void alias_check_pool(struct check *check,
			     const struct vpngw_alias *alias)
{
	const char *version = alias_version(&alias->server.addr) ==
			      VPNGW_RTNL_V4 ? "" : "IPv6 ";
	char name[24];
	unsigned int number = 1;

	if (alias_has_outside(check, alias) || alias_is_another(check, alias))
		return;
	do {
		snprintf(name, sizeof(name), "pool-%u", number++);
	} while (config_find(&check->config, VPNGW_POOL, name));
	check_command(check, "vpngwctl", "pool", "add", name, "ext",
		      alias->ext, "address", "ADDRESSES", NULL);
	check_warn(check, "vpn", alias->vpn, "no-pool",
		   "it has aliases of %sservers in ext %s, but there no %spool that it may use, nor a static mapping, so that nothing stands for its hosts; put outside addresses in the place of ADDRESSES",
		   version, alias->ext, version);
}

/**
 * check_aliases - aliases that VPN hosts do not reach, or not beyond
 * @check: the check
 */
void check_aliases(struct check *check)
{
	const struct vpngw_alias *before = NULL;
	const struct check_realm *vpn;
	size_t i;

	for (i = 0; i < check->config.n; i++) {
		const struct vpngw_object *obj = &check->config.items[i].obj;
		const struct vpngw_alias *alias = &obj->alias;

		if (obj->kind != VPNGW_ALIAS)
			continue;
		/* Most often those of a VPN follow each other. */
		if (!before || strcmp(before->vpn, alias->vpn) ||
		    strcmp(before->ext, alias->ext) ||
		    alias_version(&before->server.addr) !=
		    alias_version(&alias->server.addr))
			alias_check_pool(check, alias);
		before = alias;
		vpn = check_realm(check, VPNGW_VPN, alias->vpn);
		if (!vpn || vpn->vrf_deleted || alias_is_self(alias))
			continue;
		if (check_endpoint(&alias->inside).len < CHECK_HOST)
			alias_check_routes(check, vpn, alias);
		/* For a port or protocol it may be just that what is meant. */
		if (!alias_has_port(alias) && !alias->proto)
			alias_check_own(check, vpn, alias);
	}
}
