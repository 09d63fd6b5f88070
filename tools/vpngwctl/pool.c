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
"                         [parity { on | off }] [contiguity { on | off }]\n"
"                         [block-size N [block-owner { host | vpn }]\n"
"                                       [deterministic PREFIX]]\n"
"       vpngwctl pool set NAME address ADDRESSES\n"
"       vpngwctl pool drain NAME address ADDRESSES [on | off]\n"
"       vpngwctl pool del NAME\n"
"       vpngwctl pool show [NAME | ext EXT]\n"
"\n"
"A prefix is all of its addresses, with IPv6 the first 65536.  Ports are 1-65535\n"
"unless given.  No new mapping gets an address that is drained.\n";

#define POOL_HAS(attr)	VPNGW_HAS(VPNGW_A_POOL_##attr)

/* The kernel's own. */
#define BLOCK_MIN	16
#define BLOCK_MAX	32768

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

static const struct {
	const char *word;
} pool_owners[] = {
	[VPNGW_BLOCK_OWNER_HOST] = { "host" },
	[VPNGW_BLOCK_OWNER_VPN] = { "vpn" },
};

static int arg_owner(const struct arg *arg, const char *value, void *obj)
{
	struct vpngw_pool *pool = obj;
	int found;

	found = word_find(arg->word, value, pool_owners, sizeof(*pool_owners),
			  ARRAY_SIZE(pool_owners));
	if (found < 0)
		return STATUS_USAGE;
	pool->block_owner = found;
	return STATUS_DONE;
}

static int arg_block_size(const struct arg *arg, const char *value, void *obj)
{
	struct vpngw_pool *pool = obj;
	uint32_t size;

	if (!parse_number(value, BLOCK_MIN, BLOCK_MAX, &size) ||
	    size & (size - 1))
		return misuse("%s: \"%s\" is not a power of two from %u to %u",
			      arg->word, value, BLOCK_MIN, BLOCK_MAX);
	pool->block_size = size;
	return STATUS_DONE;
}

static int arg_hosts(const struct arg *arg, const char *value, void *obj)
{
	struct vpngw_pool *pool = obj;
	int err;

	err = read_endpoint(value, &pool->deterministic);
	if (!err && !(pool->deterministic.has &
		      VPNGW_HAS(VPNGW_A_ENDPOINT_PREFIX_LEN)))
		err = misuse("%s: \"%s\" is not the prefix of the hosts, as 10.0.0.0/16",
			     arg->word, value);
	return err;
}

static const struct arg pool_add_args[] = {
	POOL_ARG("ext", arg_name, ext, EXT),
	POOL_ARG("address", arg_ranges, ranges, RANGE),
	POOL_ARG("ports", arg_ports, port_lo, PORT_LO),
	POOL_ARG("vpn", arg_name, vpn, VPN),
	POOL_ARG("parity", arg_switch, parity, PARITY),
	POOL_ARG("contiguity", arg_switch, contiguity, CONTIGUITY),
	POOL_ARG("block-size", arg_block_size, block_size, BLOCK_SIZE),
	POOL_ARG("block-owner", arg_owner, block_owner, BLOCK_OWNER),
	POOL_ARG("deterministic", arg_hosts, deterministic, DETERMINISTIC),
	{}
};

