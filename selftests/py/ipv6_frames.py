# SPDX-License-Identifier: GPL-2.0
"""Neighbour discovery, refused sources, plain routing, and whole packets."""

import struct
import subprocess

import bed6
import packet6
from bed6 import CASES, EXT_ROUTER6, GATEWAY6, HOST4, HOST6, POOL6, \
    SERVER6, STRANGER6, open_wires, udp_flow
from ktap import case, equal, main, within
from packet6 import NA, NS, Fields, addr, either, icmp, udp
from tool import flows, stats, vctl
from wire import FAR, dropped
from wire6 import IPV6

open_wires("a0", "b0", "s0", "u0", "a1")

# --- neighbour discovery ------------------------------------------------------


def group(target):
    """Its solicited-node group, and that one's MAC address."""
    low = addr(target)[13:]
    return packet6.text(addr("ff02::1:ff00:0")[:13] + low), \
        b"\x33\x33\xff" + low


def solicitation(target, source, unicast=False, ttl=255, code=0, option=None):
    if option is None:
        option = b"" if source == "::" else b"\x01\x01" + FAR
    return icmp(source, target if unicast else group(target)[0], NS, code,
                data=addr(target) + option, ttl=ttl)


def ask(dev, target, source, unicast=False, **more):
    mac = bed6.wires.taps[dev].mac if unicast else group(target)[1]
    bed6.wires.send(dev, solicitation(target, source, unicast, **more),
                    mac=mac)


def advertised(dev, target, source):
    """Exactly one advertisement, by that interface, with its address."""
    frame = bed6.wires.receive_frame(dev)
    bed6.wires.nothing()
    own = bed6.wires.taps[dev].mac
    probe = source == "::"
    equal(frame[:14].hex(), ((b"\x33\x33\0\0\0\1" if probe else FAR) + own +
                             struct.pack("!H", IPV6)).hex(), "frame header")
    data = frame[14:]
    seen = Fields(data)
    equal((seen.kind, seen.code, seen.ttl), (NA, 0, 255),
          "type, code and hop limit")
    equal(seen.dst, "ff02::1" if probe else source, "who is told")
    equal(packet6.seal(data), data, "checksum")
    # Solicited, as RFC 4861 section 7.2.4 has it
    equal(bool(seen.rest[0] & 0x40), not probe, "solicited flag")
    equal(seen.data.hex(), (addr(target) + b"\x02\x01" + own).hex(),
          "target and its link-layer address")
    # A proxy may tell by any address of its own, RFC 4861 section 4.4
    if addr(seen.src)[:2] != b"\xfe\x80" and \
            seen.src not in (GATEWAY6, "2001:db8:47::1"):
        equal(seen.src, target, "source")


def answered(dev, target, source, **more):
    ask(dev, target, source, **more)
    advertised(dev, target, source)


def silent(dev, target, source, **more):
    """No answer: the next question is the first to be answered."""
    ask(dev, target, source, **more)
    bed6.wires.nothing()
    answered("a0", "fd00::100", HOST6)


@case
def alias_of_each_kind_is_answered_for():
    for target in ("fd00::100", "fd00::104",    # of either version
                   "fd00::102",                 # with a port
                   "fd00::1:0", "fd00::1:ffff"):  # prefix
        answered("a0", target, HOST6)


@case
def pool_and_static_addresses_are_answered_for():
    for target in (POOL6, "2001:db8:47::300", "2001:db8:47::303",
                   "2001:db8:47::220"):
        answered("s0", target, SERVER6)


@case
def asked_by_unicast():
    answered("a0", "fd00::104", HOST6, unicast=True)
    answered("s0", POOL6, SERVER6, unicast=True)


@case
def asked_from_a_link_local_address():
    answered("a0", "fd00::104", "fe80::99")
    answered("s0", POOL6, "fe80::99")


