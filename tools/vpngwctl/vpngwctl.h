/* SPDX-License-Identifier: GPL-2.0 */
/* What every part of vpngwctl has in common: options, errors, commands. */
#ifndef VPNGWCTL_H
#define VPNGWCTL_H

#include <libvpngw.h>
#include <stdbool.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#ifndef __printf
#define __printf(a, b)	__attribute__((format(printf,		\
						      a, b)))
#endif

/* Exit status. */
enum status {
	STATUS_DONE,
	STATUS_REFUSED,		/* refused, or not found */
	STATUS_USAGE,		/* the command makes no sense */
	STATUS_NO_MODULE,	/* the kernel module is not loaded */
};

/**
 * struct options - how vpngwctl was called, and where it is now
 * @json: print JSON
 * @pretty: JSON for people
 * @details: tell more
 * @netns: name of the network namespace, NULL for the one we are in
 * @force: a batch goes on after an error
 * @object: the object of the current command, as it is spelled
 * @file: the batch or configuration being read, NULL when none is
 * @line: the line of it
 */
struct options {
	bool json;
	bool pretty;
	bool details;
	const char *netns;
	bool force;
	const char *object;
	const char *file;
	unsigned int line;
};

extern struct options options;

/**
 * struct words - what is still to be read of a command
 * @next: the next word
 * @n: how many there are
 */
struct words {
	char **next;
	int n;
};

/* A command of an object.  @word may have synonyms: "show|list". */
struct command {
	const char *word;
	int (*run)(struct words *words);
};

/**
 * struct arg - a named argument
 * @word: its name
 * @parse: reads its value into the struct; NULL: it has none
 * @offset: of the member
 * @attr: its bit in the struct's "has"
 */
struct arg {
	const char *word;
	int (*parse)(const struct arg *arg, const char *value, void *obj);
	size_t offset;
	unsigned int attr;
};

/* errors: each prints one line on stderr and returns an exit status */
int refuse(const char *format, ...) __printf(1, 2);
int misuse(const char *format, ...) __printf(1, 2);
int refuse_kernel(int err);
void note(const char *format, ...) __printf(1, 2);

/* the module */
int module_open(struct vpngw **vg);

/* words.c */
char *words_next(struct words *words);
int words_end(struct words *words);
bool words_help(const struct words *words);
int words_split(char *line, char **word, int max);
bool word_is(const char *word, const char *name);
int word_find(const char *what, const char *word, const void *table,
	      size_t size, size_t n);
int args_read(struct words *words, const struct arg *args, void *obj);
int commands_run(const struct command *commands, const char *usage,
		 struct words *words);

/* main.c */
int line_run(struct words *words);

/* the objects */
extern const struct command vpn_commands[];
extern const char vpn_usage[];
extern const struct command ext_commands[];
extern const char ext_usage[];
extern const struct command interface_commands[];
extern const char interface_usage[];
extern const struct command pool_commands[];
extern const char pool_usage[];
extern const struct command alias_commands[];
extern const char alias_usage[];
extern const struct command mapping_commands[];
extern const char mapping_usage[];
extern const struct command flow_commands[];
extern const char flow_usage[];
extern const char setting_usage[];
extern const char identify_usage[];
extern const char explain_usage[];
extern const char stats_usage[];
extern const char check_usage[];
extern const char monitor_usage[];
extern const char save_usage[];
extern const char apply_usage[];
extern const char flush_usage[];
int identify_run(struct words *words);
int explain_run(struct words *words);
int stats_run(struct words *words);
int check_run(struct words *words);
int monitor_run(struct words *words);
int setting_run(struct words *words);
int save_run(struct words *words);
int apply_run(struct words *words);
int flush_run(struct words *words);

#endif /* VPNGWCTL_H */
