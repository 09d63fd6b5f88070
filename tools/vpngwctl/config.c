// SPDX-License-Identifier: GPL-2.0
/* A whole configuration: the kernel's, or a file's; save and flush. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "object.h"
#include "print.h"
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
	if (vpngw_object_copy(&items->obj, obj))
		return -ENOMEM;
	config->n++;
	return 0;
}

/**
 * config_free - free what belongs to a configuration
 * @config: the configuration, itself not freed; empty afterwards
 */
void config_free(struct config *config)
{
	size_t i;

	for (i = 0; i < config->n; i++)
		vpngw_object_free(&config->items[i].obj);
	free(config->items);
	free(config->sorted);
	memset(config, 0, sizeof(*config));
}

/* The kernel's */

static int config_take(const struct vpngw_object *obj, void *arg)
{
	struct vpngw_object copy = *obj;

	if (obj->kind == VPNGW_VPN &&
	    obj->has & VPNGW_HAS(VPNGW_A_VPN_VRF_IFINDEX) &&
	    !obj->vpn.vrf_ifindex)
		strcpy(copy.vpn.vrf, VRF_DELETED);
	if (obj->kind == VPNGW_EXT &&
	    obj->has & VPNGW_HAS(VPNGW_A_EXT_VRF_IFINDEX) &&
	    !obj->ext.vrf_ifindex)
		strcpy(copy.ext.vrf, VRF_DELETED);
	return config_append(arg, &copy, 0);
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
		if (err >= 0 && after.config_id == config->settings.config_id)
			return STATUS_DONE;
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

static int config_line(char *line, struct config *config,
		       struct vpngw_settings *settings)
{
	char *word[CONFIG_WORDS];
	struct words words = { .next = word };
	const char *object, *command;
	enum vpngw_kind kind;
	bool set;
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
	command = words_next(&words);
	set = kind == VPNGW_KINDS;
	if (!command || !word_is(command, set ? "timeout" : "add"))
		return misuse("a configuration has only \"add\" and \"set timeout\"");
	if (!set)
		return config_object(&words, kind, config);
	config->settings_line = options.line;
	return settings_read(&words, settings);
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

/* Comparing */

static int cmp_number(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

static int cmp_addr(const struct vpngw_addr *a, const struct vpngw_addr *b)
{
	int cmp = cmp_number(a->len, b->len);

	return cmp ? cmp : memcmp(a->bytes, b->bytes, a->len);
}

static uint8_t endpoint_prefix_len(const struct vpngw_endpoint *ep)
{
	if (ep->has & VPNGW_HAS(VPNGW_A_ENDPOINT_PREFIX_LEN))
		return ep->prefix_len;
	return ep->addr.len * 8;
}

static int cmp_endpoint(const struct vpngw_endpoint *a,
			const struct vpngw_endpoint *b)
{
	int cmp = cmp_addr(&a->addr, &b->addr);

	if (!cmp)
		cmp = cmp_number(endpoint_prefix_len(a),
				 endpoint_prefix_len(b));
	if (!cmp)
		cmp = cmp_number(a->has & VPNGW_HAS(VPNGW_A_ENDPOINT_PORT),
				 b->has & VPNGW_HAS(VPNGW_A_ENDPOINT_PORT));
	return cmp ? cmp : cmp_number(a->port, b->port);
}

static int cmp_vpn(const struct vpngw_vpn *a, const struct vpngw_vpn *b)
{
	int cmp = cmp_number(a->id, b->id);

	if (!cmp)
		cmp = strcmp(a->vrf, b->vrf);
	if (!cmp)
		cmp = cmp_number(a->vrf_ifindex, b->vrf_ifindex);
	/* The table of a VRF is its own affair. */
	if (!cmp && !*a->vrf)
		cmp = cmp_number(a->table, b->table);
	return cmp;
}

static int cmp_ext(const struct vpngw_ext *a, const struct vpngw_ext *b)
{
	int cmp = cmp_number(a->id, b->id);

	if (!cmp)
		cmp = strcmp(a->vrf, b->vrf);
	if (!cmp)
		cmp = cmp_number(a->vrf_ifindex, b->vrf_ifindex);
	if (!cmp && !*a->vrf)
		cmp = cmp_number(a->table, b->table);
	return cmp;
}

static int cmp_interface(const struct vpngw_interface *a,
			 const struct vpngw_interface *b)
{
	int cmp = strcmp(a->vpn, b->vpn);

	return cmp ? cmp : strcmp(a->ext, b->ext);
}

static int cmp_pool(const struct vpngw_pool *a, const struct vpngw_pool *b)
{
	int cmp = strcmp(a->ext, b->ext);
	size_t i;

	if (!cmp)
		cmp = strcmp(a->vpn, b->vpn);
	if (!cmp)
		cmp = cmp_number(a->port_lo, b->port_lo);
	if (!cmp)
		cmp = cmp_number(a->port_hi, b->port_hi);
	if (!cmp)
		cmp = cmp_number(a->n_ranges, b->n_ranges);
	for (i = 0; !cmp && i < a->n_ranges; i++) {
		cmp = cmp_addr(&a->ranges[i].first, &b->ranges[i].first);
		if (!cmp)
			cmp = cmp_addr(&a->ranges[i].last, &b->ranges[i].last);
	}
	return cmp;
}

static int cmp_alias(const struct vpngw_alias *a, const struct vpngw_alias *b)
{
	int cmp = cmp_endpoint(&a->server, &b->server);

	if (!cmp)
		cmp = strcmp(a->ext, b->ext);
	return cmp ? cmp : strcmp(a->pool, b->pool);
}

/* What there can be but one of. */
static int cmp_key(const struct vpngw_object *a, const struct vpngw_object *b)
{
	int cmp = cmp_number(a->kind, b->kind);

	if (cmp)
		return cmp;
	switch (a->kind) {
	case VPNGW_VPN:
		return strcmp(a->vpn.name, b->vpn.name);
	case VPNGW_EXT:
		return strcmp(a->ext.name, b->ext.name);
	case VPNGW_POOL:
		return strcmp(a->pool.name, b->pool.name);
	case VPNGW_INTERFACE:
		return cmp_number(a->interface.ifindex, b->interface.ifindex);
	case VPNGW_ALIAS:
		cmp = strcmp(a->alias.vpn, b->alias.vpn);
		if (!cmp)
			cmp = cmp_endpoint(&a->alias.inside, &b->alias.inside);
		return cmp ? cmp : cmp_number(a->alias.proto, b->alias.proto);
	case VPNGW_MAPPING:
		cmp = strcmp(a->mapping.vpn, b->mapping.vpn);
		if (!cmp)
			cmp = strcmp(a->mapping.ext, b->mapping.ext);
		if (!cmp)
			cmp = cmp_number(a->mapping.proto, b->mapping.proto);
		if (!cmp)
			cmp = cmp_endpoint(&a->mapping.inside,
					   &b->mapping.inside);
		return cmp ? cmp : cmp_endpoint(&a->mapping.outside,
						&b->mapping.outside);
	default:
		return 0;
	}
}

/* Everything but what can be changed in place. */
static int cmp_object(const struct vpngw_object *a,
		      const struct vpngw_object *b)
{
	int cmp = cmp_key(a, b);

	if (cmp)
		return cmp;
	switch (a->kind) {
	case VPNGW_VPN:
		return cmp_vpn(&a->vpn, &b->vpn);
	case VPNGW_EXT:
		return cmp_ext(&a->ext, &b->ext);
	case VPNGW_INTERFACE:
		return cmp_interface(&a->interface, &b->interface);
	case VPNGW_POOL:
		return cmp_pool(&a->pool, &b->pool);
	case VPNGW_ALIAS:
		return cmp_alias(&a->alias, &b->alias);
	default:
		return 0;
	}
}

static int config_cmp(const void *a, const void *b)
{
	const struct config_item *const *x = a, *const *y = b;
	int cmp = cmp_object(&(*x)->obj, &(*y)->obj);

	return cmp ? cmp : cmp_number((*x)->line, (*y)->line);
}

static int config_cmp_same(const void *key, const void *item)
{
	const struct config_item *const *y = item;
	const struct config_item *x = key;

	return cmp_object(&x->obj, &(*y)->obj);
}

static int range_cmp(const void *a, const void *b)
{
	const struct vpngw_range *x = a, *y = b;

	return cmp_addr(&x->first, &y->first);
}

/**
 * config_sort - make config_same() and config_find() work
 * @config: the configuration
 *
 * Return: an exit status.
 */
int config_sort(struct config *config)
{
	size_t i;

	/* One more, as an empty configuration is none of memory. */
	config->sorted = calloc(config->n + 1, sizeof(*config->sorted));
	if (!config->sorted)
		return refuse("out of memory");
	for (i = 0; i < config->n; i++) {
		struct vpngw_object *obj = &config->items[i].obj;

		config->sorted[i] = &config->items[i];
		if (obj->kind == VPNGW_POOL && obj->pool.n_ranges)
			qsort(obj->pool.ranges, obj->pool.n_ranges,
			      sizeof(*obj->pool.ranges), range_cmp);
	}
	qsort(config->sorted, config->n, sizeof(*config->sorted), config_cmp);
	return STATUS_DONE;
}

/**
 * config_same - find an object of another configuration
 * @config: the configuration to look in, sorted
 * @item: the object; what can be changed in place may differ
 *
 * Return: the object or NULL.
 */
struct config_item *config_same(const struct config *config,
				const struct config_item *item)
{
	struct config_item **found;

	found = bsearch(item, config->sorted, config->n,
			sizeof(*config->sorted), config_cmp_same);
	return found ? *found : NULL;
}

static int config_cmp_name(const void *key, const void *item)
{
	const struct config_item *const *y = item;

	return cmp_key(key, &(*y)->obj);
}

/**
 * config_find - find a vpn, an ext or a pool
 * @config: the configuration, sorted
 * @kind: which of the three
 * @name: its name
 *
 * Return: the object or NULL.
 */
struct config_item *config_find(const struct config *config,
				enum vpngw_kind kind, const char *name)
{
	struct vpngw_object key = { .kind = kind };
	struct config_item **found;

	switch (kind) {
	case VPNGW_VPN:
		strcpy(key.vpn.name, name);
		break;
	case VPNGW_EXT:
		strcpy(key.ext.name, name);
		break;
	default:
		strcpy(key.pool.name, name);
		break;
	}
	found = bsearch(&key, config->sorted, config->n,
			sizeof(*config->sorted), config_cmp_name);
	return found ? *found : NULL;
}

/**
 * config_same_key - do two objects exclude each other?
 * @a: one
 * @b: the other
 */
bool config_same_key(const struct config_item *a, const struct config_item *b)
{
	return !cmp_key(&a->obj, &b->obj);
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
