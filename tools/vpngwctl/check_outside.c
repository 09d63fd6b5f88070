// SPDX-License-Identifier: GPL-2.0
/* vpngwctl check: do packets for outside addresses come here? */
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "vpngwctl.h"

/**
 * struct outside - addresses whose way here is being looked at
 * @check: the check
 * @ext: their ext
 * @object: "pool" or "mapping"
 * @name: its name
 */
struct outside {
	struct check *check;
	const struct check_realm *ext;
	const char *object;
	const char *name;
};

enum way {
	WAY_HERE,	/* neighbours ask for them here, or somebody saw to it */
	WAY_UNKNOWN,	/* nothing says that they come here */
	WAY_ELSEWHERE,	/* a route leads to another device */
};

/* One route, or a next hop of it. */
static enum way outside_hop(const struct outside *outside,
			    const struct vpngw_rtnl_route *route)
{
	const struct check_device *device;

	switch (route->type) {
	case RTN_LOCAL:
	case RTN_BROADCAST:
		return WAY_HERE;
	case RTN_BLACKHOLE:
	case RTN_UNREACHABLE:
	case RTN_PROHIBIT:
		/* As it is put there for a routing daemon to announce. */
		return route->len ? WAY_HERE : WAY_UNKNOWN;
	case RTN_UNICAST:
		break;
	default:
		return WAY_UNKNOWN;
	}
	if (!route->len)
		return WAY_UNKNOWN;
	if (!route->ifindex)
		return WAY_HERE;
	device = check_device(outside->check, route->ifindex);
	if (!device || device->realm != outside->ext)
		return WAY_ELSEWHERE;
	return route->gateway ? WAY_UNKNOWN : WAY_HERE;
}

static enum way outside_way(const struct outside *outside,
			    const struct vpngw_rtnl_route *route)
{
	const struct vpngw_rtnl_route *hop = route;
	enum way way;

	if (!route)
		return WAY_UNKNOWN;
	way = outside_hop(outside, route);
	if (!route->multipath)
		return way;
	/* One that leads to the ext's own link will do. */
	while ((hop = check_route_next(outside->check, hop)) &&
	       hop->addr == route->addr && hop->len == route->len &&
	       hop->metric == route->metric)
		if (outside_hop(outside, hop) == WAY_HERE)
			way = WAY_HERE;
	return way;
}

/* Take a route away that leads elsewhere. */
static void outside_del_route(struct check *check,
			      const struct vpngw_rtnl_route *route)
{
	const struct vpngw_rtnl_link *link = check_link(check, route->ifindex);
	char prefix[PREFIX_STRLEN], table[12], metric[12];

	check_prefix_text(route->addr, route->len, prefix);
	sprintf(table, "%u", route->table);
	sprintf(metric, "%u", route->metric);
	if (link && !route->multipath)
		check_command(check, "ip", "route", "del", "table", table,
			      prefix, "metric", metric, "dev", link->name,
			      NULL);
	else
		check_command(check, "ip", "route", "del", "table", table,
			      prefix, "metric", metric, NULL);
}

static void outside_warn(const struct outside *outside, uint32_t addr,
			 uint8_t len, const struct vpngw_rtnl_route *route)
{
	const struct check_realm *ext = outside->ext;
	const struct vpngw_rtnl_link *link = NULL;
	struct check *check = outside->check;
	char prefix[PREFIX_STRLEN], table[12], via[PREFIX_STRLEN];
	bool elsewhere;

	check_prefix_text(addr, len, prefix);
	elsewhere = outside_way(outside, route) == WAY_ELSEWHERE;
	if (elsewhere)
		link = check_link(check, route->ifindex);
	if (link && !route->gateway &&
	    !check_device(check, link->ifindex)->realm && !link->table &&
	    !link->loopback) {
		check_command(check, "vpngwctl", "interface", "add",
			      link->name, "ext", ext->name, NULL);
		check_warn(check, outside->object, outside->name,
			   "not-routed-here",
			   "%s is in a network of %s, which is not bound to ext %s",
			   prefix, link->name, ext->name);
		return;
	}
	if (route && route->len >= len) {
		outside_del_route(check, route);
		check_prefix_text(route->addr, route->len, via);
		check_warn(check, outside->object, outside->name,
			   "not-routed-here",
			   "%s is routed to %s, by the route to %s",
			   prefix, elsewhere && link ? link->name :
			   "another router", via);
		return;
	}
	sprintf(table, "%u", check_table(ext));
	if (check_table(ext) == RT_TABLE_MAIN)
		check_command(check, "ip", "route", "add", prefix, "dev",
			      ext->device->name, NULL);
	else
		check_command(check, "ip", "route", "add", "table", table,
			      prefix, "dev", ext->device->name, NULL);
	check_warn(check, outside->object, outside->name, "not-routed-here",
		   "%s is in no network of ext %s, so that its routers have to send it here (there: ip route add %s via this gateway); when they do, or for a routing daemon to tell them, put a route here, too",
		   prefix, ext->name, prefix);
}

/* Do routes to it, or to its parts, leave nothing of a prefix to others? */
static bool outside_is_covered(const struct outside *outside, uint32_t addr,
			       uint8_t len)
{
	const struct vpngw_rtnl_route *route;

	route = check_routes(outside->check, check_table(outside->ext), addr,
			     len);
	if (!route || (route->addr & check_mask(len)) != addr)
		return false;
	if (route->addr == addr && route->len == len)
		return true;
	if (len == 32)
		return false;
	len++;
	return outside_is_covered(outside, addr, len) &&
	       outside_is_covered(outside, addr | UINT32_C(1) << (32 - len),
				  len);
}

