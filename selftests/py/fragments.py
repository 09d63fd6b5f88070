# SPDX-License-Identifier: GPL-2.0
"""Fragments are put together before anything else, for each VPN alone."""

import itertools
import subprocess
import time

import bed
from bed import ALIAS, HOST, POOL, SERVER, SERVER2, echo_flow, open_wires, \
    udp_flow
from ktap import PATIENCE, case, equal, main, wait_for
from packet import Fields, change, ip, renumber, udp, with_ident_of
from pieces import PIECE, complete, cut, expect_whole, payload, whole
from tool import drops, vctl
from wire import dropped

# Fragments of a flood: more than twice what a VPN may have under way of 1 MB.
FLOOD = 800
# Seconds in which a slow guest sends all of that, too.
LONG = int(PATIENCE / 7)


@case
def every_order():
    flow = udp_flow()
    data = bytes(range(256)) * 10
    for ident, order in enumerate(itertools.permutations(range(3))):
        sent = flow.to_server(data, ident=ident)
        parts = cut(sent)
        for i in order:
            bed.wires.send("a0", parts[i])
        expect_whole("s0", flow.out(sent), "to the server")
        sent = flow.to_host(data, ident=ident)
        parts = cut(sent)
        for i in order:
            bed.wires.send("s0", parts[i])
        expect_whole("a0", flow.back(sent), "to the host")


@case
def fragments_start_a_flow():
    sent = udp(HOST, 5050, ALIAS, 7, b"first of all " * 200)
    for part in reversed(cut(sent)):
        bed.wires.nothing()
        bed.wires.send("a0", part)
    seen = whole("s0")
    equal(seen, with_ident_of(seen, change(
        sent, src=POOL, sport=Fields(seen).sport, dst=SERVER, hops=1)))


