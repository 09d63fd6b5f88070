// SPDX-License-Identifier: GPL-2.0
/* vpngwctl ext */
#include <stdio.h>

#include "object.h"
#include "parse.h"
#include "print.h"
#include "vpngwctl.h"

const char ext_usage[] =
"Usage: vpngwctl ext add NAME [id N] [vrf DEV | table N]\n"
"       vpngwctl ext set NAME vrf DEV\n"
"       vpngwctl ext del NAME\n"
"       vpngwctl ext show [NAME]\n";

#define EXT_HAS(attr)	VPNGW_HAS(VPNGW_A_EXT_##attr)

#define EXT_ARG(_word, _parse, _member, _attr)				\
	{								\
		.word = _word,						\
		.parse = _parse,					\
		.offset = offsetof(struct vpngw_ext, _member),		\
		.attr = VPNGW_A_EXT_##_attr,				\
	}

static const struct arg ext_add_args[] = {
	EXT_ARG("id", arg_id, id, ID),
	EXT_ARG("vrf", arg_device, vrf, VRF),
	EXT_ARG("table", arg_id, table, TABLE),
	{}
};

static const struct arg ext_set_args[] = {
	EXT_ARG("vrf", arg_device, vrf, VRF),
	{}
};

static int ext_read_name(struct words *words, struct vpngw_ext *ext)
{
	char *word;
	int err;

	err = read_words(words, "ext", &word);
	if (err)
		return err;
	ext->has |= EXT_HAS(NAME);
	return read_name("ext", word, ext->name);
}

static int ext_parse(struct words *words, struct vpngw_object *obj)
{
	struct vpngw_ext *ext = &obj->ext;
	int err;

	err = ext_read_name(words, ext);
	if (!err)
		err = args_read(words, ext_add_args, ext);
	if (!err && ext->has & EXT_HAS(VRF) && ext->has & EXT_HAS(TABLE))
		err = misuse("\"vrf\" and \"table\" exclude each other");
	return err;
}

static int ext_resolve(struct vpngw_object *obj)
{
	struct vpngw_ext *ext = &obj->ext;

	if (!(ext->has & EXT_HAS(VRF)))
		return STATUS_DONE;
	ext->has |= EXT_HAS(VRF_IFINDEX);
	return device_index(ext->vrf, &ext->vrf_ifindex);
}

static void ext_print_config(const struct vpngw_object *obj)
{
	const struct vpngw_ext *ext = &obj->ext;

	print_name("name", "%s", ext->name);
	print_number("id", ext->id ? " id %llu" : NULL, ext->id);
	print_vrf(ext->has & EXT_HAS(VRF_IFINDEX), ext->vrf_ifindex, ext->vrf,
		  ext->table);
}

static void ext_print_state(const struct vpngw_object *obj)
{
	const struct vpngw_ext *ext = &obj->ext;

	print_number("interfaces", " interfaces %llu", ext->interfaces);
	print_number("pools", " pools %llu", ext->pools);
	print_number("mappings", " mappings %llu", ext->mappings);
	print_number("flows", " flows %llu", ext->flows);
}

const struct object_type ext_type = {
	.name = "ext",
	.parse = ext_parse,
	.resolve = ext_resolve,
	.print_config = ext_print_config,
	.print_state = ext_print_state,
};

static int ext_add(struct words *words)
{
	return object_add(words, VPNGW_EXT);
}

static int ext_set(struct words *words)
{
	struct vpngw_object obj = { .kind = VPNGW_EXT };
	int err;

	err = ext_read_name(words, &obj.ext);
	if (!err && !words->n)
		err = misuse("say what to set");
	if (!err)
		err = args_read(words, ext_set_args, &obj.ext);
	if (!err)
		err = ext_resolve(&obj);
	return err ? err : object_set(&obj);
}

static int ext_del(struct words *words)
{
	struct vpngw_object obj = { .kind = VPNGW_EXT };
	int err;

	err = ext_read_name(words, &obj.ext);
	if (!err)
		err = words_end(words);
	return err ? err : object_del(&obj);
}

static int ext_show(struct words *words)
{
	struct vpngw_object match = { .kind = VPNGW_EXT };
	bool one = words->n;
	int err = STATUS_DONE;

	if (one)
		err = ext_read_name(words, &match.ext);
	if (!err)
		err = words_end(words);
	return err ? err : object_show(&match, one);
}

const struct command ext_commands[] = {
	{ "add", ext_add },
	{ "set", ext_set },
	{ "del|delete", ext_del },
	{ "show|list|ls", ext_show },
	{}
};
