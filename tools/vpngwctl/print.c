// SPDX-License-Identifier: GPL-2.0
/* Prints text or JSON with the same calls. */
#include "print.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "vpngwctl.h"

/* How deep objects and lists may be within each other. */
#define JSON_DEPTH	8

/* [ADDR]:PORT or ADDR/LEN */
#define ENDPOINT_STRLEN	(INET6_ADDRSTRLEN + 8)

/*
 * @depth: objects and lists that are open
 * @filled: of each of them, whether there is anything in it
 */
static struct {
	unsigned int depth;
	bool filled[JSON_DEPTH + 1];
} json;

static void json_newline(void)
{
	unsigned int i;

	if (!options.pretty)
		return;
	putchar('\n');
	for (i = 0; i < json.depth; i++)
		fputs("    ", stdout);
}

/* The byte length of the UTF-8 character at @s, 0 when it is not one. */
static size_t utf8_len(const unsigned char *s)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len = *s < 0x80 ? 1 : *s >= 0xf0 ? 4 : *s >= 0xe0 ? 3 : 2;
	uint32_t c = *s & (len == 1 ? 0x7f : 0x7f >> len);
	size_t i;

	if (*s >= 0xf8 || (*s >= 0x80 && *s < 0xc0))
		return 0;
	for (i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	return len;
}

/* A device name may be any bytes; JSON may not. */
static void json_string(const char *value)
{
	const unsigned char *s = (const unsigned char *)value;

	putchar('"');
	while (*s) {
		const unsigned char *plain = s;
		size_t len;

		/* Nearly all there ever is. */
		while (*s >= 0x20 && *s < 0x7f && *s != '"' && *s != '\\')
			s++;
		fwrite(plain, 1, s - plain, stdout);
		if (!*s)
			break;
		len = utf8_len(s);
		if (len > 1)
			fwrite(s, 1, len, stdout);
		else if (len)
			printf("\\u%04x", *s);
		else
			fputs("\\ufffd", stdout);
		s += len ? len : 1;
	}
	putchar('"');
}

static void json_key(const char *key)
{
	if (json.filled[json.depth])
		putchar(',');
	json.filled[json.depth] = true;
	if (json.depth)
		json_newline();
	if (!key)
		return;
	json_string(key);
	fputs(options.pretty ? ": " : ":", stdout);
}

static void json_open(const char *key, char bracket)
{
	json_key(key);
	putchar(bracket);
	if (json.depth < JSON_DEPTH)
		json.depth++;
	json.filled[json.depth] = false;
}

static void json_close(char bracket)
{
	bool filled = json.filled[json.depth];

	json.depth--;
	if (filled)
		json_newline();
	putchar(bracket);
	if (!json.depth) {
		putchar('\n');
		json.filled[0] = false;
	}
}

/* The formats of this file's callers are constants with one conversion. */
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

static void text_string(const char *format, const char *value)
{
	if (format)
		printf(format, value);
}

/**
 * print_list_open - begin a list; text has nothing for it
 * @key: its key, NULL in a list or at the top
 */
void print_list_open(const char *key)
{
	if (options.json)
		json_open(key, '[');
}

/**
 * print_list_close - end a list
 */
void print_list_close(void)
{
	if (options.json)
		json_close(']');
}

/**
 * print_open - begin an object; text has nothing for it
 * @key: its key, NULL in a list or at the top
 */
void print_open(const char *key)
{
	if (options.json)
		json_open(key, '{');
}

/**
 * print_close - end an object
 */
void print_close(void)
{
	if (options.json)
		json_close('}');
}

/**
 * print_newline - end a line of text
 */
void print_newline(void)
{
	if (!options.json)
		putchar('\n');
}

/**
 * print_text - print what is for people only
 * @text: the text
 */
void print_text(const char *text)
{
	if (!options.json)
		fputs(text, stdout);
}

/**
 * print_string - print a string
 * @key: its key
 * @format: its text
 * @value: the string; NULL or empty is null, and nothing in text
 */
void print_string(const char *key, const char *format, const char *value)
{
	if (!value || !*value) {
		print_null(key);
	} else if (!options.json) {
		text_string(format, value);
	} else if (key) {
		json_key(key);
		json_string(value);
	}
}

/**
 * print_number - print a number
 * @key: its key
 * @format: its text
 * @value: the number
 */
