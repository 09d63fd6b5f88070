# SPDX-License-Identifier: GPL-2.0
"""ICMP queries: their ids are translated as ports are."""

import struct

import bed
from bed import (ALIAS, ALIAS2, HOST, POOL, SERVER, SERVER2, echo_flow,
                 open_wires)
from ktap import case, equal, main
from packet import Fields, change, echo, icmp
from tool import flows, identify, vctl
from wire import dropped


@case
def same_id_in_two_vpns():
    one, other = echo_flow("a"), echo_flow("b")
    equal(one.outside[0], POOL, "outside address")
    equal(other.outside[0], POOL, "outside address")
    if one.outside == other.outside:
        raise AssertionError("both are %s:%d outside" % one.outside)
    for _ in range(2):
        one.exchange(b"in a")
        other.exchange(b"in b")


@case
def same_id_to_another_server_is_the_same_outside_id():
    one = echo_flow("a")
    other = echo_flow("a", alias=ALIAS2, server=SERVER2)
    equal(other.outside, one.outside, "outside id")
    other.exchange()
    one.exchange()


@case
def sequence_numbers_pass():
    flow = echo_flow("a")
    for seq in (0, 2, 65535):
        sent = echo(HOST, ALIAS, 77, seq, b"x" * seq if seq < 9 else b"")
        bed.wires.pass_on("a0", sent, "s0", flow.out(sent))
        sent = echo(SERVER, POOL, flow.outside[1], seq, reply=True)
        bed.wires.pass_on("s0", sent, "a0", flow.back(sent))


@case
def query_id_0_and_65535():
    for query in (0, 65535):
        one = echo_flow("a", query=query)
        other = echo_flow("b", query=query)
        one.exchange(b"in a")
        other.exchange(b"in b")


@case
def timestamp_is_a_query_too():
    sent = icmp(HOST, ALIAS, 13, 0, struct.pack("!HH", 88, 1), bytes(12))
    bed.wires.send("a0", sent)
    seen = bed.wires.receive("s0")
    ident = Fields(seen).sport
    equal(seen, change(sent, src=POOL, sport=ident, dst=SERVER, hops=1))
    sent = icmp(SERVER, POOL, 14, 0, struct.pack("!HH", ident, 1), bytes(12))
    bed.wires.pass_on("s0", sent, "a0", change(
        sent, src=ALIAS, dst=HOST, dport=88, hops=1))


@case
def flow_and_identity_show_the_ids():
    one, other = echo_flow("a"), echo_flow("b")
    for vpn, flow in (("a", one), ("b", other)):
        whose = identify("icmp", *flow.outside)
        equal(whose["vpn"], vpn, "vpn")
        equal(whose["inside"], {"addr": HOST, "port": 77}, "inside")
        found = [f for f in flows("vpn", vpn, "proto", "icmp")
                 if f["inside"]["sport"] == 77 and f["inside"]["dst"] == ALIAS]
        equal(len(found), 1, "flows")
        equal(found[0]["outside"]["sport"], flow.outside[1], "outside id")
        equal(found[0]["outside"]["dst"], SERVER, "server")


@case
def server_pings_a_live_mapping():
    """Under the id that stands for the host's query."""
    flow = echo_flow("a", query=99)
    sent = echo(SERVER2, POOL, flow.outside[1], 5, b"from the server")
    bed.wires.pass_on("s0", sent, "a0", change(
        sent, src=ALIAS2, dst=HOST, dport=99, hops=1))
    sent = echo(HOST, ALIAS2, 99, 5, b"from the server", reply=True)
    bed.wires.pass_on("a0", sent, "s0", change(
        sent, src=POOL, sport=flow.outside[1], dst=SERVER2, hops=1))


@case
def unknown_outside_id_is_dropped():
    used = {f["outside"]["sport"] for f in flows("proto", "icmp")}
    free = next(i for i in range(2000, 65536) if i not in used)
    with dropped(bed.wires, "no-mapping"):
        bed.wires.send("s0", echo(SERVER, POOL, free))


@case
def reply_starts_nothing():
    with dropped(bed.wires, "no-state"):
        bed.wires.send("a0", echo(HOST, ALIAS, 1234, reply=True))
    used = {f["outside"]["sport"] for f in flows("proto", "icmp")}
    free = next(i for i in range(2000, 65536) if i not in used)
    with dropped(bed.wires, "no-mapping"):
        bed.wires.send("s0", echo(SERVER, POOL, free, reply=True))


@case
def other_types_are_dropped():
    """Redirects, router advertisements and what nobody knows."""
    for kind in (5, 9, 10, 40, 200):
        with dropped(bed.wires, "icmp-type"):
            bed.wires.send("a0", icmp(HOST, ALIAS, kind, 0, data=bytes(28)))


if __name__ == "__main__":
    open_wires()
    main(lambda: vctl("flow flush"))
