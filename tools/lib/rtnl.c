// SPDX-License-Identifier: GPL-2.0
/* Reads what the IP stack of this network namespace has. */
#include "rtnl.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/fib_rules.h>
#include <linux/if_link.h>
#include <linux/ipv6.h>
#include <linux/netconf.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "libvpngw.h"
#include "nl.h"

#define RTNL_ATTRS	64

/**
 * struct rtnl_reading - what is being read
 * @rtnl: where to put it
 * @version: of what is asked for; where the kernel does not have it, it may
 *	answer with all that it has
 * @main_rule: priority of the first rule that leads to the main table
 * @vrf_rule: priority of the first rule that ends lookups in VRFs
 */
struct rtnl_reading {
	struct vpngw_rtnl *rtnl;
	enum vpngw_rtnl_version version;
	uint32_t main_rule;
	uint32_t vrf_rule;
};

static void rtnl_sort_attrs(const struct nlattr *attr, int len,
			    const struct nlattr **attrs)
{
	memset(attrs, 0, RTNL_ATTRS * sizeof(*attrs));
	for (; mnl_attr_ok(attr, len); attr = mnl_attr_next(attr)) {
		uint16_t type = mnl_attr_get_type(attr);

		if (type < RTNL_ATTRS)
			attrs[type] = attr;
		len -= MNL_ALIGN(attr->nla_len);
	}
}

/* The header of the message; NULL when it is too short to have one. */
static const void *rtnl_parse(const struct nlmsghdr *nlh, size_t len,
			      const struct nlattr **attrs)
{
	if (mnl_nlmsg_get_payload_len(nlh) < len)
		return NULL;
	rtnl_sort_attrs(mnl_nlmsg_get_payload_offset(nlh, len),
			(int)mnl_nlmsg_get_payload_len(nlh) -
			(int)MNL_ALIGN(len), attrs);
	return mnl_nlmsg_get_payload(nlh);
}

static void rtnl_sort_nested(const struct nlattr *nest,
			     const struct nlattr **attrs)
{
	rtnl_sort_attrs(mnl_attr_get_payload(nest),
			mnl_attr_get_payload_len(nest), attrs);
}

static uint32_t rtnl_u32(const struct nlattr *attr)
{
	if (!attr || mnl_attr_get_payload_len(attr) < sizeof(uint32_t))
		return 0;
	return mnl_attr_get_u32(attr);
}

static uint8_t rtnl_family(const struct rtnl_reading *reading)
{
	return reading->version == VPNGW_RTNL_V4 ? AF_INET : AF_INET6;
}

/* Without an address it is the first one of all. */
static bool rtnl_prefix(const struct rtnl_reading *reading,
			const struct nlattr *attr, uint8_t len,
			struct vpngw_rtnl_prefix *prefix)
{
	bool v4 = reading->version == VPNGW_RTNL_V4;
	size_t size = v4 ? sizeof(struct in_addr) : sizeof(struct in6_addr);
	uint8_t *bytes = prefix->addr.s6_addr;

	memset(prefix, 0, sizeof(*prefix));
	if (v4)
		memset(bytes + 10, 0xff, 2);
	prefix->len = len + 8 * (sizeof(struct in6_addr) - size);
	if (!attr)
		return true;
	if (mnl_attr_get_payload_len(attr) < size)
		return false;
	memcpy(bytes + sizeof(struct in6_addr) - size,
	       mnl_attr_get_payload(attr), size);
	return true;
}

static void rtnl_string(const struct nlattr *attr, char *string, size_t size)
{
	size_t len;

	if (!attr)
		return;
	len = mnl_attr_get_payload_len(attr);
	if (len >= size)
		len = size - 1;
	memcpy(string, mnl_attr_get_payload(attr), len);
	string[len] = '\0';
}

/* Make place for one more; there is some unless @n is a power of two. */
static void *rtnl_grow(void *list, size_t n, size_t size)
{
	return n & (n - 1) ? list : reallocarray(list, n ? n * 2 : 1, size);
}

/* disable_ipv6 of a device that has settings for it. */
static bool rtnl_is_off6(const struct nlattr *spec)
{
	const struct nlattr *families[RTNL_ATTRS], *attrs[RTNL_ATTRS];
	const struct nlattr *conf;

	if (!spec)
		return false;
	rtnl_sort_nested(spec, families);
	if (!families[AF_INET6])
		return false;
	rtnl_sort_nested(families[AF_INET6], attrs);
	conf = attrs[IFLA_INET6_CONF];
	if (!conf || mnl_attr_get_payload_len(conf) <=
		     DEVCONF_DISABLE_IPV6 * sizeof(int32_t))
		return false;
	return ((const int32_t *)
		mnl_attr_get_payload(conf))[DEVCONF_DISABLE_IPV6];
}

