/* SPDX-License-Identifier: GPL-2.0 */
/* What the IPv4 stack of this network namespace has, by rtnetlink. */
#ifndef LIBVPNGW_RTNL_H
#define LIBVPNGW_RTNL_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Addresses are in host byte order here. */

/**
 * struct vpngw_rtnl_link - a network device
 * @ifindex: its index
 * @master: index of the device it is a port or member of, or 0
 * @table: of a VRF its table, else 0
 * @name: its name
 * @kind: "vrf", "bridge" and so on; empty where it has none
 * @up: it is meant to be up
 * @loopback: it is the loopback device
 * @conf: IPv4 has settings for it
 * @forwarding: its own forwarding setting
 * @rp_filter: its own rp_filter setting
 */
struct vpngw_rtnl_link {
	uint32_t ifindex;
	uint32_t master;
	uint32_t table;
	char name[IF_NAMESIZE];
	char kind[IF_NAMESIZE];
	bool up;
	bool loopback;
	bool conf;
	bool forwarding;
	uint8_t rp_filter;
};

/**
 * struct vpngw_rtnl_addr - an address of the host itself
 * @ifindex: the device that has it
 * @addr: the address
 * @len: prefix length
 */
struct vpngw_rtnl_addr {
	uint32_t ifindex;
	uint32_t addr;
	uint8_t len;
};

/**
 * struct vpngw_rtnl_route - a route, or one of its next hops
 * @table: its table
 * @addr: destination
 * @len: prefix length
 * @metric: its priority
 * @type: RTN_*
 * @protocol: RTPROT_*
 * @ifindex: the device it leads to; 0 when it has none or it is not told
 * @gateway: by another router, rather than to hosts on the link
 * @multipath: one of several next hops
 */
struct vpngw_rtnl_route {
	uint32_t table;
	uint32_t addr;
	uint8_t len;
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
 * @routes: routes by table, then by address, then the shorter prefix first
 * @n_routes: how many
 * @forwarding: the setting for all devices, net.ipv4.ip_forward
 * @rp_filter: the setting for all devices, which counts where it is higher
 * @vrf_rule: a rule ends lookups in VRFs before they come to the main table
 */
struct vpngw_rtnl {
	struct vpngw_rtnl_link *links;
	size_t n_links;
	struct vpngw_rtnl_addr *addrs;
	size_t n_addrs;
	struct vpngw_rtnl_route *routes;
	size_t n_routes;
	bool forwarding;
	uint8_t rp_filter;
	bool vrf_rule;
};

int vpngw_rtnl_read(struct vpngw_rtnl *rtnl);
void vpngw_rtnl_free(struct vpngw_rtnl *rtnl);

#endif /* LIBVPNGW_RTNL_H */
