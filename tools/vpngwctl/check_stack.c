// SPDX-License-Identifier: GPL-2.0
/* Questions that the checks have to what was read of the IP stack. */
#include <linux/rtnetlink.h>
#include <stdlib.h>

#include "check.h"
#include "vpngwctl.h"

static int stack_cmp_link(const void *a, const void *b)
{
	const struct vpngw_rtnl_link *x = a, *y = b;

	return x->ifindex < y->ifindex ? -1 : x->ifindex > y->ifindex;
}

/**
 * check_link - find a device by its index
 * @check: the check
 * @ifindex: its index
 *
 * Return: the device or NULL.
 */
const struct vpngw_rtnl_link *check_link(const struct check *check,
					 uint32_t ifindex)
{
	const struct vpngw_rtnl_link key = { .ifindex = ifindex };

	if (!check->stack.n_links)
		return NULL;
	return bsearch(&key, check->stack.links, check->stack.n_links,
		       sizeof(key), stack_cmp_link);
}

/**
 * check_device - find out whose a device is
 * @check: the check
 * @ifindex: its index
 *
 * Return: what is known of it; NULL when there is no such device.
 */
const struct check_device *check_device(const struct check *check,
					uint32_t ifindex)
{
	const struct vpngw_rtnl_link *link = check_link(check, ifindex);

	return link ? &check->devices[link - check->stack.links] : NULL;
}

/**
 * check_realm - find a vpn or ext
 * @check: the check
 * @kind: which of them
 * @name: its name
 *
 * Return: the vpn or ext, or NULL.
 */
struct check_realm *check_realm(const struct check *check,
				enum vpngw_kind kind, const char *name)
{
	const struct config_item *item = config_find(&check->config, kind,
						     name);

	return item ? &check->realms[item - check->config.items] : NULL;
}

/**
 * check_table - the table that packets into a vpn or ext are routed by
 * @realm: the vpn or ext
 */
uint32_t check_table(const struct check_realm *realm)
{
	return realm->table ? realm->table : RT_TABLE_MAIN;
}

/* The first route that is not less than this, in the order they are in. */
static size_t stack_lower_bound(const struct check *check, uint32_t table,
				const struct vpngw_rtnl_prefix *prefix)
{
	size_t from = 0, to = check->stack.n_routes;

	while (from < to) {
		size_t at = from + (to - from) / 2;
		const struct vpngw_rtnl_route *route = &check->stack.routes[at];

		if (route->table < table ||
		    (route->table == table &&
		     vpngw_rtnl_cmp_prefix(&route->dst, prefix) < 0))
			from = at + 1;
		else
			to = at;
	}
	return from;
}

/**
 * check_route - find the route to a whole prefix, as the stack would
 * @check: the check
 * @table: the table
 * @prefix: the prefix
 *
 * Routes with a longer prefix are not looked at.
 *
 * Return: the route with the longest prefix and the best metric; the others of
 * its next hops follow it.  NULL when there is none.
 */
const struct vpngw_rtnl_route *
check_route(const struct check *check, uint32_t table,
	    const struct vpngw_rtnl_prefix *prefix)
{
	int least = check_all(check_version(prefix)).len, try;

	for (try = prefix->len; try >= least; try--) {
		struct vpngw_rtnl_prefix wide = check_prefix(&prefix->addr,
							     try);
		size_t at = stack_lower_bound(check, table, &wide);
		const struct vpngw_rtnl_route *route;

		if (at == check->stack.n_routes)
			continue;
		route = &check->stack.routes[at];
		if (route->table == table &&
		    !vpngw_rtnl_cmp_prefix(&route->dst, &wide))
			return route->type == RTN_THROW ? NULL : route;
	}
	return NULL;
}

/**
 * check_routes - the first route of a table from a prefix on
 * @check: the check
 * @table: the table
 * @from: the prefix: routes to the same address with shorter ones come before
 *
 * Return: the route, or NULL.
 */
const struct vpngw_rtnl_route *
check_routes(const struct check *check, uint32_t table,
	     const struct vpngw_rtnl_prefix *from)
{
	size_t at = stack_lower_bound(check, table, from);
	const struct vpngw_rtnl_route *route = &check->stack.routes[at];

	if (at == check->stack.n_routes || route->table != table ||
	    check_version(&route->dst) != check_version(from))
		return NULL;
	return route;
}

/**
 * check_route_next - the next route of the same table and version
 * @check: the check
 * @at: a route
 *
 * Return: the route, or NULL.
 */
const struct vpngw_rtnl_route *check_route_next(const struct check *check,
						const struct vpngw_rtnl_route *at)
{
	const struct vpngw_rtnl_route *next = at + 1;

	if (next == check->stack.routes + check->stack.n_routes ||
	    next->table != at->table ||
	    check_version(&next->dst) != check_version(&at->dst))
		return NULL;
	return next;
}

/**
 * check_leads - does any route, of either version, lead to a device?
 * @check: the check
 * @table: the table to look in
 * @ifindex: the device
 * @unknown: what to say of a route that does not tell where it leads, as one
 *	by a nexthop object may
 *
 * Return: true if one does.
 */
bool check_leads(const struct check *check, uint32_t table, uint32_t ifindex,
		 bool unknown)
{
	enum vpngw_rtnl_version version;

	for (version = 0; version < VPNGW_RTNL_VERSIONS; version++) {
		struct vpngw_rtnl_prefix all = check_all(version);
		const struct vpngw_rtnl_route *route;

		route = check_routes(check, table, &all);
		for (; route; route = check_route_next(check, route))
			if (route->type == RTN_UNICAST &&
			    (route->ifindex ? route->ifindex == ifindex :
					      unknown))
				return true;
	}
	return false;
}
