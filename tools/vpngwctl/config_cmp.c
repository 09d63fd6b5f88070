// SPDX-License-Identifier: GPL-2.0
/* Are objects of two configurations the same? */
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "vpngwctl.h"

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
 * config_cmp_key - order by what there can be but one of
 * @a: one struct config_item
 * @b: the other
 *
 * Return: 0 when they exclude each other.
 */
int config_cmp_key(const void *a, const void *b)
{
	const struct config_item *x = a, *y = b;

	return cmp_key(&x->obj, &y->obj);
}