@case
def somebody_wants_to_take_it():
    """RFC 4862 section 5.4: a probe is answered to all, so that the other
    gives up the address."""
    answered("a0", "fd00::100", "::")
    answered("a0", "fd00::104", "::")
    answered("s0", POOL6, "::")
    silent("a0", "fd00::50", "::")


@case
def others_are_not_answered_for():
    for dev, target, source in (
            ("a0", "fd00::50", HOST6), ("a0", "fd00::2:0", HOST6),
            ("a0", HOST6, "fd00::3"),
            ("b0", "fd00::102", HOST6),             # another VPN's alias
            ("s0", "2001:db8:47::1ff", SERVER6),
            ("s0", "2001:db8:47::201", SERVER6),
            ("s0", "2001:db8:47::304", SERVER6),
            ("a0", POOL6, HOST6), ("a0", SERVER6, HOST6),
            ("s0", "fd00::100", SERVER6),           # the other side's
            ("u0", "fd00::100", "2001:db8:99::2"),
            ("u0", POOL6, "2001:db8:99::2"),        # bound to nothing
            ("b0", "2001:db8:77::7", HOST6)):       # source-only alias
        silent(dev, target, source)


@case
def gateway_answers_once_for_itself():
    for dev, target, source in (("a0", GATEWAY6, HOST6),
                                ("s0", "2001:db8:47::1", SERVER6)):
        ask(dev, target, source)
        frame = bed6.wires.receive_frame(dev)
        equal(Fields(frame[14:]).kind, NA, "type")
        bed6.wires.nothing()


@case
def malformed_questions_are_not_answered():
    """RFC 4861 section 7.1.1."""
    for more in ({"ttl": 254}, {"code": 1}, {"option": b"\x01\0" + FAR}):
        silent("a0", "fd00::100", HOST6, **more)
    # a probe must not tell a link-layer address, nor be unicast
    silent("a0", "fd00::100", "::", option=b"\x01\x01" + FAR)
    silent("a0", "fd00::100", "::", unicast=True)
    good = solicitation("fd00::100", HOST6)
    for bad in (good[:42] + bytes([good[42] ^ 1]) + good[43:],
                icmp(HOST6, group("fd00::100")[0], NS, 0, data=b"", ttl=255),
                icmp(HOST6, "ff02::1", NS, 0, data=addr("ff02::1"), ttl=255)):
        bed6.wires.send("a0", bad, mac=group("fd00::100")[1])
        bed6.wires.nothing()
    answered("a0", "fd00::100", HOST6)


@case
def advertisements_are_not_answered():
    bed6.wires.send("a0", icmp(HOST6, "ff02::1", NA, 0, b"\x20\0\0\0",
                               addr("fd00::100") + b"\x02\x01" + FAR,
                               ttl=255), mac=b"\x33\x33\0\0\0\1")
    bed6.wires.nothing()
    answered("a0", "fd00::100", HOST6)


@case
def deleted_ones_are_not_answered_for():
    vctl("alias add a fd00::105 to 2001:db8:47::11")
    answered("a0", "fd00::105", HOST6)
    vctl("alias del a fd00::105")
    silent("a0", "fd00::105", HOST6)
    vctl("pool del more")
    silent("s0", "2001:db8:47::300", SERVER6)
    vctl("pool add more ext carrier address 2001:db8:47::300/126")
    answered("s0", "2001:db8:47::300", SERVER6)


# --- whole packets ------------------------------------------------------------


@case
def each_case_in_both_vpns_byte_for_byte():
    """The same tuples in both, all live at once."""
    live = [maker(which, vpn=vpn) for maker in bed6.MAKERS
            for which in CASES for vpn in ("a", "b")]
    for flow in live:
        flow.exchange(b"in " + flow.into.encode())
    equal(len({(flow.proto, flow.outside) for flow in live}), len(live),
          "outside endpoints")


