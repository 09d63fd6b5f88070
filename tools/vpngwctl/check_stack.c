// SPDX-License-Identifier: GPL-2.0
/* Questions that the checks have to what was read of the IP stack. */
#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/**
 * check_mask - the mask of a prefix length
 * @len: the length
 */
uint32_t check_mask(uint8_t len)
{
	return len ? UINT32_MAX << (32 - len) : 0;
}

/**
 * check_addr - an IPv4 address in host byte order
 * @addr: the address
 */
uint32_t check_addr(const struct vpngw_addr *addr)
{
	uint32_t number;

	memcpy(&number, addr->bytes, sizeof(number));
	return ntohl(number);
}

/**
 * check_prefix_text - an IPv4 prefix as it is typed
 * @addr: its address
 * @len: its length; 32 is left out
 * @text: room of PREFIX_STRLEN
 *
 * Return: @text.
 */
const char *check_prefix_text(uint32_t addr, uint8_t len, char *text)
{
	const struct in_addr in = { .s_addr = htonl(addr) };

	inet_ntop(AF_INET, &in, text, PREFIX_STRLEN);
	if (len < 32)
		sprintf(text + strlen(text), "/%u", len);
	return text;
}

/* The first route that is not less than this, in the order they are in. */
static size_t stack_lower_bound(const struct check *check, uint32_t table,
				uint32_t addr, uint8_t len)
{
	size_t from = 0, to = check->stack.n_routes;

	while (from < to) {
		size_t at = from + (to - from) / 2;
		const struct vpngw_rtnl_route *route = &check->stack.routes[at];

		if (route->table < table ||
		    (route->table == table &&
		     (route->addr < addr ||
		      (route->addr == addr && route->len < len))))
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
 * @addr: address of the prefix
 * @len: length of the prefix
 *
 * Routes with a longer prefix are not looked at.
 *
 * Return: the route with the longest prefix and the best metric; the others of
 * its next hops follow it.  NULL when there is none.
 */
const struct vpngw_rtnl_route *check_route(const struct check *check,
					   uint32_t table, uint32_t addr,
					   uint8_t len)
{
	int try;

	for (try = len; try >= 0; try--) {
		uint32_t first = addr & check_mask(try);
		size_t at = stack_lower_bound(check, table, first, try);
		const struct vpngw_rtnl_route *route;

		if (at == check->stack.n_routes)
			continue;
		route = &check->stack.routes[at];
		if (route->table == table && route->addr == first &&
		    route->len == try)
			return route->type == RTN_THROW ? NULL : route;
	}
	return NULL;
}

/**
 * check_routes - the first route of a table from a prefix on
 * @check: the check
 * @table: the table
 * @addr: address of the prefix
 * @len: its length: routes to the same address with shorter ones come before
 *
 * Return: the route, or NULL.
 */
const struct vpngw_rtnl_route *check_routes(const struct check *check,
					    uint32_t table, uint32_t addr,
					    uint8_t len)
{
	size_t at = stack_lower_bound(check, table, addr, len);

	if (at == check->stack.n_routes ||
	    check->stack.routes[at].table != table)
		return NULL;
	return &check->stack.routes[at];
}

/**
 * check_route_next - the next route of the same table
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
	    next->table != at->table)
		return NULL;
	return next;
}

/**
 * check_leads - does any route lead to a device?
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
	const struct vpngw_rtnl_route *route = check_routes(check, table, 0, 0);

	for (; route; route = check_route_next(check, route))
		if (route->type == RTN_UNICAST &&
		    (route->ifindex ? route->ifindex == ifindex : unknown))
			return true;
	return false;
}
