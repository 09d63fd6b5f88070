// SPDX-License-Identifier: GPL-2.0
/* vpngwctl set */
#include "setting.h"

#include <stdio.h>
#include <string.h>

#include "object.h"
#include "parse.h"
#include "print.h"
#include "vpngwctl.h"

const char setting_usage[] =
"Usage: vpngwctl set timeout NAME SECONDS [NAME SECONDS ...]\n"
"       vpngwctl set SETTING VALUE [SETTING VALUE ...]\n"
"       vpngwctl set show\n"
"\n"
"NAME := { udp-unreplied | udp | icmp | tcp-init | tcp-established |\n"
"          tcp-closing | tcp-reset | other }\n"
"SETTING VALUE := { quarantine SECONDS | quarantine-share PERCENT |\n"
"                   max-flows { N | auto } | max-mappings { N | auto } |\n"
"                   max-half-open { N | auto } | tcp-pickup { on | off } |\n"
"                   icmp-code N }\n"
"\n"
"A limit of 0 is no limit; auto is what suits the memory of the machine.\n";

enum setting_type {
	SETTING_NUMBER,
	SETTING_LIMIT,		/* a number or "auto" */
	SETTING_SWITCH,
};

/**
 * struct setting - one of the settings
 * @word: its name
 * @key: its key in JSON
 * @type: what its values are
 * @offset: of the member
 * @size: of the member
 * @attr: its bit in "has"
 * @initial: in a new namespace and after a flush
 * @min: least value
 * @max: greatest value
 */
struct setting {
	const char *word;
	const char *key;
	enum setting_type type;
	uint16_t offset;
	uint16_t size;
	unsigned int attr;
	uint32_t initial;
	uint32_t min;
	uint32_t max;
};

#define SETTING_MEMBER(_member)						\
	.offset = offsetof(struct vpngw_settings, _member),		\
	.size = sizeof(((struct vpngw_settings *)NULL)->_member)

