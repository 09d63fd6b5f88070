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
	case RTN_ANYCAST:
		return WAY_HERE;
	case RTN_BLACKHOLE:
	case RTN_UNREACHABLE:
	case RTN_PROHIBIT:
		/* As it is put there for a routing daemon to announce. */
		return check_is_all(&route->dst) ? WAY_UNKNOWN : WAY_HERE;
	case RTN_UNICAST:
		break;
	default:
		return WAY_UNKNOWN;
	}
	if (check_is_all(&route->dst))
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
	       !vpngw_rtnl_cmp_prefix(&hop->dst, &route->dst) &&
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

	check_prefix_text(&route->dst, prefix);
	sprintf(table, "%u", route->table);
	sprintf(metric, "%u", route->metric);
	if (link && !route->multipath)
		check_command(check, check_ip(&route->dst), "route", "del",
			      "table", table, prefix, "metric", metric, "dev",
			      link->name, NULL);
	else
		check_command(check, check_ip(&route->dst), "route", "del",
			      "table", table, prefix, "metric", metric, NULL);
}

static void outside_warn(const struct outside *outside,
			 const struct vpngw_rtnl_prefix *addrs,
			 const struct vpngw_rtnl_route *route)
{
	const struct check_realm *ext = outside->ext;
	const struct vpngw_rtnl_link *link = NULL;
	struct check *check = outside->check;
	char prefix[PREFIX_STRLEN], table[12], via[PREFIX_STRLEN];
	bool elsewhere;

	check_prefix_text(addrs, prefix);
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
	if (route && route->dst.len >= addrs->len) {
		outside_del_route(check, route);
		check_prefix_text(&route->dst, via);
		check_warn(check, outside->object, outside->name,
			   "not-routed-here",
			   "%s is routed to %s, by the route to %s",
			   prefix, elsewhere && link ? link->name :
			   "another router", via);
		return;
	}
	sprintf(table, "%u", check_table(ext));
	if (check_table(ext) == RT_TABLE_MAIN)
		check_command(check, check_ip(addrs), "route", "add", prefix,
			      "dev", ext->device->name, NULL);
	else
		check_command(check, check_ip(addrs), "route", "add", "table",
			      table, prefix, "dev", ext->device->name, NULL);
	check_warn(check, outside->object, outside->name, "not-routed-here",
		   "%s is in no network of ext %s, so that its routers have to send it here (there: %s route add %s via this gateway); when they do, or for a routing daemon to tell them, put a route here, too",
		   prefix, ext->name, check_ip(addrs), prefix);
}

/* Do routes to it, or to its parts, leave nothing of a prefix to others? */
static bool outside_is_covered(const struct outside *outside,
			       const struct vpngw_rtnl_prefix *addrs)
{
	const struct vpngw_rtnl_route *route;
	struct vpngw_rtnl_prefix lower, upper;

	route = check_routes(outside->check, check_table(outside->ext), addrs);
	if (!route || !check_has(addrs, &route->dst.addr))
		return false;
	if (!vpngw_rtnl_cmp_prefix(&route->dst, addrs))
		return true;
	if (addrs->len == CHECK_HOST)
		return false;
	lower = check_half(addrs, false);
	upper = check_half(addrs, true);
	return outside_is_covered(outside, &lower) &&
	       outside_is_covered(outside, &upper);
}

/* Does the route to a whole prefix count, or only those to parts of it? */
static bool outside_has_gap(const struct outside *outside,
			    const struct vpngw_rtnl_prefix *addrs)
{
	struct vpngw_rtnl_prefix lower, upper;

	if (addrs->len == CHECK_HOST)
		return true;
	lower = check_half(addrs, false);
	upper = check_half(addrs, true);
	return !outside_is_covered(outside, &lower) ||
	       !outside_is_covered(outside, &upper);
}

