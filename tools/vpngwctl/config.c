// SPDX-License-Identifier: GPL-2.0
/* A whole configuration: the kernel's, or a file's; save and flush. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "object.h"
#include "print.h"
#include "ranges.h"
#include "setting.h"
#include "vpngwctl.h"

const char save_usage[] =
"Usage: vpngwctl save\n"
"\n"
"Prints the configuration as commands, for \"apply\" or for -batch.\n";

const char flush_usage[] =
"Usage: vpngwctl flush\n"
"\n"
"Deletes every object and flow, and puts the settings back to their defaults.\n";

/* How often the configuration is read anew because it has changed. */
#define CONFIG_TRIES	10

#define CONFIG_WORDS	64

/*
 * The order in which objects can be made.  Interfaces come last, so that all
 * is in place when the first packet is.
 */
static const enum vpngw_kind config_order[] = {
	VPNGW_EXT,
	VPNGW_VPN,
	VPNGW_POOL,
	VPNGW_ALIAS,
	VPNGW_MAPPING,
	VPNGW_INTERFACE,
};

static int config_rank(enum vpngw_kind kind)
{
	size_t i;

	for (i = 0; config_order[i] != kind; i++)
		;
	return i;
}

static int config_append(struct config *config, const struct vpngw_object *obj,
			 unsigned int line)
{
	struct config_item *items;

	items = reallocarray(config->items, config->n + 1, sizeof(*items));
	if (!items)
		return -ENOMEM;
	config->items = items;
	items += config->n;
	memset(items, 0, sizeof(*items));
	items->line = line;
	items->drain.kind = VPNGW_POOL;
	if (vpngw_object_copy(&items->obj, obj))
		return -ENOMEM;
	config->n++;
	return 0;
}

/* A pool's name, and that what is in its list is drained. */
static struct vpngw_pool *config_drain(struct config_item *item)
{
	struct vpngw_pool *drain = &item->drain.pool;

	strcpy(drain->name, item->obj.pool.name);
	drain->drain = 1;
	drain->has = VPNGW_HAS(VPNGW_A_POOL_NAME) |
		     VPNGW_HAS(VPNGW_A_POOL_RANGE) |
		     VPNGW_HAS(VPNGW_A_POOL_DRAIN);
	return drain;
}

static void config_item_free(struct config_item *item)
{
	vpngw_object_free(&item->obj);
	vpngw_object_free(&item->drain);
}

/**
 * config_free - free what belongs to a configuration
 * @config: the configuration, itself not freed; empty afterwards
 */
void config_free(struct config *config)
{
	size_t i;

	for (i = 0; i < config->n; i++)
		config_item_free(&config->items[i]);
	free(config->items);
	free(config->sorted);
	memset(config, 0, sizeof(*config));
}

/* The kernel's */

/* The kernel splits ranges where it drains; what was added was whole. */
static int config_take_drain(struct config_item *item)
{
	struct vpngw_pool *pool = &item->obj.pool;
	struct vpngw_pool *drain = config_drain(item);
	int err = 0;
	size_t i;

	for (i = 0; !err && i < pool->n_ranges; i++)
		if (pool->ranges[i].draining)
			err = ranges_append(drain, &pool->ranges[i]);
	if (drain->n_ranges) {
		ranges_merge(drain, true);
		ranges_merge(pool, false);
	}
	return err;
}

static int config_take(const struct vpngw_object *obj, void *arg)
{
	struct vpngw_object copy = *obj;
	struct config *config = arg;
	int err;

	if (obj->kind == VPNGW_VPN &&
	    obj->has & VPNGW_HAS(VPNGW_A_VPN_VRF_IFINDEX) &&
	    !obj->vpn.vrf_ifindex)
		strcpy(copy.vpn.vrf, VRF_DELETED);
	if (obj->kind == VPNGW_EXT &&
	    obj->has & VPNGW_HAS(VPNGW_A_EXT_VRF_IFINDEX) &&
	    !obj->ext.vrf_ifindex)
		strcpy(copy.ext.vrf, VRF_DELETED);
	err = config_append(config, &copy, 0);
	if (!err && obj->kind == VPNGW_POOL)
		err = config_take_drain(&config->items[config->n - 1]);
	return err;
}

static int config_take_kind(struct vpngw *vg, enum vpngw_kind kind,
			    struct config *config)
{
	struct vpngw_object match = { .kind = kind };

	/* Dynamic mappings are no configuration. */
	if (kind == VPNGW_MAPPING)
		match.has = VPNGW_HAS(VPNGW_A_MAPPING_STATIC);
	return vpngw_each(vg, &match, config_take, config);
}