void print_number(const char *key, const char *format,
		  unsigned long long value)
{
	if (!options.json) {
		if (format)
			printf(format, value);
	} else if (key) {
		json_key(key);
		printf("%llu", value);
	}
}

/**
 * print_bool - print what is so or not
 * @key: its key
 * @text: its text when it is so
 * @value: is it?
 */
void print_bool(const char *key, const char *text, bool value)
{
	if (!options.json) {
		if (text && value)
			fputs(text, stdout);
	} else if (key) {
		json_key(key);
		fputs(value ? "true" : "false", stdout);
	}
}

/**
 * print_null - print that there is no such thing; text has nothing for it
 * @key: its key
 */
void print_null(const char *key)
{
	if (options.json && key) {
		json_key(key);
		fputs("null", stdout);
	}
}

/**
 * print_name - print a name so that a batch reads it as one word
 * @key: its key
 * @format: its text
 * @name: the name; empty is null, and nothing in text
 */
void print_name(const char *key, const char *format, const char *name)
{
	/* The longest that a character becomes is '"'"' */
	char quoted[5 * VPNGW_NAME_MAX + 3], *at = quoted;
	char quote = strchr(name, '"') ? '\'' : '"';

	if (options.json || (*name != '#' && !strpbrk(name, " \t\r\n\v\f'\""))) {
		print_string(key, format, name);
		return;
	}
	for (*at++ = quote; *name; name++) {
		if (*name == quote)
			at = stpcpy(at, "'\"'\"'");
		else
			*at++ = *name;
	}
	*at++ = quote;
	*at = '\0';
	print_string(key, format, quoted);
}

static const char *addr_text(const struct vpngw_addr *addr, char *text)
{
	return inet_ntop(addr->len == 16 ? AF_INET6 : AF_INET, addr->bytes,
			 text, INET6_ADDRSTRLEN);
}

/**
 * print_addr - print an address
 * @key: its key
 * @format: its text
 * @addr: the address; none is null, and nothing in text
 */
void print_addr(const char *key, const char *format,
		const struct vpngw_addr *addr)
{
	char text[INET6_ADDRSTRLEN];

	print_string(key, format, addr->len ? addr_text(addr, text) : NULL);
}

static const char *endpoint_text(const struct vpngw_addr *addr, bool has_port,
				 uint16_t port, char *text)
{
	char ip[INET6_ADDRSTRLEN];

	addr_text(addr, ip);
	if (!has_port)
		snprintf(text, ENDPOINT_STRLEN, "%s", ip);
	else if (addr->len == 16)
		snprintf(text, ENDPOINT_STRLEN, "[%s]:%u", ip, port);
	else
		snprintf(text, ENDPOINT_STRLEN, "%s:%u", ip, port);
	return text;
}

static void json_port(const char *key, bool has, uint16_t port)
{
	if (has)
		print_number(key, NULL, port);
	else
		print_null(key);
}

/**
 * print_endpoint - print an address with or without a port
 * @key: its key, for {addr, port}
 * @format: its text
 * @ep: the endpoint; none is null, and nothing in text
 */
void print_endpoint(const char *key, const char *format,
		    const struct vpngw_endpoint *ep)
{
	bool has_port = ep->has & VPNGW_HAS(VPNGW_A_ENDPOINT_PORT);
	char text[ENDPOINT_STRLEN];

	if (!ep->addr.len) {
		print_null(key);
	} else if (!options.json) {
		text_string(format, endpoint_text(&ep->addr, has_port,
						  ep->port, text));
	} else if (key) {
		print_open(key);
		print_addr("addr", NULL, &ep->addr);
		json_port("port", has_port, ep->port);
		print_close();
	}
}

/**
 * print_prefix - print an endpoint that may be a prefix
 * @key: its key, for {addr, port, prefix_len}
 * @format: its text
 * @ep: the endpoint
 */
void print_prefix(const char *key, const char *format,
		  const struct vpngw_endpoint *ep)
{
	uint8_t len = ep->addr.len * 8;
	char text[ENDPOINT_STRLEN];

	if (ep->has & VPNGW_HAS(VPNGW_A_ENDPOINT_PREFIX_LEN))
		len = ep->prefix_len;
	if (options.json && ep->addr.len && key) {
		print_open(key);
		print_addr("addr", NULL, &ep->addr);
		json_port("port", ep->has & VPNGW_HAS(VPNGW_A_ENDPOINT_PORT),
			  ep->port);
		print_number("prefix_len", NULL, len);
		print_close();
	} else if (len == ep->addr.len * 8) {
		print_endpoint(key, format, ep);
	} else {
		endpoint_text(&ep->addr, false, 0, text);
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "/%u", len);
		text_string(format, text);
	}
}

