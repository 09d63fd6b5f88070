#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's own netlink client in Python drives the family, knowing nothing but
# the specification.
#
#   gw: v-blue, v-ext

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# Where the client is: given, beside us in a kernel tree, or where the build has
# put it.
find_client()
{
	local dir

	for dir in "${VPNGW_YNL:-}" "$here/../../../../net/ynl" \
		   "$here/../build/selftests/ynl"; do
		[ ! -e "$dir/lib/ynl.py" ] || { echo "$dir"; return; }
	done
	return 1
}

find_spec()
{
	local dir

	for dir in "$here/.." "$here/../../../../.."; do
		dir=$dir/Documentation/netlink/specs/vpngw.yaml
		[ ! -e "$dir" ] || { echo "$dir"; return; }
	done
	return 1
}

setup()
{
	ns gw
	ip_in gw <<-END
		link add v-blue type veth peer name v-peer
		addr add 10.0.0.1/24 dev v-blue
		link set v-blue up
		link set v-peer up
		link add v-ext type dummy
	END
}

VPNGW_YNL=$(find_client) || skip_all "no tools/net/ynl of the kernel"
VPNGW_SPEC=$(find_spec) || skip_all "no vpngw.yaml"
export VPNGW_YNL VPNGW_SPEC
setup_or_die
run_python ynl_client
