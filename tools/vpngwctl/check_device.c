// SPDX-License-Identifier: GPL-2.0
/* vpngwctl check: the devices of vpns and exts, and their settings. */
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "vpngwctl.h"

/* RFC 8200 section 5. */
#define DEVICE_MTU_IPV6		1280
#define DEVICE_MTU_IPV6_WORD	"1280"

/* net.ipv4.conf.DEV.NAME=VALUE; where the name has dots, with slashes. */
static void device_sysctl(struct check *check, enum vpngw_rtnl_version version,
			  const char *dev, const char *name, unsigned int value)
{
	const char *ip = version == VPNGW_RTNL_V4 ? "ipv4" : "ipv6";
	char word[64];

	snprintf(word, sizeof(word), strchr(dev, '.') ?
		 "net/%s/conf/%s/%s=%u" : "net.%s.conf.%s.%s=%u", ip, dev, name,
		 value);
	check_command(check, "sysctl", "-w", word, NULL);
}

/* A bridge, bond or team takes the packets of its ports before IP does. */
static bool device_is_port(struct check *check,
			   const struct vpngw_rtnl_link *link,
			   const struct check_device *device)
{
	const struct vpngw_rtnl_link *master = check_link(check, link->master);
	const struct check_realm *realm = device->realm;

	if (!master ||
	    (strcmp(master->kind, "bridge") && strcmp(master->kind, "bond") &&
	     strcmp(master->kind, "team")))
		return false;
	if (check_device(check, master->ifindex)->realm)
		check_command(check, "vpngwctl", "interface", "del",
			      link->name, NULL);
	else
		check_command(check, "vpngwctl", "interface", "add",
			      master->name, realm->object, realm->name, NULL);
	check_warn(check, "interface", link->name, "port",
		   "it is a port of %s %s, which takes its packets before IP sees them; bind %s instead",
		   master->kind, master->name, master->name);
	return true;
}

static void device_check_vrf(struct check *check,
			     const struct vpngw_rtnl_link *link,
			     const struct check_device *device)
{
	const struct check_realm *realm = device->realm;
	const struct vpngw_rtnl_link *vrf = check_link(check, realm->vrf);
	const struct vpngw_rtnl_link *master = check_link(check, link->master);

	if (!vrf || !device->bound || link == vrf || master == vrf)
		return;
	if (link->table) {
		check_command(check, "vpngwctl", "interface", "del",
			      link->name, NULL);
		check_warn(check, "interface", link->name, "other-vrf",
			   "it is a VRF of its own, but %s %s is routed by VRF %s, so that nothing is sent to its members",
			   realm->object, realm->name, vrf->name);
		return;
	}
	if (master && master->table) {
		check_command(check, "ip", "link", "set", "dev", link->name,
			      "master", vrf->name, NULL);
		check_warn(check, "interface", link->name, "other-vrf",
			   "it is in VRF %s, but %s %s is routed by VRF %s",
			   master->name, realm->object, realm->name,
			   vrf->name);
		return;
	}
	if (check_leads(check, vrf->table, link->ifindex, true))
		return;
	check_command(check, "ip", "link", "set", "dev", link->name, "master",
		      vrf->name, NULL);
	check_warn(check, "interface", link->name, "other-vrf",
		   "it is in no VRF, and no route of VRF %s, by which %s %s is routed, leads to it",
		   vrf->name, realm->object, realm->name);
}

/* Does no route at all lead back, so that a strict look at sources fails? */
static void device_check_rp_filter(struct check *check,
				   const struct vpngw_rtnl_link *link,
				   const struct check_realm *realm)
{
	bool own_devices = realm->is_vpn && !realm->table;
	uint8_t all = check->stack.rp_filter;
	uint8_t rp_filter = link->rp_filter > all ? link->rp_filter : all;
	size_t i;

	/* Of a vpn in the main table only the device's own routes count. */
	if (!rp_filter || (rp_filter != 1 && !own_devices))
		return;
	for (i = 0; i < check->stack.n_routes; i++) {
		const struct vpngw_rtnl_route *route = &check->stack.routes[i];

		if (route->type == RTN_UNICAST &&
		    check_version(&route->dst) == VPNGW_RTNL_V4 &&
		    (route->ifindex == link->ifindex || !route->ifindex))
			return;
	}
	if (!own_devices)
		device_sysctl(check, VPNGW_RTNL_V4, link->name, "rp_filter", 2);
	else if (link->rp_filter)
		device_sysctl(check, VPNGW_RTNL_V4, link->name, "rp_filter", 0);
	else
		device_sysctl(check, VPNGW_RTNL_V4, "all", "rp_filter", 0);
	check_warn(check, "interface", link->name, "rp-filter",
		   "rp_filter is %u, and no route leads back by it, so that whatever comes in is dropped",
		   rp_filter);
}

