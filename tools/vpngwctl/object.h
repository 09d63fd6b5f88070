/* SPDX-License-Identifier: GPL-2.0 */
/* What the kinds of objects have in common, and their files give. */
#ifndef VPNGWCTL_OBJECT_H
#define VPNGWCTL_OBJECT_H

#include <libvpngw.h>

struct words;

/**
 * struct object_type - one kind of object
 * @name: what it is called
 * @parse: reads the words after "add" into the object; devices by name only
 * @resolve: finds the devices it names, and refuses what cannot be added
 * @print_config: prints what was configured: in text the words after "add"
 * @print_state: prints the rest
 */
struct object_type {
	const char *name;
	int (*parse)(struct words *words, struct vpngw_object *obj);
	int (*resolve)(struct vpngw_object *obj);
	void (*print_config)(const struct vpngw_object *obj);
	void (*print_state)(const struct vpngw_object *obj);
};

extern const struct object_type vpn_type;
extern const struct object_type ext_type;
extern const struct object_type interface_type;
extern const struct object_type pool_type;
extern const struct object_type alias_type;
extern const struct object_type mapping_type;
extern const struct object_type flow_type;
extern const struct object_type limit_type;
extern const struct object_type *const object_types[VPNGW_KINDS];

int object_add(struct words *words, enum vpngw_kind kind);
int object_set(struct vpngw_object *obj);
int object_del(struct vpngw_object *obj);
int object_show(const struct vpngw_object *match, bool one);
void object_print(const struct vpngw_object *obj);

int pool_read_drain(struct words *words, struct vpngw_pool *pool);
void pool_print_drain(const struct vpngw_pool *pool);

int device_index(const char *name, uint32_t *ifindex);
int read_words(struct words *words, const char *what, char **word);

#endif /* VPNGWCTL_OBJECT_H */
