// SPDX-License-Identifier: GPL-2.0
/* Add, set, delete and show any kind of object. */
#include "object.h"

#include <stdio.h>

#include "print.h"
#include "vpngwctl.h"

const struct object_type *const object_types[VPNGW_KINDS] = {
	[VPNGW_VPN] = &vpn_type,
	[VPNGW_EXT] = &ext_type,
	[VPNGW_INTERFACE] = &interface_type,
	[VPNGW_POOL] = &pool_type,
	[VPNGW_ALIAS] = &alias_type,
	[VPNGW_MAPPING] = &mapping_type,
	[VPNGW_FLOW] = &flow_type,
	[VPNGW_LIMIT] = &limit_type,
};

/**
 * device_index - find a network device
 * @name: its name
 * @ifindex: its index, 0 when there is none
 *
 * Return: an exit status.
 */
int device_index(const char *name, uint32_t *ifindex)
{
	*ifindex = if_nametoindex(name);
	if (!*ifindex)
		return refuse("there is no device \"%s\"", name);
	return STATUS_DONE;
}

/**
 * read_words - take a word that must be there
 * @words: the command
 * @what: what it is, for the message
 * @word: the word
 *
 * Return: an exit status.
 */
int read_words(struct words *words, const char *what, char **word)
{
	*word = words_next(words);
	if (!*word)
		return misuse("say which %s", what);
	return STATUS_DONE;
}

/**
 * object_add - "add"
 * @words: what follows it
 * @kind: kind of the object
 *
 * Return: an exit status.
 */
int object_add(struct words *words, enum vpngw_kind kind)
{
	const struct object_type *type = object_types[kind];
	struct vpngw_object obj = { .kind = kind };
	struct vpngw *vg;
	int err;

	err = type->parse(words, &obj);
	if (!err && type->resolve)
		err = type->resolve(&obj);
	if (!err)
		err = module_open(&vg);
	if (!err)
		err = refuse_kernel(vpngw_add(vg, &obj));
	vpngw_object_free(&obj);
	return err;
}

/**
 * object_set - "set"
 * @obj: what names the object, and its new values
 *
 * Return: an exit status.
 */
int object_set(struct vpngw_object *obj)
{
	struct vpngw *vg;
	int err;

	err = module_open(&vg);
	return err ? err : refuse_kernel(vpngw_set(vg, obj));
}

/**
 * object_del - "del"
 * @obj: what names the object
 *
 * Return: an exit status.
 */
int object_del(struct vpngw_object *obj)
{
	struct vpngw *vg;
	int err;

	err = module_open(&vg);
	return err ? err : refuse_kernel(vpngw_del(vg, obj));
}

/**
 * object_print - print all about an object; in text one line
 * @obj: the object
 */
void object_print(const struct vpngw_object *obj)
{
	const struct object_type *type = object_types[obj->kind];

	type->print_config(obj);
	if (type->print_state)
		type->print_state(obj);
}

/* The list is opened by its first object, as there may be an error first. */
static int object_show_one(const struct vpngw_object *obj, void *arg)
{
	bool *opened = arg;

	if (!*opened)
		print_list_open(NULL);
	*opened = true;
	print_open(NULL);
	object_print(obj);
	print_newline();
	print_close();
	return 0;
}

/**
 * object_show - "show"
 * @match: the kind, and what to show of it
 * @one: it is to be one, and not to have it is an error
 *
 * Return: an exit status.
 */
int object_show(const struct vpngw_object *match, bool one)
{
	bool opened = false;
	struct vpngw *vg;
	int err;

	err = module_open(&vg);
	if (err)
		return err;
	if (one)
		err = vpngw_get(vg, match, object_show_one, &opened);
	else
		err = vpngw_each(vg, match, object_show_one, &opened);
	if (!opened && err >= 0) {
		print_list_open(NULL);
		opened = true;
	}
	if (opened)
		print_list_close();
	if (err == VPNGW_INCONSISTENT) {
		note("the list changed while it was taken, and may lack some");
		return STATUS_DONE;
	}
	return refuse_kernel(err);
}
