/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VPNGWCTL_SETTING_H
#define VPNGWCTL_SETTING_H

#include <libvpngw.h>

struct words;

int settings_read(struct words *words, struct vpngw_settings *settings);
void settings_print_save(const struct vpngw_settings *settings);
void settings_defaults(struct vpngw_settings *settings);

#endif /* VPNGWCTL_SETTING_H */
