# SPDX-License-Identifier: GPL-2.0
"""Fragments are put together before anything else, for each VPN alone."""

import itertools
import time

import bed
from bed import ALIAS, HOST, POOL, SERVER, echo_flow, open_wires, udp_flow
from ktap import case, equal, main
from packet import Fields, change, ip, udp
from pieces import PIECE, cut, whole
from tool import vctl
from wire import dropped

@case
def every_order():
    flow = udp_flow()
    data = bytes(range(256)) * 10
    for ident, order in enumerate(itertools.permutations(range(3))):
        sent = flow.to_server(data, ident=ident)
        parts = cut(sent)
        for i in order:
            bed.wires.send("a0", parts[i])
        equal(whole("s0"), flow.out(sent), "to the server")
        sent = flow.to_host(data, ident=ident)
        parts = cut(sent)
        for i in order:
            bed.wires.send("s0", parts[i])
        equal(whole("a0"), flow.back(sent), "to the host")


@case
def fragments_start_a_flow():
    sent = udp(HOST, 5050, ALIAS, 7, b"first of all " * 200)
    for part in reversed(cut(sent)):
        bed.wires.nothing()
        bed.wires.send("a0", part)
    seen = whole("s0")
    equal(seen, change(sent, src=POOL, sport=Fields(seen).sport, dst=SERVER,
                       hops=1))


@case
def echo_in_fragments():
    flow = echo_flow()
    for size in (1480, 800, 8 * 9):
        sent = flow.to_server(b"A large ping. " * 200)
        for part in cut(sent, size):
            bed.wires.send("a0", part)
        equal(whole("s0"), flow.out(sent), "to the server")


@case
def same_id_in_two_vpns_is_never_mixed():
    """Same addresses, ports and id; the pieces come in turns."""
    one, other = udp_flow("a"), udp_flow("b")
    texts = b"only in a " * 250, b"only in b " * 250
    sent = [flow.to_server(text, ident=7)
            for flow, text in zip((one, other), texts)]
    parts = cut(sent[0]), cut(sent[1])
    for order in itertools.permutations(range(3)):
        for n, i in enumerate(order):
            bed.wires.send("a0", parts[0][i])
            if n < 2:
                bed.wires.nothing()
            if n == 2:
                equal(whole("s0"), one.out(sent[0]), "of a")
            bed.wires.send("b0", parts[1][i])
        equal(whole("s0"), other.out(sent[1]), "of b")


@case
def pieces_of_two_vpns_never_make_one():
    """One VPN sends the beginning, the other the end."""
    one, other = udp_flow("a"), udp_flow("b")
    begin = cut(one.to_server(b"only in a " * 150, ident=8))
    end = cut(other.to_server(b"only in b " * 150, ident=8))
    equal(len(begin), 2, "pieces")
    bed.wires.send("a0", begin[0])
    bed.wires.send("b0", end[1])
    bed.wires.nothing()
    # each is completed by its own
    bed.wires.send("a0", begin[1])
    equal(whole("s0"), one.out(one.to_server(b"only in a " * 150, ident=8)))
    bed.wires.send("b0", end[0])
    equal(whole("s0"), other.out(other.to_server(b"only in b " * 150,
                                                 ident=8)))


@case
def pieces_of_the_ext_and_a_vpn_never_make_one():
    flow = udp_flow("a")
    sent = flow.to_server(b"only in a " * 150, ident=9)
    begin, end = cut(sent)
    bed.wires.send("a0", begin)
    bed.wires.send("s0", end)
    bed.wires.nothing()
    bed.wires.send("a0", end)
    equal(whole("s0"), flow.out(sent))


@case
def what_stays_incomplete_goes_nowhere():
    """The gateway's net.ipv4.ipfrag_time is short here.  Nobody is told: the
    gateway is not the packet's end, and the stack would route by the main
    table."""
    flow = udp_flow("a")
    part = cut(flow.to_server(b"only in a " * 150, ident=10))[0]
    bed.wires.send("a0", part)
    time.sleep(2)
    bed.wires.nothing()
    flow.exchange()


@case
def overlapping_pieces_are_dropped():
    flow = udp_flow("a")
    sent = flow.to_server(b"only in a " * 250, ident=11)
    parts = cut(sent)
    f = Fields(parts[1])
    evil = ip(f.src, f.dst, f.proto, b"x" * PIECE, ident=11, mf=True,
              offset=PIECE - 8)
    bed.wires.send("a0", parts[0])
    with dropped(bed.wires, "fragment"):
        bed.wires.send("a0", evil)
    flow.exchange()


@case
def fragments_of_an_unbound_interface_stay_apart():
    sent = udp("192.0.2.2", 1, SERVER, 7, b"plain routing" * 200)
    for part in cut(sent):
        bed.wires.pass_on("u0", part, "s0", change(part, hops=1))


@case
def fragments_that_are_for_no_alias_stay_in_the_vpn():
    """Whatever is done with them on the way, they arrive whole."""
    sent = udp(HOST, 1, "10.0.0.3", 7, b"inside the VPN" * 200)
    for part in cut(sent):
        bed.wires.send("a0", part)
    equal(whole("a0"), change(sent, hops=1))


if __name__ == "__main__":
    open_wires()
    main(lambda: vctl("flow flush"))
