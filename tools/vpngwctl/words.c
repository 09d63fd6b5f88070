// SPDX-License-Identifier: GPL-2.0
/* Words of a command: abbreviations, named arguments, lines of a batch. */
#include <stdio.h>
#include <string.h>

#include "vpngwctl.h"

/**
 * words_next - take the next word
 * @words: the command
 *
 * Return: the word, NULL at the end.
 */
char *words_next(struct words *words)
{
	if (!words->n)
		return NULL;
	words->n--;
	return *words->next++;
}

/**
 * words_end - refuse what a command has too much
 * @words: the command
 *
 * Return: an exit status.
 */
int words_end(struct words *words)
{
	if (words->n)
		return misuse("\"%s\" is too much", *words->next);
	return STATUS_DONE;
}

/**
 * words_help - is help asked for here?
 * @words: the command
 */
bool words_help(const struct words *words)
{
	static const char *const help[] = { "help", "-h", "-help", "--help" };
	size_t i;

	for (i = 0; words->n && i < ARRAY_SIZE(help); i++)
		if (!strcmp(*words->next, help[i]))
			return true;
	return false;
}

/**
 * words_split - split a line into words
 * @line: the line, which is changed
 * @word: where to put the words
 * @max: how many may be put there
 *
 * Words are separated by blanks; '...' and "..." keep a word together, and a
 * word that begins with # begins a comment.
 *
 * Return: number of words, -1 when a quote is not closed or there are too
 * many words.
 */
int words_split(char *line, char **word, int max)
{
	static const char blanks[] = " \t\r\n\v\f";
	int n = 0;

	for (;;) {
		char *to;

		line += strspn(line, blanks);
		if (!*line || *line == '#')
			return n;
		if (n == max)
			return -1;
		to = line;
		word[n++] = to;
		while (*line && !strchr(blanks, *line)) {
			char *end;

			if (*line != '"' && *line != '\'') {
				*to++ = *line++;
				continue;
			}
			end = strchr(line + 1, *line);
			if (!end)
				return -1;
			memmove(to, line + 1, end - line - 1);
			to += end - line - 1;
			line = end + 1;
		}
		if (*line)
			line++;
		*to = '\0';
	}
}

enum match {
	MATCH_NONE,
	MATCH_PREFIX,
	MATCH_EXACT,
};

/* @name may have synonyms: "show|list|ls". */
static enum match word_match(const char *word, const char *name)
{
	size_t len = strlen(word);
	enum match match = MATCH_NONE;

	if (!len)
		return MATCH_NONE;
	for (;;) {
		size_t name_len = strcspn(name, "|");

		if (len <= name_len && !strncmp(word, name, len)) {
			if (len == name_len)
				return MATCH_EXACT;
			match = MATCH_PREFIX;
		}
		if (!name[name_len])
			return match;
		name += name_len + 1;
	}
}

/**
 * word_is - does a word, perhaps shortened, mean a name?
 * @word: the word
 * @name: the name, perhaps with synonyms
 */
bool word_is(const char *word, const char *name)
{
	return word_match(word, name) != MATCH_NONE;
}

/**
 * word_find - find what a word, perhaps shortened, stands for
 * @what: what is looked for, for messages
 * @word: the word
 * @table: array of structs whose first member is their name
 * @size: size of such a struct
 * @n: number of them
 *
 * Return: index of the one that is meant; -1 after a message.
 */
int word_find(const char *what, const char *word, const void *table,
	      size_t size, size_t n)
{
	char several[256] = "";
	int found = -1;
	size_t i;

	for (i = 0; i < n; i++) {
		const char *name;

		memcpy(&name, (const char *)table + i * size, sizeof(name));
		switch (word_match(word, name)) {
		case MATCH_EXACT:
			return i;
		case MATCH_PREFIX:
			found = found == -1 ? (int)i : -2;
			snprintf(several + strlen(several),
				 sizeof(several) - strlen(several), "%s%.*s",
				 *several ? ", " : "",
				 (int)strcspn(name, "|"), name);
			break;
		case MATCH_NONE:
			break;
		}
	}
	if (found >= 0)
		return found;
	if (found == -1)
		misuse("unknown %s \"%s\"", what, word);
	else
		misuse("\"%s\" may be %s", word, several);
	return -1;
}

/**
 * args_read - read named arguments until the end of the command
 * @words: the command
 * @args: what there may be, ended by one without a word
 * @obj: the struct to fill, which begins with its "has"
 *
 * Return: an exit status.
 */
int args_read(struct words *words, const struct arg *args, void *obj)
{
	uint32_t *has = obj;
	size_t n = 0;
	char *word;

	while (args[n].word)
		n++;
	while ((word = words_next(words))) {
		const struct arg *arg;
		const char *value;
		int found, err;

		found = word_find("word", word, args, sizeof(*args), n);
		if (found < 0)
			return STATUS_USAGE;
		arg = &args[found];
		if (*has & VPNGW_HAS(arg->attr))
			return misuse("\"%s\" is given twice", arg->word);
		if (arg->parse) {
			value = words_next(words);
			if (!value)
				return misuse("\"%s\" needs a value",
					      arg->word);
			err = arg->parse(arg, value, obj);
			if (err)
				return err;
		}
		*has |= VPNGW_HAS(arg->attr);
	}
	return STATUS_DONE;
}

/**
 * commands_run - run a command of an object
 * @commands: what there is, ended by one without a word
 * @usage: what "help" prints
 * @words: what follows the object; nothing is "show"
 *
 * Return: an exit status.
 */
int commands_run(const struct command *commands, const char *usage,
		 struct words *words)
{
	const char *word = "show";
	size_t n = 0;
	int found;

	if (words_help(words)) {
		fputs(usage, stdout);
		return STATUS_DONE;
	}
	if (words->n)
		word = words_next(words);
	while (commands[n].word)
		n++;
	found = word_find("command", word, commands, sizeof(*commands), n);
	if (found < 0)
		return STATUS_USAGE;
	if (words_help(words)) {
		fputs(usage, stdout);
		return STATUS_DONE;
	}
	return commands[found].run(words);
}
