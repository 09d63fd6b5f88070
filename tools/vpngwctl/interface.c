// SPDX-License-Identifier: GPL-2.0
/* vpngwctl interface */
#include <stdio.h>

#include "object.h"
#include "parse.h"
#include "print.h"
#include "vpngwctl.h"

const char interface_usage[] =
"Usage: vpngwctl interface add DEV { vpn NAME | ext NAME }\n"
"       vpngwctl interface del DEV\n"
"       vpngwctl interface show [DEV | vpn NAME | ext NAME]\n"
"\n"
"A VRF device stands for all its members.\n";

#define INTERFACE_HAS(attr)	VPNGW_HAS(VPNGW_A_INTERFACE_##attr)

#define INTERFACE_ARG(_word, _parse, _member, _attr)			\
	{								\
		.word = _word,						\
		.parse = _parse,					\
		.offset = offsetof(struct vpngw_interface, _member),	\
		.attr = VPNGW_A_INTERFACE_##_attr,			\
	}

static const struct arg interface_args[] = {
	INTERFACE_ARG("vpn", arg_name, vpn, VPN),
	INTERFACE_ARG("ext", arg_name, ext, EXT),
	{}
};

static const struct arg interface_device_arg =
	INTERFACE_ARG("device", arg_device, name, NAME);

static int interface_read_device(struct words *words,
				 struct vpngw_interface *interface)
{
	char *word;
	int err;

	err = read_words(words, "device", &word);
	if (err)
		return err;
	interface->has |= INTERFACE_HAS(NAME);
	return arg_device(&interface_device_arg, word, interface);
}

static int interface_parse(struct words *words, struct vpngw_object *obj)
{
	struct vpngw_interface *interface = &obj->interface;
	bool vpn, ext;
	int err;

	err = interface_read_device(words, interface);
	if (!err)
		err = args_read(words, interface_args, interface);
	if (err)
		return err;
	vpn = interface->has & INTERFACE_HAS(VPN);
	ext = interface->has & INTERFACE_HAS(EXT);
	if (vpn && ext)
		return misuse("\"vpn\" and \"ext\" exclude each other");
	if (!vpn && !ext)
		return misuse("say \"vpn NAME\" or \"ext NAME\"");
	return STATUS_DONE;
}

static int interface_resolve(struct vpngw_object *obj)
{
	obj->interface.has |= INTERFACE_HAS(IFINDEX);
	return device_index(obj->interface.name, &obj->interface.ifindex);
}

static void interface_print_config(const struct vpngw_object *obj)
{
	const struct vpngw_interface *interface = &obj->interface;

	print_name("interface", "%s", interface->name);
	print_name("vpn", " vpn %s", interface->vpn);
	if (interface->has & INTERFACE_HAS(VPN_ID))
		print_number("vpn_id", NULL, interface->vpn_id);
	else
		print_null("vpn_id");
	print_name("ext", " ext %s", interface->ext);
}

static void interface_print_state(const struct vpngw_object *obj)
{
	const struct vpngw_interface *interface = &obj->interface;

	print_number("ifindex", NULL, interface->ifindex);
	print_bool("vrf_master", " (vrf)", interface->vrf_master);
}

const struct object_type interface_type = {
	.name = "interface",
	.parse = interface_parse,
	.resolve = interface_resolve,
	.print_config = interface_print_config,
	.print_state = interface_print_state,
};

static int interface_add(struct words *words)
{
	return object_add(words, VPNGW_INTERFACE);
}

static int interface_del(struct words *words)
{
	struct vpngw_object obj = { .kind = VPNGW_INTERFACE };
	int err;

	err = interface_read_device(words, &obj.interface);
	if (!err)
		err = words_end(words);
	if (!err)
		err = interface_resolve(&obj);
	return err ? err : object_del(&obj);
}

static int interface_show(struct words *words)
{
	struct vpngw_object match = { .kind = VPNGW_INTERFACE };
	bool one = words->n == 1;
	int err;

	if (one) {
		err = interface_read_device(words, &match.interface);
		if (!err)
			err = interface_resolve(&match);
	} else {
		err = args_read(words, interface_args, &match.interface);
	}
	return err ? err : object_show(&match, one);
}

const struct command interface_commands[] = {
	{ "add", interface_add },
	{ "del|delete", interface_del },
	{ "show|list|ls", interface_show },
	{}
};
