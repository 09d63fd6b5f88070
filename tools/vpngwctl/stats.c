// SPDX-License-Identifier: GPL-2.0
/* vpngwctl stats */
#include <stdio.h>

#include "parse.h"
#include "print.h"
#include "reason.h"
#include "vpngwctl.h"

const char stats_usage[] =
"Usage: vpngwctl [-d] stats [vpn VPN | ext EXT]\n"
"\n"
"Packets translated, flows, and packets dropped, each with the reason and what\n"
"to do about it; and ICMP errors about them that the gateway held back.  With -d\n"
"also what has not occurred.\n";

#define STATS_ARG(_word, _member, _attr)				\
	{								\
		.word = _word,						\
		.parse = arg_name,					\
		.offset = offsetof(struct vpngw_stats, _member),	\
		.attr = VPNGW_A_STATS_##_attr,				\
	}

static const struct arg stats_args[] = {
	STATS_ARG("vpn", vpn, VPN),
	STATS_ARG("ext", ext, EXT),
	{}
};

static void drop_print(const struct vpngw_drop *drop)
{
	char name[REASON_NAME_SIZE];

	print_open(NULL);
	print_number("packets", "%12llu", drop->packets);
	print_string("name", " %s", reason_name(drop->reason, name));
	print_string("sentence", ": %s", reason_sentence(drop->reason));
	print_newline();
	print_close();
}

static void stats_print(const struct vpngw_stats *stats)
{
	bool all = options.json || options.details, some = false;
	size_t i;

	for (i = 0; i < stats->n_drops; i++)
		some |= stats->drops[i].packets;
	print_open(NULL);
	print_name("vpn", NULL, stats->vpn);
	print_name("ext", NULL, stats->ext);
	print_counter("outbound", "outbound %s\n", &stats->outbound);
	print_counter("inbound", "inbound %s\n", &stats->inbound);
	print_number("flows_created", "flows created %llu",
		     stats->flows_created);
	print_number("flows_ended", " ended %llu\n",
		     stats->flows_ended);
	print_text(some || all ? "dropped packets:\n" :
				 "dropped packets: none\n");
	print_list_open("drops");
	for (i = 0; i < stats->n_drops; i++)
		if (all || stats->drops[i].packets)
			drop_print(&stats->drops[i]);
	print_list_close();
	if (all || stats->icmp_held_back)
		print_number("icmp_held_back",
			     "ICMP errors held back %llu: a vpn or ext is sent at most 100 a second; the drops say what they are about\n",
			     stats->icmp_held_back);
	print_close();
}

/**
 * stats_run - vpngwctl stats
 * @words: what follows it
 *
 * Return: an exit status.
 */
int stats_run(struct words *words)
{
	struct vpngw_stats match = {}, stats;
	struct vpngw *vg;
	int err;

	if (words->n && word_is(*words->next, "show"))
		words_next(words);
	err = args_read(words, stats_args, &match);
	if (!err)
		err = module_open(&vg);
	if (err)
		return err;
	err = refuse_kernel(vpngw_stats_get(vg, &match, &stats));
	if (!err)
		stats_print(&stats);
	vpngw_stats_free(&stats);
	return err;
}
