// SPDX-License-Identifier: GPL-2.0
/* vpngwctl: configures and shows the VPN gateway of this kernel. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vpngwctl.h"

#define NETNS_DIR	"/run/netns/"

/* A pool with many ranges is one word; nothing else has many. */
#define BATCH_WORDS_MAX	256

struct options options;

static struct vpngw *module;

static const char usage[] =
"Usage: vpngwctl [OPTIONS] OBJECT { COMMAND | help }\n"
"       vpngwctl [OPTIONS] -batch { FILE | - }\n"
"\n"
"OBJECT := { vpn | ext | interface | pool | alias | mapping | flow |\n"
"            identify | explain | stats | check | monitor | set | save |\n"
"            apply | flush }\n"
"OPTIONS := { -j[son] | -p[retty] | -d[etails] | -n[etns] NAME |\n"
"             -b[atch] FILE | -force | -V[ersion] | -h[elp] }\n"
"\n"
"\"vpngwctl OBJECT help\" tells the commands of an object.\n";

static const struct object {
	const char *word;
	const char *usage;
	const struct command *commands;
	int (*run)(struct words *words);
} objects[] = {
	{ "vpn", vpn_usage, vpn_commands, NULL },
	{ "ext", ext_usage, ext_commands, NULL },
	{ "interface", interface_usage, interface_commands, NULL },
	{ "pool", pool_usage, pool_commands, NULL },
	{ "alias", alias_usage, alias_commands, NULL },
	{ "mapping", mapping_usage, mapping_commands, NULL },
	{ "flow", flow_usage, flow_commands, NULL },
	{ "identify", identify_usage, NULL, identify_run },
	{ "explain", explain_usage, NULL, explain_run },
	{ "stats", stats_usage, NULL, stats_run },
	{ "check", check_usage, NULL, check_run },
	{ "monitor", monitor_usage, NULL, monitor_run },
	{ "set", setting_usage, NULL, setting_run },
	{ "save", save_usage, NULL, save_run },
	{ "apply", apply_usage, NULL, apply_run },
	{ "flush", flush_usage, NULL, flush_run },
};

static void say(const char *format, va_list args)
{
	/* In this order on a terminal, and in a log that has both. */
	fflush(stdout);
	if (options.file && options.line)
		fprintf(stderr, "%s:%u: ", options.file, options.line);
	else if (options.file)
		fprintf(stderr, "%s: ", options.file);
	else
		fputs("vpngw: ", stderr);
	vfprintf(stderr, format, args);
}

/**
 * note - tell something that is no error
 * @format: the sentence
 */
void note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
	fputc('\n', stderr);
}

/**
 * refuse - tell why a command is refused
 * @format: the sentence
 *
 * Return: STATUS_REFUSED.
 */
int refuse(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
	fputc('\n', stderr);
	return STATUS_REFUSED;
}

/**
 * misuse - tell why a command makes no sense
 * @format: the sentence
 *
 * Return: STATUS_USAGE.
 */
int misuse(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
	if (options.object)
		fprintf(stderr, "; see vpngwctl %s help\n", options.object);
	else
		fputs("; see vpngwctl help\n", stderr);
	return STATUS_USAGE;
}

/**
 * refuse_kernel - tell what the kernel said
 * @err: what a call of libvpngw returned
 *
 * Return: an exit status.
 */
int refuse_kernel(int err)
{
	const char *text = vpngw_error(module);

	if (err >= 0)
		return STATUS_DONE;
	if (err == -EPERM)
		return refuse("%s (this needs CAP_NET_ADMIN)", text);
	return refuse("%s", text);
}

/**
 * module_open - the handle of the kernel module, opened when first needed
 * @vg: the handle
 *
 * Return: an exit status.
 */
int module_open(struct vpngw **vg)
{
	int err;

	if (!module) {
		err = vpngw_open(&module);
		if (err == -ENOENT) {
			refuse("the kernel module is not loaded; try: modprobe vpngw");
			return STATUS_NO_MODULE;
		}
		if (err)
			return refuse("netlink: %s", strerror(-err));
	}
	*vg = module;
	return STATUS_DONE;
}

static int netns_enter(const char *name)
{
	char path[PATH_MAX];
	int fd, err = STATUS_DONE;

	if (strchr(name, '/') || !*name || *name == '.')
		return misuse("\"%s\" is not the name of a network namespace",
			      name);
	snprintf(path, sizeof(path), NETNS_DIR "%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return refuse("cannot open network namespace \"%s\": %s", name,
			      strerror(errno));
	if (setns(fd, CLONE_NEWNET))
		err = refuse("cannot enter network namespace \"%s\": %s", name,
			     strerror(errno));
	close(fd);
	return err;
}

