/* SPDX-License-Identifier: GPL-2.0 */
/* The settings of a namespace: timeouts, limits and policies. */
#ifndef VPNGWCTL_SETTING_H
#define VPNGWCTL_SETTING_H

#include <libvpngw.h>
#include <stdbool.h>

struct words;

int settings_read(struct words *words, struct vpngw_settings *settings);
void settings_print_save(const struct vpngw_settings *settings);
void settings_complete(struct vpngw_settings *settings);
bool settings_same(const struct vpngw_settings *a,
		   const struct vpngw_settings *b);

#endif /* VPNGWCTL_SETTING_H */
