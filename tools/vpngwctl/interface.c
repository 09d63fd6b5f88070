// SPDX-License-Identifier: GPL-2.0
/* vpngwctl interface */
#include <stdio.h>
#include <string.h>

#include "object.h"
#include "parse.h"
#include "print.h"
#include "vpngwctl.h"

const char interface_usage[] =
"Usage: vpngwctl interface add DEV { vpn NAME | ext NAME } [mss MSS]\n"
"       vpngwctl interface set DEV mss MSS\n"
"       vpngwctl interface del DEV\n"
"       vpngwctl interface show [DEV | vpn NAME | ext NAME]\n"
"\n"
"MSS := { N | pmtu | off }\n"
"\n"
"A VRF device stands for all its members.  TCP connections through the device\n"
"get segments of at most MSS bytes; with pmtu, what fits their path.\n";

#define INTERFACE_HAS(attr)	VPNGW_HAS(VPNGW_A_INTERFACE_##attr)

#define INTERFACE_ARG(_word, _parse, _member, _attr)			\
	{								\
		.word = _word,						\
		.parse = _parse,					\
		.offset = offsetof(struct vpngw_interface, _member),	\
		.attr = VPNGW_A_INTERFACE_##_attr,			\
	}

static int arg_mss(const struct arg *arg, const char *value, void *obj)
{
	struct vpngw_interface *interface = obj;
	uint32_t mss;

	if (!strcmp(value, "off"))
		mss = 0;
	else if (!strcmp(value, "pmtu"))
		mss = VPNGW_MSS_PMTU;
	else if (!parse_number(value, 1, VPNGW_MSS_PMTU - 1, &mss))
		return misuse("%s: \"%s\" is not a number from 1 to %u, \"pmtu\" or \"off\"",
			      arg->word, value, VPNGW_MSS_PMTU - 1);
	interface->mss = mss;
	return STATUS_DONE;
}

static const struct arg interface_add_args[] = {
	INTERFACE_ARG("vpn", arg_name, vpn, VPN),
	INTERFACE_ARG("ext", arg_name, ext, EXT),
	INTERFACE_ARG("mss", arg_mss, mss, MSS),
	{}
};

static const struct arg interface_set_args[] = {
	INTERFACE_ARG("mss", arg_mss, mss, MSS),
	{}
};

static const struct arg interface_show_args[] = {
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
		err = args_read(words, interface_add_args, interface);
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

static void interface_print_mss(uint16_t mss)
{
	if (!mss)
		print_null("mss");
	else if (mss == VPNGW_MSS_PMTU)
		print_string("mss", " mss %s", "pmtu");
	else
		print_number("mss", " mss %llu", mss);
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
	interface_print_mss(interface->mss);
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

static int interface_set(struct words *words)
{
	struct vpngw_object obj = { .kind = VPNGW_INTERFACE };
	int err;

	err = interface_read_device(words, &obj.interface);
	if (!err && !words->n)
		err = misuse("say what to set");
	if (!err)
		err = args_read(words, interface_set_args, &obj.interface);
	if (!err)
		err = interface_resolve(&obj);
	return err ? err : object_set(&obj);
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
		err = args_read(words, interface_show_args, &match.interface);
	}
	return err ? err : object_show(&match, one);
}

const struct command interface_commands[] = {
	{ "add", interface_add },
	{ "set", interface_set },
	{ "del|delete", interface_del },
	{ "show|list|ls", interface_show },
	{}
};