@case
def echo_in_fragments():
    flow = echo_flow()
    for size in (1480, 800, 8 * 9):
        sent = flow.to_server(b"A large ping. " * 200)
        for part in cut(sent, size):
            bed.wires.send("a0", part)
        expect_whole("s0", flow.out(sent), "to the server")


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
                expect_whole("s0", one.out(sent[0]), "of a")
            bed.wires.send("b0", parts[1][i])
        expect_whole("s0", other.out(sent[1]), "of b")


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
    expect_whole("s0", one.out(one.to_server(b"only in a " * 150, ident=8)))
    bed.wires.send("b0", end[0])
    expect_whole("s0", other.out(other.to_server(b"only in b " * 150,
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
    expect_whole("s0", flow.out(sent))


def set_mtu(dev, mtu):
    subprocess.run(["ip", "link", "set", dev, "mtu", str(mtu)], check=True)


def arrived(name):
    """All fragments that came out of an interface, as a receiver puts them
    together: by addresses, protocol and id alone."""
    parts = {}
    for out, frame in bed.wires.frames():
        equal(out, name, "interface")
        f = Fields(frame[14:])
        parts.setdefault((f.src, f.dst, f.proto, f.ident), []).append(
            frame[14:])
    for some in parts.values():
        some.sort(key=lambda part: Fields(part).offset)
        equal(complete(some), True, "a whole packet of each id")
        f = Fields(some[0])
        yield ip(f.src, f.dst, f.proto,
                 b"".join(payload(part) for part in some), ttl=f.ttl,
                 ident=f.ident)


@case
def senders_behind_one_address_never_share_an_id():
    """RFC 6864 section 5.3.1, RFC 7857 section 10: two VPNs' hosts count their
    ids alike; outside they are one host, and the last link is narrow."""
    one, other = udp_flow("a"), udp_flow("b")
    equal(one.outside[0], other.outside[0], "outside address")
    set_mtu("s0", 1000)
    expected = []
    for ident in range(20, 40):
        for flow in (one, other):
            sent = flow.to_server(b"%d of " % ident + flow.into.encode() * 700,
                                  ident=ident)
            for part in cut(sent):
                bed.wires.send(flow.into, part)
            expected.append(flow.out(sent)[20:])
    seen = list(arrived("s0"))
    set_mtu("s0", 1500)
    equal(len({Fields(packet).ident for packet in seen}), 40, "ids")
    equal([packet[20:] for packet in seen], expected, "what arrives")


@case
def servers_behind_one_alias_never_share_an_id():
    """The other direction: two servers, by port, have one alias."""
    vctl("alias add a 10.0.0.110:7 to %s:7 proto udp" % SERVER)
    vctl("alias add a 10.0.0.110:8 to %s:8 proto udp" % SERVER2)
    one = udp_flow(alias="10.0.0.110", aport=7)
    other = udp_flow(alias="10.0.0.110", aport=8, server=SERVER2)
    set_mtu("a0", 1000)
    expected = []
    for ident in range(20, 30):
        for flow in (one, other):
            sent = flow.to_host(b"%d of " % ident + flow.server.encode() * 150,
                                ident=ident)
            bed.wires.send("s0", sent)
            expected.append(flow.back(sent)[20:])
    seen = list(arrived("a0"))
    set_mtu("a0", 1500)
    equal(len({Fields(packet).ident for packet in seen}), 20, "ids")
    equal([packet[20:] for packet in seen], expected, "what arrives")


@case
def ids_of_what_is_not_fragmented_stay():
    """RFC 6864 section 4.1: DF, or no longer than every link takes."""
    flow = udp_flow()
    for sent in (flow.to_server(b"x" * (576 - 28), ident=99),
                 flow.to_server(b"x" * 1400, ident=98, df=True)):
        bed.wires.send("a0", sent)
        equal(bed.wires.receive("s0"), flow.out(sent))


@case
def what_was_short_fragments_gets_an_id_of_its_own():
    """However short: those who fragment it once do it again."""
    one, other = udp_flow("a"), udp_flow("b")
    seen = []
    for _ in range(3):
        for flow in (one, other):
            sent = flow.to_server(b"short", ident=97)
            for part in cut(sent, 8):
                bed.wires.send(flow.into, part)
            came = whole("s0")
            seen.append(Fields(came).ident)
            equal(came, renumber(flow.out(sent), seen[-1]))
    equal(len(set(seen)), 6, "ids")


def write_sysctl(name, value):
    with open("/proc/sys/net/ipv4/" + name, "w", encoding="ascii") as file:
        file.write(str(value))


def wait_for_rest(seconds):
    """How long the gateway waits for the rest of a packet."""
    write_sysctl("ipfrag_time", seconds)


@case
def what_stays_incomplete_goes_nowhere():
    """Nobody is told: the gateway is not the packet's end, and the stack would
    route by the main table."""
    wait_for_rest(1)
    flow = udp_flow("a")
    part = cut(flow.to_server(b"only in a " * 150, ident=10))[0]
    bed.wires.send("a0", part)
    time.sleep(2)
    bed.wires.nothing()
    wait_for_rest(LONG)
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


def set_memory(size):
    write_sysctl("ipfrag_low_thresh", 1 << 17)
    write_sysctl("ipfrag_high_thresh", size)


def memory_of_fragments():
    with open("/proc/net/sockstat", encoding="ascii") as file:
        for line in file:
            if line.startswith("FRAG:"):
                return int(line.split()[4])
    raise AssertionError("no FRAG: in sockstat")


@case
def whole_packets_take_nothing_for_long():
    """However many come, all pass."""
    set_memory(1 << 18)
    flow = udp_flow("a")
    for ident in range(300):
        sent = flow.to_server(b"only in a " * 200, ident=ident)
        for part in cut(sent):
            bed.wires.send("a0", part)
        bed.wires.receive("s0", more=True)
        bed.wires.drain()
    set_memory(4 << 20)


def arrive_from_b(n=20):
    """Datagrams of b in fragments, all of which are passed on."""
    flow = udp_flow("b")
    for ident in range(n):
        sent = flow.to_server(b"only in b " * 200, ident=ident)
        for part in cut(sent):
            bed.wires.send("b0", part)
        expect_whole("s0", flow.out(sent))


def flood_from_a(make):
    """So many that they would fill the gateway's memory for fragments: what is
    beyond a quarter of it is dropped."""
    set_memory(1 << 20)
    wait_for(lambda: not memory_of_fragments(), "what was before to time out")
    before = drops("fragment", "vpn", "a")
    for ident in range(FLOOD):
        bed.wires.send("a0", make(ident))
    bed.wires.nothing()
    dropped_now = drops("fragment", "vpn", "a") - before
    equal(FLOOD > dropped_now > FLOOD // 2, True, "some are dropped")
    equal(memory_of_fragments() <= 1 << 18, True, "memory taken")
    arrive_from_b()
    # a itself has to wait until they are thrown away
    flow = udp_flow("a")
    sent = flow.to_server(b"only in a " * 150, ident=60000)

    def passes():
        for part in cut(sent):
            bed.wires.send("a0", part)
        return bed.wires.frames()

    wait_for(passes, "the end of the flood")
    set_memory(4 << 20)


@case
def endless_fragments_of_one_vpn_leave_others_theirs():
    """RFC 4787 REQ-14 a: beginnings without an end."""
    flood_from_a(lambda ident: cut(udp(
        HOST, 1, ALIAS, 7, b"x" * 1400, ident=ident))[0])


@case
def tiny_fragments_are_counted_by_the_memory_they_take():
    """Of one packet that never ends."""
    flood_from_a(lambda n: ip(HOST, ALIAS, 17, b"x" * 8, ident=5, mf=True,
                              offset=8 + n * 8))


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
    expect_whole("a0", change(sent, hops=1))


if __name__ == "__main__":
    open_wires()
    wait_for_rest(LONG)
    main(lambda: vctl("flow flush"))
