// SPDX-License-Identifier: GPL-2.0
/* vpngwctl set */
#include "setting.h"

#include <stdio.h>

#include "object.h"
#include "parse.h"
#include "print.h"
#include "vpngwctl.h"

const char setting_usage[] =
"Usage: vpngwctl set timeout NAME SECONDS [NAME SECONDS ...]\n"
"       vpngwctl set show\n"
"\n"
"NAME := { udp-unreplied | udp | icmp | tcp-init | tcp-established |\n"
"          tcp-closing | tcp-reset | other }\n";

/**
 * struct timeout - one of the timeouts
 * @word: its name
 * @key: its key in JSON
 * @offset: of the member
 * @attr: its bit in "has"
 * @initial: seconds, in a new namespace and after a flush
 */
struct timeout {
	const char *word;
	const char *key;
	size_t offset;
	unsigned int attr;
	uint32_t initial;
};

#define TIMEOUT(_word, _member, _attr, _initial)			\
	{								\
		.word = _word,						\
		.key = #_member,					\
		.offset = offsetof(struct vpngw_settings,		\
				   timeout_##_member),			\
		.attr = VPNGW_A_SETTING_TIMEOUT_##_attr,		\
		.initial = _initial,					\
	}

static const struct timeout timeouts[] = {
	TIMEOUT("udp-unreplied", udp_unreplied, UDP_UNREPLIED, 120),
	TIMEOUT("udp", udp, UDP, 300),
	TIMEOUT("icmp", icmp, ICMP, 60),
	TIMEOUT("tcp-init", tcp_init, TCP_INIT, 240),
	TIMEOUT("tcp-established", tcp_established, TCP_ESTABLISHED, 7440),
	TIMEOUT("tcp-closing", tcp_closing, TCP_CLOSING, 240),
	TIMEOUT("tcp-reset", tcp_reset, TCP_RESET, 240),
	TIMEOUT("other", other, OTHER, 300),
};

static uint32_t *timeout_member(const struct timeout *timeout,
				struct vpngw_settings *settings)
{
	return (uint32_t *)((char *)settings + timeout->offset);
}

static uint32_t timeout_value(const struct timeout *timeout,
			      const struct vpngw_settings *settings)
{
	return *(const uint32_t *)((const char *)settings + timeout->offset);
}

/**
 * settings_complete - give settings that are absent their defaults
 * @settings: the settings, afterwards all of them
 */
void settings_complete(struct vpngw_settings *settings)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(timeouts); i++) {
		const struct timeout *timeout = &timeouts[i];

		if (settings->has & VPNGW_HAS(timeout->attr))
			continue;
		*timeout_member(timeout, settings) = timeout->initial;
		settings->has |= VPNGW_HAS(timeout->attr);
	}
}

/**
 * settings_same - are two sets of settings the same?
 * @a: one
 * @b: the other
 */
bool settings_same(const struct vpngw_settings *a,
		   const struct vpngw_settings *b)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(timeouts); i++)
		if (timeout_value(&timeouts[i], a) !=
		    timeout_value(&timeouts[i], b))
			return false;
	return true;
}

/**
 * settings_print_save - print the command for settings that are not default
 * @settings: all of them
 */
void settings_print_save(const struct vpngw_settings *settings)
{
	bool any = false;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(timeouts); i++) {
		const struct timeout *timeout = &timeouts[i];
		uint32_t value = timeout_value(timeout, settings);

		if (value == timeout->initial)
			continue;
		printf("%s %s %u", any ? "" : "set timeout", timeout->word,
		       value);
		any = true;
	}
	if (any)
		putchar('\n');
}

static int timeout_read(struct words *words, struct vpngw_settings *settings)
{
	const struct timeout *timeout;
	const char *word, *value;
	int found;

	word = words_next(words);
	found = word_find("timeout", word, timeouts, sizeof(*timeouts),
			  ARRAY_SIZE(timeouts));
	if (found < 0)
		return STATUS_USAGE;
	timeout = &timeouts[found];
	if (settings->has & VPNGW_HAS(timeout->attr))
		return misuse("\"%s\" is given twice", timeout->word);
	value = words_next(words);
	if (!value)
		return misuse("\"%s\" needs a number of seconds",
			      timeout->word);
	if (!parse_number(value, 1, VPNGW_TIMEOUT_MAX,
			  timeout_member(timeout, settings)))
		return misuse("\"%s\" is not a number of seconds from 1 to %u",
			      value, VPNGW_TIMEOUT_MAX);
	settings->has |= VPNGW_HAS(timeout->attr);
	return STATUS_DONE;
}

/**
 * settings_read - read NAME SECONDS, many times
 * @words: what follows "timeout"
 * @settings: those that were given
 *
 * Return: an exit status.
 */
int settings_read(struct words *words, struct vpngw_settings *settings)
{
	int err;

	if (!words->n)
		return misuse("say which timeout, and the seconds");
	do {
		err = timeout_read(words, settings);
	} while (!err && words->n);
	return err;
}

static void settings_print(const struct vpngw_settings *settings)
{
	size_t i;

	print_open(NULL);
	print_number("config_id", NULL, settings->config_id);
	print_open("timeout");
	print_text("timeout");
	for (i = 0; i < ARRAY_SIZE(timeouts); i++) {
		char format[64];

		snprintf(format, sizeof(format), " %s %%llu",
			 timeouts[i].word);
		print_number(timeouts[i].key, format,
			     timeout_value(&timeouts[i], settings));
	}
	print_close();
	print_newline();
	print_close();
}

static int setting_timeout(struct words *words)
{
	struct vpngw_settings change = {}, now;
	struct vpngw *vg;
	int err;

	err = settings_read(words, &change);
	if (!err)
		err = module_open(&vg);
	return err ? err : refuse_kernel(vpngw_settings(vg, &change, &now));
}

static int setting_show(struct words *words)
{
	struct vpngw_settings now;
	struct vpngw *vg;
	int err;

	err = words_end(words);
	if (!err)
		err = module_open(&vg);
	if (!err)
		err = refuse_kernel(vpngw_settings(vg, NULL, &now));
	if (!err)
		settings_print(&now);
	return err;
}

const struct command setting_commands[] = {
	{ "timeout", setting_timeout },
	{ "show|list|ls", setting_show },
	{}
};