static bool device_forwards(const struct vpngw_rtnl_link *link,
			    enum vpngw_rtnl_version version)
{
	return !link->conf[version] || link->forwarding[version];
}

/* Off everywhere is one problem. */
static bool device_none_forwards(struct check *check,
				 enum vpngw_rtnl_version version)
{
	bool some = false;
	size_t i;

	if (check->stack.forwarding[version])
		return false;
	for (i = 0; i < check->stack.n_links; i++) {
		const struct check_realm *realm = check->devices[i].realm;
		const struct vpngw_rtnl_link *link = &check->stack.links[i];

		if (!realm || !realm->uses[version] || link->table)
			continue;
		if (device_forwards(link, version))
			return false;
		some = true;
	}
	if (!some)
		return false;
	if (version == VPNGW_RTNL_V4) {
		check_command(check, "sysctl", "-w", "net.ipv4.ip_forward=1",
			      NULL);
		check_warn(check, "gateway", NULL, "forwarding-off",
			   "forwarding is switched off, so that no flow can begin");
	} else {
		device_sysctl(check, version, "all", "forwarding", 1);
		check_warn(check, "gateway", NULL, "forwarding-off",
			   "IPv6 forwarding is switched off, so that no flow can begin with an IPv6 packet");
	}
	return true;
}

static void device_check_forwarding(struct check *check,
				    const struct vpngw_rtnl_link *link,
				    const struct check_realm *realm,
				    enum vpngw_rtnl_version version)
{
	if (!realm->uses[version] || device_forwards(link, version))
		return;
	device_sysctl(check, version, link->name, "forwarding", 1);
	check_warn(check, "interface", link->name, "forwarding-off",
		   "%sforwarding is switched off on it, so that no flow of %s %s can begin there%s",
		   version == VPNGW_RTNL_V4 ? "" : "IPv6 ", realm->object,
		   realm->name,
		   version == VPNGW_RTNL_V4 ? "" : " with an IPv6 packet");
}

/* Linux takes IPv6 from a device with a smaller MTU than IPv6 knows. */
static void device_check_ipv6(struct check *check,
			      const struct vpngw_rtnl_link *link,
			      const struct check_realm *realm)
{
	if (!realm->uses[VPNGW_RTNL_V6])
		return;
	if (link->off[VPNGW_RTNL_V6]) {
		device_sysctl(check, VPNGW_RTNL_V6, link->name, "disable_ipv6",
			      0);
		check_warn(check, "interface", link->name, "ipv6-off",
			   "IPv6 is switched off on it, and %s %s has IPv6 addresses",
			   realm->object, realm->name);
	} else if (!link->conf[VPNGW_RTNL_V6] && link->mtu < DEVICE_MTU_IPV6) {
		check_command(check, "ip", "link", "set", "dev", link->name,
			      "mtu", DEVICE_MTU_IPV6_WORD, NULL);
		check_warn(check, "interface", link->name, "ipv6-off",
			   "its MTU is %u, with which it has no IPv6, and %s %s has IPv6 addresses",
			   link->mtu, realm->object, realm->name);
	}
}

/**
 * check_devices - bound devices, and members of bound VRFs
 * @check: the check
 */
void check_devices(struct check *check)
{
	bool none_forwards[VPNGW_RTNL_VERSIONS];
	enum vpngw_rtnl_version version;
	size_t i;

	for (version = 0; version < VPNGW_RTNL_VERSIONS; version++)
		none_forwards[version] = device_none_forwards(check, version);
	for (i = 0; i < check->stack.n_links; i++) {
		const struct vpngw_rtnl_link *link = &check->stack.links[i];
		const struct check_device *device = &check->devices[i];

		if (!device->realm || device_is_port(check, link, device))
			continue;
		device_check_vrf(check, link, device);
		if (!link->up) {
			check_command(check, "ip", "link", "set", "dev",
				      link->name, "up", NULL);
			check_warn(check, "interface", link->name, "down",
				   "it belongs to %s %s and is down",
				   device->realm->object, device->realm->name);
		}
		/* Packets come in by the members. */
		if (link->table)
			continue;
		device_check_ipv6(check, link, device->realm);
		for (version = 0; version < VPNGW_RTNL_VERSIONS; version++)
			if (!none_forwards[version])
				device_check_forwarding(check, link,
							device->realm, version);
		if (link->up && link->conf[VPNGW_RTNL_V4])
			device_check_rp_filter(check, link, device->realm);
	}
}
