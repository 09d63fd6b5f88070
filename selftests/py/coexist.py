# SPDX-License-Identifier: GPL-2.0
"""Conntrack, NAT, a flowtable and bridges beside what vpngw translates."""

import json
import os
import signal
import subprocess
import sys

import bed
from bed import (ALIAS, ALIAS2, HOST, POOL, SERVER, echo_flow, open_wires,
                 tcp_open, udp_flow)
from ktap import case, equal, main, wait_for
from netns import mac
from packet import Fields, change, tcp, udp
from tool import drops, identify, stats, vctl

LAN, WAN, WAN_SELF = "192.0.2.2", "198.51.100.2", "198.51.100.1"
OTHER, OTHER_POOL = "48.0.0.10", "48.0.0.200"
# A station that is on neither bridge.
ELSEWHERE = bytes.fromhex("0200000000aa")
BRIDGE_NF = os.environ["VPNGW_BRIDGE_NF"] == "yes"
QUEUE = os.environ["VPNGW_QUEUE"] == "yes"
CALLS = "/proc/sys/net/bridge/bridge-nf-call-iptables"


def tracked():
    """How many connections conntrack knows."""
    with open("/proc/sys/net/netfilter/nf_conntrack_count",
              encoding="ascii") as file:
        return int(file.read())


def counter(name):
    done = subprocess.run(["nft", "-j", "list", "counter", "ip", "filter",
                           name], check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)["nftables"][1]["counter"]["packets"]


def masqueraded(port, data=b"to the Internet"):
    """A connection of the LAN, established; returns its outside port."""
    sent = tcp(LAN, port, WAN, 80, "S", 1000)
    bed.wires.send("u0", sent)
    seen = bed.wires.receive("w0")
    outside = Fields(seen).sport
    equal(seen, change(sent, src=WAN_SELF, sport=outside, hops=1), "SYN")
    back = tcp(WAN, 80, WAN_SELF, outside, "SA", 5000, 1001)
    bed.wires.pass_on("w0", back, "u0",
                      change(back, dst=LAN, dport=port, hops=1))
    sent = tcp(LAN, port, WAN, 80, "A", 1001, 5001, data=data)
    bed.wires.pass_on("u0", sent, "w0", change(sent, src=WAN_SELF,
                                               sport=outside, hops=1))
    return outside


@case
def what_is_translated_is_not_tracked():
    """... by no rule of nat, and seen by forward as untracked."""
    before, seen = tracked(), counter("ours")
    for vpn in "ab":
        udp_flow(vpn).exchange()
        tcp_open(vpn=vpn).exchange()
        echo_flow(vpn).exchange()
    sent = udp(SERVER, 7, "47.0.0.210", 4000, b"call")
    bed.wires.pass_on("s0", sent, "a0",
                      change(sent, src=ALIAS, dst=HOST, dport=4000, hops=1))
    equal(tracked(), before, "connections tracked")
    # per VPN: udp 1 + 2, tcp 3 + 2, echo 1 + 2
    equal(counter("ours") - seen, 23, "packets forwarded untracked")


@case
def other_traffic_is_tracked_and_masqueraded():
    before, ours = tracked(), stats()
    masqueraded(6000)
    equal(tracked(), before + 1, "connections tracked")
    # and what a server in the LAN answers
    sent = tcp(WAN, 7000, WAN_SELF, 8080, "S")
    bed.wires.pass_on("w0", sent, "u0", change(sent, dst=LAN, dport=80,
                                               hops=1))
    sent = tcp(LAN, 80, WAN, 7000, "SA", 1, 1001)
    bed.wires.pass_on("u0", sent, "w0", change(sent, src=WAN_SELF,
                                               sport=8080, hops=1))
    equal(tracked(), before + 2, "connections tracked")
    equal(stats(), ours, "vpngw's counters")


