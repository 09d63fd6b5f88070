# SPDX-License-Identifier: GPL-2.0
"""What vpngwctl check tells, and whether the command that it prints mends it."""

import json
import os
import subprocess

from ktap import case, equal, main
from tool import TOOL, config, fails, run, vctl

GW = dict(ns.split("=") for ns in os.environ["VPNGW_NS"].split())["gw"]
LAST = "4278198272"
NO_DEFAULT = "route del table %d default metric " + LAST


def command(*args, stdin=None, check=True):
    """Run anything, return its output."""
    done = subprocess.run(args, input=stdin, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if check and done.returncode:
        raise AssertionError("%s: %s" % (" ".join(args), done.stdout.strip()))
    return done.stdout


def ip(*lines):
    command("ip", "-batch", "-", stdin="\n".join(lines) + "\n")


def sysctl(name, value=None):
    with open("/proc/sys/net/ipv4/" + name,
              "r" if value is None else "w") as file:
        if value is None:
            return int(file.read())
        return file.write(str(value))


def sysctl6(name, value, key="forwarding"):
    with open("/proc/sys/net/ipv6/conf/%s/%s" % (name, key), "w") as file:
        file.write(str(value))


DEVICES = ("a", "a0", "r0", "s0", "e", "e0", "u0")
CONFIG = """
    ext add carrier
    ext add lab vrf e
    vpn add a vrf a
    vpn add red
    pool add out ext carrier address 47.0.0.200-47.0.0.203
    pool add lab ext lab address 48.0.0.0/24
    alias add a 10.0.0.100 to 47.0.0.10 ext carrier
    alias add a 10.0.2.0/24 to 47.0.0.0/24 ext carrier
    alias add red 10.1.0.100 to 47.0.0.10 ext carrier
    mapping add a proto tcp inside 10.0.0.2:22 outside 47.0.0.200:22 ext carrier
    interface add a vpn a
    interface add e ext lab
    interface add r0 vpn red
    interface add s0 ext carrier
"""
# With IPv6 in VPN a and ext carrier, besides.
CONFIG6 = CONFIG + """
    pool add out6 ext carrier address 2001:db8:47::200/120
    alias add a fd00::100 to 2001:db8:47::10 ext carrier
    alias add a fd00::104 to 47.0.0.10 ext carrier
    alias add a fd00:2::/64 to 2001:db8:48::/64 ext carrier
    alias add red 10.1.0.106 to 2001:db8:47::10 ext carrier
"""
# What the stack has when all is well.
good = []


def state():
    return command("ip", "-batch", "-",
                   stdin="addr show\nroute show table all\n")


def base():
    """What every case begins with: all is well.  As little as possible is
    done for it, since in a guest all takes its time."""
    vctl("apply", "-", stdin=CONFIG)
    if not all(sysctl("conf/%s/forwarding" % dev)
               for dev in ("all", *DEVICES)):
        # A change resets those of all devices.
        sysctl("ip_forward", 0)
        sysctl("ip_forward", 1)
    for dev in ("all", "u0"):
        sysctl("conf/%s/rp_filter" % dev, 0)
    if good and state() == good[0]:
        return
    command("ip", "-force", "-batch", "-", check=False, stdin="".join(
        ["addr flush dev %s\n" % dev for dev in DEVICES] +
        ["route flush table %s\n" % table
         for table in ("main", "300", "1001", "1002")]))
    command("ip", "-6", "-force", "-batch", "-", check=False, stdin="".join(
        ["route flush table %s\n" % table
         for table in ("main", "1001", "1002")]))
    ip("link set dev u0 nomaster",
       *["link set dev %s up" % dev for dev in DEVICES],
       "addr add 10.0.0.1/24 dev a0",
       "addr add 10.1.0.1/24 dev r0",
       "addr add 47.0.0.1/24 dev s0",
       "addr add 48.0.0.1/24 dev e0",
       "route add table 1001 unreachable default metric " + LAST,
       "route add table 1002 unreachable default metric " + LAST)
    if not good:
        good.append(state())


def check(*options):
    """The problems that there are."""
    done = run(*options, "-j", "check")
    found = json.loads(done.stdout)
    equal(done.stderr, "", "standard error")
    equal(done.returncode, 1 if found else 0, "status")
    return found


def name(problem):
    return " ".join(filter(None, (problem["object"], problem["name"],
                                  problem["problem"])))


def wrong(*names, says=()):
    """These are told, and no others; the first, if there is one, is returned."""
    found = check()
    equal([name(problem) for problem in found], list(names), "problems")
    for text in says:
        if text not in found[0]["sentence"]:
            raise AssertionError("no %r in %r" % (text,
                                                  found[0]["sentence"]))
    return found[0] if found else None


def well():
    wrong()


def mended(*names, says=(), **filled_in):
    """The one problem that is told, and gone when its command was typed."""
    problem = wrong(*names, says=says)
    type_in(problem, **filled_in)
    return problem["command"]


def type_in(problem, **filled_in):
    line = problem["command"]
    for word, value in filled_in.items():
        line = line.replace(word, value)
    command("sh", "-c", line)


def provoked(*args, **kwargs):
    """As mended(), and then all is well."""
    line = mended(*args, **kwargs)
    well()
    return line


@case
def nothing_is_wrong():
    equal(check(), [], "problems")
    done = run("check")
    equal((done.returncode, done.stdout, done.stderr), (0, "", ""), "text")
    vctl("flush")
    well()


@case
def text_and_json_are_the_same():
    ip("link set dev r0 down")
    vctl("interface del s0")
    found = check()
    equal([list(problem) for problem in found],
          [["object", "name", "problem", "sentence", "command"]] * 2, "keys")
    done = run("check")
    equal(done.stdout, "".join(
        "%(object)s %(name)s: %(problem)s: %(sentence)s\n    %(command)s\n" %
        problem for problem in found), "text")
    equal(done.returncode, 1, "status")


@case
def words_are_refused():
    fails("check everything", status=2)
    if not vctl("check help").startswith("Usage: vpngwctl check"):
        raise AssertionError("no help")


@case
def with_n_the_command_has_it_too():
    sysctl("ip_forward", 0)
    ip("link set dev r0 down")
    vctl("interface del a")
    found = check("-n", GW)
    equal([problem["command"] for problem in found],
          ["vpngwctl -n %s interface add a vpn a" % GW,
           "ip netns exec %s sysctl -w net.ipv4.ip_forward=1" % GW,
           "ip -n %s link set dev r0 up" % GW], "commands")
    # typed elsewhere
    for problem in found:
        command("nsenter", "--net=/proc/1/ns/net", "sh", "-c",
                problem["command"])
    well()


@case
def names_are_quoted_for_the_shell():
    odd = "x;touch$HOME'&"
    command("ip", "link", "add", "name", odd, "type", "dummy")
    try:
        vctl("interface", "add", odd, "vpn", "red")
        line = provoked("interface %s down" % odd)
        equal(line, "ip link set dev 'x;touch$HOME'\\''&' up", "command")
        sysctl("conf/%s/forwarding" % odd, 0)
        provoked("interface %s forwarding-off" % odd)
    finally:
        command("ip", "link", "del", "dev", odd)


def leads():
    """Where a VRF sends what it has no route to."""
    return "dev s0" in command("ip", "route", "get", "vrf", "a", "47.0.0.9",
                               check=False)


@case
def vrf_without_default_falls_through():
    ip(NO_DEFAULT % 1001)
    equal(leads(), True, "falls through to the main table")
    line = provoked("vpn a no-default-route")
    equal(line, "ip route add table 1001 unreachable default metric " + LAST,
          "command")
    equal(leads(), False, "falls through to the main table")
    ip(NO_DEFAULT % 1002)
    provoked("ext lab no-default-route")


@case
def any_default_and_a_rule_will_do():
    ip(NO_DEFAULT % 1001,
       "route add table 1001 default via 10.0.0.254 dev a0")
    well()
    ip("route del table 1001 default", "route add table 1001 throw default")
    wrong("vpn a no-default-route")
    ip("rule add pref 2000 l3mdev unreachable")
    try:
        well()
        equal(leads(), False, "falls through to the main table")
    finally:
        ip("rule del pref 2000")
    # behind main it is too late
    ip("rule add pref 33000 l3mdev unreachable")
    try:
        provoked("vpn a no-default-route")
    finally:
        ip("rule del pref 33000")


@case
def forwarding_off_everywhere():
    sysctl("ip_forward", 0)
    equal(provoked("gateway forwarding-off"),
          "sysctl -w net.ipv4.ip_forward=1", "command")


@case
def forwarding_off_on_one_interface():
    sysctl("conf/s0/forwarding", 0)
    provoked("interface s0 forwarding-off")
    # Each by itself is enough.
    sysctl("ip_forward", 0)
    for dev in ("a0", "r0", "s0"):
        sysctl("conf/%s/forwarding" % dev, 1)
    provoked("interface e0 forwarding-off")
    # The VRF itself, and what is bound to nothing, do not matter.
    equal((sysctl("conf/a/forwarding"), sysctl("conf/u0/forwarding")), (0, 0))


@case
def forwarding_off_where_the_name_has_a_dot():
    ip("link add name u0.7 up link u0 type vlan id 7")
    try:
        vctl("interface add u0.7 vpn red")
        sysctl("conf/u0.7/forwarding", 0)
        provoked("interface u0.7 forwarding-off")
    finally:
        ip("link del dev u0.7")


@case
def forwarding_off_on_a_vrf_member():
    sysctl("conf/a0/forwarding", 0)
    provoked("interface a0 forwarding-off", says=["vpn a"])


@case
def rp_filter_that_drops_everything():
    """A device without an address, to which no route leads."""
    vctl("interface add u0 vpn red")
    well()
    sysctl("conf/u0/rp_filter", 1)
    provoked("interface u0 rp-filter")
    # In a vpn by its devices loose is too strict, too, and so is "all".
    sysctl("conf/all/rp_filter", 2)
    provoked("interface u0 rp-filter")
    sysctl("conf/u0/rp_filter", 1)
    ip("route add 192.168.7.0/24 dev u0")
    well()


@case
def rp_filter_in_an_ext():
    vctl("interface add u0 ext carrier")
    sysctl("conf/all/rp_filter", 1)
    provoked("interface u0 rp-filter")
    equal(sysctl("conf/all/rp_filter"), 1, "that of all")


@case
def interface_that_is_down():
    # That its pool is in no network any more comes of that.
    ip("link set dev s0 down")
    provoked("interface s0 down")


@case
def vrf_member_that_is_down():
    ip("link set dev a0 down")
    provoked("interface a0 down", says=["vpn a"])


@case
def interface_in_another_vrf():
    ip("link set dev u0 master e")
    vctl("interface add u0 vpn a")
    equal(provoked("interface u0 other-vrf", says=["VRF e", "VRF a"]),
          "ip link set dev u0 master a", "command")


@case
def interface_in_no_vrf():
    vctl("interface add u0 vpn a")
    provoked("interface u0 other-vrf", says=["no VRF"])
    # A route of the VRF that leads to it is another way.
    ip("link set dev u0 nomaster",
       "route add table 1001 192.168.7.0/24 dev u0")
    well()


@case
def vrf_of_another_vpn():
    ip("link add name f up type vrf table 1003")
    try:
        vctl("interface add f vpn a")
        provoked("interface f other-vrf")
    finally:
        ip("link del dev f")


@case
def bridge_port():
    """Bind the bridge, then let go of its port."""
    ip("link add name br0 up type bridge", "link set dev r0 master br0")
    try:
        mended("interface r0 port", says=["bridge br0"])
        provoked("interface r0 port")
        equal(vctl("interface show vpn red"), "br0 vpn red\n")
    finally:
        ip("link del dev br0")


@case
def vpn_without_an_interface():
    vctl("interface del a")
    equal(provoked("vpn a no-interface"), "vpngwctl interface add a vpn a")
    ip("route add 192.168.7.0/24 dev u0 table 300")
    vctl("vpn add by-table table 300")
    equal(provoked("vpn by-table no-interface"),
          "vpngwctl interface add u0 vpn by-table")


@case
def ext_without_an_interface():
    config("interface del s0\ninterface del e")
    mended("ext carrier no-interface", "ext lab no-interface")
    provoked("ext lab no-interface")
    equal(vctl("interface show ext carrier"), "s0 ext carrier\n")


@case
def device_to_be_filled_in():
    vctl("vpn add new")
    provoked("vpn new no-interface", says=["place of DEV"], DEV="u0")


@case
def vrf_that_was_deleted():
    """One step after the other."""
    ip("link del dev a", "route flush table 1001")
    try:
        mended("vpn a vrf-deleted")
        mended("vpn a vrf-deleted", says=["VRF vrf-1001 has the same table"])
        mended("vpn a no-default-route", "vpn a no-interface")
        provoked("vpn a no-interface")
        equal(vctl("interface show vpn a"), "vrf-1001 vpn a (vrf)\n")
    finally:
        # 6.1 renames nothing that is up.
        ip("link set dev vrf-1001 down", "link set dev vrf-1001 name a")
        ip("link set dev a up", "link set dev a0 master a")


@case
def pool_in_no_network():
    """Nobody there can know by itself that they are here."""
    vctl("pool add far ext carrier address 203.0.113.0/24")
    line = provoked("pool far not-routed-here",
                    says=["ip route add 203.0.113.0/24 via"])
    equal(line, "ip route add 203.0.113.0/24 dev s0", "command")
    # That the gateway itself sends them to the routers there is no sign.
    ip("route del 203.0.113.0/24", "route add default via 47.0.0.254")
    provoked("pool far not-routed-here")


@case
def pool_partly_in_a_network():
    """Told as prefixes, as they are routed, and only what lacks."""
    vctl("pool add far ext carrier address 47.0.0.250-47.0.1.2,203.0.113.5")
    found = check()
    equal([name(problem) for problem in found],
          ["pool far not-routed-here"] * 3, "problems")
    equal([problem["command"] for problem in found],
          ["ip route add %s dev s0" % prefix
           for prefix in ("47.0.1.0/31", "47.0.1.2", "203.0.113.5")])
    for problem in found:
        type_in(problem)
    well()


@case
def pool_routed_in_parts():
    vctl("pool add far ext carrier address 203.0.113.0/24")
    ip("route add 203.0.113.0/25 dev s0", "route add 203.0.113.128/26 dev s0")
    wrong("pool far not-routed-here", says=["203.0.113.0/24"])
    ip("route add 203.0.113.192/26 dev s0")
    well()


@case
def pool_in_a_vrf():
    vctl("pool add far ext lab address 203.0.113.0/25")
    # in the main table it does not help
    ip("route add 203.0.113.0/25 dev s0")
    equal(provoked("pool far not-routed-here"),
          "ip route add table 1002 203.0.113.0/25 dev e0", "command")


@case
def pool_behind_another_router():
    vctl("pool add far ext carrier address 203.0.113.0/25")
    ip("route add 203.0.113.0/25 via 47.0.0.254 metric 7")
    mended("pool far not-routed-here", says=["another router"])
    provoked("pool far not-routed-here", says=["no network of ext carrier"])


@case
def pool_by_several_next_hops():
    vctl("pool add far ext carrier address 203.0.113.0/25")
    ip("route add 203.0.113.0/25 nexthop via 10.1.0.2 nexthop via 10.1.0.3")
    mended("pool far not-routed-here", says=["routed to r0"])
    provoked("pool far not-routed-here")
    # where one of them is the ext's own link, there is nothing to say
    ip("route replace 203.0.113.0/25 nexthop via 10.1.0.2 nexthop dev s0")
    well()


@case
def pool_on_an_unbound_interface():
    ip("addr add 203.0.113.1/24 dev u0")
    vctl("pool add far ext carrier address 203.0.113.128/25")
    equal(provoked("pool far not-routed-here", says=["network of u0"]),
          "vpngwctl interface add u0 ext carrier", "command")


@case
def pool_routed_into_a_vpn():
    # one of its addresses
    ip("route add 47.0.0.201 via 10.1.0.2")
    provoked("pool out not-routed-here", says=["47.0.0.201", "routed to r0"])
    # all of it, by a shorter prefix
    vctl("pool add far ext carrier address 203.0.113.128/25")
    ip("route add 203.0.113.0/24 dev r0")
    provoked("pool far not-routed-here")


@case
def pool_that_is_announced():
    """As routing daemons want it; and addresses of the gateway's own."""
    vctl("pool add far ext carrier address 203.0.113.0/24")
    ip("route add blackhole 203.0.113.0/24")
    well()
    ip("addr add 198.51.100.1/32 dev e0")
    vctl("pool add own ext lab address 198.51.100.1")
    well()


@case
def mapping_in_no_network():
    """Once for an address, and not where its pool was told."""
    config("""
        mapping add red proto tcp inside 10.1.0.2:22 outside 203.0.113.9:22 ext carrier
        mapping add red proto tcp inside 10.1.0.2:23 outside 203.0.113.9:23 ext carrier
        mapping add red proto tcp inside 10.1.0.2:24 outside 47.0.0.99:24 ext carrier
    """)
    provoked("mapping red 203.0.113.9 not-routed-here")
    ip("route del 203.0.113.9")
    vctl("pool add far ext carrier address 203.0.113.8/30 ports 1024-65535")
    provoked("pool far not-routed-here")


@case
def vpn_without_a_pool():
    config("""
        mapping del a proto tcp inside 10.0.0.2:22
        pool add pool-1 ext carrier address 47.0.0.210 vpn a
        pool del out
    """)
    provoked("vpn red no-pool", says=["place of ADDRESSES"],
             ADDRESSES="47.0.0.200")
    vctl("pool del pool-2")
    wrong("vpn red no-pool")
    vctl("mapping add red proto any inside 10.1.0.2 outside 47.0.0.220 "
         "ext carrier")
    well()


@case
def alias_with_a_network_in_it():
    vctl("alias add a 10.0.0.0/16 to 47.9.0.0/16 ext carrier")
    equal(provoked("alias a 10.0.0.0/16 alias-shadowed",
                   says=["10.0.0.0/24", "a0"]),
          "vpngwctl alias del a 10.0.0.0/16", "command")
    # red is in the main table, where others' networks are not its own
    vctl("alias add red 47.0.0.0/16 to 47.9.0.0/16 ext carrier")
    well()
    vctl("alias add red 10.1.0.0/23 to 47.9.0.0/23 ext carrier proto udp")
    provoked("alias red 10.1.0.0/23 alias-shadowed")


@case
def alias_that_is_a_network():
    """For hosts there the gateway would answer ARP."""
    vctl("alias add a 10.0.0.0/24 to 47.9.0.0/24 ext carrier")
    provoked("alias a 10.0.0.0/24 alias-shadowed", says=["ARP"])
    # in a network, as aliases usually are
    vctl("alias add a 10.0.0.128/25 to 47.9.0.0/25 ext carrier")
    well()


@case
def alias_with_a_route_in_it():
    ip("route add table 1001 10.0.2.64/26 via 10.0.0.254 dev a0 metric 5")
    provoked("alias a 10.0.2.0/24 alias-shadowed", says=["10.0.2.64/26"])
    # what leads nowhere, is as long, or was learned
    ip("route add table 1001 blackhole 10.0.2.64/26",
       "route add table 1001 10.0.2.0/24 via 10.0.0.254 dev a0",
       "route add table 1001 10.0.2.128/26 via 10.0.0.254 dev a0 proto bgp")
    well()


@case
def alias_with_the_gateway_in_it():
    ip("addr add 10.0.0.254/24 dev a0")
    vctl("alias add a 10.0.0.128/25 to 47.9.0.0/25 ext carrier")
    provoked("alias a 10.0.0.128/25 alias-shadowed",
             says=["10.0.0.254", "own address on a0"])
    # of the VRF device
    ip("addr add 10.0.2.9/32 dev a")
    provoked("alias a 10.0.2.0/24 alias-shadowed")


@case
def alias_that_is_the_gateway():
    vctl("alias add red 10.1.0.1 to 47.0.0.11 ext carrier")
    provoked("alias red 10.1.0.1 alias-own-address")
    # a port of it is what a small site does on purpose; 10.0.0.1 is the
    # gateway's own in vpn a only
    config("""
        alias add red 10.1.0.1:80 to 47.0.0.11:80 ext carrier
        alias add red 10.0.0.1 to 47.0.0.11 ext carrier
    """)
    well()


@case
def alias_onto_itself_leaves_the_vpn_its_own():
    config("""
        alias add a 0.0.0.0/0 to 0.0.0.0/0 ext carrier
        alias add red 10.1.0.0/16 to 10.1.0.0/16 ext carrier
    """)
    well()


# --- IPv6 ---------------------------------------------------------------------

NO_DEFAULT6 = "route del table %d ::/0 metric " + LAST


def six():
    """All is well with IPv6, too."""
    vctl("apply", "-", stdin=CONFIG6)
    sysctl6("all", 1)
    ip("addr add fd00::1/64 dev a0 nodad",
       "addr add 2001:db8:47::1/64 dev s0 nodad",
       "route add table 1001 unreachable ::/0 metric " + LAST)
    well()


@case
def ipv6_vrf_without_default_falls_through():
    six()
    ip(NO_DEFAULT6 % 1001)
    equal(check("-n", GW)[0]["command"],
          "ip -n %s -6 route add table 1001 unreachable default metric %s" %
          (GW, LAST), "command with -n")
    line = provoked("vpn a no-default-route", says=["no IPv6 default"])
    equal(line, "ip -6 route add table 1001 unreachable default metric " +
          LAST, "command")
    # a rule of IPv4 does not help
    ip(NO_DEFAULT6 % 1001, "rule add pref 2000 l3mdev unreachable")
    try:
        wrong("vpn a no-default-route")
        command("ip", "-6", "rule", "add", "pref", "2000", "l3mdev",
                "unreachable")
        well()
        command("ip", "-6", "rule", "del", "pref", "2000")
    finally:
        ip("rule del pref 2000")
    provoked("vpn a no-default-route")


@case
def ipv6_forwarding_off():
    six()
    sysctl6("all", 0)
    equal(provoked("gateway forwarding-off", says=["IPv6"]),
          "sysctl -w net.ipv6.conf.all.forwarding=1", "command")
    sysctl6("a0", 0)
    equal(provoked("interface a0 forwarding-off", says=["vpn a", "IPv6"]),
          "sysctl -w net.ipv6.conf.a0.forwarding=1", "command")
    # where nothing has IPv6 it does not matter
    sysctl6("r0", 0)
    sysctl6("e0", 0)
    well()
    vctl("alias add red fd00::100 to 47.0.0.10 ext carrier")
    provoked("interface r0 forwarding-off")
    sysctl6("all", 1)


@case
def ipv6_is_off_on_one_interface():
    """By the setting, or since its MTU is too small."""
    six()
    sysctl6("a0", 1, "disable_ipv6")
    equal(provoked("interface a0 ipv6-off", says=["vpn a"]),
          "sysctl -w net.ipv6.conf.a0.disable_ipv6=0", "command")
    ip("link set dev a0 mtu 1279")
    equal(provoked("interface a0 ipv6-off", says=["1279", "vpn a"]),
          "ip link set dev a0 mtu 1280", "command")
    ip("link set dev a0 mtu 1500")
    # where nothing has IPv6 it does not matter
    sysctl6("e0", 1, "disable_ipv6")
    well()
    sysctl6("e0", 0, "disable_ipv6")


@case
def ipv6_alone_needs_no_forwarding_of_ipv4():
    six()
    config("""
        vpn add new
        interface add u0 vpn new
        alias add new fd00::100 to 2001:db8:47::10 ext carrier
    """)
    sysctl("conf/u0/forwarding", 0)
    well()
    vctl("alias add new 10.0.0.100 to 2001:db8:47::10 ext carrier")
    provoked("interface u0 forwarding-off")


@case
def ipv6_pool_in_no_network():
    six()
    vctl("pool add far ext carrier address 2001:db8:99::/64")
    line = provoked("pool far not-routed-here",
                    says=["ip -6 route add 2001:db8:99::/64 via"])
    equal(line, "ip -6 route add 2001:db8:99::/64 dev s0", "command")
    ip("route del 2001:db8:99::/64 dev s0",
       "route add ::/0 via 2001:db8:47::254 dev s0")
    wrong("pool far not-routed-here")
    ip("route add blackhole 2001:db8:99::/64")
    well()


@case
def ipv6_pool_partly_in_a_network():
    """Both ends, and what lies between them."""
    six()
    vctl("pool add far ext carrier address "
         "2001:db8:47:0:ffff:ffff:ffff:fffe-2001:db8:47:1::2,2001:db8:99::5")
    found = check()
    equal([problem["command"] for problem in found],
          ["ip -6 route add %s dev s0" % prefix for prefix in (
              "2001:db8:47:1::/127", "2001:db8:47:1::2", "2001:db8:99::5")],
          "commands")
    for problem in found:
        type_in(problem)
    well()
    ip("route add 2001:db8:47::280/121 dev r0")
    provoked("pool out6 not-routed-here",
             says=["2001:db8:47::280/121", "routed to r0"])


@case
def ipv6_pool_in_a_vrf():
    six()
    vctl("pool add far ext lab address 2001:db8:99::/64")
    mended("ext lab no-default-route", "pool far not-routed-here")
    equal(provoked("pool far not-routed-here"),
          "ip -6 route add table 1002 2001:db8:99::/64 dev e0", "command")
    # a network of its own, with the anycast address that comes with it
    ip("addr add 2001:db8:9a::1/64 dev e0 nodad")
    vctl("pool add near ext lab address 2001:db8:9a::/64")
    well()


@case
def ipv6_mapping_of_a_prefix():
    six()
    config("""
        mapping add a proto any inside fd00:1::/48 outside 2001:db8:1::/48 ext carrier
        mapping add a proto udp inside [fd00::2]:53 outside [2001:db8:99::9]:53 ext carrier
        mapping add a proto udp inside [fd00::2]:54 outside [2001:db8:47::9]:54 ext carrier
    """)
    equal(mended("mapping a 2001:db8:1::/48 not-routed-here",
                 "mapping a 2001:db8:99::9 not-routed-here"),
          "ip -6 route add 2001:db8:1::/48 dev s0", "command")
    provoked("mapping a 2001:db8:99::9 not-routed-here")


@case
def ipv6_ext_without_an_interface():
    six()
    ip("addr add 2001:db8:7::1/64 dev u0 nodad")
    config("""
        ext add six
        pool add p ext six address 2001:db8:7::8/125
    """)
    equal(provoked("ext six no-interface"),
          "vpngwctl interface add u0 ext six", "command")


@case
def ipv6_vpn_without_a_pool():
    """One of IPv4, and static mappings there, do not help."""
    six()
    vctl("pool del out6")
    provoked("vpn a no-pool", "vpn red no-pool", says=["IPv6 pool"],
             ADDRESSES="2001:db8:47::200")


@case
def ipv6_alias_with_a_network_in_it():
    six()
    vctl("alias add a fd00::/48 to 2001:db8:49::/48 ext carrier")
    equal(provoked("alias a fd00::/48 alias-shadowed",
                   says=["fd00::/64", "a0"]),
          "vpngwctl alias del a fd00::/48", "command")
    vctl("alias add a fd00::/64 to 2001:db8:49::/64 ext carrier")
    provoked("alias a fd00::/64 alias-shadowed", says=["neighbour discovery"])
    vctl("alias add a 64:ff9b::/96 to 0.0.0.0/0 ext carrier")
    well()


@case
def ipv6_alias_with_a_route_in_it():
    six()
    ip("route add table 1001 fd00:2:0:0:8000::/66 via fd00::fe dev a0 metric 5")
    equal(provoked("alias a fd00:2::/64 alias-shadowed",
                   says=["fd00:2:0:0:8000::/66"]),
          "ip -6 route del table 1001 fd00:2:0:0:8000::/66 metric 5",
          "command")


@case
def ipv6_alias_that_is_the_gateway():
    six()
    vctl("alias add a fd00::1 to 2001:db8:47::11 ext carrier")
    provoked("alias a fd00::1 alias-own-address", says=["own address on a0"])
    ip("addr add fd00:2::9/128 dev a0 nodad")
    provoked("alias a fd00:2::/64 alias-shadowed", says=["fd00:2::9"])
    vctl("alias add a [fd00::1]:80 to [2001:db8:47::11]:80 ext carrier")
    # onto itself it leaves the VPN its own
    vctl("alias add a ::/0 to ::/0 ext carrier")
    well()


@case
def all_at_once():
    """Type what it says until it says nothing."""
    steps = 0
    ip(NO_DEFAULT % 1001, "link set dev r0 down", "link set dev e0 down",
       "addr add 10.0.2.9/32 dev a")
    sysctl("ip_forward", 0)
    config("""
        interface del s0
        pool add far ext carrier address 203.0.113.0/24
        pool add near ext lab address 203.0.113.0/24
    """)
    while True:
        found = check()
        if not found:
            break
        steps += 1
        if steps > 8:
            raise AssertionError("no end: %r" % found[0])
        type_in(found[0])
    equal(steps, 8, "steps")


if __name__ == "__main__":
    # as they are typed
    os.environ["PATH"] = "%s:%s" % (os.path.dirname(TOOL), os.environ["PATH"])
    main(base)