static void outside_check_prefix(const struct outside *outside,
				 const struct vpngw_rtnl_prefix *addrs)
{
	const struct vpngw_rtnl_route *route, *before = NULL;
	uint32_t table = check_table(outside->ext);

	route = check_route(outside->check, table, addrs);
	if (outside_way(outside, route) != WAY_HERE &&
	    outside_has_gap(outside, addrs))
		outside_warn(outside, addrs, route);
	route = check_routes(outside->check, table, addrs);
	for (; route && check_has(addrs, &route->dst.addr);
	     route = check_route_next(outside->check, route)) {
		/* Of several the one with the best metric counts. */
		if (!vpngw_rtnl_cmp_prefix(&route->dst, addrs) ||
		    (before && !vpngw_rtnl_cmp_prefix(&before->dst,
						      &route->dst)))
			continue;
		before = route;
		if (outside_way(outside, route) != WAY_HERE)
			outside_warn(outside, &route->dst, route);
	}
}

/* The largest prefix that begins a range. */
static struct vpngw_rtnl_prefix outside_first(const struct in6_addr *first,
					      const struct in6_addr *last)
{
	struct vpngw_rtnl_prefix addrs = check_host(*first), wider;
	struct in6_addr end;

	while (!check_is_all(&addrs)) {
		wider = check_prefix(first, addrs.len - 1);
		end = check_last(&wider);
		if (check_cmp(&wider.addr, first) || check_cmp(&end, last) > 0)
			break;
		addrs = wider;
	}
	return addrs;
}

/* As the prefixes it is made of, since that is how it is routed. */
static void outside_check_range(const struct outside *outside,
				const struct vpngw_range *range)
{
	struct in6_addr first = check_addr(&range->first), end;
	const struct in6_addr last = check_addr(&range->last);

	for (;;) {
		struct vpngw_rtnl_prefix addrs = outside_first(&first, &last);

		outside_check_prefix(outside, &addrs);
		end = check_last(&addrs);
		if (check_cmp(&end, &last) >= 0)
			return;
		first = check_next(end);
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
		outside_check_range(&outside, &pool->ranges[i]);
}

/* Of one version, as ranges are. */
static bool outside_in_range(const struct vpngw_range *range,
			     const struct vpngw_rtnl_prefix *addrs)
{
	struct in6_addr first = check_addr(&range->first);
	struct in6_addr last = check_addr(&range->last);
	struct in6_addr end = check_last(addrs);

	return vpngw_rtnl_version(&first) == check_version(addrs) &&
	       check_cmp(&first, &addrs->addr) <= 0 &&
	       check_cmp(&last, &end) >= 0;
}

/* Was it looked at before, as a part of a pool or of another mapping? */
static bool outside_is_known(const struct check *check,
			     const struct vpngw_mapping *mapping)
{
	struct vpngw_rtnl_prefix addrs = check_endpoint(&mapping->outside);
	struct vpngw_rtnl_prefix other;
	size_t i, j;

	for (i = 0; i < check->config.n; i++) {
		const struct vpngw_object *obj = &check->config.items[i].obj;

		if (obj->kind == VPNGW_POOL &&
		    !strcmp(obj->pool.ext, mapping->ext)) {
			for (j = 0; j < obj->pool.n_ranges; j++)
				if (outside_in_range(&obj->pool.ranges[j],
						     &addrs))
					return true;
		} else if (obj->kind == VPNGW_MAPPING) {
			if (&obj->mapping == mapping)
				return false;
			other = check_endpoint(&obj->mapping.outside);
			if (!strcmp(obj->mapping.ext, mapping->ext) &&
			    !vpngw_rtnl_cmp_prefix(&other, &addrs))
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
	struct vpngw_rtnl_prefix addrs = check_endpoint(&mapping->outside);

	/* Most often that is all, whatever number there is. */
	if (!outside.ext ||
	    (addrs.len == CHECK_HOST &&
	     outside_way(&outside, check_route(check, check_table(outside.ext),
					       &addrs)) == WAY_HERE) ||
	    outside_is_known(check, mapping))
		return;
	snprintf(name, sizeof(name), "%s %s", mapping->vpn,
		 check_prefix_text(&addrs, text));
	outside_check_prefix(&outside, &addrs);
}

/**
 * check_outside - addresses of pools and static mappings
 * @check: the check
 *
 * What comes in by an interface of the ext is translated whatever routes there
 * are here.  But it comes only if it is asked for there, by ARP or neighbour
 * discovery, or if the routers there send it, which the routes here can but tell.
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
