// SPDX-License-Identifier: GPL-2.0
/* vpngwctl check: what around the configuration keeps it from working. */
#include "check.h"

#include <linux/rtnetlink.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "print.h"
#include "vpngwctl.h"

const char check_usage[] =
"Usage: vpngwctl check\n"
"\n"
"Looks for what around the configuration keeps it from working: routes,\n"
"addresses, devices and settings of the IP stack.  For each problem it prints\n"
"a sentence and the command that mends it, and exits with 1; with 0 if there\n"
"is none.\n";

/* Where a VRF has no route, other tables are looked at next; this comes last. */
#define LAST_METRIC	"4278198272"

/* In a command for the shell, names may need quotes. */
static void command_add(struct check *check, const char *word)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";
	char *at = check->command + strlen(check->command);
	char *end = check->command + sizeof(check->command);

	if (at > check->command && at < end - 1)
		*at++ = ' ';
	if (word[strspn(word, plain)]) {
		/* The longest that a character becomes is '\'' */
		if (at < end - 1)
			*at++ = '\'';
		for (; *word && at < end - 6; word++) {
			if (*word == '\'')
				at = stpcpy(at, "'\\'");
			*at++ = *word;
		}
		if (at < end - 1)
			*at++ = '\'';
		*at = '\0';
	} else {
		snprintf(at, end - at, "%s", word);
	}
}

/**
 * check_command - set the command that mends what is told next
 * @check: the check
 * @tool: "ip", "ip -6", "vpngwctl" or "sysctl"
 * @...: its words, ended by NULL
 *
 * It will do in the namespace that is being looked at.
 */
void check_command(struct check *check, const char *tool, ...)
{
	const char *word, *version = strstr(tool, "-6");
	va_list words;

	if (version)
		tool = "ip";
	check->command[0] = '\0';
	if (options.netns && !strcmp(tool, "sysctl")) {
		command_add(check, "ip");
		command_add(check, "netns");
		command_add(check, "exec");
		command_add(check, options.netns);
	}
	command_add(check, tool);
	if (options.netns && strcmp(tool, "sysctl")) {
		command_add(check, "-n");
		command_add(check, options.netns);
	}
	if (version)
		command_add(check, version);
	va_start(words, tool);
	while ((word = va_arg(words, const char *)))
		command_add(check, word);
	va_end(words);
}

/**
 * check_warn - tell a problem, with the command that was set
 * @check: the check
 * @object: "vpn", "interface" and so on
 * @name: its name, NULL when there is but one
 * @problem: short name of the problem
 * @format: the sentence
 */
void check_warn(struct check *check, const char *object, const char *name,
		const char *problem, const char *format, ...)
{
	char sentence[512];
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof(sentence), format, args);
	va_end(args);
	print_open(NULL);
	print_string("object", "%s", object);
	print_string("name", " %s", name);
	print_string("problem", ": %s", problem);
	print_string("sentence", ": %s\n", sentence);
	print_string("command", "    %s\n", check->command);
	print_close();
	check->warnings++;
}

/* What was read */

static void check_put_realm(const struct vpngw_object *obj,
			    struct check_realm *realm)
{
	if (obj->kind == VPNGW_VPN) {
		const struct vpngw_vpn *vpn = &obj->vpn;

		realm->object = "vpn";
		realm->name = vpn->name;
		realm->is_vpn = true;
		realm->vrf = vpn->vrf_ifindex;
		realm->vrf_deleted = !vpn->vrf_ifindex &&
			vpn->has & VPNGW_HAS(VPNGW_A_VPN_VRF_IFINDEX);
		realm->table = vpn->table;
	} else if (obj->kind == VPNGW_EXT) {
		const struct vpngw_ext *ext = &obj->ext;

		realm->object = "ext";
		realm->name = ext->name;
		realm->vrf = ext->vrf_ifindex;
		realm->vrf_deleted = !ext->vrf_ifindex &&
			ext->has & VPNGW_HAS(VPNGW_A_EXT_VRF_IFINDEX);
		realm->table = ext->table;
	}
}

static void check_bind(struct check *check,
		       const struct vpngw_interface *interface)
{
	const struct vpngw_rtnl_link *link;
	struct check_device *device;
	struct check_realm *realm;

	if (*interface->vpn)
		realm = check_realm(check, VPNGW_VPN, interface->vpn);
	else
		realm = check_realm(check, VPNGW_EXT, interface->ext);
	link = check_link(check, interface->ifindex);
	/* Something may be gone since the lists were taken. */
	if (!link || !realm)
		return;
	device = &check->devices[link - check->stack.links];
	device->realm = realm;
	device->bound = true;
	realm->n_bound++;
}