/**
 * print_tuple - print one side's view of a flow
 * @key: its key, for {src, sport, dst, dport}
 * @format: its text
 * @tuple: the view
 */
void print_tuple(const char *key, const char *format,
		 const struct vpngw_tuple *tuple)
{
	bool has_sport = tuple->has & VPNGW_HAS(VPNGW_A_TUPLE_SPORT);
	bool has_dport = tuple->has & VPNGW_HAS(VPNGW_A_TUPLE_DPORT);
	char src[ENDPOINT_STRLEN], dst[ENDPOINT_STRLEN];
	char text[2 * ENDPOINT_STRLEN + 4];

	if (options.json && key) {
		print_open(key);
		print_addr("src", NULL, &tuple->src);
		json_port("sport", has_sport, tuple->sport);
		print_addr("dst", NULL, &tuple->dst);
		json_port("dport", has_dport, tuple->dport);
		print_close();
	} else if (!options.json) {
		snprintf(text, sizeof(text), "%s -> %s",
			 endpoint_text(&tuple->src, has_sport, tuple->sport,
				       src),
			 endpoint_text(&tuple->dst, has_dport, tuple->dport,
				       dst));
		text_string(format, text);
	}
}

/**
 * print_counter - print packets and bytes
 * @key: its key, for {packets, bytes}
 * @format: its text
 * @counter: the counter
 */
void print_counter(const char *key, const char *format,
		   const struct vpngw_counter *counter)
{
	char text[64];

	if (options.json && key) {
		print_open(key);
		print_number("packets", NULL, counter->packets);
		print_number("bytes", NULL, counter->bytes);
		print_close();
	} else if (!options.json) {
		snprintf(text, sizeof(text),
			 "packets %llu bytes %llu",
			 (unsigned long long)counter->packets,
			 (unsigned long long)counter->bytes);
		text_string(format, text);
	}
}

/* The length of the prefix that the range is, -1 when it is none. */
static int range_prefix_len(const struct vpngw_range *range)
{
	unsigned int bits = range->first.len * 8, bit, len;

	for (len = 0; len < bits; len++) {
		uint8_t mask = 0x80 >> len % 8;

		if ((range->first.bytes[len / 8] ^ range->last.bytes[len / 8]) &
		    mask)
			break;
	}
	for (bit = len; bit < bits; bit++) {
		uint8_t mask = 0x80 >> bit % 8;

		if (range->first.bytes[bit / 8] & mask ||
		    !(range->last.bytes[bit / 8] & mask))
			return -1;
	}
	return len;
}

/**
 * print_ranges - print ranges of addresses
 * @key: its key, for [{first, last, draining}]
 * @format: text that goes before them
 * @ranges: the ranges
 * @n: how many
 */
void print_ranges(const char *key, const char *format,
		  const struct vpngw_range *ranges, size_t n)
{
	size_t i;

	print_text(format);
	print_list_open(key);
	for (i = 0; i < n; i++) {
		const struct vpngw_range *range = &ranges[i];
		int len = range_prefix_len(range);

		print_open(NULL);
		print_text(i ? "," : "");
		print_addr("first", "%s", &range->first);
		if (len < 0)
			print_addr("last", "-%s", &range->last);
		else if (options.json)
			print_addr("last", NULL, &range->last);
		else if (len < range->first.len * 8)
			printf("/%d", len);
		print_bool("draining", NULL, range->draining);
		print_close();
	}
	print_list_close();
}

/**
 * print_vrf - print by which table a vpn or an ext is routed
 * @has_vrf: by that of a VRF
 * @ifindex: the VRF, 0 when it was deleted
 * @vrf: its name
 * @table: number of the table, 0 when there is none
 */
void print_vrf(bool has_vrf, uint32_t ifindex, const char *vrf,
	       uint32_t table)
{
	bool deleted = has_vrf && !ifindex;

	if (!options.json && deleted)
		vrf = VRF_DELETED;
	print_name("vrf", " vrf %s", vrf);
	if (deleted)
		print_bool("vrf_deleted", NULL, true);
	if (table)
		print_number("table", has_vrf ? NULL : " table %llu",
			     table);
	else
		print_null("table");
}
