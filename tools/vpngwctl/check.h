/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of "vpngwctl check" have in common. */
#ifndef VPNGWCTL_CHECK_H
#define VPNGWCTL_CHECK_H

#include <rtnl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config.h"

/* ADDR/LEN */
#define PREFIX_STRLEN	(INET6_ADDRSTRLEN + 4)

/* Length of a prefix that is one address. */
#define CHECK_HOST	128

/**
 * struct check_realm - a vpn or ext, and the devices it has
 * @object: "vpn" or "ext"; NULL where there is neither
 * @name: its name
 * @is_vpn: which of them it is
 * @uses: it has addresses of that version; IPv4 if it has none
 * @vrf: ifindex of its VRF, 0 when it has none or it was deleted
 * @vrf_deleted: it had a VRF
 * @table: table that its packets are routed by; 0 is main
 * @n_bound: devices bound to it
 * @device: the first device its packets come in by, NULL when there is none
 * @down: one of these is down
 */
struct check_realm {
	const char *object;
	const char *name;
	bool is_vpn;
	bool uses[VPNGW_RTNL_VERSIONS];
	uint32_t vrf;
	bool vrf_deleted;
	uint32_t table;
	unsigned int n_bound;
	const struct vpngw_rtnl_link *device;
	bool down;
};

/**
 * struct check_device - what is made of a link of the stack
 * @realm: whose its packets are, or NULL
 * @bound: it is bound itself, rather than a member of a VRF that is
 */
struct check_device {
	struct check_realm *realm;
	bool bound;
};

/**
 * struct check - a check that is under way
 * @config: the configuration
 * @stack: what the IP stack has
 * @realms: one for each object of @config; those of others are empty
 * @devices: one for each link of @stack
 * @command: the command that mends what is being told
 * @warnings: how many there were
 */
struct check {
	struct config config;
	struct vpngw_rtnl stack;
	struct check_realm *realms;
	struct check_device *devices;
	char command[512];
	unsigned int warnings;
};

/* check.c */
void check_command(struct check *check, const char *tool, ...)
	__attribute__((sentinel));
void check_warn(struct check *check, const char *object, const char *name,
		const char *problem, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* check_stack.c: questions to what was read */
const struct vpngw_rtnl_link *check_link(const struct check *check,
					 uint32_t ifindex);
const struct check_device *check_device(const struct check *check,
					uint32_t ifindex);
struct check_realm *check_realm(const struct check *check,
				enum vpngw_kind kind, const char *name);
const struct vpngw_rtnl_route *
check_route(const struct check *check, uint32_t table,
	    const struct vpngw_rtnl_prefix *prefix);
const struct vpngw_rtnl_route *check_route_next(const struct check *check,
						const struct vpngw_rtnl_route *at);
const struct vpngw_rtnl_route *
check_routes(const struct check *check, uint32_t table,
	     const struct vpngw_rtnl_prefix *from);
bool check_leads(const struct check *check, uint32_t table, uint32_t ifindex,
		 bool unknown);
uint32_t check_table(const struct check_realm *realm);

/* check_addr.c */
struct in6_addr check_addr(const struct vpngw_addr *addr);
struct vpngw_rtnl_prefix check_endpoint(const struct vpngw_endpoint *ep);
struct vpngw_rtnl_prefix check_host(struct in6_addr addr);
struct vpngw_rtnl_prefix check_all(enum vpngw_rtnl_version version);
bool check_is_all(const struct vpngw_rtnl_prefix *prefix);
enum vpngw_rtnl_version check_version(const struct vpngw_rtnl_prefix *prefix);
const char *check_ip(const struct vpngw_rtnl_prefix *prefix);
struct vpngw_rtnl_prefix check_prefix(const struct in6_addr *addr,
				      uint8_t len);
struct in6_addr check_last(const struct vpngw_rtnl_prefix *prefix);
struct in6_addr check_next(struct in6_addr addr);
int check_cmp(const struct in6_addr *a, const struct in6_addr *b);
bool check_has(const struct vpngw_rtnl_prefix *prefix,
	       const struct in6_addr *addr);
struct vpngw_rtnl_prefix check_half(const struct vpngw_rtnl_prefix *prefix,
				    bool upper);
const char *check_prefix_text(const struct vpngw_rtnl_prefix *prefix,
			      char *text);

/* the checks */
void check_realms(struct check *check);
void check_devices(struct check *check);
void check_outside(struct check *check);
void check_aliases(struct check *check);

#endif /* VPNGWCTL_CHECK_H */
