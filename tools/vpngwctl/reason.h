/* SPDX-License-Identifier: GPL-2.0 */
/* Why packets are dropped, and what to do about it. */
#ifndef VPNGWCTL_REASON_H
#define VPNGWCTL_REASON_H

#include <stdint.h>

/* Of a name that has to be made. */
#define REASON_NAME_SIZE	24

const char *reason_name(uint32_t reason, char number[REASON_NAME_SIZE]);
const char *reason_sentence(uint32_t reason);

#endif /* VPNGWCTL_REASON_H */