/* Does the route to a whole prefix count, or only those to parts of it? */
static bool outside_has_gap(const struct outside *outside, uint32_t addr,
			    uint8_t len)
{
	uint8_t half = len + 1;

	return len == 32 || !outside_is_covered(outside, addr, half) ||
	       !outside_is_covered(outside, addr | UINT32_C(1) << (32 - half),
				   half);
}

static void outside_check_prefix(const struct outside *outside, uint32_t addr,
				 uint8_t len)
{
	const struct vpngw_rtnl_route *route, *before = NULL;
	uint32_t table = check_table(outside->ext);

	route = check_route(outside->check, table, addr, len);
	if (outside_way(outside, route) != WAY_HERE &&
	    outside_has_gap(outside, addr, len))
		outside_warn(outside, addr, len, route);
	if (len == 32)
		return;
	route = check_routes(outside->check, table, addr, len + 1);
	for (; route && (route->addr & check_mask(len)) == addr;
	     route = check_route_next(outside->check, route)) {
		/* Of several the one with the best metric counts. */
		if (before && before->addr == route->addr &&
		    before->len == route->len)
			continue;
		before = route;
		if (outside_way(outside, route) != WAY_HERE)
			outside_warn(outside, route->addr, route->len, route);
	}
}

/* As the prefixes it is made of, since that is how it is routed. */
static void outside_check_range(const struct outside *outside, uint32_t first,
				uint32_t last)
{
	for (;;) {
		uint8_t len = 32;

		while (len && !(first & ~check_mask(len - 1)) &&
		       (first | ~check_mask(len - 1)) <= last)
			len--;
		outside_check_prefix(outside, first, len);
		if ((first | ~check_mask(len)) >= last)
			return;
		first = (first | ~check_mask(len)) + 1;
	}
}

/* The ext, if there is any use in looking: its devices are bound and up. */
static const struct check_realm *outside_ext(const struct check *check,
					     const char *name)
{
	const struct check_realm *ext = check_realm(check, VPNGW_EXT, name);

	return ext && ext->device && !ext->down && !ext->vrf_deleted ? ext :
								       NULL;
}

static void outside_check_pool(struct check *check,
			       const struct vpngw_pool *pool)
{
	const struct outside outside = {
		.check = check,
		.ext = outside_ext(check, pool->ext),
		.object = "pool",
		.name = pool->name,
	};
	size_t i;

	if (!outside.ext)
		return;
	for (i = 0; i < pool->n_ranges; i++)
		if (pool->ranges[i].first.len == 4)
			outside_check_range(&outside,
					    check_addr(&pool->ranges[i].first),
					    check_addr(&pool->ranges[i].last));
}

/* Was the address looked at before, of a pool or of another mapping? */
static bool outside_is_known(const struct check *check,
			     const struct vpngw_mapping *mapping)
{
	uint32_t addr = check_addr(&mapping->outside.addr);
	size_t i, j;

	for (i = 0; i < check->config.n; i++) {
		const struct vpngw_object *obj = &check->config.items[i].obj;

		if (obj->kind == VPNGW_POOL &&
		    !strcmp(obj->pool.ext, mapping->ext)) {
			for (j = 0; j < obj->pool.n_ranges; j++)
				if (check_addr(&obj->pool.ranges[j].first) <=
				    addr &&
				    check_addr(&obj->pool.ranges[j].last) >=
				    addr)
					return true;
		} else if (obj->kind == VPNGW_MAPPING) {
			if (&obj->mapping == mapping)
				return false;
			if (!strcmp(obj->mapping.ext, mapping->ext) &&
			    check_addr(&obj->mapping.outside.addr) == addr)
				return true;
		}
	}
	return false;
}

static void outside_check_mapping(struct check *check,
				  const struct vpngw_mapping *mapping)
{
	char text[PREFIX_STRLEN], name[VPNGW_NAME_MAX + 2 + PREFIX_STRLEN];
	const struct outside outside = {
		.check = check,
		.ext = outside_ext(check, mapping->ext),
		.object = "mapping",
		.name = name,
	};
	uint32_t addr = check_addr(&mapping->outside.addr);

	if (!outside.ext || mapping->outside.addr.len != 4 ||
	    outside_way(&outside, check_route(check, check_table(outside.ext),
					      addr, 32)) == WAY_HERE ||
	    outside_is_known(check, mapping))
		return;
	snprintf(name, sizeof(name), "%s %s", mapping->vpn,
		 check_prefix_text(addr, 32, text));
	outside_check_prefix(&outside, addr, 32);
}

/**
 * check_outside - addresses of pools and static mappings
 * @check: the check
 *
 * What comes in by an interface of the ext is translated whatever routes there
 * are here.  But it comes only if it is asked for there, by ARP, or if the
 * routers there send it, which the routes here can but tell.
 */
void check_outside(struct check *check)
{
	size_t i;

	for (i = 0; i < check->config.n; i++) {
		const struct vpngw_object *obj = &check->config.items[i].obj;

		if (obj->kind == VPNGW_POOL)
			outside_check_pool(check, &obj->pool);
		else if (obj->kind == VPNGW_MAPPING)
			outside_check_mapping(check, &obj->mapping);
	}
}
