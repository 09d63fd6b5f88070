// SPDX-License-Identifier: GPL-2.0
/* vpngwctl pool */
#include <stdio.h>
#include <string.h>

#include "object.h"
#include "parse.h"
#include "print.h"
#include "vpngwctl.h"

const char pool_usage[] =
"Usage: vpngwctl pool add NAME ext EXT\n"
"                         address { ADDR | ADDR-ADDR | PREFIX }[,...]\n"
"                         [ports LO-HI] [vpn VPN]\n"
"       vpngwctl pool del NAME\n"
"       vpngwctl pool show [NAME | ext EXT]\n"
"\n"
"A prefix is all of its addresses.  Ports are 1024-65535 unless given.\n";

#define POOL_HAS(attr)	VPNGW_HAS(VPNGW_A_POOL_##attr)

#define POOL_ARG(_word, _parse, _member, _attr)				\
	{								\
		.word = _word,						\
		.parse = _parse,					\
		.offset = offsetof(struct vpngw_pool, _member),		\
		.attr = VPNGW_A_POOL_##_attr,				\
	}

static int arg_ranges(const struct arg *arg, const char *value, void *obj)
{
	(void)arg;
	return read_ranges(value, obj);
}

static int arg_ports(const struct arg *arg, const char *value, void *obj)
{
	const char *dash = strchr(value, '-');
	struct vpngw_pool *pool = obj;
	uint32_t lo, hi;
	char first[6];

	(void)arg;
	if (!dash || (size_t)(dash - value) >= sizeof(first))
		goto bad;
	memcpy(first, value, dash - value);
	first[dash - value] = '\0';
	if (!parse_number(first, 1, UINT16_MAX, &lo) ||
	    !parse_number(dash + 1, 1, UINT16_MAX, &hi))
		goto bad;
	pool->port_lo = lo;
	pool->port_hi = hi;
	pool->has |= POOL_HAS(PORT_HI);
	return STATUS_DONE;

bad:
	return misuse("\"%s\" is not a range of ports, as 1024-65535", value);
}

static const struct arg pool_add_args[] = {
	POOL_ARG("ext", arg_name, ext, EXT),
	POOL_ARG("address", arg_ranges, ranges, RANGE),
	POOL_ARG("ports", arg_ports, port_lo, PORT_LO),
	POOL_ARG("vpn", arg_name, vpn, VPN),
	{}
};

static const struct arg pool_show_args[] = {
	POOL_ARG("ext", arg_name, ext, EXT),
	{}
};

static int pool_read_name(struct words *words, struct vpngw_pool *pool)
{
	char *word;
	int err;

	err = read_words(words, "pool", &word);
	if (err)
		return err;
	pool->has |= POOL_HAS(NAME);
	return read_name("pool", word, pool->name);
}

static int pool_parse(struct words *words, struct vpngw_object *obj)
{
	struct vpngw_pool *pool = &obj->pool;
	int err;

	err = pool_read_name(words, pool);
	if (!err)
		err = args_read(words, pool_add_args, pool);
	if (!err && !(pool->has & POOL_HAS(EXT)))
		err = misuse("say \"ext NAME\": a pool belongs to one");
	if (!err && !(pool->has & POOL_HAS(RANGE)))
		err = misuse("say \"address\" and which addresses");
	return err;
}

static void pool_print_config(const struct vpngw_object *obj)
{
	const struct vpngw_pool *pool = &obj->pool;
	bool ports = pool->has & POOL_HAS(PORT_LO);

	print_name("name", "%s", pool->name);
	print_name("ext", " ext %s", pool->ext);
	print_ranges("ranges", " address ", pool->ranges, pool->n_ranges);
	print_number("port_lo", ports ? " ports %llu" : NULL,
		     pool->port_lo);
	print_number("port_hi", ports ? "-%llu" : NULL, pool->port_hi);
	print_name("vpn", " vpn %s", pool->vpn);
}

static void pool_print_state(const struct vpngw_object *obj)
{
	const struct vpngw_pool *pool = &obj->pool;

	print_number("addresses", " addresses %llu", pool->addresses);
	print_number("mappings", " mappings %llu", pool->mappings);
}

const struct object_type pool_type = {
	.name = "pool",
	.parse = pool_parse,
	.print_config = pool_print_config,
	.print_state = pool_print_state,
};

static int pool_add(struct words *words)
{
	return object_add(words, VPNGW_POOL);
}

static int pool_del(struct words *words)
{
	struct vpngw_object obj = { .kind = VPNGW_POOL };
	int err;

	err = pool_read_name(words, &obj.pool);
	if (!err)
		err = words_end(words);
	return err ? err : object_del(&obj);
}

static int pool_show(struct words *words)
{
	struct vpngw_object match = { .kind = VPNGW_POOL };
	bool one = words->n == 1;
	int err;

	if (one)
		err = pool_read_name(words, &match.pool);
	else
		err = args_read(words, pool_show_args, &match.pool);
	return err ? err : object_show(&match, one);
}

const struct command pool_commands[] = {
	{ "add", pool_add },
	{ "del|delete", pool_del },
	{ "show|list|ls", pool_show },
	{}
};
