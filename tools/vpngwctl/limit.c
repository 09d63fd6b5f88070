// SPDX-License-Identifier: GPL-2.0
/* Events of the kind limit, for vpngwctl monitor. */
#include "object.h"
#include "parse.h"
#include "print.h"
#include "reason.h"
#include "vpngwctl.h"

static void limit_print(const struct vpngw_object *obj)
{
	const struct vpngw_limit *limit = &obj->limit;
	char name[REASON_NAME_SIZE];

	print_name("vpn", "vpn %s", limit->vpn);
	print_number("vpn_id", " (id %llu): ", limit->vpn_id);
	print_string("reason", NULL, reason_name(limit->reason, name));
	print_string("sentence", "%s", reason_sentence(limit->reason));
	print_endpoint("inside", "; host %s", &limit->inside);
	print_string("proto", " %s", proto_name(limit->proto));
	print_number("missed", ", %llu missed before", limit->missed);
}

const struct object_type limit_type = {
	.name = "limit",
	.print_config = limit_print,
};
