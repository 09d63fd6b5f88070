// SPDX-License-Identifier: GPL-2.0
/* vpngwctl check: the devices of vpns and exts, and their settings. */
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "vpngwctl.h"

/* net.ipv4.conf.DEV.NAME=VALUE; where the name has dots, with slashes. */
static void device_sysctl(struct check *check, const char *dev,
			  const char *name, unsigned int value)
{
	char word[64];

	snprintf(word, sizeof(word), strchr(dev, '.') ?
		 "net/ipv4/conf/%s/%s=%u" : "net.ipv4.conf.%s.%s=%u", dev, name,
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
		    (route->ifindex == link->ifindex || !route->ifindex))
			return;
	}
	if (!own_devices)
		device_sysctl(check, link->name, "rp_filter", 2);
	else if (link->rp_filter)
		device_sysctl(check, link->name, "rp_filter", 0);
	else
		device_sysctl(check, "all", "rp_filter", 0);
	check_warn(check, "interface", link->name, "rp-filter",
		   "rp_filter is %u, and no route leads back by it, so that whatever comes in is dropped",
		   rp_filter);
}

static bool device_forwards(const struct vpngw_rtnl_link *link)
{
	return !link->conf || link->forwarding;
}

/* Off everywhere is one problem. */
static bool device_none_forwards(struct check *check)
{
	bool some = false;
	size_t i;

	if (check->stack.forwarding)
		return false;
	for (i = 0; i < check->stack.n_links; i++) {
		const struct vpngw_rtnl_link *link = &check->stack.links[i];

		if (!check->devices[i].realm || link->table)
			continue;
		if (device_forwards(link))
			return false;
		some = true;
	}
	if (!some)
		return false;
	check_command(check, "sysctl", "-w", "net.ipv4.ip_forward=1", NULL);
	check_warn(check, "gateway", NULL, "forwarding-off",
		   "forwarding is switched off, so that no flow can begin");
	return true;
}

/**
 * check_devices - bound devices, and members of bound VRFs
 * @check: the check
 */
void check_devices(struct check *check)
{
	bool none_forwards = device_none_forwards(check);
	size_t i;

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
		if (!none_forwards && !device_forwards(link)) {
			device_sysctl(check, link->name, "forwarding", 1);
			check_warn(check, "interface", link->name,
				   "forwarding-off",
				   "forwarding is switched off on it, so that no flow of %s %s can begin there",
				   device->realm->object, device->realm->name);
		}
		if (link->up && link->conf)
			device_check_rp_filter(check, link, device->realm);
	}
}
