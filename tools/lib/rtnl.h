/* SPDX-License-Identifier: GPL-2.0 */
/* What the IP stack of this network namespace has, by rtnetlink. */
#ifndef LIBVPNGW_RTNL_H
#define LIBVPNGW_RTNL_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum vpngw_rtnl_version {
	VPNGW_RTNL_V4,
	VPNGW_RTNL_V6,
	VPNGW_RTNL_VERSIONS
};

/**
 * struct vpngw_rtnl_prefix - addresses that begin alike
 * @addr: the first of them; one of IPv4 is the IPv4-mapped one
 * @len: bits that they begin with, so for IPv4 96 more than is said
 */
struct vpngw_rtnl_prefix {
	struct in6_addr addr;
	uint8_t len;
};

/**
 * struct vpngw_rtnl_link - a network device
 * @ifindex: its index
 * @master: index of the device it is a port or member of, or 0
 * @table: of a VRF its table, else 0
 * @name: its name
 * @kind: "vrf", "bridge" and so on; empty where it has none
 * @up: it is meant to be up
 * @loopback: it is the loopback device
 * @mtu: its MTU
 * @conf: that version has settings for it
 * @off: that version is switched off on it, which IPv4 never is
 * @forwarding: its own forwarding setting of that version
 * @rp_filter: its own rp_filter setting, which IPv6 has not
 */
struct vpngw_rtnl_link {
	uint32_t ifindex;
	uint32_t master;
	uint32_t table;
	char name[IF_NAMESIZE];
	char kind[IF_NAMESIZE];
	bool up;
	bool loopback;
	uint32_t mtu;
	bool conf[VPNGW_RTNL_VERSIONS];
	bool off[VPNGW_RTNL_VERSIONS];
	bool forwarding[VPNGW_RTNL_VERSIONS];
	uint8_t rp_filter;
};

/**
 * struct vpngw_rtnl_addr - an address of the host itself
 * @ifindex: the device that has it
 * @addr: the address, and in it the length of its network's prefix
 */
struct vpngw_rtnl_addr {
	uint32_t ifindex;
	struct vpngw_rtnl_prefix addr;
};

/**
 * struct vpngw_rtnl_route - a route, or one of its next hops
 * @table: its table
 * @dst: destination; none that is of a link only, or multicast
 * @metric: its priority
 * @type: RTN_*
 * @protocol: RTPROT_*
 * @ifindex: the device it leads to; 0 when it has none or it is not told
 * @gateway: by another router, rather than to hosts on the link
 * @multipath: one of several next hops
 */
struct vpngw_rtnl_route {
	uint32_t table;
	struct vpngw_rtnl_prefix dst;
	uint32_t metric;
	uint8_t type;
	uint8_t protocol;
	uint32_t ifindex;
	bool gateway;
	bool multipath;
};

/**
 * struct vpngw_rtnl - all of it
 * @links: devices, by index
 * @n_links: how many
 * @addrs: addresses
 * @n_addrs: how many
 * @routes: routes by table, then as vpngw_rtnl_cmp_prefix()
 * @n_routes: how many
 * @forwarding: the setting for all devices: net.ipv4.ip_forward and
 *	net.ipv6.conf.all.forwarding
 * @rp_filter: the setting for all devices, which counts where it is higher
 * @vrf_rule: a rule of that version ends lookups in VRFs before they come to
 *	the main table
 */
struct vpngw_rtnl {
	struct vpngw_rtnl_link *links;
	size_t n_links;
	struct vpngw_rtnl_addr *addrs;
	size_t n_addrs;
	struct vpngw_rtnl_route *routes;
	size_t n_routes;
	bool forwarding[VPNGW_RTNL_VERSIONS];
	uint8_t rp_filter;
	bool vrf_rule[VPNGW_RTNL_VERSIONS];
};

static inline enum vpngw_rtnl_version
vpngw_rtnl_version(const struct in6_addr *addr)
{
	return IN6_IS_ADDR_V4MAPPED(addr) ? VPNGW_RTNL_V4 : VPNGW_RTNL_V6;
}

int vpngw_rtnl_cmp_prefix(const struct vpngw_rtnl_prefix *a,
			  const struct vpngw_rtnl_prefix *b);

int vpngw_rtnl_read(struct vpngw_rtnl *rtnl);
void vpngw_rtnl_free(struct vpngw_rtnl *rtnl);

#endif /* LIBVPNGW_RTNL_H */
