// SPDX-License-Identifier: GPL-2.0
/* vpngwctl mapping */
#include <netinet/in.h>
#include <stdio.h>

#include "object.h"
#include "parse.h"
#include "print.h"
#include "vpngwctl.h"

const char mapping_usage[] =
"Usage: vpngwctl mapping add VPN proto PROTO inside ADDR[:PORT]\n"
"                            outside ADDR[:PORT] [ext EXT]\n"
"       vpngwctl mapping del VPN proto PROTO [inside ADDR[:PORT]]\n"
"                            [outside ADDR[:PORT]] [ext EXT]\n"
"       vpngwctl mapping show [vpn VPN] [proto PROTO] [inside ADDR[:PORT]]\n"
"                             [outside ADDR[:PORT]] [ext EXT] [static]\n"
"\n"
"PROTO is tcp, udp, icmp, sctp, dccp, udplite, gre, esp, ah, any or a number.\n"
"With icmp the port is a query id.  A port of IPv6 is [ADDR]:PORT.  With any both\n"
"may be a PREFIX.\n";

#define MAPPING_HAS(attr)	VPNGW_HAS(VPNGW_A_MAPPING_##attr)

#define MAPPING_ARG(_word, _parse, _member, _attr)			\
	{								\
		.word = _word,						\
		.parse = _parse,					\
		.offset = offsetof(struct vpngw_mapping, _member),	\
		.attr = VPNGW_A_MAPPING_##_attr,			\
	}

static const struct arg mapping_args[] = {
	MAPPING_ARG("proto", arg_proto, proto, PROTO),
	MAPPING_ARG("inside", arg_endpoint, inside, INSIDE),
	MAPPING_ARG("outside", arg_endpoint, outside, OUTSIDE),
	MAPPING_ARG("ext", arg_name, ext, EXT),
	{}
};

static const struct arg mapping_show_args[] = {
	MAPPING_ARG("vpn", arg_name, vpn, VPN),
	MAPPING_ARG("proto", arg_proto, proto, PROTO),
	MAPPING_ARG("inside", arg_endpoint, inside, INSIDE),
	MAPPING_ARG("outside", arg_endpoint, outside, OUTSIDE),
	MAPPING_ARG("ext", arg_name, ext, EXT),
	MAPPING_ARG("static", NULL, is_static, STATIC),
	{}
};

static int mapping_check(const struct vpngw_mapping *mapping)
{
	bool id = mapping->proto == IPPROTO_ICMP ||
		  mapping->proto == IPPROTO_ICMPV6;
	int err;

	err = check_port(&mapping->inside, id);
	return err ? err : check_port(&mapping->outside, id);
}

static int mapping_read(struct words *words, struct vpngw_mapping *mapping)
{
	char *word;
	int err;

	err = read_words(words, "vpn", &word);
	if (!err)
		err = read_name("vpn", word, mapping->vpn);
	mapping->has |= MAPPING_HAS(VPN);
	if (!err)
		err = args_read(words, mapping_args, mapping);
	if (!err && !(mapping->has & MAPPING_HAS(PROTO)))
		err = misuse("say \"proto\" and which protocol");
	return err ? err : mapping_check(mapping);
}

static int mapping_parse(struct words *words, struct vpngw_object *obj)
{
	struct vpngw_mapping *mapping = &obj->mapping;
	int err;

	err = mapping_read(words, mapping);
	if (err)
		return err;
	if (!(mapping->has & MAPPING_HAS(INSIDE)) ||
	    !(mapping->has & MAPPING_HAS(OUTSIDE)))
		return misuse("say \"inside\" and \"outside\" and the addresses");
	return STATUS_DONE;
}

static void mapping_print_config(const struct vpngw_object *obj)
{
	const struct vpngw_mapping *mapping = &obj->mapping;

	print_name("vpn", "%s", mapping->vpn);
	print_number("vpn_id", NULL, mapping->vpn_id);
	print_string("proto", " proto %s", proto_name(mapping->proto));
	print_endpoint("inside", " inside %s", &mapping->inside);
	print_endpoint("outside", " outside %s", &mapping->outside);
	print_name("ext", " ext %s", mapping->ext);
}

static void mapping_print_state(const struct vpngw_object *obj)
{
	const struct vpngw_mapping *mapping = &obj->mapping;

	print_name("pool", " pool %s", mapping->pool);
	print_bool("static", " static", mapping->is_static);
	print_number("flows", " flows %llu", mapping->flows);
}

const struct object_type mapping_type = {
	.name = "mapping",
	.parse = mapping_parse,
	.print_config = mapping_print_config,
	.print_state = mapping_print_state,
};

static int mapping_add(struct words *words)
{
	return object_add(words, VPNGW_MAPPING);
}

static int mapping_del(struct words *words)
{
	struct vpngw_object obj = { .kind = VPNGW_MAPPING };
	int err;

	err = mapping_read(words, &obj.mapping);
	if (!err && !(obj.has & MAPPING_HAS(INSIDE)) &&
	    !(obj.has & MAPPING_HAS(OUTSIDE)))
		err = misuse("say \"inside\" or \"outside\" and the address");
	return err ? err : object_del(&obj);
}

static int mapping_show(struct words *words)
{
	struct vpngw_object match = { .kind = VPNGW_MAPPING };
	int err;

	err = args_read(words, mapping_show_args, &match.mapping);
	if (!err)
		err = mapping_check(&match.mapping);
	return err ? err : object_show(&match, false);
}

const struct command mapping_commands[] = {
	{ "add", mapping_add },
	{ "del|delete", mapping_del },
	{ "show|list|ls", mapping_show },
	{}
};