/* A VRF that is bound stands for its members. */
static void check_bind_members(struct check *check)
{
	size_t i;

	for (i = 0; i < check->stack.n_links; i++) {
		const struct vpngw_rtnl_link *link = &check->stack.links[i];
		struct check_device *device = &check->devices[i];
		const struct vpngw_rtnl_link *vrf;

		if (link->master && !device->realm) {
			vrf = check_link(check, link->master);
			if (vrf && vrf->table)
				device->realm =
					check_device(check, vrf->ifindex)->realm;
		}
		if (!device->realm)
			continue;
		if (!link->up)
			device->realm->down = true;
		if (!link->table && !device->realm->device)
			device->realm->device = link;
	}
}

static void check_use(struct check *check, enum vpngw_kind kind,
		      const char *name, const struct vpngw_addr *addr)
{
	struct check_realm *realm = check_realm(check, kind, name);
	struct in6_addr used = check_addr(addr);

	if (realm)
		realm->uses[vpngw_rtnl_version(&used)] = true;
}

/* Which versions each vpn and ext has anything to do with. */
static void check_use_all(struct check *check)
{
	size_t i;

	for (i = 0; i < check->config.n; i++) {
		const struct vpngw_object *obj = &check->config.items[i].obj;
		const struct vpngw_mapping *mapping = &obj->mapping;
		const struct vpngw_alias *alias = &obj->alias;

		if (obj->kind == VPNGW_ALIAS) {
			check_use(check, VPNGW_VPN, alias->vpn,
				  &alias->inside.addr);
			check_use(check, VPNGW_EXT, alias->ext,
				  &alias->server.addr);
		} else if (obj->kind == VPNGW_MAPPING) {
			check_use(check, VPNGW_VPN, mapping->vpn,
				  &mapping->inside.addr);
			check_use(check, VPNGW_EXT, mapping->ext,
				  &mapping->outside.addr);
		} else if (obj->kind == VPNGW_POOL && obj->pool.n_ranges) {
			check_use(check, VPNGW_EXT, obj->pool.ext,
				  &obj->pool.ranges[0].first);
		}
	}
	for (i = 0; i < check->config.n; i++)
		if (!check->realms[i].uses[VPNGW_RTNL_V6])
			check->realms[i].uses[VPNGW_RTNL_V4] = true;
}

static int check_read(struct vpngw *vg, struct check *check)
{
	struct config *config = &check->config;
	size_t i;
	int err;

	err = config_read_kernel(vg, config);
	if (!err)
		err = config_sort(config);
	if (err)
		return err;
	err = vpngw_rtnl_read(&check->stack);
	if (err)
		return refuse("rtnetlink: %s", strerror(-err));
	check->realms = calloc(config->n + 1, sizeof(*check->realms));
	check->devices = calloc(check->stack.n_links + 1,
				sizeof(*check->devices));
	if (!check->realms || !check->devices)
		return refuse("out of memory");
	for (i = 0; i < config->n; i++)
		check_put_realm(&config->items[i].obj, &check->realms[i]);
	check_use_all(check);
	for (i = 0; i < config->n; i++)
		if (config->items[i].obj.kind == VPNGW_INTERFACE)
			check_bind(check, &config->items[i].obj.interface);
	check_bind_members(check);
	return STATUS_DONE;
}

/* Vpns and exts */

static void check_vrf_deleted(struct check *check,
			      const struct check_realm *realm)
{
	const struct vpngw_rtnl_link *vrf = NULL;
	char table[12], name[IF_NAMESIZE];
	size_t i;

	for (i = 0; i < check->stack.n_links && !vrf; i++)
		if (check->stack.links[i].table == realm->table)
			vrf = &check->stack.links[i];
	if (vrf) {
		check_command(check, "vpngwctl", realm->object, "set",
			      realm->name, "vrf", vrf->name, NULL);
		check_warn(check, realm->object, realm->name, "vrf-deleted",
			   "its VRF was deleted, so that nothing is sent there; VRF %s has the same table %u",
			   vrf->name, realm->table);
		return;
	}
	sprintf(table, "%u", realm->table);
	snprintf(name, sizeof(name), "vrf-%u", realm->table);
	check_command(check, "ip", "link", "add", "name", name, "up", "type",
		      "vrf", "table", table, NULL);
	check_warn(check, realm->object, realm->name, "vrf-deleted",
		   "its VRF was deleted, so that nothing is sent there; make it anew, by whatever name, and put its members into it");
}

