# SPDX-License-Identifier: GPL-2.0
"""BGP/MPLS VPNs: a label is a VPN."""

import os
import struct
import subprocess

import bed
import packet6
from bed import ALIAS, HOST, POOL, SERVER, open_wires
from ktap import case, equal, main
from packet import Fields, change, echo, tcp, udp
from packet6 import either
from tool import flows, identify, stats, vctl
from wire import FAR, dropped
from wire6 import Wires6

MPLS = 0x8847
IN, OUT = {"a": 100, "b": 200}, {"a": 1100, "b": 1200}
TWO_WAYS = os.environ["VPNGW_MPLS_ENCAP"] == "yes"


def labelled(vpn, sent, ttl=64):
    """As the far end sends it: the one label, bottom of stack."""
    return struct.pack("!I", IN[vpn] << 12 | 1 << 8 | ttl) + sent


def popped(sent, ttl=64):
    """The label's TTL becomes the packet's (RFC 3443, uniform)."""
    return change(sent, ttl=ttl - 1)


def into(vpn, sent, expected):
    bed.wires.send("u0", labelled(vpn, sent), kind=MPLS)
    bed.wires.expect("s0", expected)


def out_of(vpn, sent, expected):
    """From the ext, into the VPN with its label."""
    bed.wires.send("s0", sent)
    frame = bed.wires.receive_frame("u0")
    equal(frame[:14], FAR + bed.wires.taps["u0"].mac + b"\x88\x47", "header")
    label, = struct.unpack("!I", frame[14:18])
    equal(label, OUT[vpn] << 12 | 1 << 8 | Fields(expected).ttl, "label")
    equal(frame[18:], expected, "packet")
    bed.wires.nothing()


def start(vpn, sent):
    bed.wires.send("u0", labelled(vpn, sent), kind=MPLS)
    seen = bed.wires.receive("s0")
    came = Fields(seen)
    equal(seen, change(popped(sent), src=POOL, sport=came.sport, dst=SERVER,
                       hops=1), "first packet of " + vpn)
    return came.src, came.sport


@case
def same_5_tuples_by_label():
    outside = {}
    for vpn in IN:
        for proto, sent in (("udp", udp(HOST, 5000, ALIAS, 7, vpn.encode())),
                            ("tcp", tcp(HOST, 5000, ALIAS, 7, "S",
                                        data=vpn.encode())),
                            ("icmp", echo(HOST, ALIAS, 5000, 1,
                                          vpn.encode()))):
            outside[vpn, proto] = start(vpn, sent)
    equal(len(set(outside.values())), len({v for v in outside.values()}))
    for (vpn, proto), tuple_ in outside.items():
        whose = identify(proto, *tuple_)
        equal(whose["vpn"], vpn, "identity")
        equal(whose["interface"], vpn, "interface: the VRF")
        equal(whose["inside"], {"addr": HOST, "port": 5000}, "inside")
    for vpn in IN:
        equal(stats("vpn", vpn)["outbound"]["packets"], 3, "once each")


@case
def existing_flows():
    for vpn in IN:
        sent = udp(HOST, 5001, ALIAS, 7, vpn.encode())
        outside = start(vpn, sent)
        again = udp(HOST, 5001, ALIAS, 7, b"again, " + vpn.encode())
        into(vpn, again, change(popped(again), src=outside[0],
                                sport=outside[1], dst=SERVER, hops=1))


@case
def what_is_malformed_is_not_taken():
    """What comes in by the VRF is checked as on any device."""
    good = udp(HOST, 5002, ALIAS, 7, b"only in a")
    before = stats()
    bad_checksum = good[:1] + b"\x04" + good[2:]
    for sent in (bad_checksum, good[:-4], b"\x44" + good[1:],
                 b"\x4f" + good[1:24]):
        bed.wires.send("u0", labelled("a", sent), kind=MPLS)
    bed.wires.nothing()
    equal(stats(), before, "counters")
    # and what a link has padded is cut
    outside = start("a", good)
    bed.wires.send("u0", labelled("a", good + bytes(9)), kind=MPLS)
    bed.wires.expect("s0", change(popped(good), src=outside[0],
                                  sport=outside[1], dst=SERVER, hops=1))


@case
def what_is_for_no_alias_is_the_vrf_s():
    sent = udp(HOST, 1, "10.0.0.3", 7, b"inside the VPN")
    before = stats()
    bed.wires.send("u0", labelled("a", sent), kind=MPLS)
    bed.wires.expect("a0", popped(sent))
    equal(stats(), before, "counters")