@case
def other_traffic_to_the_ext_is_masqueraded():
    """By the ext's own device, to the server that has aliases: its answers
    are for the gateway's own address, and find conntrack."""
    ours = stats()
    sent = udp(LAN, 5000, SERVER, 7, b"plain")
    bed.wires.send("u0", sent)
    seen = bed.wires.receive("s0")
    port = Fields(seen).sport
    equal(seen, change(sent, src="47.0.0.1", sport=port, hops=1))
    back = udp(SERVER, 7, "47.0.0.1", port, b"answer")
    bed.wires.pass_on("s0", back, "u0", change(back, dst=LAN, dport=5000,
                                               hops=1))
    equal(stats(), ours, "vpngw's counters")


@case
def flowtable_beside_flows():
    """The same ports and addresses, by turns: one goes on in the flowtable,
    past the forward chain, the other stays where it is."""
    flow = tcp_open(port=6001)
    outside = masqueraded(6001)
    before = counter("offloaded")
    for i in range(4):
        data = b"packet %d" % i
        sent = tcp(LAN, 6001, WAN, 80, "A", 1016 + 8 * i, 5001, data=data)
        bed.wires.pass_on("u0", sent, "w0", change(sent, src=WAN_SELF,
                                                   sport=outside, hops=1))
        back = tcp(WAN, 80, WAN_SELF, outside, "A", 5001 + 8 * i, 1024 + 8 * i,
                   data=data)
        bed.wires.pass_on("w0", back, "u0", change(back, dst=LAN, dport=6001,
                                                   hops=1))
        flow.exchange(data)
    equal(counter("offloaded"), before, "packets that forward saw")


def send_bridge(port, data):
    bed.wires.send(port, data, mac=mac("gw", "br-" + port[0]))


def expect_bridge(port, expected, bridge):
    frame = bed.wires.receive_frame(port)
    equal(frame[6:14], mac("gw", bridge) + b"\x08\0", "source and type")
    equal(frame[14:], expected, "packet")
    bed.wires.nothing()


def learn(port):
    """The bridge learns where a station is by what it sends to another: what is
    shown to the IP hooks is taken before the bridge has learnt from it."""
    bed.wires.send(port, b"any", mac=ELSEWHERE, kind=0x88b5)
    bed.wires.drain()


def bridged_vpn(shown=False):
    for port in ("c0", "c1"):
        if shown:
            learn(port)
        sent = udp(HOST, 5000, ALIAS, 7, b"by " + port.encode())
        send_bridge(port, sent)
        seen = bed.wires.receive("s0")
        outside = Fields(seen)
        equal(seen, change(sent, src=POOL, sport=outside.sport, dst=SERVER,
                           hops=1), "packet")
        whose = identify("udp", outside.src, outside.sport)
        equal((whose["vpn"], whose["interface"]), ("c", "br-c"), "identity")
        back = udp(SERVER, 7, outside.src, outside.sport, b"answer")
        bed.wires.send("s0", back)
        expect_bridge(port, change(back, src=ALIAS, dst=HOST, dport=5000,
                                   hops=1), "br-c")


def bridged_ext():
    """From bridge to bridge, and the server begins as well."""
    sent = udp(HOST, 5001, ALIAS2, 7, b"from c to other")
    learn("x1")
    learn("c0")
    send_bridge("c0", sent)
    frame = bed.wires.receive_frame("x1")
    outside = Fields(frame[14:])
    equal(frame[14:], change(sent, src=OTHER_POOL, sport=outside.sport,
                             dst=OTHER, hops=1), "packet")
    bed.wires.nothing()
    for port in (7, 8):
        back = udp(OTHER, port, OTHER_POOL, outside.sport, b"from the server")
        send_bridge("x1", back)
        expect_bridge("c0", change(back, src=ALIAS2, dst=HOST, dport=5001,
                                   hops=1), "br-c")


def bridged_through():
    """Between hosts on the bridge, even with our addresses in them."""
    before = stats()
    for sent in (udp(HOST, 1, "10.0.0.3", 7, b"to a neighbour"),
                 udp(HOST, 1, ALIAS, 7, b"to an alias, by another's MAC")):
        bed.wires.send("c0", sent, mac=ELSEWHERE)
        frame = bed.wires.receive_frame("c1")
        equal(frame[:6], ELSEWHERE, "destination")
        equal(frame[14:], sent, "packet")
        bed.wires.nothing()
    equal(stats(), before, "counters")


