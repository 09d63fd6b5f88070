# SPDX-License-Identifier: GPL-2.0
"""The MSS of SYNs is lowered to what an interface allows, and nothing else
changes."""

import struct
import subprocess

import bed
from bed import ALIAS, HOST, open_wires, tcp_flow
from ktap import case, equal, main
from packet import Fields, seal, tcp
from tool import fails, show, vctl


def ip_command(text):
    subprocess.run(["ip", *text.split()], check=True)


def mss(value):
    return struct.pack("!BBH", 2, 4, value)


def syn_passes(flow, before, after, reply=True, flags="S"):
    """A SYN of the host with these options comes out with those, and so does
    one of the server."""
    ways = [(flow.into, flow.to_server, flow.far, flow.out)]
    if reply:
        ways.append((flow.far, flow.to_host, flow.into, flow.back))
    for into, make, out, view in ways:
        sent = make(flags=flags, seq=1000, options=before)
        expected = make(flags=flags, seq=1000, options=after)
        bed.wires.pass_on(into, sent, out, view(expected))


def lowered(flow, value, **more):
    """Whatever is announced, value is the most that arrives."""
    for announced in (1, value - 1, value, value + 1, 1460, 65535):
        syn_passes(flow, mss(announced), mss(min(announced, value)), **more)


def kept(flow):
    for announced in (1, 536, 1460, 8960, 65535):
        syn_passes(flow, mss(announced), mss(announced))


def reset():
    for dev in ("a", "b", "s0"):
        vctl("interface set %s mss off" % dev)


@case
def kept_unless_set():
    kept(tcp_flow())


@case
def lowered_by_the_interface_of_the_vpn():
    """In both directions; a VRF's is its members'.  Another VPN's stays."""
    vctl("interface set a mss 1200")
    lowered(tcp_flow("a"), 1200)
    kept(tcp_flow("b"))


@case
def lowered_by_the_interface_of_the_ext():
    vctl("interface set s0 mss 1100")
    for vpn in "ab":
        lowered(tcp_flow(vpn), 1100)


@case
def the_lower_of_both_counts():
    vctl("interface set a mss 1200")
    vctl("interface set s0 mss 1100")
    lowered(tcp_flow("a"), 1100)
    vctl("interface set s0 mss 1300")
    lowered(tcp_flow("a"), 1200)


@case
def first_syn_and_its_answer():
    vctl("interface set s0 mss 1100")
    bed.wires.send("a0", tcp(HOST, 6000, ALIAS, 80, "S", options=mss(1460)))
    seen = bed.wires.receive("s0")
    equal(Fields(seen).payload[20:], mss(1100), "options of the SYN")
    equal(seal(seen), seen, "checksums")
    flow = tcp_flow(port=6001)
    syn_passes(flow, mss(1460), mss(1100), flags="SA")


@case
def path_mtu_is_the_narrower_of_both_devices():
    flow = tcp_flow()
    vctl("interface set s0 mss pmtu")
    lowered(flow, 1460)
    for dev in ("a0", "s0"):
        ip_command("link set %s mtu 1280" % dev)
        lowered(tcp_flow(), 1240)
        ip_command("link set %s mtu 1500" % dev)
    lowered(tcp_flow(), 1460)


@case
def path_mtu_is_the_routes():
    vctl("interface set a mss pmtu")
    ip_command("route add 47.0.0.10/32 dev s0 mtu 1300")
    try:
        # to the server only: the way back has another route
        lowered(tcp_flow(), 1260, reply=False)
    finally:
        ip_command("route del 47.0.0.10/32 dev s0")


@case
def found_among_other_options():
    """At even and at odd places."""
    vctl("interface set s0 mss 1000")
    flow = tcp_flow()
    for head in (b"", b"\1", b"\1\1", b"\1\1\1", b"\4\2", b"\3\3\7",
                 b"\x08\x0a" + bytes(range(8)), b"\xfe\5abc"):
        for tail in (b"", b"\1\3\3\7", b"\0"):
            syn_passes(flow, head + mss(1460) + tail, head + mss(1000) + tail)


@case
def options_that_are_none_stay():
    """None is added; what is cut, or follows the end, is not looked at."""
    vctl("interface set s0 mss 1000")
    flow = tcp_flow()
    for options in (b"", b"\1\1\1\1", b"\0" + mss(1460), b"\3\0" + mss(1460),
                    b"\3\1" + mss(1460), b"\3\x7f" + mss(1460),
                    b"\1\1\1\2", b"\1\1\2\4", b"\1\2\4\5",
                    b"\2\2\1\1", b"\2\3\5\1", b"\2\5\5\xb4\1"):
        syn_passes(flow, options, options)


@case
def only_syns():
    vctl("interface set s0 mss 1000")
    flow = bed.tcp_open()
    for flags in ("A", "PA", "FA"):
        syn_passes(flow, mss(1460), mss(1460), flags=flags)


@case
def a_wrong_checksum_stays_wrong():
    vctl("interface set s0 mss 1000")
    flow = tcp_flow()
    sent = bytearray(flow.to_server(flags="S", options=mss(1460)))
    right = flow.out(flow.to_server(flags="S", options=mss(1000)))
    sent[20 + 16] ^= 0x20
    bed.wires.send("a0", bytes(sent))
    seen = bed.wires.receive("s0")
    equal(seal(seen), right, "what would be right")
    equal(seen == right, False, "checksum right")


def shown(dev):
    return [i["mss"] for i in show("interface show") if i["interface"] == dev]


@case
def shown_and_refused():
    for value, seen in (("1200", 1200), ("pmtu", "pmtu"), ("off", None)):
        vctl("interface set s0 mss " + value)
        equal(shown("s0"), [seen], "mss")
    fails("interface set u0 mss 1200")
    vctl("interface add u0 ext carrier mss 900")
    equal(shown("u0"), [900], "mss")
    vctl("interface del u0")


if __name__ == "__main__":
    open_wires()
    main(lambda: vctl("flow flush"), reset)