#define TIMEOUT(_word, _member, _attr, _initial)			\
	{								\
		.word = _word,						\
		.key = #_member,					\
		SETTING_MEMBER(timeout_##_member),			\
		.attr = VPNGW_A_SETTING_TIMEOUT_##_attr,		\
		.initial = _initial,					\
		.min = 1,						\
		.max = VPNGW_TIMEOUT_MAX,				\
	}

#define SETTING(_word, _type, _member, _attr, _initial, _max)		\
	{								\
		.word = _word,						\
		.key = #_member,					\
		.type = SETTING_##_type,				\
		SETTING_MEMBER(_member),				\
		.attr = VPNGW_A_SETTING_##_attr,			\
		.initial = _initial,					\
		.max = _max,						\
	}

#define LIMIT(_word, _member, _attr)					\
	SETTING(_word, LIMIT, _member, _attr, VPNGW_AUTO, VPNGW_AUTO - 1)

/* The timeouts first, then the rest. */
static const struct setting settings_table[] = {
	TIMEOUT("udp-unreplied", udp_unreplied, UDP_UNREPLIED, 120),
	TIMEOUT("udp", udp, UDP, 300),
	TIMEOUT("icmp", icmp, ICMP, 60),
	TIMEOUT("tcp-init", tcp_init, TCP_INIT, 240),
	TIMEOUT("tcp-established", tcp_established, TCP_ESTABLISHED, 7440),
	TIMEOUT("tcp-closing", tcp_closing, TCP_CLOSING, 240),
	TIMEOUT("tcp-reset", tcp_reset, TCP_RESET, 240),
	TIMEOUT("other", other, OTHER, 300),
	SETTING("quarantine", NUMBER, quarantine, QUARANTINE, 120,
		VPNGW_TIMEOUT_MAX),
	SETTING("quarantine-share", NUMBER, quarantine_share, QUARANTINE_SHARE,
		50, 100),
	LIMIT("max-flows", max_flows, MAX_FLOWS),
	LIMIT("max-mappings", max_mappings, MAX_MAPPINGS),
	LIMIT("max-half-open", max_half_open, MAX_HALF_OPEN),
	SETTING("tcp-pickup", SWITCH, tcp_pickup, TCP_PICKUP, 0, 1),
	SETTING("icmp-code", NUMBER, icmp_code, ICMP_CODE, 13, 15),
};

#define N_TIMEOUTS	8
#define N_SETTINGS	ARRAY_SIZE(settings_table)

static void setting_put(const struct setting *setting,
			struct vpngw_settings *settings, uint32_t value)
{
	char *member = (char *)settings + setting->offset;

	if (setting->size == sizeof(value))
		memcpy(member, &value, sizeof(value));
	else
		*(uint8_t *)member = value;
	settings->has |= VPNGW_HAS(setting->attr);
}

static uint32_t setting_value(const struct setting *setting,
			      const struct vpngw_settings *settings)
{
	const char *member = (const char *)settings + setting->offset;
	uint32_t value;

	if (setting->size != sizeof(value))
		return *(const uint8_t *)member;
	memcpy(&value, member, sizeof(value));
	return value;
}

/**
 * settings_complete - give settings that are absent their defaults
 * @settings: the settings, afterwards all of them
 */
void settings_complete(struct vpngw_settings *settings)
{
	size_t i;

	for (i = 0; i < N_SETTINGS; i++) {
		const struct setting *setting = &settings_table[i];

		if (!(settings->has & VPNGW_HAS(setting->attr)))
			setting_put(setting, settings, setting->initial);
	}
}

/**
 * settings_same - are two sets of settings the same?
 * @a: one, all of them
 * @b: the other
 */
bool settings_same(const struct vpngw_settings *a,
		   const struct vpngw_settings *b)
{
	size_t i;

	for (i = 0; i < N_SETTINGS; i++)
		if (setting_value(&settings_table[i], a) !=
		    setting_value(&settings_table[i], b))
			return false;
	return true;
}

static void setting_print(const struct setting *setting,
			  const struct vpngw_settings *settings)
{
	uint32_t value = setting_value(setting, settings);
	char format[64];

	snprintf(format, sizeof(format), " %s %s", setting->word,
		 setting->type == SETTING_SWITCH && value ? "on" :
		 setting->type == SETTING_SWITCH ? "off" :
		 setting->type == SETTING_LIMIT && value == VPNGW_AUTO ?
		 "auto" : "%llu");
	if (setting->type == SETTING_SWITCH) {
		print_text(format);
		print_bool(setting->key, NULL, value);
	} else if (setting->type == SETTING_LIMIT && value == VPNGW_AUTO) {
		print_text(format);
		print_null(setting->key);
	} else {
		print_number(setting->key, format, value);
	}
}

static void settings_save(const struct vpngw_settings *settings,
			  const char *command, size_t from, size_t to)
{
	bool any = false;
	size_t i;

	for (i = from; i < to; i++) {
		const struct setting *setting = &settings_table[i];

		if (setting_value(setting, settings) == setting->initial)
			continue;
		print_text(any ? "" : command);
		setting_print(setting, settings);
		any = true;
	}
	if (any)
		print_newline();
}

/**
 * settings_print_save - print the commands for settings that are not default
 * @settings: all of them
 */
void settings_print_save(const struct vpngw_settings *settings)
{
	settings_save(settings, "set timeout", 0, N_TIMEOUTS);
	settings_save(settings, "set", N_TIMEOUTS, N_SETTINGS);
}

static int setting_parse(const struct setting *setting, const char *text,
			 uint32_t *value)
{
	uint8_t on;

	if (setting->type == SETTING_SWITCH) {
		if (!parse_switch(text, &on))
			return misuse("%s: \"%s\" is neither on nor off",
				      setting->word, text);
		*value = on;
		return STATUS_DONE;
	}
	if (setting->type == SETTING_LIMIT && !strcmp(text, "auto")) {
		*value = VPNGW_AUTO;
		return STATUS_DONE;
	}
	if (parse_number(text, setting->min, setting->max, value))
		return STATUS_DONE;
	return misuse("%s: \"%s\" is not a number from %u to %u%s",
		      setting->word, text, setting->min, setting->max,
		      setting->type == SETTING_LIMIT ? " or \"auto\"" : "");
}

static int setting_read(struct words *words, const char *what, size_t from,
			size_t to, struct vpngw_settings *settings)
{
	const struct setting *setting;
	const char *text;
	uint32_t value;
	int found, err;

	found = word_find(what, words_next(words), settings_table + from,
			  sizeof(*settings_table), to - from);
	if (found < 0)
		return STATUS_USAGE;
	setting = &settings_table[from + found];
	if (settings->has & VPNGW_HAS(setting->attr))
		return misuse("\"%s\" is given twice", setting->word);
	text = words_next(words);
	if (!text)
		return misuse("\"%s\" needs a value", setting->word);
	err = setting_parse(setting, text, &value);
	if (!err)
		setting_put(setting, settings, value);
	return err;
}

/* "timeout" may be shortened to what begins no other setting. */
static bool settings_timeout(const struct words *words)
{
	static const char word[] = "timeout";
	size_t len = words->n ? strlen(*words->next) : 0;

	return len > 1 && len < sizeof(word) &&
	       !strncmp(*words->next, word, len);
}

/**
 * settings_read - read "timeout NAME SECONDS" or SETTING VALUE, many times
 * @words: what follows "set"
 * @settings: those that were given
 *
 * Return: an exit status.
 */
int settings_read(struct words *words, struct vpngw_settings *settings)
{
	bool timeout = settings_timeout(words);
	int err;

	if (timeout)
		words_next(words);
	if (!words->n)
		return timeout ? misuse("say which timeout, and the seconds") :
				 misuse("say what to set");
	do {
		err = timeout ? setting_read(words, "timeout", 0, N_TIMEOUTS,
					     settings) :
				setting_read(words, "setting", N_TIMEOUTS,
					     N_SETTINGS, settings);
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
	for (i = 0; i < N_TIMEOUTS; i++)
		setting_print(&settings_table[i], settings);
	print_close();
	print_newline();
	print_text("set");
	for (; i < N_SETTINGS; i++)
		setting_print(&settings_table[i], settings);
	print_newline();
	print_close();
}

static int setting_change(struct words *words)
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
	if (err)
		return err;
	settings_complete(&now);
	settings_print(&now);
	return STATUS_DONE;
}

/**
 * setting_run - vpngwctl set
 * @words: what follows it
 *
 * Return: an exit status.
 */
int setting_run(struct words *words)
{
	if (words->n && !word_is(*words->next, "show|list|ls"))
		return setting_change(words);
	words_next(words);
	return setting_show(words);
}