static int rtnl_take_link(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *attrs[RTNL_ATTRS], *info[RTNL_ATTRS];
	struct vpngw_rtnl *rtnl = ((struct rtnl_reading *)arg)->rtnl;
	struct vpngw_rtnl_link *links, *link;
	const struct ifinfomsg *msg;

	msg = rtnl_parse(nlh, sizeof(*msg), attrs);
	if (!msg)
		return -EPROTO;
	links = rtnl_grow(rtnl->links, rtnl->n_links, sizeof(*links));
	if (!links)
		return -ENOMEM;
	rtnl->links = links;
	link = &links[rtnl->n_links++];
	memset(link, 0, sizeof(*link));
	link->ifindex = msg->ifi_index;
	link->up = msg->ifi_flags & IFF_UP;
	link->loopback = msg->ifi_flags & IFF_LOOPBACK;
	link->master = rtnl_u32(attrs[IFLA_MASTER]);
	link->mtu = rtnl_u32(attrs[IFLA_MTU]);
	link->off[VPNGW_RTNL_V6] = rtnl_is_off6(attrs[IFLA_AF_SPEC]);
	rtnl_string(attrs[IFLA_IFNAME], link->name, sizeof(link->name));
	if (!attrs[IFLA_LINKINFO])
		return 0;
	rtnl_sort_nested(attrs[IFLA_LINKINFO], info);
	rtnl_string(info[IFLA_INFO_KIND], link->kind, sizeof(link->kind));
	if (info[IFLA_INFO_DATA] && !strcmp(link->kind, "vrf")) {
		rtnl_sort_nested(info[IFLA_INFO_DATA], attrs);
		link->table = rtnl_u32(attrs[IFLA_VRF_TABLE]);
	}
	return 0;
}

static int rtnl_cmp_link(const void *a, const void *b)
{
	const struct vpngw_rtnl_link *x = a, *y = b;

	return x->ifindex < y->ifindex ? -1 : x->ifindex > y->ifindex;
}

static int rtnl_take_conf(const struct nlmsghdr *nlh, void *arg)
{
	const struct rtnl_reading *reading = arg;
	struct vpngw_rtnl *rtnl = reading->rtnl;
	const struct nlattr *attrs[RTNL_ATTRS];
	struct vpngw_rtnl_link key = {}, *link;
	const struct netconfmsg *msg;
	uint32_t rp_filter;
	bool forwarding;
	int32_t ifindex;

	msg = rtnl_parse(nlh, sizeof(*msg), attrs);
	if (!msg)
		return -EPROTO;
	if (msg->ncm_family != rtnl_family(reading))
		return 0;
	if (!attrs[NETCONFA_IFINDEX])
		return -EPROTO;
	ifindex = rtnl_u32(attrs[NETCONFA_IFINDEX]);
	forwarding = rtnl_u32(attrs[NETCONFA_FORWARDING]);
	rp_filter = rtnl_u32(attrs[NETCONFA_RP_FILTER]);
	if (ifindex == NETCONFA_IFINDEX_ALL) {
		rtnl->forwarding[reading->version] = forwarding;
		if (attrs[NETCONFA_RP_FILTER])
			rtnl->rp_filter = rp_filter;
		return 0;
	}
	key.ifindex = ifindex;
	link = rtnl->n_links ?
	       bsearch(&key, rtnl->links, rtnl->n_links, sizeof(*link),
		       rtnl_cmp_link) : NULL;
	if (link) {
		link->conf[reading->version] = true;
		link->forwarding[reading->version] = forwarding;
		if (attrs[NETCONFA_RP_FILTER])
			link->rp_filter = rp_filter;
	}
	return 0;
}

static int rtnl_take_addr(const struct nlmsghdr *nlh, void *arg)
{
	const struct rtnl_reading *reading = arg;
	struct vpngw_rtnl *rtnl = reading->rtnl;
	const struct nlattr *attrs[RTNL_ATTRS], *attr;
	struct vpngw_rtnl_addr *addrs, addr;
	const struct ifaddrmsg *msg;

	msg = rtnl_parse(nlh, sizeof(*msg), attrs);
	if (!msg)
		return -EPROTO;
	/* IPv6 has the former only where there is a peer. */
	attr = attrs[IFA_LOCAL] ? attrs[IFA_LOCAL] : attrs[IFA_ADDRESS];
	if (msg->ifa_family != rtnl_family(reading) || !attr)
		return 0;
	addr.ifindex = msg->ifa_index;
	if (!rtnl_prefix(reading, attr, msg->ifa_prefixlen, &addr.addr))
		return -EPROTO;
	addrs = rtnl_grow(rtnl->addrs, rtnl->n_addrs, sizeof(*addrs));
	if (!addrs)
		return -ENOMEM;
	rtnl->addrs = addrs;
	addrs[rtnl->n_addrs++] = addr;
	return 0;
}