static void check_default(struct check *check, const struct check_realm *realm,
			  enum vpngw_rtnl_version version)
{
	struct vpngw_rtnl_prefix all = check_all(version);
	const struct vpngw_rtnl_route *route;
	char table[12];

	if (check->stack.vrf_rule[version])
		return;
	route = check_routes(check, realm->table, &all);
	for (; route && check_is_all(&route->dst);
	     route = check_route_next(check, route))
		if (route->type != RTN_THROW)
			return;
	sprintf(table, "%u", realm->table);
	check_command(check, check_ip(&all), "route", "add", "table", table,
		      "unreachable", "default", "metric", LAST_METRIC, NULL);
	check_warn(check, realm->object, realm->name, "no-default-route",
		   "table %u of its VRF has no %sdefault route, so that what it has no route to is looked up in the main table, and may leave by others' interfaces",
		   realm->table, version == VPNGW_RTNL_V4 ? "" : "IPv6 ");
}

/* Is any outside address of the ext in a network of this device? */
static bool check_serves(const struct check *check,
			 const struct check_realm *ext, uint32_t ifindex)
{
	size_t i, j;

	for (i = 0; i < check->config.n; i++) {
		const struct vpngw_object *obj = &check->config.items[i].obj;
		struct in6_addr first;

		if (obj->kind != VPNGW_POOL ||
		    strcmp(obj->pool.ext, ext->name) || !obj->pool.n_ranges)
			continue;
		first = check_addr(&obj->pool.ranges[0].first);
		for (j = 0; j < check->stack.n_addrs; j++) {
			const struct vpngw_rtnl_addr *addr =
				&check->stack.addrs[j];

			if (addr->ifindex == ifindex &&
			    check_has(&addr->addr, &first))
				return true;
		}
	}
	return false;
}

/* The device that is probably meant, or a word to be replaced. */
static const char *check_guess_device(const struct check *check,
				      const struct check_realm *realm)
{
	const struct vpngw_rtnl_link *vrf = check_link(check, realm->vrf);
	size_t i;

	if (vrf)
		return vrf->name;
	for (i = 0; i < check->stack.n_links; i++) {
		const struct vpngw_rtnl_link *link = &check->stack.links[i];

		if (link->loopback || link->table || check->devices[i].realm)
			continue;
		if (realm->table &&
		    check_leads(check, realm->table, link->ifindex, false))
			return link->name;
		if (!realm->is_vpn && check_serves(check, realm, link->ifindex))
			return link->name;
	}
	return "DEV";
}

/**
 * check_realms - vpns and exts: their VRFs and devices
 * @check: the check
 */
void check_realms(struct check *check)
{
	size_t i;

	for (i = 0; i < check->config.n; i++) {
		const struct check_realm *realm = &check->realms[i];
		const char *device;

		if (!realm->object)
			continue;
		if (realm->vrf_deleted)
			check_vrf_deleted(check, realm);
		else if (realm->vrf)
			check_default(check, realm, VPNGW_RTNL_V4);
		if (realm->vrf && realm->uses[VPNGW_RTNL_V6])
			check_default(check, realm, VPNGW_RTNL_V6);
		if (realm->n_bound || realm->vrf_deleted)
			continue;
		device = check_guess_device(check, realm);
		check_command(check, "vpngwctl", "interface", "add", device,
			      realm->object, realm->name, NULL);
		check_warn(check, realm->object, realm->name, "no-interface",
			   "no interface is bound to it, so that none of its packets is translated%s",
			   strcmp(device, "DEV") ? "" :
			   "; put its device in the place of DEV");
	}
}

/**
 * check_run - vpngwctl check
 * @words: what follows it
 *
 * Return: an exit status.
 */
int check_run(struct words *words)
{
	struct check check = {};
	struct vpngw *vg;
	int err;

	err = words_end(words);
	if (!err)
		err = module_open(&vg);
	if (err)
		return err;
	err = check_read(vg, &check);
	if (!err) {
		print_list_open(NULL);
		check_realms(&check);
		check_devices(&check);
		check_outside(&check);
		check_aliases(&check);
		print_list_close();
		err = check.warnings ? STATUS_REFUSED : STATUS_DONE;
	}
	free(check.realms);
	free(check.devices);
	vpngw_rtnl_free(&check.stack);
	config_free(&check.config);
	return err;
}
