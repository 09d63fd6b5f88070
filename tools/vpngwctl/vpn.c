// SPDX-License-Identifier: GPL-2.0
/* vpngwctl vpn */
#include <stdio.h>

#include "object.h"
#include "parse.h"
#include "print.h"
#include "vpngwctl.h"

const char vpn_usage[] =
"Usage: vpngwctl vpn add NAME [id N] [vrf DEV | table N] [max-flows N]\n"
"                             [max-mappings-per-host N]\n"
"       vpngwctl vpn set NAME [vrf DEV] [max-flows N] [max-mappings-per-host N]\n"
"       vpngwctl vpn del NAME\n"
"       vpngwctl vpn show [NAME]\n"
"\n"
"A limit of 0 is no limit.\n";

#define VPN_HAS(attr)	VPNGW_HAS(VPNGW_A_VPN_##attr)

#define VPN_ARG(_word, _parse, _member, _attr)				\
	{								\
		.word = _word,						\
		.parse = _parse,					\
		.offset = offsetof(struct vpngw_vpn, _member),		\
		.attr = VPNGW_A_VPN_##_attr,				\
	}

static const struct arg vpn_add_args[] = {
	VPN_ARG("id", arg_id, id, ID),
	VPN_ARG("vrf", arg_device, vrf, VRF),
	VPN_ARG("table", arg_id, table, TABLE),
	VPN_ARG("max-flows", arg_u32, max_flows, MAX_FLOWS),
	VPN_ARG("max-mappings-per-host", arg_u32, max_mappings_per_host,
		MAX_MAPPINGS_PER_HOST),
	{}
};

static const struct arg vpn_set_args[] = {
	VPN_ARG("vrf", arg_device, vrf, VRF),
	VPN_ARG("max-flows", arg_u32, max_flows, MAX_FLOWS),
	VPN_ARG("max-mappings-per-host", arg_u32, max_mappings_per_host,
		MAX_MAPPINGS_PER_HOST),
	{}
};

static int vpn_read_name(struct words *words, struct vpngw_vpn *vpn)
{
	char *word;
	int err;

	err = read_words(words, "vpn", &word);
	if (err)
		return err;
	vpn->has |= VPN_HAS(NAME);
	return read_name("vpn", word, vpn->name);
}

static int vpn_parse(struct words *words, struct vpngw_object *obj)
{
	struct vpngw_vpn *vpn = &obj->vpn;
	int err;

	err = vpn_read_name(words, vpn);
	if (!err)
		err = args_read(words, vpn_add_args, vpn);
	if (!err && vpn->has & VPN_HAS(VRF) && vpn->has & VPN_HAS(TABLE))
		err = misuse("\"vrf\" and \"table\" exclude each other");
	return err;
}

static int vpn_resolve(struct vpngw_object *obj)
{
	struct vpngw_vpn *vpn = &obj->vpn;

	if (!(vpn->has & VPN_HAS(VRF)))
		return STATUS_DONE;
	vpn->has |= VPN_HAS(VRF_IFINDEX);
	return device_index(vpn->vrf, &vpn->vrf_ifindex);
}

static void vpn_print_config(const struct vpngw_object *obj)
{
	const struct vpngw_vpn *vpn = &obj->vpn;

	print_name("name", "%s", vpn->name);
	print_number("id", vpn->id ? " id %llu" : NULL, vpn->id);
	print_vrf(vpn->has & VPN_HAS(VRF_IFINDEX), vpn->vrf_ifindex, vpn->vrf,
		  vpn->table);
	print_number("max_flows", vpn->max_flows ? " max-flows %llu" : NULL,
		     vpn->max_flows);
	print_number("max_mappings_per_host", vpn->max_mappings_per_host ?
		     " max-mappings-per-host %llu" : NULL,
		     vpn->max_mappings_per_host);
}

static void vpn_print_state(const struct vpngw_object *obj)
{
	const struct vpngw_vpn *vpn = &obj->vpn;

	print_number("interfaces", " interfaces %llu", vpn->interfaces);
	print_number("aliases", " aliases %llu", vpn->aliases);
	print_number("mappings", " mappings %llu", vpn->mappings);
	print_number("flows", " flows %llu", vpn->flows);
}

const struct object_type vpn_type = {
	.name = "vpn",
	.parse = vpn_parse,
	.resolve = vpn_resolve,
	.print_config = vpn_print_config,
	.print_state = vpn_print_state,
};

static int vpn_add(struct words *words)
{
	return object_add(words, VPNGW_VPN);
}

static int vpn_set(struct words *words)
{
	struct vpngw_object obj = { .kind = VPNGW_VPN };
	int err;

	err = vpn_read_name(words, &obj.vpn);
	if (!err && !words->n)
		err = misuse("say what to set");
	if (!err)
		err = args_read(words, vpn_set_args, &obj.vpn);
	if (!err)
		err = vpn_resolve(&obj);
	return err ? err : object_set(&obj);
}

static int vpn_del(struct words *words)
{
	struct vpngw_object obj = { .kind = VPNGW_VPN };
	int err;

	err = vpn_read_name(words, &obj.vpn);
	if (!err)
		err = words_end(words);
	return err ? err : object_del(&obj);
}

static int vpn_show(struct words *words)
{
	struct vpngw_object match = { .kind = VPNGW_VPN };
	bool one = words->n;
	int err = STATUS_DONE;

	if (one)
		err = vpn_read_name(words, &match.vpn);
	if (!err)
		err = words_end(words);
	return err ? err : object_show(&match, one);
}

const struct command vpn_commands[] = {
	{ "add", vpn_add },
	{ "set", vpn_set },
	{ "del|delete", vpn_del },
	{ "show|list|ls", vpn_show },
	{}
};
