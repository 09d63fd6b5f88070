// SPDX-License-Identifier: GPL-2.0
/* Are objects of two configurations the same? */
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "ranges.h"
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

/*
 * Is it routed as it is wanted, or can it be without being made anew?  A VRF
 * that was deleted can be replaced; the table of a VRF is its own affair.
 */
static bool same_routing(const char *have_vrf, uint32_t have_ifindex,
			 uint32_t have_table, const char *want_vrf,
			 uint32_t want_ifindex, uint32_t want_table)
{
	if (!*have_vrf || !*want_vrf)
		return !*have_vrf && !*want_vrf && have_table == want_table;
	if (have_ifindex)
		return have_ifindex == want_ifindex;
	return want_ifindex || !strcmp(have_vrf, want_vrf);
}

static bool same_vpn(const struct vpngw_vpn *have,
		     const struct vpngw_vpn *want)
{
	return have->id == want->id &&
	       same_routing(have->vrf, have->vrf_ifindex, have->table,
			    want->vrf, want->vrf_ifindex, want->table);
}

static bool same_ext(const struct vpngw_ext *have,
		     const struct vpngw_ext *want)
{
	return have->id == want->id &&
	       same_routing(have->vrf, have->vrf_ifindex, have->table,
			    want->vrf, want->vrf_ifindex, want->table);
}

static bool same_interface(const struct vpngw_interface *have,
			   const struct vpngw_interface *want)
{
	return !strcmp(have->vpn, want->vpn) && !strcmp(have->ext, want->ext);
}

/* Contiguity includes it. */
static bool pool_parity(const struct vpngw_pool *pool)
{
	return pool->parity || pool->contiguity;
}

/*
 * A pool gets other addresses in place, unless mappings would be lost: it may
 * lose only what is drained already.
 */
static bool same_pool(const struct config_item *have_item,
		      const struct config_item *want_item)
{
	const struct vpngw_pool *have = &have_item->obj.pool;
	const struct vpngw_pool *want = &want_item->obj.pool;
	struct vpngw_object kept = { .kind = VPNGW_POOL };
	const struct vpngw_pool *drain = &have_item->drain.pool;
	bool same;
	size_t i;

	if (strcmp(have->ext, want->ext) || strcmp(have->vpn, want->vpn) ||
	    have->port_lo != want->port_lo || have->port_hi != want->port_hi ||
	    pool_parity(have) != pool_parity(want) ||
	    have->contiguity != want->contiguity ||
	    have->block_size != want->block_size ||
	    have->block_owner != want->block_owner ||
	    cmp_endpoint(&have->deterministic, &want->deterministic))
		return false;
	/* Other addresses would be other blocks. */
	if (have->deterministic.addr.len)
		return ranges_same(have, want);
	if (ranges_within(have, want))
		return true;
	if (have->draining_mappings ||
	    vpngw_object_copy(&kept, &want_item->obj))
		return false;
	same = true;
	for (i = 0; same && i < drain->n_ranges; i++)
		same = !ranges_append(&kept.pool, &drain->ranges[i]);
	ranges_merge(&kept.pool, true);
	same = same && ranges_within(have, &kept.pool);
	vpngw_object_free(&kept);
	return same;
}

static bool same_alias(const struct vpngw_alias *have,
		       const struct vpngw_alias *want)
{
	return !cmp_endpoint(&have->server, &want->server) &&
	       !strcmp(have->ext, want->ext) && !strcmp(have->pool, want->pool);
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

/* For objects with the same key; what can be changed in place may differ. */
static bool same_object(const struct config_item *have_item,
			const struct config_item *want_item)
{
	const struct vpngw_object *have = &have_item->obj;
	const struct vpngw_object *want = &want_item->obj;

	switch (have->kind) {
	case VPNGW_VPN:
		return same_vpn(&have->vpn, &want->vpn);
	case VPNGW_EXT:
		return same_ext(&have->ext, &want->ext);
	case VPNGW_INTERFACE:
		return same_interface(&have->interface, &want->interface);
	case VPNGW_POOL:
		return same_pool(have_item, want_item);
	case VPNGW_ALIAS:
		return same_alias(&have->alias, &want->alias);
	default:
		return true;
	}
}

static int config_cmp(const void *a, const void *b)
{
	const struct config_item *const *x = a, *const *y = b;
	int cmp = cmp_key(&(*x)->obj, &(*y)->obj);

	return cmp ? cmp : cmp_number((*x)->line, (*y)->line);
}

static int config_cmp_found(const void *key, const void *item)
{
	const struct config_item *const *y = item;

	return cmp_key(key, &(*y)->obj);
}

static struct config_item *config_lookup(const struct config *config,
					 const struct vpngw_object *key)
{
	struct config_item **found;

	found = bsearch(key, config->sorted, config->n,
			sizeof(*config->sorted), config_cmp_found);
	return found ? *found : NULL;
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
		if (obj->kind == VPNGW_POOL)
			ranges_merge(&obj->pool, false);
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
	struct config_item *found = config_lookup(config, &item->obj);

	return found && same_object(found, item) ? found : NULL;
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
	return config_lookup(config, &key);
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
