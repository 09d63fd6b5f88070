// SPDX-License-Identifier: GPL-2.0
/* vpngwctl alias */
#include <stdio.h>

#include "object.h"
#include "parse.h"
#include "print.h"
#include "vpngwctl.h"

const char alias_usage[] =
"Usage: vpngwctl alias add VPN { ADDR | ADDR:PORT | PREFIX }\n"
"                          to { ADDR | ADDR:PORT | PREFIX }\n"
"                          [proto PROTO] [ext EXT] [pool POOL]\n"
"       vpngwctl alias del VPN { ADDR | ADDR:PORT | PREFIX } [proto PROTO]\n"
"       vpngwctl alias show [VPN]\n"
"\n"
"The first address is the one in the VPN, the second is the server's; each is of\n"
"IPv4 or IPv6.  A port of IPv6 is [ADDR]:PORT.\n"
"PROTO is tcp, udp, icmp, sctp, dccp, udplite, gre, esp, ah, any or a number.\n";

#define ALIAS_HAS(attr)	VPNGW_HAS(VPNGW_A_ALIAS_##attr)

#define ALIAS_ARG(_word, _parse, _member, _attr)			\
	{								\
		.word = _word,						\
		.parse = _parse,					\
		.offset = offsetof(struct vpngw_alias, _member),	\
		.attr = VPNGW_A_ALIAS_##_attr,				\
	}

static const struct arg alias_add_args[] = {
	ALIAS_ARG("to", arg_endpoint, server, SERVER),
	ALIAS_ARG("proto", arg_proto, proto, PROTO),
	ALIAS_ARG("ext", arg_name, ext, EXT),
	ALIAS_ARG("pool", arg_name, pool, POOL),
	{}
};

static const struct arg alias_del_args[] = {
	ALIAS_ARG("proto", arg_proto, proto, PROTO),
	{}
};

static int alias_read_key(struct words *words, struct vpngw_alias *alias)
{
	char *word;
	int err;

	err = read_words(words, "vpn", &word);
	if (!err)
		err = read_name("vpn", word, alias->vpn);
	if (!err)
		err = read_words(words, "address the alias has in the vpn",
				 &word);
	if (!err)
		err = read_endpoint(word, &alias->inside);
	if (!err)
		err = check_port(&alias->inside, false);
	alias->has |= ALIAS_HAS(VPN) | ALIAS_HAS(INSIDE);
	return err;
}

static int alias_parse(struct words *words, struct vpngw_object *obj)
{
	struct vpngw_alias *alias = &obj->alias;
	int err;

	err = alias_read_key(words, alias);
	if (!err)
		err = args_read(words, alias_add_args, alias);
	if (!err && !(alias->has & ALIAS_HAS(SERVER)))
		err = misuse("say \"to\" and the address of the server");
	return err ? err : check_port(&alias->server, false);
}

static void alias_print_config(const struct vpngw_object *obj)
{
	const struct vpngw_alias *alias = &obj->alias;

	print_name("vpn", "%s", alias->vpn);
	print_number("vpn_id", NULL, alias->vpn_id);
	print_prefix("inside", " %s", &alias->inside);
	print_prefix("server", " to %s", &alias->server);
	print_string("proto", alias->proto ? " proto %s" : NULL,
		     proto_name(alias->proto));
	print_name("ext", " ext %s", alias->ext);
	print_name("pool", " pool %s", alias->pool);
}

const struct object_type alias_type = {
	.name = "alias",
	.parse = alias_parse,
	.print_config = alias_print_config,
};

static int alias_add(struct words *words)
{
	return object_add(words, VPNGW_ALIAS);
}

static int alias_del(struct words *words)
{
	struct vpngw_object obj = { .kind = VPNGW_ALIAS };
	int err;

	err = alias_read_key(words, &obj.alias);
	if (!err)
		err = args_read(words, alias_del_args, &obj.alias);
	return err ? err : object_del(&obj);
}

static int alias_show(struct words *words)
{
	struct vpngw_object match = { .kind = VPNGW_ALIAS };
	int err = STATUS_DONE;

	if (words->n == 2 && word_is(*words->next, "vpn"))
		words_next(words);
	if (words->n) {
		match.has = ALIAS_HAS(VPN);
		err = read_name("vpn", words_next(words), match.alias.vpn);
	}
	if (!err)
		err = words_end(words);
	return err ? err : object_show(&match, false);
}

const struct command alias_commands[] = {
	{ "add", alias_add },
	{ "del|delete", alias_del },
	{ "show|list|ls", alias_show },
	{}
};