@case
def whole_of_ipv4_by_the_prefix():
    """RFC 6052; each is the alias of its server."""
    for server in ("47.0.0.12", "47.0.0.254"):
        alias = packet6.text(addr("64:ff9b::")[:12] +
                             packet6.packed(server))
        for first in (udp(HOST6, 5000, alias, 7, b"x"),
                      packet6.tcp(HOST6, 5000, alias, 80),
                      packet6.echo(HOST6, alias, 9)):
            flow = bed6.Flow(first, server)
            flow.exchange()


@case
def either_view_is_told():
    for which, (host, alias, server) in CASES.items():
        flow = udp_flow(which)
        found = flows("vpn", "a", "server", server)[0]
        equal(found["inside"], {"src": host, "sport": 5000, "dst": alias,
                                "dport": 7}, "inside")
        equal(found["outside"], {"src": flow.outside[0],
                                 "sport": flow.outside[1], "dst": server,
                                 "dport": 7}, "outside")
        vctl("flow flush")


@case
def bytes_are_counted_as_they_came():
    for which in CASES:
        flow = udp_flow(which)
        before = stats("vpn", "a")
        flow.exchange(b"x" * 100)
        after = stats("vpn", "a")
        for way, six in (("outbound", which[0] == "6"),
                         ("inbound", which[2] == "6")):
            equal(after[way]["packets"] - before[way]["packets"], 1, "packets")
            within(after[way]["bytes"] - before[way]["bytes"],
                   (148,) if six else (128,), "bytes")
        vctl("flow flush")


# --- sources ------------------------------------------------------------------


def refused(dev, sent, reason="spoofed"):
    with dropped(bed6.wires, reason):
        bed6.wires.send(dev, sent)


@case
def source_in_the_translation_prefix():
    """RFC 6146 section 3.5, against loops; RFC 6147's well-known one or any
    other."""
    for source in ("64:ff9b::a00:2", "64:ff9b::2f00:c8", "64:ff9b::2f00:a"):
        for _, alias, _ in (CASES["6-6"], CASES["6-4"]):
            refused("a0", udp(source, 5000, alias, 7, b"loop"))
        refused("a0", udp(source, 5000, "64:ff9b::2f00:c", 7, b"loop"))
    # neither is it plain traffic
    bed6.wires.send("a0", udp("64:ff9b::a00:2", 5000, "fd00:9::2", 7, b"x"))
    bed6.wires.nothing()


@case
def source_is_an_alias_or_the_gateway():
    for source in ("fd00::100", "fd00::104", "fd00::1:7", GATEWAY6):
        refused("a0", udp(source, 5000, "fd00::104", 7, b"x"))
        refused("a0", udp(source, 5000, "fd00::100", 7, b"x"))


@case
def source_in_the_ext_is_a_pool_address():
    flow = udp_flow("6-6")
    refused("s0", udp(POOL6, 7, *flow.outside, b"x"))
    flow = udp_flow("4-6")
    refused("s0", udp("2001:db8:47::303", 7, *flow.outside, b"x"))


@case
def source_is_link_local():
    """It is nobody's beyond its link."""
    refused("a0", udp("fe80::5", 5000, "fd00::100", 7, b"x"))
    refused("a0", udp("fe80::5", 5000, "fd00::104", 7, b"x"))
    flow = udp_flow("6-6")
    refused("s0", udp("fe80::5", 7, *flow.outside, b"x"))


@case
def source_is_no_hosts_at_all():
    """Some of these the stack itself throws away: nothing comes out."""
    flow, other = udp_flow("6-6"), udp_flow("4-6")
    for source in ("::", "::1", "ff02::5", "ff0e::5", "::ffff:10.0.0.2",
                   "::10.0.0.2"):
        before = len(flows("vpn", "a"))
        for alias in ("fd00::100", "fd00::104"):
            bed6.wires.send("a0", udp(source, 5000, alias, 7, b"martian"))
            bed6.wires.nothing()
        for one in (flow, other):
            bed6.wires.send("s0", udp(source, 7, *one.outside, b"martian"))
            bed6.wires.nothing()
        equal(len(flows("vpn", "a")), before, "flows")