static int rtnl_add_route(struct vpngw_rtnl *rtnl,
			  const struct vpngw_rtnl_route *route)
{
	struct vpngw_rtnl_route *routes;

	routes = rtnl_grow(rtnl->routes, rtnl->n_routes, sizeof(*routes));
	if (!routes)
		return -ENOMEM;
	rtnl->routes = routes;
	routes[rtnl->n_routes++] = *route;
	return 0;
}

static int rtnl_take_hops(struct vpngw_rtnl *rtnl, const struct nlattr *nest,
			  struct vpngw_rtnl_route *route)
{
	const struct rtnexthop *hop = mnl_attr_get_payload(nest);
	int len = mnl_attr_get_payload_len(nest), err = 0;

	route->multipath = true;
	while (!err && RTNH_OK(hop, len)) {
		const struct nlattr *attrs[RTNL_ATTRS];

		rtnl_sort_attrs((const void *)RTNH_DATA(hop),
				hop->rtnh_len - (int)RTNH_LENGTH(0), attrs);
		route->ifindex = hop->rtnh_ifindex;
		route->gateway = attrs[RTA_GATEWAY] || attrs[RTA_VIA];
		err = rtnl_add_route(rtnl, route);
		len -= RTNH_ALIGN(hop->rtnh_len);
		hop = RTNH_NEXT(hop);
	}
	return err;
}

static int rtnl_take_route(const struct nlmsghdr *nlh, void *arg)
{
	const struct rtnl_reading *reading = arg;
	struct vpngw_rtnl *rtnl = reading->rtnl;
	const struct nlattr *attrs[RTNL_ATTRS];
	struct vpngw_rtnl_route route;
	const struct rtmsg *msg;

	msg = rtnl_parse(nlh, sizeof(*msg), attrs);
	if (!msg)
		return -EPROTO;
	if (msg->rtm_family != rtnl_family(reading) ||
	    msg->rtm_flags & RTM_F_CLONED || msg->rtm_tos)
		return 0;
	route = (struct vpngw_rtnl_route) {
		.table = attrs[RTA_TABLE] ? rtnl_u32(attrs[RTA_TABLE]) :
					    msg->rtm_table,
		.metric = rtnl_u32(attrs[RTA_PRIORITY]),
		.type = msg->rtm_type,
		.protocol = msg->rtm_protocol,
		.ifindex = rtnl_u32(attrs[RTA_OIF]),
		.gateway = attrs[RTA_GATEWAY] || attrs[RTA_VIA],
	};
	if (!rtnl_prefix(reading, attrs[RTA_DST], msg->rtm_dst_len, &route.dst))
		return -EPROTO;
	if (IN6_IS_ADDR_LINKLOCAL(&route.dst.addr) ||
	    IN6_IS_ADDR_MULTICAST(&route.dst.addr))
		return 0;
	if (attrs[RTA_MULTIPATH])
		return rtnl_take_hops(rtnl, attrs[RTA_MULTIPATH], &route);
	return rtnl_add_route(rtnl, &route);
}

