// SPDX-License-Identifier: GPL-2.0
/* vpngwctl explain */
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "object.h"
#include "parse.h"
#include "print.h"
#include "reason.h"
#include "vpngwctl.h"

const char explain_usage[] =
"Usage: vpngwctl explain DEV PROTO SRC[:PORT] DST[:PORT]\n"
"\n"
"Tells what the gateway would do with this packet if it came in by DEV, and why.\n"
"Nothing is sent, made or counted.  PROTO is tcp, udp, icmp, sctp, dccp, udplite,\n"
"gre, esp, ah or a number; with icmp SRC has the query id for its port.\n";

#define EXPLAIN_HAS(attr)	VPNGW_HAS(VPNGW_A_EXPLAIN_##attr)
#define TUPLE_HAS(attr)		VPNGW_HAS(VPNGW_A_TUPLE_##attr)

static const char *const outcomes[] = {
	[VPNGW_OUTCOME_UNTOUCHED] = "untouched",
	[VPNGW_OUTCOME_TRANSLATED] = "translated",
	[VPNGW_OUTCOME_DROPPED] = "dropped",
};

static unsigned int steps;

/* Each step is a line of text with a number. */
static void step(const char *text)
{
	char number[16];

	snprintf(number, sizeof(number), "%u. ", ++steps);
	print_text(number);
	print_text(text);
}

static bool explain_has(const struct vpngw_explain *x, uint32_t has)
{
	return x->has & has;
}

static bool explain_is(const struct vpngw_explain *x, enum vpngw_outcome outcome)
{
	return x->outcome == outcome;
}

static void explain_print_interface(const struct vpngw_explain *x)
{
	bool bound = explain_has(x, EXPLAIN_HAS(SIDE));
	bool inside = bound && x->side == VPNGW_SIDE_INSIDE;
	bool outside = bound && !inside;

	step("");
	print_name("interface", "%s ", x->interface);
	print_string("proto", NULL, proto_name(x->proto));
	print_tuple("packet", NULL, &x->packet);
	print_name("vrf", "is a member of VRF %s, which ", x->vrf);
	print_string("side", NULL, !bound ? NULL : inside ? "inside" :
							    "outside");
	print_text(bound ? "is bound to " : "is bound to nothing");
	print_name("vpn", inside ? "vpn %s" : NULL, x->vpn);
	if (explain_has(x, EXPLAIN_HAS(VPN_ID)))
		print_number("vpn_id", inside ? " (id %llu)" : NULL, x->vpn_id);
	else
		print_null("vpn_id");
	print_name("ext", outside ? "ext %s" : NULL, x->ext);
	print_newline();
}

/* What another command shows, too. */
static void explain_print_object(const char *key, const char *text,
				 const struct object_type *type,
				 const struct vpngw_object *obj)
{
	if (!obj->has) {
		print_null(key);
		return;
	}
	step(text);
	print_open(key);
	type->print_config(obj);
	if (type->print_state)
		type->print_state(obj);
	print_close();
	print_newline();
}

static void explain_print_flow(const struct vpngw_explain *x)
{
	struct vpngw_object obj = { .kind = VPNGW_FLOW };
	bool original = x->flow.origin == x->side;

	obj.flow = x->flow;
	explain_print_object("flow", original ? "it belongs to flow " :
			     "it is an answer of flow ", &flow_type, &obj);
	print_string("direction", NULL, !obj.has ? NULL : original ?
		     "original" : "reply");
}

/* The steps between the interface and what becomes of it; what they lack says
 * something, too.
 */
static void explain_print_steps(const struct vpngw_explain *x)
{
	bool inside = explain_has(x, EXPLAIN_HAS(SIDE)) &&
		      x->side == VPNGW_SIDE_INSIDE;
	bool outside = explain_has(x, EXPLAIN_HAS(SIDE)) && !inside;
	struct vpngw_object obj;

	explain_print_flow(x);
	if (inside && !x->flow.has && !x->alias.has) {
		step("no alias of the VPN is for its destination");
		print_newline();
	}
	if (outside && !x->flow.has && !x->mapping.has) {
		step("no mapping has its destination");
		print_newline();
	}
	obj = (struct vpngw_object) { .kind = VPNGW_ALIAS };
	obj.alias = x->alias;
	explain_print_object("alias", inside ? "its destination is alias " :
			     "its source is alias ", &alias_type, &obj);
	if (inside && x->alias.has && explain_is(x, VPNGW_OUTCOME_UNTOUCHED)) {
		step("the VPN itself knows its destination better");
		print_newline();
	}
	obj = (struct vpngw_object) { .kind = VPNGW_MAPPING };
	obj.mapping = x->mapping;
	explain_print_object("mapping", inside ? "its source has mapping " :
			     "its destination is mapping ", &mapping_type,
			     &obj);
	if (*x->pool)
		step("");
	print_name("pool", "a new mapping would be taken from pool %s\n",
		   x->pool);
	obj = (struct vpngw_object) { .kind = VPNGW_MAPPING };
	obj.mapping = x->peer;
	explain_print_object("peer", "it is for the VPN host with mapping ",
			     &mapping_type, &obj);
	if (!explain_has(x, EXPLAIN_HAS(BECOMES))) {
		print_null("becomes");
		return;
	}
	step("it becomes ");
	print_tuple("becomes", "%s", &x->becomes);
	if (explain_has(x, EXPLAIN_HAS(POOL)))
		print_text(", its outside port being chosen then");
	print_newline();
}

