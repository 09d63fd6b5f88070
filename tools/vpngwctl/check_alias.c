// SPDX-License-Identifier: GPL-2.0
/* vpngwctl check: do aliases work in their VPNs? */
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "vpngwctl.h"

/* As it is typed. */
#define ALIAS_STRLEN	(PREFIX_STRLEN + 8)

static uint8_t alias_len(const struct vpngw_alias *alias)
{
	return alias->inside.has & VPNGW_HAS(VPNGW_A_ENDPOINT_PREFIX_LEN) ?
	       alias->inside.prefix_len : 32;
}

static bool alias_has_port(const struct vpngw_alias *alias)
{
	return alias->inside.has & VPNGW_HAS(VPNGW_A_ENDPOINT_PORT);
}

/* An alias onto itself leaves the VPN what the VPN has. */
static bool alias_is_self(const struct vpngw_alias *alias)
{
	return check_addr(&alias->inside.addr) ==
	       check_addr(&alias->server.addr);
}

static void alias_warn(struct check *check, const struct vpngw_alias *alias,
		       const char *problem, const char *sentence)
{
	char text[PREFIX_STRLEN], name[VPNGW_NAME_MAX + 2 + PREFIX_STRLEN];

	check_prefix_text(check_addr(&alias->inside.addr), alias_len(alias),
			  text);
	snprintf(name, sizeof(name), "%s %s", alias->vpn, text);
	check_warn(check, "alias", name, problem, "%s", sentence);
}

static void alias_command_del(struct check *check,
			      const struct vpngw_alias *alias)
{
	char text[PREFIX_STRLEN], proto[4];

	check_prefix_text(check_addr(&alias->inside.addr), alias_len(alias),
			  text);
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
	if (route->type != RTN_UNICAST || route->len < len)
		return false;
	if (!vpn->table && !alias_is_device(check, vpn, route->ifindex))
		return false;
	/* What a routing daemon learns is no mistake that is made here. */
	return !route->gateway ||
	       (route->len > len && (route->protocol == RTPROT_BOOT ||
				     route->protocol == RTPROT_STATIC));
}

static void alias_tell_shadow(struct check *check,
			      const struct vpngw_alias *alias,
			      const struct vpngw_rtnl_route *route)
{
	const struct vpngw_rtnl_link *link = check_link(check, route->ifindex);
	char text[PREFIX_STRLEN], table[12], metric[12], sentence[256];
	const char *device = link ? link->name : "a device";

	check_prefix_text(route->addr, route->len, text);
	if (!route->gateway && route->len == alias_len(alias)) {
		alias_command_del(check, alias);
		snprintf(sentence, sizeof(sentence),
			 "it is the VPN's own network on %s, whose hosts the gateway answers ARP for; choose another prefix",
			 device);
	} else if (!route->gateway) {
		alias_command_del(check, alias);
		snprintf(sentence, sizeof(sentence),
			 "%s in it is the VPN's own network on %s, and goes there rather than to servers; choose another prefix",
			 text, device);
	} else {
		sprintf(table, "%u", route->table);
		sprintf(metric, "%u", route->metric);
		check_command(check, "ip", "route", "del", "table", table,
			      text, "metric", metric, NULL);
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
	uint32_t addr = check_addr(&alias->inside.addr);
	const struct vpngw_rtnl_route *route, *told = NULL;
	uint8_t len = alias_len(alias);

	route = check_routes(check, check_table(vpn), addr, 0);
	for (; route && (route->addr & check_mask(len)) == addr;
	     route = check_route_next(check, route)) {
		/* One of several next hops or metrics is enough. */
		if ((told && told->addr == route->addr &&
		     told->len == route->len) ||
		    !alias_is_shadow(check, vpn, len, route))
			continue;
		alias_tell_shadow(check, alias, route);
		told = route;
	}
}

/* The gateway's own addresses stay its own in a prefix, but not as an alias. */
static void alias_check_own(struct check *check, const struct check_realm *vpn,
			    const struct vpngw_alias *alias)
{
	uint32_t prefix = check_addr(&alias->inside.addr);
	char sentence[256], text[PREFIX_STRLEN];
	uint8_t len = alias_len(alias);
	size_t i;

	for (i = 0; i < check->stack.n_addrs; i++) {
		const struct vpngw_rtnl_addr *addr = &check->stack.addrs[i];

		if ((addr->addr & check_mask(len)) != prefix ||
		    !alias_is_device(check, vpn, addr->ifindex))
			continue;
		/* That network was told already. */
		if (addr->len >= len && addr->len < 32)
			continue;
		alias_command_del(check, alias);
		check_prefix_text(addr->addr, 32, text);
		if (len == 32)
			snprintf(sentence, sizeof(sentence),
				 "%s is the gateway's own address on %s, too, and nobody in the VPN reaches the gateway by it any more; choose another",
				 text, check_link(check, addr->ifindex)->name);
		else
			snprintf(sentence, sizeof(sentence),
				 "%s in it is the gateway's own address on %s, and does not lead to a server; choose another prefix",
				 text, check_link(check, addr->ifindex)->name);
		alias_warn(check, alias, len == 32 ? "alias-own-address" :
						     "alias-shadowed",
			   sentence);
	}
}

/* Will anything stand outside for the hosts that use this alias? */
static bool alias_has_outside(const struct check *check,
			      const struct vpngw_alias *alias)
{
	size_t i;

	for (i = 0; i < check->config.n; i++) {
		const struct vpngw_object *obj = &check->config.items[i].obj;

		if (obj->kind == VPNGW_POOL &&
		    !strcmp(obj->pool.ext, alias->ext) &&
		    (!*obj->pool.vpn || !strcmp(obj->pool.vpn, alias->vpn)))
			return true;
		if (obj->kind == VPNGW_MAPPING &&
		    !strcmp(obj->mapping.ext, alias->ext) &&
		    !strcmp(obj->mapping.vpn, alias->vpn))
			return true;
	}
	return false;
}

/* Did an alias before this one have the same vpn and ext? */
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
		    !strcmp(obj->alias.ext, alias->ext))
			return true;
	}
	return false;
}

static void alias_check_pool(struct check *check,
			     const struct vpngw_alias *alias)
{
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
		   "it has aliases of servers in ext %s, but there no pool that it may use, nor a static mapping, so that nothing stands for its hosts; put outside addresses in the place of ADDRESSES",
		   alias->ext);
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

		if (obj->kind != VPNGW_ALIAS || alias->inside.addr.len != 4)
			continue;
		/* Most often those of a VPN follow each other. */
		if (!before || strcmp(before->vpn, alias->vpn) ||
		    strcmp(before->ext, alias->ext))
			alias_check_pool(check, alias);
		before = alias;
		vpn = check_realm(check, VPNGW_VPN, alias->vpn);
		if (!vpn || vpn->vrf_deleted || alias_is_self(alias))
			continue;
		if (alias_len(alias) < 32)
			alias_check_routes(check, vpn, alias);
		/* For a port or protocol it may be just that what is meant. */
		if (!alias_has_port(alias) && !alias->proto)
			alias_check_own(check, vpn, alias);
	}
}
