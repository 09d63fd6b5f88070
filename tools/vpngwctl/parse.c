// SPDX-License-Identifier: GPL-2.0
/* Reads addresses, endpoints, ranges, protocols, names and numbers. */
#include "parse.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vpngwctl.h"

#define PORT_MAX	65535

/* The ABI has 0 for any protocol. */
static const struct {
	const char *name;
	uint8_t proto;
} protos[] = {
	{ "any", 0 },
	{ "icmp", 1 },
	{ "tcp", 6 },
	{ "udp", 17 },
	{ "dccp", 33 },
	{ "gre", 47 },
	{ "esp", 50 },
	{ "ah", 51 },
	{ "icmpv6", 58 },
	{ "sctp", 132 },
	{ "udplite", 136 },
};

/**
 * parse_number - read a decimal number, and nothing beside it
 * @text: the text
 * @min: least value
 * @max: greatest value
 * @number: the value
 */
bool parse_number(const char *text, uint32_t min, uint32_t max,
		  uint32_t *number)
{
	uint64_t value = 0;

	if (!*text)
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return false;
		value = value * 10 + (*text - '0');
		if (value > max)
			return false;
	}
	if (value < min)
		return false;
	*number = value;
	return true;
}

/**
 * parse_addr - read an IPv4 or IPv6 address
 * @text: the text
 * @addr: the address
 */
bool parse_addr(const char *text, struct vpngw_addr *addr)
{
	memset(addr, 0, sizeof(*addr));
	if (inet_pton(AF_INET, text, addr->bytes) == 1)
		addr->len = 4;
	else if (inet_pton(AF_INET6, text, addr->bytes) == 1)
		addr->len = 16;
	return addr->len;
}

static bool parse_port(const char *text, struct vpngw_endpoint *ep)
{
	uint32_t port;

	if (!parse_number(text, 0, PORT_MAX, &port))
		return false;
	ep->port = port;
	ep->has |= VPNGW_HAS(VPNGW_A_ENDPOINT_PORT);
	return true;
}

static bool parse_prefix_len(const char *text, struct vpngw_endpoint *ep)
{
	uint32_t len;

	if (!parse_number(text, 0, ep->addr.len * 8, &len))
		return false;
	ep->prefix_len = len;
	ep->has |= VPNGW_HAS(VPNGW_A_ENDPOINT_PREFIX_LEN);
	return true;
}

/* The first @n bytes of a text. */
static bool parse_addr_n(const char *text, size_t n, struct vpngw_addr *addr)
{
	char copy[INET6_ADDRSTRLEN];

	if (n >= sizeof(copy))
		return false;
	memcpy(copy, text, n);
	copy[n] = '\0';
	return parse_addr(copy, addr);
}

/**
 * parse_endpoint - read ADDR, ADDR:PORT, [ADDR]:PORT or ADDR/LEN
 * @text: the text
 * @ep: the endpoint
 *
 * Port 0 is read, as it may be an ICMP query id: see check_port().
 */
bool parse_endpoint(const char *text, struct vpngw_endpoint *ep)
{
	const char *slash = strchr(text, '/'), *colon = strchr(text, ':');
	const char *bracket = strchr(text, ']');

	memset(ep, 0, sizeof(*ep));
	ep->has = VPNGW_HAS(VPNGW_A_ENDPOINT_ADDR);

	if (*text == '[')
		return bracket && bracket[1] == ':' &&
		       parse_addr_n(text + 1, bracket - text - 1, &ep->addr) &&
		       ep->addr.len == 16 && parse_port(bracket + 2, ep);

	if (slash)
		return parse_addr_n(text, slash - text, &ep->addr) &&
		       parse_prefix_len(slash + 1, ep);

	/* One colon is a port's, more are an IPv6 address. */
	if (colon && !strchr(colon + 1, ':'))
		return parse_addr_n(text, colon - text, &ep->addr) &&
		       parse_port(colon + 1, ep);

	return parse_addr(text, &ep->addr);
}

/**
 * parse_proto - read the name or the number of an IP protocol
 * @text: the text
 * @proto: the protocol, 0 for "any"
 */
