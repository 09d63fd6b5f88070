/* SPDX-License-Identifier: GPL-2.0 */
/* A whole configuration: the kernel's, or a file's. */
#ifndef VPNGWCTL_CONFIG_H
#define VPNGWCTL_CONFIG_H

#include <libvpngw.h>
#include <stdbool.h>

/**
 * struct config_item - one object of a configuration
 * @obj: the object
 * @drain: of a pool, the addresses that are drained
 * @line: line of the file
 * @same: the same object in the other configuration, NULL when it has none
 * @keep: it may stay as it is
 */
struct config_item {
	struct vpngw_object obj;
	struct vpngw_object drain;
	unsigned int line;
	struct config_item *same;
	bool keep;
};

/**
 * struct config - a configuration
 * @items: the objects, in the order in which they can be made
 * @n: how many
 * @sorted: the same in the order of config_cmp(), after config_sort()
 * @settings: all settings
 * @settings_line: line of the file that has settings
 */
struct config {
	struct config_item *items;
	size_t n;
	struct config_item **sorted;
	struct vpngw_settings settings;
	unsigned int settings_line;
};

int config_read_kernel(struct vpngw *vg, struct config *config);
int config_read_file(const char *name, struct config *config);
void config_free(struct config *config);

int config_sort(struct config *config);
struct config_item *config_same(const struct config *config,
				const struct config_item *item);
struct config_item *config_find(const struct config *config,
				enum vpngw_kind kind, const char *name);
int config_cmp_key(const void *a, const void *b);

#endif /* VPNGWCTL_CONFIG_H */