@case
def bridge_as_a_vpn_s_interface():
    bridged_vpn()


@case
def bridge_as_an_ext_s_interface():
    bridged_ext()


@case
def bridged_frames_are_nobody_s():
    bridged_through()


def with_bridge_nf(function):
    """The bridge shows its frames to the IP hooks."""
    with open(CALLS, "w", encoding="ascii") as file:
        file.write("1")
    before = tracked()
    try:
        function()
    finally:
        with open(CALLS, "w", encoding="ascii") as file:
            file.write("0")
    return tracked() - before


def bridge_nf_as_a_vpn_s_interface():
    equal(with_bridge_nf(lambda: bridged_vpn(True)), 0, "connections tracked")


def bridge_nf_as_an_ext_s_interface():
    with_bridge_nf(bridged_ext)


EARLY = """
    table ip early {
        chain prerouting {
            type filter hook prerouting priority -500
            ip daddr { 10.0.0.100, 47.0.0.200 } queue num 7
        }
    }
"""


BEHIND = """
    table ip late {
        chain forward {
            type filter hook forward priority 0
            ip daddr 10.0.0.2 queue num 7
        }
    }
"""


def crossing_from_a_queue(program):
    """A packet of the ext for a bare VPN's address: what its sender is told is
    looked up like anything else."""
    equal(program.stdout.readline(), "bound\n", "queue")
    nft(BEHIND)
    before = drops("crossing")
    bed.wires.send("s0", udp(SERVER, 7, "10.0.0.2", 9, b"across"))
    equal(program.stdout.readline(), "held 1\n", "packets held")
    program.send_signal(signal.SIGUSR1)
    wait_for(lambda: drops("crossing") == before + 1, "the drop")
    seen = Fields(bed.wires.receive("s0", more=True))
    equal((seen.dst, seen.kind, seen.code), (SERVER, 3, 13), "answer")
    nft("delete table ip late")


def through_a_queue(program):
    flow = udp_flow()
    equal(program.stdout.readline(), "bound\n", "queue")
    nft(EARLY)
    out, back = flow.to_server(b"out"), flow.to_host(b"back")
    first = udp(HOST, 5077, ALIAS, 7, b"makes a flow")
    for wire, sent in (("a0", out), ("s0", back), ("a0", first)):
        bed.wires.send(wire, sent)
    for number in (1, 2, 3):
        equal(program.stdout.readline(), "held %d\n" % number, "packets held")
    bed.wires.nothing()
    program.send_signal(signal.SIGUSR1)
    bed.wires.expect("s0", flow.out(out), more=True)
    bed.wires.expect("a0", flow.back(back), more=True)
    seen = bed.wires.receive("s0")
    equal(seen, change(first, src=POOL, sport=Fields(seen).sport, dst=SERVER,
                       hops=1), "the first packet of a flow")
    nft("delete table ip early")


def nft(rules):
    subprocess.run(["nft", "-f", "-"], check=True, text=True, input=rules)


def with_a_queue(function):
    program = subprocess.Popen(
        [sys.executable, os.path.join(os.path.dirname(__file__), "nfqueue.py")],
        text=True, stdout=subprocess.PIPE)
    try:
        function(program)
    finally:
        program.kill()
        program.communicate()


def what_a_queue_before_us_gives_back_is_translated():
    """... in a process, where BH are on."""
    with_a_queue(through_a_queue)


def what_a_queue_behind_us_gives_back_does_not_cross():
    with_a_queue(crossing_from_a_queue)


if QUEUE:
    case(what_a_queue_before_us_gives_back_is_translated)
    case(what_a_queue_behind_us_gives_back_does_not_cross)


if __name__ == "__main__":
    if BRIDGE_NF:
        with open(CALLS, "w", encoding="ascii") as calls:
            calls.write("0")
        case(bridge_nf_as_a_vpn_s_interface)
        case(bridge_nf_as_an_ext_s_interface)
    open_wires("a0", "b0", "s0", "u0", "w0", "c0", "c1", "x0", "x1")
    main(lambda: vctl("flow flush"))