bool parse_proto(const char *text, uint8_t *proto)
{
	uint32_t number;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(protos); i++) {
		if (!strcmp(text, protos[i].name)) {
			*proto = protos[i].proto;
			return true;
		}
	}
	if (!parse_number(text, 0, UINT8_MAX, &number))
		return false;
	*proto = number;
	return true;
}

/**
 * proto_name - name an IP protocol as parse_proto() reads it
 * @proto: the protocol
 *
 * Return: its name or number, valid until the next call.
 */
const char *proto_name(uint8_t proto)
{
	static char number[4];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(protos); i++)
		if (proto == protos[i].proto)
			return protos[i].name;
	snprintf(number, sizeof(number), "%u", proto);
	return number;
}

/**
 * read_name - take the name of a vpn, an ext or a pool
 * @what: whose name
 * @text: the text
 * @name: VPNGW_NAME_MAX + 1 bytes
 *
 * Return: an exit status.
 */
int read_name(const char *what, const char *text, char *name)
{
	if (!*text)
		return misuse("the name of the %s is empty", what);
	if (strlen(text) > VPNGW_NAME_MAX)
		return misuse("\"%s\" is longer than %u characters", text,
			      VPNGW_NAME_MAX);
	memset(name, 0, VPNGW_NAME_MAX + 1);
	memcpy(name, text, strlen(text));
	return STATUS_DONE;
}

/**
 * read_endpoint - take an endpoint, see parse_endpoint()
 * @text: the text
 * @ep: the endpoint
 *
 * Return: an exit status.
 */
int read_endpoint(const char *text, struct vpngw_endpoint *ep)
{
	if (parse_endpoint(text, ep))
		return STATUS_DONE;
	return misuse("\"%s\" is not ADDR, ADDR:PORT, [ADDR]:PORT or ADDR/LEN",
		      text);
}

/**
 * check_port - refuse what cannot be a port
 * @ep: an endpoint
 * @id: it may be an ICMP query id, and these begin with 0
 *
 * Return: an exit status.
 */
int check_port(const struct vpngw_endpoint *ep, bool id)
{
	if (ep->has & VPNGW_HAS(VPNGW_A_ENDPOINT_PORT) && !ep->port && !id)
		return misuse("0 is not a port (1 to %u)", PORT_MAX);
	return STATUS_DONE;
}

/**
 * read_proto - take an IP protocol
 * @text: the text
 * @proto: the protocol, 0 for "any"
 *
 * Return: an exit status.
 */
int read_proto(const char *text, uint8_t *proto)
{
	if (parse_proto(text, proto))
		return STATUS_DONE;
	return misuse("\"%s\" is not a protocol (a name as udp, or 0 to 255)",
		      text);
}

/* The first and the last address of a prefix. */
static int range_of_prefix(const char *text, const struct vpngw_endpoint *ep,
			   struct vpngw_range *range)
{
	unsigned int bit;

	range->first = ep->addr;
	range->last = ep->addr;
	for (bit = ep->prefix_len; bit < ep->addr.len * 8u; bit++) {
		uint8_t mask = 0x80 >> bit % 8;

		if (range->first.bytes[bit / 8] & mask)
			return misuse("\"%s\" has bits set beyond its prefix",
				      text);
		range->last.bytes[bit / 8] |= mask;
	}
	return STATUS_DONE;
}

static int read_range(char *text, struct vpngw_range *range)
{
	struct vpngw_endpoint ep;
	char *dash = strchr(text, '-');

	memset(range, 0, sizeof(*range));
	range->has = VPNGW_HAS(VPNGW_A_RANGE_FIRST) |
		     VPNGW_HAS(VPNGW_A_RANGE_LAST);
	if (dash) {
		bool ok;

		*dash = '\0';
		ok = parse_addr(text, &range->first) &&
		     parse_addr(dash + 1, &range->last);
		*dash = '-';
		if (ok)
			return STATUS_DONE;
	} else if (parse_endpoint(text, &ep)) {
		if (ep.has & VPNGW_HAS(VPNGW_A_ENDPOINT_PORT))
			return misuse("\"%s\": the ports of a pool are said once, by \"ports\"",
				      text);
		if (!(ep.has & VPNGW_HAS(VPNGW_A_ENDPOINT_PREFIX_LEN)))
			ep.prefix_len = ep.addr.len * 8;
		return range_of_prefix(text, &ep, range);
	}
	return misuse("\"%s\" is not an address, a range of addresses or a prefix",
		      text);
}

