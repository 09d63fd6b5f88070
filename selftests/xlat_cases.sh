#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# IPv4 to IPv6 and back, by a table of packets: what is sent, and every byte of
# what is to come out, after RFC 7915.  The table is py/xlat_table.py's.
#
#   10.0.0.2 fd00::2 -- a0 [vrf a]\          s0 -- 47.0.0.10, 2001:db8:47::10
#                                  gw
#   10.0.0.2 fd00::2 -- b0 [vrf b]/          n0 -- 47.2.0.10, IPv4 only
#
# see bed_taps_both in lib.sh.  The hosts of VPN a have outside addresses of their own,
# so that every port stays: fd00::2 is 47.0.0.220, 10.0.0.2 is 2001:db8:47::221.
# VPN b knows IPv4 by prefixes of all lengths (RFC 6052).

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

setup()
{
	bed_taps_both
	{
		tap n0 47.2.0.1/24
		neighbours n0 47.2.0.10
		# what the prefixes lead to
		neighbours s0 47.0.0.77
	} | ip_in gw
	config <<-END
		interface add n0 ext carrier
		alias add a fd00::109 to 47.2.0.10
		mapping add a proto any inside fd00::2 outside 47.0.0.220
		mapping add a proto any inside 10.0.0.2 outside 2001:db8:47::221
		alias add b 2a00:32::/32 to 0.0.0.0/0
		alias add b 2a00:40:100::/40 to 0.0.0.0/0
		alias add b 2a00:48:1::/48 to 0.0.0.0/0
		alias add b 2a00:56:1:100::/56 to 0.0.0.0/0
		alias add b 2a00:64:1:1::/64 to 0.0.0.0/0
		alias add b 2a00:96:1:1::/96 to 0.0.0.0/0
		alias add b 2a00:99::/96 to 47.0.0.0/8
	END
}

setup_or_die
run_python xlat_cases