static void explain_print_route(const struct vpngw_explain *x)
{
	bool untouched = explain_is(x, VPNGW_OUTCOME_UNTOUCHED);
	const char *verb = explain_is(x, VPNGW_OUTCOME_DROPPED) ?
			   "it would leave by %s" : "it leaves by %s";

	if (x->ipsec) {
		step("IPsec policies have a say in it, too: see ip xfrm policy");
		print_newline();
	}
	if (*x->out_interface || x->local || x->unreachable)
		step("");
	print_name("out_interface", verb, x->out_interface);
	print_addr("gateway", " via %s", &x->gateway);
	print_bool("local", "it is for the gateway itself", x->local);
	print_bool("unreachable",
		   "the stack has no route for it, or refuses it",
		   x->unreachable);
	print_bool("ipsec", NULL, x->ipsec);
	if (*x->out_interface && untouched)
		print_text(", as routes and chains of the stack say");
	if (*x->out_interface || x->local || x->unreachable)
		print_newline();
}

static void explain_print_outcome(const struct vpngw_explain *x)
{
	bool dropped = explain_is(x, VPNGW_OUTCOME_DROPPED);
	char name[REASON_NAME_SIZE];

	step("");
	print_string("outcome", "%s", x->outcome < ARRAY_SIZE(outcomes) ?
		     outcomes[x->outcome] : "unknown");
	if (dropped && x->side == VPNGW_SIDE_INSIDE)
		print_name(NULL, ", counted for vpn %s", x->vpn);
	else if (dropped)
		print_name(NULL, ", counted for ext %s", x->ext);
	print_string("reason", ": %s",
		     dropped ? reason_name(x->reason, name) : NULL);
	print_string("sentence", ": %s",
		     dropped ? reason_sentence(x->reason) : NULL);
	print_newline();
}

static void explain_print(const struct vpngw_explain *x)
{
	steps = 0;
	print_open(NULL);
	explain_print_interface(x);
	explain_print_steps(x);
	explain_print_route(x);
	explain_print_outcome(x);
	print_close();
}

static bool proto_has_ports(uint8_t proto)
{
	switch (proto) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
	case IPPROTO_UDPLITE:
		return true;
	}
	return false;
}

/* Which ports (or ids) a packet of the protocol has. */
static int explain_check_ports(const struct vpngw_explain *x, const char *src,
			       const char *dst)
{
	const struct vpngw_tuple *t = &x->packet;
	bool sport = t->has & TUPLE_HAS(SPORT), dport = t->has & TUPLE_HAS(DPORT);
	const char *proto = proto_name(x->proto);

	if (x->proto == IPPROTO_ICMP) {
		if (!sport && !dport)
			return misuse("\"%s\": %s needs a query id, as ADDR:ID",
				      src, proto);
		return sport && dport && t->sport != t->dport ?
		       misuse("\"%s\": a query has one id; say it once", dst) :
		       STATUS_DONE;
	}
	if (proto_has_ports(x->proto)) {
		if (!sport || !dport)
			return misuse("\"%s\": %s needs a port, as ADDR:PORT",
				      sport ? dst : src, proto);
		return STATUS_DONE;
	}
	/* The call id of PPTP is that of its receiver. */
	if (sport || (dport && x->proto != IPPROTO_GRE))
		return misuse("\"%s\": %s has no ports", sport ? src : dst,
			      proto);
	return STATUS_DONE;
}

static int explain_read_end(struct words *words, const char *what, bool id,
			    struct vpngw_endpoint *ep, char **word)
{
	int err;

	err = read_words(words, what, word);
	if (!err)
		err = read_endpoint(*word, ep);
	if (!err && ep->has & VPNGW_HAS(VPNGW_A_ENDPOINT_PREFIX_LEN))
		err = misuse("\"%s\" is a prefix; a packet has one address",
			     *word);
	return err ? err : check_port(ep, id);
}

static int explain_read(struct words *words, struct vpngw_explain *x)
{
	struct vpngw_tuple *t = &x->packet;
	struct vpngw_endpoint from, to;
	char *dev, *word, *src, *dst;
	bool id;
	int err;

	err = read_words(words, "device, protocol, source and destination",
			 &dev);
	if (!err)
		err = read_words(words, "protocol, source and destination",
				 &word);
	if (!err)
		err = read_proto(word, &x->proto);
	if (!err && !x->proto)
		err = misuse("\"%s\": say one protocol", word);
	id = x->proto == IPPROTO_ICMP;
	if (!err)
		err = explain_read_end(words, "source and destination", id,
				       &from, &src);
	if (!err)
		err = explain_read_end(words, "destination", id, &to, &dst);
	if (!err)
		err = words_end(words);
	if (err)
		return err;
	t->has = TUPLE_HAS(SRC) | TUPLE_HAS(DST);
	t->src = from.addr;
	t->dst = to.addr;
	t->sport = from.port;
	t->dport = to.port;
	if (from.has & VPNGW_HAS(VPNGW_A_ENDPOINT_PORT))
		t->has |= TUPLE_HAS(SPORT);
	if (to.has & VPNGW_HAS(VPNGW_A_ENDPOINT_PORT))
		t->has |= TUPLE_HAS(DPORT);
	x->has = EXPLAIN_HAS(IFINDEX) | EXPLAIN_HAS(PROTO) |
		 EXPLAIN_HAS(PACKET);
	err = explain_check_ports(x, src, dst);
	return err ? err : device_index(dev, &x->ifindex);
}

/**
 * explain_run - vpngwctl explain
 * @words: what follows it
 *
 * Return: an exit status.
 */
int explain_run(struct words *words)
{
	struct vpngw_explain question = {}, answer;
	struct vpngw *vg;
	int err;

	err = explain_read(words, &question);
	if (!err)
		err = module_open(&vg);
	if (!err)
		err = refuse_kernel(vpngw_explain(vg, &question, &answer));
	if (!err)
		explain_print(&answer);
	return err;
}
