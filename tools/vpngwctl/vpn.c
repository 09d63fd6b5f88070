// SPDX-License-Identifier: GPL-2.0
/* vpngwctl vpn */
#include <stdio.h>

#include "object.h"
#include "parse.h"
#include "print.h"
#include "vpngwctl.h"

const char vpn_usage[] =
"Usage: vpngwctl vpn add NAME [id N] [vrf DEV | table N] [LIMITS] [POLICIES]\n"
"       vpngwctl vpn set NAME [vrf DEV] [LIMITS] [POLICIES]\n"
"       vpngwctl vpn del NAME\n"
"       vpngwctl vpn show [NAME]\n"
"\n"
"LIMITS := [max-flows N] [max-flows-per-host N] [max-half-open N]\n"
"          [max-mappings N] [max-mappings-per-host N] [new-flow-rate N]\n"
"POLICIES := [strict { on | off }] [hairpin { on | off }]\n"
"            [filtering { address-dependent | endpoint-independent }]\n"
"\n"
"A limit of 0 is no limit.  new-flow-rate is flows a second.\n";

/* The kernel's own. */
#define RATE_MAX	1000000

#define VPN_HAS(attr)	VPNGW_HAS(VPNGW_A_VPN_##attr)

#define VPN_ARG(_word, _parse, _member, _attr)				\
	{								\
		.word = _word,						\
		.parse = _parse,					\
		.offset = offsetof(struct vpngw_vpn, _member),		\
		.attr = VPNGW_A_VPN_##_attr,				\
	}

static const struct {
	const char *word;
} vpn_filterings[] = {
	[VPNGW_FILTERING_ADDRESS_DEPENDENT] = { "address-dependent" },
	[VPNGW_FILTERING_ENDPOINT_INDEPENDENT] = { "endpoint-independent" },
};

static int arg_rate(const struct arg *arg, const char *value, void *obj)
{
	struct vpngw_vpn *vpn = obj;

	if (parse_number(value, 0, RATE_MAX, &vpn->new_flow_rate))
		return STATUS_DONE;
	return misuse("%s: \"%s\" is not a number from 0 to %u", arg->word,
		      value, RATE_MAX);
}

static int arg_filtering(const struct arg *arg, const char *value, void *obj)
{
	struct vpngw_vpn *vpn = obj;
	int found;

	found = word_find(arg->word, value, vpn_filterings,
			  sizeof(*vpn_filterings), ARRAY_SIZE(vpn_filterings));
	if (found < 0)
		return STATUS_USAGE;
	vpn->filtering = found;
	return STATUS_DONE;
}

/* The first two are only given at first; the rest may be changed. */
#define VPN_ARGS_FIXED	2

static const struct arg vpn_add_args[] = {
	VPN_ARG("id", arg_id, id, ID),
	VPN_ARG("table", arg_id, table, TABLE),
	VPN_ARG("vrf", arg_device, vrf, VRF),
	VPN_ARG("max-flows", arg_u32, max_flows, MAX_FLOWS),
	VPN_ARG("max-mappings-per-host", arg_u32, max_mappings_per_host,
		MAX_MAPPINGS_PER_HOST),
	VPN_ARG("max-mappings", arg_u32, max_mappings, MAX_MAPPINGS),
	VPN_ARG("max-flows-per-host", arg_u32, max_flows_per_host,
		MAX_FLOWS_PER_HOST),
	VPN_ARG("max-half-open", arg_u32, max_half_open, MAX_HALF_OPEN),
	VPN_ARG("new-flow-rate", arg_rate, new_flow_rate, NEW_FLOW_RATE),
	VPN_ARG("strict", arg_switch, strict, STRICT),
	VPN_ARG("hairpin", arg_switch, hairpin, HAIRPIN),
	VPN_ARG("filtering", arg_filtering, filtering, FILTERING),
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

static void vpn_print_filtering(uint32_t filtering)
{
	bool initial = filtering == VPNGW_FILTERING_ADDRESS_DEPENDENT;

	if (filtering < ARRAY_SIZE(vpn_filterings))
		print_string("filtering", initial ? NULL : " filtering %s",
			     vpn_filterings[filtering].word);
	else
		print_number("filtering", " filtering %llu", filtering);
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
	print_number("max_mappings", vpn->max_mappings ?
		     " max-mappings %llu" : NULL, vpn->max_mappings);
	print_number("max_flows_per_host", vpn->max_flows_per_host ?
		     " max-flows-per-host %llu" : NULL,
		     vpn->max_flows_per_host);
	print_number("max_half_open", vpn->max_half_open ?
		     " max-half-open %llu" : NULL, vpn->max_half_open);
	print_number("new_flow_rate", vpn->new_flow_rate ?
		     " new-flow-rate %llu" : NULL, vpn->new_flow_rate);
	print_bool("strict", " strict on", vpn->strict);
	print_bool("hairpin", " hairpin on", vpn->hairpin);
	vpn_print_filtering(vpn->filtering);
}

static void vpn_print_state(const struct vpngw_object *obj)
{
	const struct vpngw_vpn *vpn = &obj->vpn;

	print_number("interfaces", " interfaces %llu", vpn->interfaces);
	print_number("aliases", " aliases %llu", vpn->aliases);
	print_number("mappings", " mappings %llu", vpn->mappings);
	print_number("flows", " flows %llu", vpn->flows);
	print_number("half_open", " half-open %llu", vpn->half_open);
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
		err = args_read(words, vpn_add_args + VPN_ARGS_FIXED, &obj.vpn);
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
