// SPDX-License-Identifier: GPL-2.0
/* vpngwctl flow */
#include <netinet/in.h>
#include <stdio.h>

#include "object.h"
#include "parse.h"
#include "print.h"
#include "vpngwctl.h"

const char flow_usage[] =
"Usage: vpngwctl flow { show | count | del | flush } [FILTER]\n"
"\n"
"FILTER := [vpn VPN] [proto PROTO] [inside ADDR[:PORT]]\n"
"          [outside ADDR[:PORT]] [server ADDR[:PORT]]\n"
"\n"
"del needs a filter; flush without one ends all flows.\n";

#define FLOW_HAS(attr)	VPNGW_HAS(VPNGW_A_FLOW_##attr)

#define FLOW_ARG(_word, _parse, _member, _attr)				\
	{								\
		.word = _word,						\
		.parse = _parse,					\
		.offset = offsetof(struct vpngw_flow, _member),		\
		.attr = VPNGW_A_FLOW_##_attr,				\
	}

static const struct arg flow_args[] = {
	FLOW_ARG("vpn", arg_name, vpn, VPN),
	FLOW_ARG("proto", arg_proto, proto, PROTO),
	FLOW_ARG("inside", arg_endpoint, filter_inside, FILTER_INSIDE),
	FLOW_ARG("outside", arg_endpoint, filter_outside, FILTER_OUTSIDE),
	FLOW_ARG("server", arg_endpoint, filter_server, FILTER_SERVER),
	{}
};

static const char *const flow_states[] = {
	[VPNGW_FLOW_STATE_UNREPLIED] = "unreplied",
	[VPNGW_FLOW_STATE_ESTABLISHED] = "established",
	[VPNGW_FLOW_STATE_INSIDE_FIN] = "inside-fin",
	[VPNGW_FLOW_STATE_OUTSIDE_FIN] = "outside-fin",
	[VPNGW_FLOW_STATE_CLOSING] = "closing",
	[VPNGW_FLOW_STATE_RESET] = "reset",
};

static const char *flow_state(uint32_t state)
{
	return state < ARRAY_SIZE(flow_states) ? flow_states[state] : "unknown";
}

static void flow_print_config(const struct vpngw_object *obj)
{
	const struct vpngw_flow *flow = &obj->flow;

	print_name("vpn", "%s", flow->vpn);
	print_number("vpn_id", " (id %llu)", flow->vpn_id);
	print_name("interface", " by %s", flow->interface);
	print_string("proto", " %s", proto_name(flow->proto));
	print_tuple("inside", " %s", &flow->inside);
	print_tuple("outside", ", outside %s", &flow->outside);
	print_name("ext", " ext %s", flow->ext);
}

static void flow_print_state(const struct vpngw_object *obj)
{
	const struct vpngw_flow *flow = &obj->flow;
	struct vpngw_counter total;

	total.packets = flow->original.packets + flow->reply.packets;
	total.bytes = flow->original.bytes + flow->reply.bytes;
	print_string("origin", options.details ? " from %s" : NULL,
		     flow->origin == VPNGW_SIDE_INSIDE ? "inside" : "outside");
	print_string("state", " %s", flow_state(flow->state));
	print_number("timeout", " timeout %llu", flow->timeout);
	print_number("packets", " packets %llu", total.packets);
	print_number("bytes", " bytes %llu", total.bytes);
	print_counter("original", options.details ? " original %s" : NULL,
		      &flow->original);
	print_counter("reply", options.details ? " reply %s" : NULL,
		      &flow->reply);
}

const struct object_type flow_type = {
	.name = "flow",
	.print_config = flow_print_config,
	.print_state = flow_print_state,
};

static int flow_read_filter(struct words *words, struct vpngw_object *match)
{
	struct vpngw_flow *flow = &match->flow;
	bool id;
	int err;

	match->kind = VPNGW_FLOW;
	err = args_read(words, flow_args, flow);
	if (err)
		return err;
	/* An id needs no "proto icmp" to be told from a port: none has 0. */
	id = !flow->proto || flow->proto == IPPROTO_ICMP ||
	     flow->proto == IPPROTO_ICMPV6;
	/* No flow has proto 0: "proto any" is no filter. */
	if (!flow->proto)
		flow->has &= ~FLOW_HAS(PROTO);
	err = check_port(&flow->filter_inside, id);
	if (!err)
		err = check_port(&flow->filter_outside, id);
	return err ? err : check_port(&flow->filter_server, id);
}

static int flow_show(struct words *words)
{
	struct vpngw_object match = {};
	int err;

	err = flow_read_filter(words, &match);
	return err ? err : object_show(&match, false);
}

static void flow_print_count(const char *format, uint32_t count)
{
	print_open(NULL);
	print_number("count", format, count);
	print_newline();
	print_close();
}

static int flow_count(struct words *words)
{
	struct vpngw_object match = {};
	struct vpngw *vg;
	uint32_t count;
	int err;

	err = flow_read_filter(words, &match);
	if (!err)
		err = module_open(&vg);
	if (!err)
		err = refuse_kernel(vpngw_flow_count(vg, &match, &count));
	if (!err)
		flow_print_count("%llu", count);
	return err;
}

static int flow_end(const struct vpngw_object *match, uint32_t *count)
{
	struct vpngw *vg;
	int err;

	err = module_open(&vg);
	return err ? err : refuse_kernel(vpngw_flow_end(vg, match, count));
}

static int flow_del(struct words *words)
{
	struct vpngw_object match = {};
	uint32_t count;
	int err;

	err = flow_read_filter(words, &match);
	if (!err && !match.has)
		err = misuse("say which flows, or \"flow flush\" to end all");
	if (!err)
		err = flow_end(&match, &count);
	if (!err && !count)
		err = refuse("there is no such flow");
	if (!err)
		flow_print_count("ended %llu", count);
	return err;
}

static int flow_flush(struct words *words)
{
	struct vpngw_object match = {};
	uint32_t count;
	int err;

	err = flow_read_filter(words, &match);
	if (!err)
		err = flow_end(&match, &count);
	if (!err)
		flow_print_count("ended %llu", count);
	return err;
}

const struct command flow_commands[] = {
	{ "show|list|ls", flow_show },
	{ "count", flow_count },
	{ "del|delete", flow_del },
	{ "flush", flow_flush },
	{}
};