static int rtnl_cmp_number(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

/**
 * vpngw_rtnl_cmp_prefix - the order of prefixes
 * @a: one
 * @b: the other
 *
 * Return: less than, equal to or more than 0: IPv4 first, then by address, then
 * the shorter.
 */
int vpngw_rtnl_cmp_prefix(const struct vpngw_rtnl_prefix *a,
			  const struct vpngw_rtnl_prefix *b)
{
	int cmp;

	cmp = rtnl_cmp_number(vpngw_rtnl_version(&a->addr),
			      vpngw_rtnl_version(&b->addr));
	if (!cmp)
		cmp = memcmp(&a->addr, &b->addr, sizeof(a->addr));
	return cmp ? cmp : rtnl_cmp_number(a->len, b->len);
}

static int rtnl_cmp_route(const void *a, const void *b)
{
	const struct vpngw_rtnl_route *x = a, *y = b;
	int cmp;

	cmp = rtnl_cmp_number(x->table, y->table);
	if (!cmp)
		cmp = vpngw_rtnl_cmp_prefix(&x->dst, &y->dst);
	return cmp ? cmp : rtnl_cmp_number(x->metric, y->metric);
}

/* A rule that says no more than what is to become of all lookups in VRFs. */
static int rtnl_take_rule(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *attrs[RTNL_ATTRS];
	struct rtnl_reading *reading = arg;
	const struct fib_rule_hdr *msg;
	uint32_t priority, *first;

	msg = rtnl_parse(nlh, sizeof(*msg), attrs);
	if (!msg)
		return -EPROTO;
	if (msg->family != rtnl_family(reading))
		return 0;
	priority = rtnl_u32(attrs[FRA_PRIORITY]);
	switch (msg->action) {
	case FR_ACT_TO_TBL:
		if (msg->table != RT_TABLE_MAIN)
			return 0;
		first = &reading->main_rule;
		break;
	case FR_ACT_BLACKHOLE:
	case FR_ACT_UNREACHABLE:
	case FR_ACT_PROHIBIT:
		if (!attrs[FRA_L3MDEV] || msg->dst_len || msg->src_len ||
		    msg->tos || attrs[FRA_IIFNAME] || attrs[FRA_OIFNAME] ||
		    attrs[FRA_FWMARK] || attrs[FRA_IP_PROTO] ||
		    attrs[FRA_UID_RANGE] || msg->flags & FIB_RULE_INVERT)
			return 0;
		first = &reading->vrf_rule;
		break;
	default:
		return 0;
	}
	if (priority < *first)
		*first = priority;
	return 0;
}

static int rtnl_read_links(struct vpngw *vg, struct vpngw_rtnl *rtnl)
{
	const struct ifinfomsg header = { .ifi_family = AF_UNSPEC };
	struct rtnl_reading reading = { .rtnl = rtnl };
	const struct vpngw_nl_route list = {
		RTM_GETLINK, &header, sizeof(header), rtnl_take_link, &reading
	};
	int err = vpngw_nl_route_dump(vg, &list);

	/* The settings are put to their devices by a search. */
	if (err >= 0 && rtnl->n_links)
		qsort(rtnl->links, rtnl->n_links, sizeof(*rtnl->links),
		      rtnl_cmp_link);
	return err;
}

static int rtnl_read_version(struct vpngw *vg, struct vpngw_rtnl *rtnl,
			     enum vpngw_rtnl_version version)
{
	struct rtnl_reading reading = {
		.rtnl = rtnl,
		.version = version,
		.main_rule = UINT32_MAX,
		.vrf_rule = UINT32_MAX,
	};
	uint8_t family = rtnl_family(&reading);
	const struct netconfmsg conf = { .ncm_family = family };
	const struct ifaddrmsg addr = { .ifa_family = family };
	const struct rtmsg route = { .rtm_family = family };
	const struct fib_rule_hdr rule = { .family = family };
	const struct vpngw_nl_route lists[] = {
		{ RTM_GETNETCONF, &conf, sizeof(conf), rtnl_take_conf,
		  &reading },
		{ RTM_GETADDR, &addr, sizeof(addr), rtnl_take_addr, &reading },
		{ RTM_GETROUTE, &route, sizeof(route), rtnl_take_route,
		  &reading },
		{ RTM_GETRULE, &rule, sizeof(rule), rtnl_take_rule, &reading },
	};
	int err = 0;
	size_t i;

	for (i = 0; err >= 0 && i < sizeof(lists) / sizeof(*lists); i++) {
		err = vpngw_nl_route_dump(vg, &lists[i]);
		/* A kernel need not have IPv6. */
		if (version == VPNGW_RTNL_V6 &&
		    (err == -EOPNOTSUPP || err == -EAFNOSUPPORT))
			err = 0;
	}
	rtnl->vrf_rule[version] = reading.vrf_rule < reading.main_rule;
	return err;
}

/**
 * vpngw_rtnl_read - read what the IP stack has
 * @rtnl: gets it; give it back with vpngw_rtnl_free()
 *
 * Lists are taken one after the other: what changes between them may make
 * them disagree.
 *
 * Return: 0 or a negative errno; @rtnl is empty then.
 */
int vpngw_rtnl_read(struct vpngw_rtnl *rtnl)
{
	struct vpngw *vg;
	int err;

	memset(rtnl, 0, sizeof(*rtnl));
	err = vpngw_nl_open_route(&vg);
	if (err)
		return err;
	err = rtnl_read_links(vg, rtnl);
	if (err >= 0)
		err = rtnl_read_version(vg, rtnl, VPNGW_RTNL_V4);
	if (err >= 0)
		err = rtnl_read_version(vg, rtnl, VPNGW_RTNL_V6);
	vpngw_close(vg);
	if (err < 0) {
		vpngw_rtnl_free(rtnl);
		return err;
	}
	if (rtnl->n_routes)
		qsort(rtnl->routes, rtnl->n_routes, sizeof(*rtnl->routes),
		      rtnl_cmp_route);
	return 0;
}

/**
 * vpngw_rtnl_free - free what was read
 * @rtnl: what was read, itself not freed; empty afterwards
 */
void vpngw_rtnl_free(struct vpngw_rtnl *rtnl)
{
	free(rtnl->links);
	free(rtnl->addrs);
	free(rtnl->routes);
	memset(rtnl, 0, sizeof(*rtnl));
}
