// SPDX-License-Identifier: GPL-2.0
/* Arithmetic of the checks with prefixes of either IP version. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "check.h"

/* Bits before an IPv4 address. */
#define V4_AT	96

/**
 * check_addr - an address as the stack's are kept
 * @addr: the address
 */
struct in6_addr check_addr(const struct vpngw_addr *addr)
{
	struct in6_addr to = {};

	if (addr->len == sizeof(to)) {
		memcpy(&to, addr->bytes, sizeof(to));
		return to;
	}
	memset(to.s6_addr + 10, 0xff, 2);
	memcpy(to.s6_addr + 12, addr->bytes, sizeof(struct in_addr));
	return to;
}

/**
 * check_endpoint - the addresses that an endpoint stands for
 * @ep: the endpoint
 */
struct vpngw_rtnl_prefix check_endpoint(const struct vpngw_endpoint *ep)
{
	struct vpngw_rtnl_prefix prefix = check_host(check_addr(&ep->addr));

	if (ep->has & VPNGW_HAS(VPNGW_A_ENDPOINT_PREFIX_LEN))
		prefix.len = ep->prefix_len +
			     (ep->addr.len == sizeof(struct in_addr) ? V4_AT :
								       0);
	return prefix;
}

/**
 * check_host - a prefix that is one address
 * @addr: the address
 */
struct vpngw_rtnl_prefix check_host(struct in6_addr addr)
{
	return (struct vpngw_rtnl_prefix) { .addr = addr, .len = CHECK_HOST };
}

/**
 * check_all - the prefix that all addresses are in
 * @version: of them
 */
struct vpngw_rtnl_prefix check_all(enum vpngw_rtnl_version version)
{
	struct vpngw_rtnl_prefix all = {};

	if (version == VPNGW_RTNL_V4) {
		memset(all.addr.s6_addr + 10, 0xff, 2);
		all.len = V4_AT;
	}
	return all;
}

/**
 * check_is_all - whether all addresses of a version are in a prefix
 * @prefix: the prefix
 */
bool check_is_all(const struct vpngw_rtnl_prefix *prefix)
{
	return prefix->len == check_all(check_version(prefix)).len;
}

/**
 * check_version - of what version a prefix is
 * @prefix: the prefix
 */
enum vpngw_rtnl_version check_version(const struct vpngw_rtnl_prefix *prefix)
{
	return vpngw_rtnl_version(&prefix->addr);
}

/**
 * check_ip - the tool that routes of a version are set with
 * @prefix: a prefix of that version
 *
 * Return: for check_command().
 */
const char *check_ip(const struct vpngw_rtnl_prefix *prefix)
{
	return check_version(prefix) == VPNGW_RTNL_V4 ? "ip" : "ip -6";
}

static void addr_fill(struct in6_addr *addr, uint8_t len, bool ones)
{
	unsigned int bit;

	for (bit = len; bit < CHECK_HOST; bit++) {
		uint8_t mask = 0x80 >> bit % 8;

		if (ones)
			addr->s6_addr[bit / 8] |= mask;
		else
			addr->s6_addr[bit / 8] &= ~mask;
	}
}

/**
 * check_prefix - the prefix of that length that an address is in
 * @addr: the address
 * @len: the length
 */
struct vpngw_rtnl_prefix check_prefix(const struct in6_addr *addr, uint8_t len)
{
	struct vpngw_rtnl_prefix prefix = { .addr = *addr, .len = len };

	addr_fill(&prefix.addr, len, false);
	return prefix;
}

/**
 * check_last - the last address of a prefix
 * @prefix: the prefix
 */
struct in6_addr check_last(const struct vpngw_rtnl_prefix *prefix)
{
	struct in6_addr last = prefix->addr;

	addr_fill(&last, prefix->len, true);
	return last;
}

/**
 * check_next - the address behind another
 * @addr: the other
 */
struct in6_addr check_next(struct in6_addr addr)
{
	int i = sizeof(addr);

	while (i-- && !++addr.s6_addr[i])
		;
	return addr;
}

/**
 * check_cmp - the order of two addresses of one version
 * @a: one
 * @b: the other
 *
 * Return: less than, equal to or more than 0.
 */
int check_cmp(const struct in6_addr *a, const struct in6_addr *b)
{
	return memcmp(a, b, sizeof(*a));
}

/**
 * check_has - is an address in a prefix?
 * @prefix: the prefix
 * @addr: the address
 *
 * Return: true if it is; one of the other version is not.
 */
bool check_has(const struct vpngw_rtnl_prefix *prefix,
	       const struct in6_addr *addr)
{
	struct vpngw_rtnl_prefix other = check_prefix(addr, prefix->len);
	struct vpngw_rtnl_prefix own = check_prefix(&prefix->addr, prefix->len);

	return check_version(prefix) == vpngw_rtnl_version(addr) &&
	       !check_cmp(&own.addr, &other.addr);
}

/**
 * check_half - half of a prefix
 * @prefix: the prefix, of more than one address
 * @upper: the second half
 */
struct vpngw_rtnl_prefix check_half(const struct vpngw_rtnl_prefix *prefix,
				    bool upper)
{
	struct vpngw_rtnl_prefix half = *prefix;

	if (upper)
		half.addr.s6_addr[half.len / 8] |= 0x80 >> half.len % 8;
	half.len++;
	return half;
}

/**
 * check_prefix_text - a prefix as it is typed
 * @prefix: the prefix; the length of one address is left out
 * @text: room of PREFIX_STRLEN
 *
 * Return: @text.
 */
const char *check_prefix_text(const struct vpngw_rtnl_prefix *prefix,
			      char *text)
{
	bool v4 = check_version(prefix) == VPNGW_RTNL_V4;

	inet_ntop(v4 ? AF_INET : AF_INET6,
		  prefix->addr.s6_addr + (v4 ? V4_AT / 8 : 0), text,
		  PREFIX_STRLEN);
	if (prefix->len < CHECK_HOST)
		sprintf(text + strlen(text), "/%u",
			prefix->len - (v4 ? V4_AT : 0));
	return text;
}