@case
def ipv6_by_label():
    """To a server of each version: either VPN with one 5-tuple; and an answer
    that is for a host behind a label."""
    host, outside = "fd00:1::2" if TWO_WAYS else "fd00::2", {}
    for vpn in IN:
        for alias, server in (("fd00::100", "2001:db8:47::10"),
                              ("fd00::104", SERVER)):
            sent = packet6.udp(host, 5000, alias, 7, vpn.encode())
            bed.wires.send("u0", labelled(vpn, sent), kind=MPLS)
            seen = either.fields(bed.wires.receive_frame("s0")[14:])
            equal((seen.dst, seen.dport, seen.data, seen.ttl),
                  (server, 7, vpn.encode(), 62), "packet of " + vpn)
            whose = identify("udp", seen.src, seen.sport)
            equal((whose["vpn"], whose["interface"], whose["inside"]),
                  (vpn, vpn, {"addr": host, "port": 5000}), "identity")
            outside[vpn, alias, server] = seen.src, seen.sport
    equal(len(set(outside.values())), len(outside), "outside endpoints")
    for (vpn, alias, server), tuple_ in outside.items() if TWO_WAYS else ():
        sent = either.udp(server, 7, *tuple_, b"to " + vpn.encode())
        bed.wires.send("s0", sent, kind=0x86dd if sent[0] >> 4 == 6 else 0x0800)
        frame = bed.wires.receive_frame("u0")
        label, = struct.unpack("!I", frame[14:18])
        equal(label >> 12, OUT[vpn], "label")
        seen = either.fields(frame[18:])
        equal((seen.src, seen.dst, seen.dport, seen.data),
              (alias, host, 5000, b"to " + vpn.encode()), "answer")
        equal(either.seal(frame[18:]), frame[18:], "checksums")
    bed.wires.drain()


@case
def drops_have_their_reason():
    with dropped(bed.wires, "no-state", "vpn", "a"):
        bed.wires.send("u0", labelled("a", tcp(HOST, 9, ALIAS, 9, "A")),
                       kind=MPLS)


@case
def plain_packets_on_the_core_link_are_nobody_s():
    """The same addresses without a label."""
    sent = udp("192.0.2.2", 5000, SERVER, 7, b"plain routing")
    before = stats()
    bed.wires.pass_on("u0", sent, "s0", change(sent, hops=1))
    equal(stats(), before, "counters")


def answers_leave_with_the_label_of_their_vpn():
    for vpn in IN:
        # A host that only MPLS leads to.
        host = "10.1.0.2"
        outside = start(vpn, udp(host, 5003, ALIAS, 7, vpn.encode()))
        for data in (b"answer to " + vpn.encode(), b"x" * 500):
            sent = udp(SERVER, 7, *outside, data)
            out_of(vpn, sent, change(sent, src=ALIAS, sport=7, dst=host,
                                     dport=5003, hops=1))
        # what the server begins
        sent = udp(SERVER, 8, *outside, b"call for " + vpn.encode())
        out_of(vpn, sent, change(sent, src=ALIAS, sport=8, dst=host,
                                 dport=5003, hops=1))


def room_for_the_label_is_left():
    """RFC 3032 section 3.5: 1500 bytes and a label do not fit."""
    outside = start("a", udp("10.1.0.2", 5004, ALIAS, 7, b"a"))
    sent = udp(SERVER, 7, *outside, bytes(1472 - 4), df=True)
    out_of("a", sent, change(sent, src=ALIAS, sport=7, dst="10.1.0.2",
                             dport=5004, hops=1))
    before = stats("ext", "carrier")["drops"].get("mtu", 0)
    bed.wires.send("s0", udp(SERVER, 7, *outside, bytes(1472 - 3), df=True))
    error = Fields(bed.wires.receive("s0"))
    equal((error.kind, error.code), (3, 4), "type and code")
    equal(stats("ext", "carrier")["drops"]["mtu"], before + 1, "drops for mtu")


def without_a_route_of_its_own_nothing_leaves():
    """The main table leads there with a label, but it is not the VPN's."""
    outside = start("a", udp("10.2.0.2", 5005, ALIAS, 7, b"a"))
    with dropped(bed.wires, "no-route", "ext", "carrier"):
        # the server is told, which is not a wire's silence
        bed.wires.send("s0", udp(SERVER, 7, *outside, b"answer to a"))
        error = Fields(bed.wires.receive("s0"))
        equal((error.kind, error.code), (3, 0), "type and code")


def vrf_that_goes_takes_nothing_else_along():
    """Under live flows; the last case, since it takes VRF a."""
    outside = {vpn: start(vpn, udp("10.1.0.2", 5006, ALIAS, 7, vpn.encode()))
               for vpn in IN}
    subprocess.run(["ip", "link", "del", "dev", "a"], check=True)
    equal(flows("vpn", "a"), [], "flows of a")
    late = udp("10.1.0.2", 5006, ALIAS, 7, b"late, of a")
    bed.wires.send("u0", labelled("a", late), kind=MPLS)
    bed.wires.send("s0", udp(SERVER, 7, *outside["a"], b"late, to a"))
    bed.wires.nothing()
    again = udp("10.1.0.2", 5006, ALIAS, 7, b"again, of b")
    into("b", again, change(popped(again), src=outside["b"][0],
                            sport=outside["b"][1], dst=SERVER, hops=1))
    if TWO_WAYS:
        sent = udp(SERVER, 7, *outside["b"], b"again, to b")
        out_of("b", sent, change(sent, src=ALIAS, sport=7, dst="10.1.0.2",
                                 dport=5006, hops=1))


if __name__ == "__main__":
    if TWO_WAYS:
        case(answers_leave_with_the_label_of_their_vpn)
        case(room_for_the_label_is_left)
        case(without_a_route_of_its_own_nothing_leaves)
    case(vrf_that_goes_takes_nothing_else_along)
    open_wires(make=Wires6)
    main(lambda: vctl("flow flush"))