static const struct arg pool_set_args[] = {
	POOL_ARG("address", arg_ranges, ranges, RANGE),
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

/* What needs something else, or contradicts it. */
static int pool_check(const struct vpngw_pool *pool)
{
	if (pool->has & POOL_HAS(PARITY) && !pool->parity && pool->contiguity)
		return misuse("\"contiguity on\" includes \"parity on\"");
	if (pool->block_size)
		return STATUS_DONE;
	if (pool->has & POOL_HAS(BLOCK_OWNER))
		return misuse("\"block-owner\" needs \"block-size\"");
	if (pool->has & POOL_HAS(DETERMINISTIC))
		return misuse("\"deterministic\" needs \"block-size\"");
	return STATUS_DONE;
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
	return err ? err : pool_check(pool);
}

/**
 * pool_read_drain - read the words after "pool drain"
 * @words: the words
 * @pool: gets its name, the addresses and whether they are to be drained
 *
 * Return: an exit status.
 */
int pool_read_drain(struct words *words, struct vpngw_pool *pool)
{
	char *word;
	int err;

	err = pool_read_name(words, pool);
	if (err)
		return err;
	word = words_next(words);
	if (!word || !word_is(word, "address") || !words->n)
		return misuse("say \"address\" and which addresses");
	err = read_ranges(words_next(words), pool);
	if (err)
		return err;
	pool->drain = 1;
	pool->has |= POOL_HAS(RANGE) | POOL_HAS(DRAIN);
	word = words_next(words);
	if (word && !parse_switch(word, &pool->drain))
		return misuse("\"%s\" is neither on nor off", word);
	return words_end(words);
}

/**
 * pool_print_drain - print the words after "pool drain"
 * @pool: its name, the addresses and whether they are to be drained
 */
void pool_print_drain(const struct vpngw_pool *pool)
{
	print_name(NULL, "%s", pool->name);
	print_ranges(NULL, " address ", pool->ranges, pool->n_ranges);
	print_text(pool->drain ? "" : " off");
}

static void pool_print_blocks(const struct vpngw_pool *pool)
{
	bool host = pool->block_owner == VPNGW_BLOCK_OWNER_HOST;

	print_number("block_size", pool->block_size ?
		     " block-size %llu" : NULL, pool->block_size);
	if (!pool->block_size)
		print_null("block_owner");
	else if (pool->block_owner < ARRAY_SIZE(pool_owners))
		print_string("block_owner", host ? NULL : " block-owner %s",
			     pool_owners[pool->block_owner].word);
	else
		print_number("block_owner", " block-owner %llu",
			     pool->block_owner);
	if (pool->deterministic.addr.len)
		print_prefix("deterministic", " deterministic %s",
			     &pool->deterministic);
	else
		print_null("deterministic");
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
	/* The greater includes the less. */
	print_bool("parity", pool->contiguity ? NULL : " parity on",
		   pool->parity || pool->contiguity);
	print_bool("contiguity", " contiguity on", pool->contiguity);
	pool_print_blocks(pool);
}

static bool pool_drains(const struct vpngw_pool *pool)
{
	size_t i;

	for (i = 0; i < pool->n_ranges; i++)
		if (pool->ranges[i].draining)
			return true;
	return false;
}

/* JSON says it of each range. */
static void pool_print_draining(const struct vpngw_pool *pool)
{
	const char *before = " draining ";
	size_t i;

	for (i = 0; i < pool->n_ranges; i++) {
		if (!pool->ranges[i].draining)
			continue;
		print_ranges(NULL, before, &pool->ranges[i], 1);
		before = ",";
	}
}

static void pool_print_state(const struct vpngw_object *obj)
{
	const struct vpngw_pool *pool = &obj->pool;

	print_number("addresses", " addresses %llu", pool->addresses);
	print_number("mappings", " mappings %llu", pool->mappings);
	print_number("held", pool->held ? " held %llu" : NULL, pool->held);
	if (!options.json)
		pool_print_draining(pool);
	print_number("draining_mappings", pool_drains(pool) ?
		     " draining-mappings %llu" : NULL,
		     pool->draining_mappings);
	print_number("blocks", pool->block_size ? " blocks %llu" : NULL,
		     pool->blocks);
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

static int pool_set(struct words *words)
{
	struct vpngw_object obj = { .kind = VPNGW_POOL };
	int err;

	err = pool_read_name(words, &obj.pool);
	if (!err && !words->n)
		err = misuse("say \"address\" and which addresses");
	if (!err)
		err = args_read(words, pool_set_args, &obj.pool);
	if (!err)
		err = object_set(&obj);
	vpngw_object_free(&obj);
	return err;
}

static int pool_drain(struct words *words)
{
	struct vpngw_object obj = { .kind = VPNGW_POOL };
	struct vpngw *vg;
	int err;

	err = pool_read_drain(words, &obj.pool);
	if (!err)
		err = module_open(&vg);
	if (!err)
		err = refuse_kernel(vpngw_pool_drain(vg, &obj.pool));
	vpngw_object_free(&obj);
	return err;
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
	{ "set", pool_set },
	{ "del|delete", pool_del },
	{ "drain", pool_drain },
	{ "show|list|ls", pool_show },
	{}
};