/* Stable: objects of a kind stay in the order of the file. */
static int config_cmp_rank(const void *a, const void *b)
{
	const struct config_item *x = a, *y = b;
	int rank;

	rank = config_rank(x->obj.kind) - config_rank(y->obj.kind);
	if (rank)
		return rank;
	return x->line < y->line ? -1 : x->line > y->line;
}

static int config_cmp_id(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

static int config_cmp_settled(const void *a, const void *b)
{
	const struct config_item *x = a, *y = b;

	if (x->obj.kind == y->obj.kind) {
		switch (x->obj.kind) {
		case VPNGW_VPN:
			return config_cmp_id(x->obj.vpn.id, y->obj.vpn.id);
		case VPNGW_EXT:
			return config_cmp_id(x->obj.ext.id, y->obj.ext.id);
		case VPNGW_INTERFACE:
			return strcmp(x->obj.interface.name,
				      y->obj.interface.name);
		case VPNGW_MAPPING:
			return config_cmp_key(x, y);
		default:
			break;
		}
	}
	return config_cmp_rank(a, b);
}

/*
 * Which pool or alias was first matters, and they are listed by age.  The rest
 * is put in an order that does not depend on history, so that the same
 * configuration is saved the same.
 */
static void config_settle(struct config *config)
{
	size_t i;

	for (i = 0; i < config->n; i++)
		config->items[i].line = i;
	if (config->n)
		qsort(config->items, config->n, sizeof(*config->items),
		      config_cmp_settled);
	for (i = 0; i < config->n; i++)
		config->items[i].line = 0;
}

/**
 * config_read_kernel - take the present configuration
 * @vg: the handle
 * @config: gets it; empty after an error
 *
 * Return: an exit status.
 */
int config_read_kernel(struct vpngw *vg, struct config *config)
{
	struct vpngw_settings after;
	unsigned int try;
	size_t i;
	int err;

	for (try = 0; try < CONFIG_TRIES; try++) {
		memset(config, 0, sizeof(*config));
		err = vpngw_settings(vg, NULL, &config->settings);
		for (i = 0; err >= 0 && i < ARRAY_SIZE(config_order); i++)
			err = config_take_kind(vg, config_order[i], config);
		if (err >= 0)
			err = vpngw_settings(vg, NULL, &after);
		if (err >= 0 &&
		    after.config_id == config->settings.config_id) {
			settings_complete(&config->settings);
			config_settle(config);
			return STATUS_DONE;
		}
		config_free(config);
		if (err == -ENOMEM)
			return refuse("out of memory");
		if (err < 0)
			return refuse_kernel(err);
	}
	return refuse("the configuration changes all the time; try again");
}

/* A file's */

static int config_word_kind(const char *word, enum vpngw_kind *kind)
{
	struct {
		const char *word;
	} names[VPNGW_KINDS] = {};
	size_t i;
	int found;

	for (i = 0; i < ARRAY_SIZE(config_order); i++)
		names[i].word = object_types[config_order[i]]->name;
	names[i].word = "set";
	found = word_find("object", word, names, sizeof(*names),
			  ARRAY_SIZE(config_order) + 1);
	if (found < 0)
		return STATUS_USAGE;
	*kind = (size_t)found < i ? config_order[found] : VPNGW_KINDS;
	return STATUS_DONE;
}

static int config_object(struct words *words, enum vpngw_kind kind,
			 struct config *config)
{
	struct vpngw_object obj = { .kind = kind };
	int err;

	err = object_types[kind]->parse(words, &obj);
	if (!err && config_append(config, &obj, options.line))
		err = refuse("out of memory");
	vpngw_object_free(&obj);
	return err;
}

static int config_check_drain(const struct config_item *item,
			      const struct vpngw_pool *drain)
{
	struct vpngw_object all;
	int err = STATUS_DONE;

	if (vpngw_object_copy(&all, &item->obj))
		return refuse("out of memory");
	ranges_merge(&all.pool, true);
	if (!ranges_within(drain, &all.pool))
		err = misuse("pool \"%s\" does not have all of these addresses",
			     drain->name);
	vpngw_object_free(&all);
	return err;
}

/* The pool is in a line before. */
static int config_pool_drain(struct words *words, struct config *config)
{
	struct vpngw_object obj = { .kind = VPNGW_POOL };
	struct config_item *item = NULL;
	struct vpngw_pool *drain;
	size_t i;
	int err;

	err = pool_read_drain(words, &obj.pool);
	for (i = 0; !err && !item && i < config->n; i++)
		if (config->items[i].obj.kind == VPNGW_POOL &&
		    !strcmp(config->items[i].obj.pool.name, obj.pool.name))
			item = &config->items[i];
	if (!err && !obj.pool.drain)
		err = misuse("what is not drained needs no line");
	else if (!err && !item)
		err = misuse("no line before adds pool \"%s\"", obj.pool.name);
	if (!err)
		err = config_check_drain(item, &obj.pool);
	if (!err) {
		drain = config_drain(item);
		for (i = 0; !err && i < obj.pool.n_ranges; i++)
			if (ranges_append(drain, &obj.pool.ranges[i]))
				err = refuse("out of memory");
		ranges_merge(drain, true);
	}
	vpngw_object_free(&obj);
	return err;
}

static int config_line(char *line, struct config *config,
		       struct vpngw_settings *settings)
{
	char *word[CONFIG_WORDS];
	struct words words = { .next = word };
	const char *object, *command;
	enum vpngw_kind kind;
	int err;

	words.n = words_split(line, word, CONFIG_WORDS);
	if (words.n < 0)
		return misuse("a quote is not closed, or too many words");
	object = words_next(&words);
	if (!object)
		return STATUS_DONE;
	err = config_word_kind(object, &kind);
	if (err)
		return err;
	if (kind == VPNGW_KINDS) {
		config->settings_line = options.line;
		return settings_read(&words, settings);
	}
	command = words_next(&words);
	if (command && word_is(command, "add"))
		return config_object(&words, kind, config);
	if (command && kind == VPNGW_POOL && strlen(command) > 1 &&
	    word_is(command, "drain"))
		return config_pool_drain(&words, config);
	return misuse("a configuration has only \"add\", \"pool drain\" and \"set\"");
}

/**
 * config_read_file - read a configuration from a file
 * @name: name of the file, "-" for standard input
 * @config: gets it; empty after an error
 *
 * Devices are not looked up.
 *
 * Return: an exit status.
 */
int config_read_file(const char *name, struct config *config)
{
	struct vpngw_settings settings = {};
	bool standard_input = !strcmp(name, "-");
	int err = STATUS_DONE;
	char *line = NULL;
	size_t size = 0;
	FILE *file;

	memset(config, 0, sizeof(*config));
	file = standard_input ? stdin : fopen(name, "re");
	if (!file)
		return refuse("cannot open \"%s\": %s", name, strerror(errno));
	options.file = name;
	options.line = 0;
	while (!err && getline(&line, &size, file) >= 0) {
		options.line++;
		/* As in a batch, a line that makes no sense is a refusal. */
		if (config_line(line, config, &settings))
			err = STATUS_REFUSED;
	}
	if (!err && ferror(file))
		err = refuse("cannot read: %s", strerror(errno));
	options.file = NULL;
	free(line);
	if (!standard_input)
		fclose(file);
	if (err) {
		config_free(config);
		return err;
	}
	settings_complete(&settings);
	config->settings = settings;
	if (config->n)
		qsort(config->items, config->n, sizeof(*config->items),
		      config_cmp_rank);
	return STATUS_DONE;
}

/* Such a line is refused where it is applied, rather than misunderstood. */
static void save_warn(const struct vpngw_object *obj)
{
	const char *name, *vrf;

	if (obj->kind == VPNGW_VPN) {
		name = obj->vpn.name;
		vrf = obj->vpn.vrf;
	} else if (obj->kind == VPNGW_EXT) {
		name = obj->ext.name;
		vrf = obj->ext.vrf;
	} else {
		return;
	}
	if (!strcmp(vrf, VRF_DELETED))
		note("the VRF of %s \"%s\" was deleted, and its name is lost",
		     object_types[obj->kind]->name, name);
}

/**
 * save_run - vpngwctl save
 * @words: what follows it
 *
 * Return: an exit status.
 */
int save_run(struct words *words)
{
	struct config config;
	struct vpngw *vg;
	size_t i;
	int err;

	err = words_end(words);
	if (!err)
		err = module_open(&vg);
	if (!err)
		err = config_read_kernel(vg, &config);
	if (err)
		return err;
	/* These are commands, whatever was asked for. */
	options.json = false;
	settings_print_save(&config.settings);
	for (i = 0; i < config.n; i++) {
		const struct vpngw_object *obj = &config.items[i].obj;

		printf("%s add ", object_types[obj->kind]->name);
		object_types[obj->kind]->print_config(obj);
		putchar('\n');
		if (config.items[i].drain.pool.n_ranges) {
			fputs("pool drain ", stdout);
			pool_print_drain(&config.items[i].drain.pool);
			putchar('\n');
		}
		save_warn(obj);
	}
	config_free(&config);
	return STATUS_DONE;
}

/**
 * flush_run - vpngwctl flush
 * @words: what follows it
 *
 * Return: an exit status.
 */
int flush_run(struct words *words)
{
	struct vpngw *vg;
	int err;

	err = words_end(words);
	if (!err)
		err = module_open(&vg);
	return err ? err : refuse_kernel(vpngw_flush(vg, NULL));
}
