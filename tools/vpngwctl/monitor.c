// SPDX-License-Identifier: GPL-2.0
/* vpngwctl monitor */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>

#include "object.h"
#include "print.h"
#include "vpngwctl.h"

const char monitor_usage[] =
"Usage: vpngwctl monitor [config] [flow] [limit]\n"
"\n"
"Prints one event a line: objects that are made or deleted, flows that begin\n"
"or end, limits that are met.  Without a word all of them.  With -json each\n"
"line is an object.\n";

static const struct {
	const char *word;
	unsigned int events;
} monitor_words[] = {
	{ "config", VPNGW_EVENTS_CONFIG },
	{ "flow", VPNGW_EVENTS_FLOW },
	{ "limit", VPNGW_EVENTS_LIMIT },
};

/* Signals that end it are read like events, so that none comes too early. */
static int monitor_signals(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	return signalfd(-1, &signals, SFD_CLOEXEC);
}

static int monitor_event(enum vpngw_event event,
			 const struct vpngw_object *obj, void *arg)
{
	static const char *const suffix[] = {
		[VPNGW_EVENT_NEW] = "-new",
		[VPNGW_EVENT_DEL] = "-del",
		[VPNGW_EVENT_LIMIT] = "",
	};
	char name[32];

	(void)arg;
	snprintf(name, sizeof(name), "%s%s", object_types[obj->kind]->name,
		 suffix[event]);
	print_open(NULL);
	print_string("event", "%s ", name);
	object_print(obj);
	print_newline();
	print_close();
	return fflush(stdout) ? -errno : 0;
}

static void monitor_lost(void)
{
	note("events were lost");
	if (!options.json)
		return;
	print_open(NULL);
	print_string("event", NULL, "lost");
	print_close();
	fflush(stdout);
}

static int monitor_loop(struct vpngw *vg)
{
	struct pollfd fds[] = {
		{ .fd = vpngw_fd(vg), .events = POLLIN },
		{ .fd = monitor_signals(), .events = POLLIN },
	};
	int err;

	if (options.details)
		note("ready");
	for (;;) {
		if (poll(fds, ARRAY_SIZE(fds), -1) < 0 && errno != EINTR)
			return refuse("poll: %s", strerror(errno));
		if (fds[1].revents)
			return STATUS_DONE;
		err = vpngw_events(vg, monitor_event, NULL);
		if (err == -ENOBUFS) {
			monitor_lost();
		} else if (err == -ENODEV) {
			refuse_kernel(err);
			return STATUS_NO_MODULE;
		} else if (err && err != -EINTR) {
			return refuse("%s", strerror(-err));
		}
	}
}

/**
 * monitor_run - vpngwctl monitor
 * @words: what follows it
 *
 * Return: an exit status, when there is a signal or nothing more to hear.
 */
int monitor_run(struct words *words)
{
	unsigned int events = 0;
	struct vpngw *vg;
	const char *word;
	int found, err;

	while ((word = words_next(words))) {
		found = word_find("word", word, monitor_words,
				  sizeof(*monitor_words),
				  ARRAY_SIZE(monitor_words));
		if (found < 0)
			return STATUS_USAGE;
		events |= monitor_words[found].events;
	}
	if (options.file)
		return misuse("a batch cannot monitor");
	err = module_open(&vg);
	if (err)
		return err;
	if (!events)
		events = VPNGW_EVENTS_CONFIG | VPNGW_EVENTS_FLOW |
			 VPNGW_EVENTS_LIMIT;
	err = refuse_kernel(vpngw_subscribe(vg, events));
	if (err)
		return err;
	/* One event is one line. */
	options.pretty = false;
	return monitor_loop(vg);
}