@case
def embedded_address_is_no_servers():
    """Loopback, multicast, broadcast, this network: never an IPv4
    destination that is forwarded to."""
    for server in ("127.0.0.1", "224.0.0.1", "255.255.255.255", "0.0.0.0"):
        alias = packet6.text(addr("64:ff9b::")[:12] + packet6.packed(server))
        bed6.wires.send("a0", udp(HOST6, 5000, alias, 7, b"x"))
        bed6.wires.nothing(but="a0")
        bed6.wires.drain()


@case
def ipv4_source_is_no_hosts():
    """RFC 7915 section 4.1: from the ext toward an IPv6 host."""
    flow = udp_flow("6-4")
    before = len(flows("vpn", "a"))
    for source in ("127.0.0.1", "0.0.0.0", "0.1.2.3", "224.0.0.5",
                   "255.255.255.255"):
        bed6.wires.send("s0", either.udp(source, 7, *flow.outside, b"x"))
        bed6.wires.nothing()
    equal(len(flows("vpn", "a")), before, "flows")


@case
def stranger_is_not_heard():
    """IPv6 in the ext: no alias in that VPN. IPv4 hosts have one there, by the
    prefix; toward an IPv4 host they have none."""
    for which in ("6-6", "4-6"):
        flow = udp_flow(which)
        refused("s0", udp(STRANGER6, 7, *flow.outside, b"x"), "no-alias")
    flow = udp_flow("4-4")
    refused("s0", either.udp("47.0.0.12", 7, *flow.outside, b"x"), "no-alias")
    flow = udp_flow("6-4")
    sent = either.udp("47.0.0.12", 7, *flow.outside, b"x")
    bed6.wires.pass_on("s0", sent, "a0", bed6.siit.translate(
        sent, bed6.View("64:ff9b::2f00:c", HOST6, 7, flow.port)))


@case
def pool_address_that_no_mapping_wants():
    refused("s0", udp(SERVER6, 7, POOL6, 9, b"x"), "no-mapping")
    refused("s0", packet6.echo(SERVER6, POOL6, 9), "no-mapping")
    refused("s0", udp(SERVER6, 7, "2001:db8:47::303", 9, b"x"), "no-mapping")


@case
def version_of_a_flow_is_its_own():
    """A mapping of a host's port toward IPv4 servers is no mapping toward
    IPv6 ones: two outside endpoints, and two entries."""
    one, other = udp_flow("6-6"), udp_flow("6-4")
    equal((packet6.is6(one.outside[0]), packet6.is6(other.outside[0])),
          (True, False), "versions")
    one.exchange()
    other.exchange()
    equal(len(flows("inside", "[fd00::2]:5000")), 2, "flows")


# --- what is not ours ---------------------------------------------------------


@case
def plain_packets_are_routed_untouched():
    """By the VRF: hop limit, and nothing else."""
    for sent in (udp(HOST6, 5000, "fd00:9::2", 7, b"plain", flow=0x12345,
                     tos=0xb8),
                 packet6.echo(HOST6, "fd00:9::2", 7),
                 packet6.tcp(HOST6, 5000, "fd00:9::2", 80),
                 udp(HOST6, 5000, "fd00:9::2", 7, b"options",
                     headers=[packet6.padding(packet6.DSTOPTS, 16)])):
        bed6.wires.pass_on("a0", sent, "a1", packet6.change(sent, hops=1))
    equal(flows(), [], "flows")


@case
def plain_packets_do_not_leave_their_vpn():
    """The VRF has no default route, so that the main table is asked."""
    for target in (SERVER6, STRANGER6, EXT_ROUTER6):
        bed6.wires.send("a0", udp(HOST6, 5000, target, 7, b"plain"))
        bed6.wires.nothing(but="a0")
        bed6.wires.drain()
    bed6.wires.send("s0", udp(SERVER6, 7, HOST6, 5000, b"plain"))
    bed6.wires.nothing(but="s0")