/**
 * read_ranges - take ADDR, ADDR-ADDR or PREFIX, several with commas between
 * @text: the text
 * @pool: gets them beside those that it has
 *
 * Return: an exit status.
 */
int read_ranges(const char *text, struct vpngw_pool *pool)
{
	char *copy, *next, *word;
	int err = STATUS_DONE;

	copy = strdup(text);
	if (!copy)
		return refuse("out of memory");
	next = copy;
	while (!err && (word = strsep(&next, ","))) {
		struct vpngw_range *ranges;

		ranges = reallocarray(pool->ranges, pool->n_ranges + 1,
				      sizeof(*ranges));
		if (!ranges) {
			err = refuse("out of memory");
			break;
		}
		pool->ranges = ranges;
		err = read_range(word, &ranges[pool->n_ranges]);
		if (!err)
			pool->n_ranges++;
	}
	free(copy);
	return err;
}

/**
 * arg_name - an argument that names a vpn, an ext or a pool
 * @arg: the argument
 * @value: its value
 * @obj: the struct it goes to
 *
 * Return: an exit status.
 */
int arg_name(const struct arg *arg, const char *value, void *obj)
{
	return read_name(arg->word, value, (char *)obj + arg->offset);
}

static int read_number(const struct arg *arg, const char *value, void *obj,
		       uint32_t min)
{
	uint32_t *member = (uint32_t *)((char *)obj + arg->offset);

	if (parse_number(value, min, UINT32_MAX, member))
		return STATUS_DONE;
	return misuse("%s: \"%s\" is not a number from %u to %u", arg->word,
		      value, min, UINT32_MAX);
}

/**
 * arg_id - an argument that is a number from 1 on
 * @arg: the argument
 * @value: its value
 * @obj: the struct it goes to
 *
 * Return: an exit status.
 */
int arg_id(const struct arg *arg, const char *value, void *obj)
{
	return read_number(arg, value, obj, 1);
}

/**
 * arg_u32 - an argument that is a number
 * @arg: the argument
 * @value: its value
 * @obj: the struct it goes to
 *
 * Return: an exit status.
 */
int arg_u32(const struct arg *arg, const char *value, void *obj)
{
	return read_number(arg, value, obj, 0);
}

/**
 * parse_switch - read "on" or "off"
 * @text: the text
 * @on: 1 or 0
 */
bool parse_switch(const char *text, uint8_t *on)
{
	*on = !strcmp(text, "on");
	return *on || !strcmp(text, "off");
}

/**
 * arg_switch - an argument that is on or off
 * @arg: the argument
 * @value: its value
 * @obj: the struct it goes to
 *
 * Return: an exit status.
 */
int arg_switch(const struct arg *arg, const char *value, void *obj)
{
	if (parse_switch(value, (uint8_t *)obj + arg->offset))
		return STATUS_DONE;
	return misuse("%s: \"%s\" is neither on nor off", arg->word, value);
}

/**
 * arg_device - an argument that names a network device
 * @arg: the argument
 * @value: its value
 * @obj: the struct it goes to; the name only, as it may not exist
 *
 * Return: an exit status.
 */
int arg_device(const struct arg *arg, const char *value, void *obj)
{
	char *name = (char *)obj + arg->offset;

	if (!*value || strlen(value) >= IF_NAMESIZE)
		return misuse("\"%s\" is not the name of a device", value);
	memset(name, 0, IF_NAMESIZE);
	memcpy(name, value, strlen(value));
	return STATUS_DONE;
}

/**
 * arg_proto - an argument that is an IP protocol
 * @arg: the argument
 * @value: its value
 * @obj: the struct it goes to
 *
 * Return: an exit status.
 */
int arg_proto(const struct arg *arg, const char *value, void *obj)
{
	return read_proto(value, (uint8_t *)obj + arg->offset);
}

/**
 * arg_endpoint - an argument that is an endpoint
 * @arg: the argument
 * @value: its value
 * @obj: the struct it goes to
 *
 * Return: an exit status.
 */
int arg_endpoint(const struct arg *arg, const char *value, void *obj)
{
	char *member = (char *)obj + arg->offset;

	return read_endpoint(value, (struct vpngw_endpoint *)member);
}
