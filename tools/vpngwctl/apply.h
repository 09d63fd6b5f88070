/* SPDX-License-Identifier: GPL-2.0 */
/* What is to be done to apply a configuration, and what was done. */
#ifndef VPNGWCTL_APPLY_H
#define VPNGWCTL_APPLY_H

#include <libvpngw.h>
#include <stddef.h>

#include "config.h"

enum step_type {
	STEP_DEL,
	STEP_ADD,
	STEP_SET,
	STEP_DRAIN,
};

/* One change that was made. */
struct step {
	enum step_type type;
	const struct config_item *item;
};

/**
 * struct plan - what is to be done, and what was done
 * @vg: the handle
 * @file: name of the file
 * @have: the present configuration
 * @want: the file's
 * @steps: what was done
 * @n: how many steps
 */
struct plan {
	struct vpngw *vg;
	const char *file;
	struct config have;
	struct config want;
	struct step *steps;
	size_t n;
};

int apply_refuse(const struct plan *plan, unsigned int line, const char *what);
int apply_step(struct plan *plan, enum step_type type,
	       const struct config_item *item);
int apply_change(struct plan *plan, struct config_item *item);
int apply_new(struct plan *plan, struct config_item *item);
void apply_tell(const struct step *step);
void apply_undo(struct plan *plan);

#endif /* VPNGWCTL_APPLY_H */
