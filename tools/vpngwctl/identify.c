// SPDX-License-Identifier: GPL-2.0
/* vpngwctl identify */
#include <netinet/in.h>
#include <stdio.h>

#include "object.h"
#include "parse.h"
#include "print.h"
#include "vpngwctl.h"

const char identify_usage[] =
"Usage: vpngwctl identify PROTO ADDR[:PORT] [peer ADDR[:PORT]] [ext EXT]\n"
"\n"
"Tells whose flow the outside address and port are.  PROTO is tcp, udp, icmp,\n"
"sctp, dccp, udplite, gre, esp, ah or a number; with icmp the port is a query id.\n";

#define IDENTITY_HAS(attr)	VPNGW_HAS(VPNGW_A_IDENTITY_##attr)

#define IDENTITY_ARG(_word, _parse, _member, _attr)			\
	{								\
		.word = _word,						\
		.parse = _parse,					\
		.offset = offsetof(struct vpngw_identity, _member),	\
		.attr = VPNGW_A_IDENTITY_##_attr,			\
	}

static const struct arg identify_args[] = {
	IDENTITY_ARG("peer", arg_endpoint, server, SERVER),
	IDENTITY_ARG("ext", arg_name, ext, EXT),
	{}
};

static void identity_print(const struct vpngw_identity *identity)
{
	print_open(NULL);
	print_name("vpn", "%s", identity->vpn);
	print_number("vpn_id", " (id %llu)", identity->vpn_id);
	print_name("ext", NULL, identity->ext);
	print_name("interface", " by %s", identity->interface);
	print_string("proto", NULL, proto_name(identity->proto));
	print_endpoint("inside", ": %s", &identity->inside);
	print_endpoint("alias", " -> %s", &identity->alias);
	print_endpoint("outside", ", outside %s", &identity->outside);
	print_endpoint("server", " -> %s", &identity->server);
	print_newline();
	print_close();
}

static int identify_read(struct words *words, struct vpngw_identity *question)
{
	char *word;
	bool id;
	int err;

	question->has = IDENTITY_HAS(PROTO) | IDENTITY_HAS(OUTSIDE);
	err = read_words(words, "protocol, address and port", &word);
	if (!err)
		err = read_proto(word, &question->proto);
	if (!err && !question->proto)
		err = misuse("\"%s\": say one protocol", word);
	if (!err)
		err = read_words(words, "outside address and port", &word);
	if (!err)
		err = read_endpoint(word, &question->outside);
	if (!err)
		err = args_read(words, identify_args, question);
	if (err)
		return err;
	id = question->proto == IPPROTO_ICMP ||
	     question->proto == IPPROTO_ICMPV6;
	err = check_port(&question->outside, id);
	return err ? err : check_port(&question->server, id);
}

/**
 * identify_run - vpngwctl identify
 * @words: what follows it
 *
 * Return: an exit status.
 */
int identify_run(struct words *words)
{
	struct vpngw_identity question = {}, answer;
	struct vpngw *vg;
	int err;

	err = identify_read(words, &question);
	if (!err)
		err = module_open(&vg);
	if (!err)
		err = refuse_kernel(vpngw_identify(vg, &question, &answer));
	if (!err)
		identity_print(&answer);
	return err;
}