@case
def unbound_interface_is_left_alone():
    for target in ("fd00::100", POOL6, "64:ff9b::2f00:a"):
        bed6.wires.send("u0", udp("2001:db8:99::2", 7, target, 9, b"x"))
        for name, frame in bed6.wires.frames():
            # that is plain routing's, as it came
            equal(name in ("u0", "s0"), True, "came out of " + name)
            seen = Fields(frame[14:])
            if name == "s0":
                equal((seen.src, seen.dst), ("2001:db8:99::2", target),
                      "addresses")
    equal(flows(), [], "flows")


@case
def gateway_itself_is_reached():
    sent = packet6.echo(HOST6, GATEWAY6, 5, 1, b"ping")
    bed6.wires.send("a0", sent)
    seen = bed6.wires.receive("a0")
    equal(Fields(seen).kind, packet6.ECHO_REPLY, "type")
    equal(Fields(seen).data, b"ping", "data")


@case
def source_only_alias():
    """NAT66: ::/0 to ::/0 in VPN b; the destination stays. Who was not spoken
    to is filtered."""
    first = udp(HOST6, 5000, STRANGER6, 7, b"x")
    flow = bed6.Flow(first, STRANGER6, into="b0")
    equal(flow.outside[0], POOL6, "outside address")
    flow.exchange()
    refused("s0", udp(EXT_ROUTER6, 7, *flow.outside, b"x"), "filtered")


@case
def prefix_alias_keeps_the_host_part():
    vctl("alias add a 10.1.0.0/16 to 2001:db8:48::/112")
    subnet = "2001:db8:48::/112"
    bed6.wires.drain()
    run_ip("-6", "route", "add", subnet, "via", EXT_ROUTER6)
    try:
        for host, alias, server in (
                (HOST6, "fd00::1:1234", "2001:db8:48::1234"),
                (HOST4, "10.1.18.52", "2001:db8:48::1234")):
            flow = bed6.Flow(either.udp(host, 5000, alias, 7, b"x"), server)
            flow.exchange()
    finally:
        run_ip("-6", "route", "del", subnet)
        vctl("alias del a 10.1.0.0/16")


def run_ip(*words):
    subprocess.run(["ip", *words], check=True)


@case
def port_alias():
    """The server's own port, and back."""
    first = packet6.tcp(HOST6, 5000, "fd00::102", 80)
    bed6.wires.send("a0", first)
    seen = Fields(bed6.wires.receive("s0"))
    equal((seen.dst, seen.dport), (SERVER6, 8080), "server")
    sent = packet6.tcp(SERVER6, 8080, seen.src, seen.sport, "SA", 1, 1001)
    bed6.wires.pass_on("s0", sent, "a0", packet6.change(
        sent, src="fd00::102", sport=80, dst=HOST6, dport=5000, hops=1))


@case
def end_to_end_between_versions_needs_no_more_than_a_handshake():
    for which in CASES:
        flow = bed6.tcp_open(which)
        flow.exchange(b"data")
        equal(flows("vpn", "a", "proto", "tcp")[0]["state"], "established",
              "state")
        flow.send_out(flow.to_server(flags="FA", seq=1005, ack=1005))
        flow.send_back(flow.to_host(flags="FA", seq=1005, ack=1006))
        equal(flows("vpn", "a", "proto", "tcp")[0]["state"], "closing",
              "state")
        vctl("flow flush")


@case
def ip_ids_of_what_may_be_fragmented_differ():
    """RFC 6864 section 5.3.1, RFC 7915 section 5.1: two packets to one server
    without DF."""
    flow = udp_flow("6-4")
    seen = set()
    for _ in range(20):
        bed6.wires.send("a0", flow.to_server(b"x" * 1000))
        seen.add(either.fields(bed6.wires.receive("s0")).ident)
    equal(len(seen), 20, "different ids")


if __name__ == "__main__":
    main(lambda: vctl("flow flush"))