/**
 * line_run - run one command
 * @words: the command
 *
 * Return: an exit status.
 */
int line_run(struct words *words)
{
	const struct object *object;
	int found, err;

	if (words_help(words)) {
		fputs(usage, stdout);
		return STATUS_DONE;
	}
	found = word_find("object", words_next(words), objects,
			  sizeof(*objects), ARRAY_SIZE(objects));
	if (found < 0)
		return STATUS_USAGE;
	object = &objects[found];
	options.object = object->word;
	if (object->commands) {
		err = commands_run(object->commands, object->usage, words);
	} else if (words_help(words)) {
		fputs(object->usage, stdout);
		err = STATUS_DONE;
	} else {
		err = object->run(words);
	}
	options.object = NULL;
	return err;
}

static int batch_line(char *line)
{
	char *word[BATCH_WORDS_MAX];
	struct words words = { .next = word };

	words.n = words_split(line, word, BATCH_WORDS_MAX);
	if (words.n < 0)
		return misuse("a quote is not closed, or too many words");
	return words.n ? line_run(&words) : STATUS_DONE;
}

/* One command a line. */
static int batch_run(const char *name)
{
	bool standard_input = !strcmp(name, "-");
	int err, status = STATUS_DONE;
	char *line = NULL;
	size_t size = 0;
	FILE *file;

	file = standard_input ? stdin : fopen(name, "re");
	if (!file)
		return refuse("cannot open \"%s\": %s", name, strerror(errno));
	options.file = name;
	options.line = 0;
	while (getline(&line, &size, file) >= 0) {
		options.line++;
		err = batch_line(line);
		/* Whoever writes line by line waits for the answer to each. */
		fflush(stdout);
		if (!err)
			continue;
		status = err == STATUS_NO_MODULE ? err : STATUS_REFUSED;
		if (!options.force || err == STATUS_NO_MODULE)
			break;
	}
	if (ferror(file))
		status = refuse("cannot read: %s", strerror(errno));
	options.file = NULL;
	free(line);
	if (!standard_input)
		fclose(file);
	return status;
}

static const struct option long_options[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "pretty", no_argument, NULL, 'p' },
	{ "details", no_argument, NULL, 'd' },
	{ "netns", required_argument, NULL, 'n' },
	{ "batch", required_argument, NULL, 'b' },
	{ "force", no_argument, NULL, 'f' },
	{ "Version", no_argument, NULL, 'V' },
	{ "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' },
	{}
};

static int options_read(int argc, char **argv, const char **batch)
{
	int opt;

	opterr = 0;
	/* Options end where the command begins. */
	while ((opt = getopt_long_only(argc, argv, "+:jpdn:b:Vh", long_options,
				       NULL)) != -1) {
		switch (opt) {
		case 'j':
			options.json = true;
			break;
		case 'p':
			options.json = true;
			options.pretty = true;
			break;
		case 'd':
			options.details = true;
			break;
		case 'n':
			options.netns = optarg;
			break;
		case 'b':
			*batch = optarg;
			break;
		case 'f':
			options.force = true;
			break;
		case 'V':
			printf("vpngwctl, for version %u of the module's interface\n",
			       VPNGW_FAMILY_VERSION);
			exit(STATUS_DONE);
		case 'h':
			fputs(usage, stdout);
			exit(STATUS_DONE);
		case ':':
			return misuse("\"%s\" needs a value", argv[optind - 1]);
		default:
			return misuse("unknown option \"%s\"",
				      argv[optind - 1]);
		}
	}
	return options.netns ? netns_enter(options.netns) : STATUS_DONE;
}

int main(int argc, char **argv)
{
	const char *batch = NULL;
	struct words words;
	int status;

	status = options_read(argc, argv, &batch);
	if (status)
		return status;
	words.next = argv + optind;
	words.n = argc - optind;
	if (batch && words.n) {
		status = misuse("\"%s\" is too much beside a batch",
				*words.next);
	} else if (batch) {
		status = batch_run(batch);
	} else if (words.n) {
		status = line_run(&words);
	} else {
		fputs(usage, stderr);
		status = STATUS_USAGE;
	}
	vpngw_close(module);
	if (fflush(stdout) || ferror(stdout)) {
		int err = refuse("cannot write: %s", strerror(errno));

		status = status ? status : err;
	}
	return status;
}
