# SPDX-License-Identifier: GPL-2.0
"""TCP through the gateway, by the rules of RFC 5382 and RFC 7857.  Sequence
numbers of the host begin at 1000, of the server at 5000."""

import time

import bed
from bed import ALIAS, ALIAS2, HOST, HOST2, POOL, SERVER, SERVER2, STRANGER, \
    open_wires, tcp_flow
from ktap import case, equal, main
from packet import Fields, change, seal, tcp, udp
from tool import flows, vctl
from wire import dropped

WORLD = "198.51.100.7"


def host(flow, flags, seq, ack=0, data=b""):
    sent = flow.to_server(data, flags=flags, seq=seq, ack=ack)
    bed.wires.pass_on(flow.into, sent, flow.far, flow.out(sent))


def server(flow, flags, seq, ack=0, data=b""):
    sent = flow.to_host(data, flags=flags, seq=seq, ack=ack)
    bed.wires.pass_on(flow.far, sent, flow.into, flow.back(sent))


def opened(**more):
    flow = tcp_flow(seq=1000, **more)
    server(flow, "SA", 5000, 1001)
    host(flow, "A", 1001, 5001)
    return flow


def closed(**more):
    """Both have closed, and know it of each other."""
    flow = opened(**more)
    host(flow, "FA", 1001, 5001)
    server(flow, "FA", 5001, 1002)
    host(flow, "A", 1002, 5002)
    return flow


def state(flow):
    found = flows("vpn", flow.into[0], "proto", "tcp", "inside",
                  "%s:%d" % (flow.host, flow.port), "server",
                  "%s:%d" % (flow.server, flow.sport))
    equal(len(found), 1, "flows")
    return found[0]["state"]


def is_in(flow, expected, after):
    equal(state(flow), expected, "state after " + after)


@case
def one_mapping_for_all_servers():
    """RFC 5382 REQ-1, while VPN b has the same tuple."""
    outside = {}
    for vpn in ("a", "b"):
        outside[vpn] = {
            tcp_flow(vpn, alias=alias, server=address, aport=port).outside
            for alias, address, port in ((ALIAS, SERVER, 80),
                                         (ALIAS, SERVER, 81),
                                         (ALIAS2, SERVER2, 80))}
        equal(len(outside[vpn]), 1, "outside endpoints of " + vpn)
    equal(outside["a"] & outside["b"], set(), "endpoints of both")


@case
def no_two_endpoints_share_an_outside_one():
    """RFC 5382 REQ-7: each answer goes home."""
    open_ = [tcp_flow(vpn, host=h, port=port, seq=1000)
             for vpn in ("a", "b") for h in (HOST, HOST2)
             for port in range(5000, 5020)]
    equal(len({flow.outside for flow in open_}), len(open_), "endpoints")
    for flow in open_:
        server(flow, "SA", 5000, 1001)


@case
def options_and_sequence_numbers_stay():
    """RFC 5382 REQ-2: whatever is negotiated is the hosts' business.  MSS, SACK,
    timestamps, window scale, fast open with data (RFC 7413), and MPTCP; then
    SACK blocks."""
    syn = (b"\x02\x04\x05\xb4\x04\x02\x08\x0a" + b"\0\1\2\3" + bytes(4) +
           b"\x03\x03\x07" + b"\x22\x06abcd" + b"\x1e\x04\0\x81")
    flow = tcp_flow(seq=1000, options=syn, data=b"early")
    sent = flow.to_host(flags="SA", seq=5000, ack=1006, options=syn)
    bed.wires.pass_on("s0", sent, "a0", flow.back(sent))
    block = b"\x05\x0a\0\0\x13\x89\0\0\x17\x71"
    for sent, into, out, expected in (
            (flow.to_server(flags="A", seq=1006, ack=5001, options=block),
             "a0", "s0", flow.out),
            (flow.to_host(flags="A", seq=5001, ack=1006, options=block),
             "s0", "a0", flow.back)):
        bed.wires.pass_on(into, sent, out, expected(sent))
    is_in(flow, "established", "the handshake")


@case
def syn_that_asks_for_ecn_starts():
    """RFC 3168 section 6.1.1: with ECE and CWR."""
    sent = bytearray(tcp(HOST, 5000, ALIAS, 80))
    sent[33] |= 0xc0
    flow = bed.Flow(seal(bytes(sent)), SERVER)
    server(flow, "SA", 5000, 1001)
    host(flow, "A", 1001, 5001)
    is_in(flow, "established", "the handshake")


@case
def mapping_admits_no_other_protocol():
    """RFC 7857 section 5: what TCP has opened, UDP does not find."""
    flow = opened()
    with dropped(bed.wires, "no-mapping"):
        bed.wires.send("s0", udp(SERVER, 80, *flow.outside, b"not TCP"))
    is_in(flow, "established", "a datagram")


@case
def syn_of_a_known_server_opens_a_mapped_port():
    """RFC 5382 REQ-3: who has an alias in the VPN is heard there."""
    flow = opened()
    sent = tcp(SERVER2, 4000, *flow.outside, "S", 9000)
    bed.wires.pass_on("s0", sent, "a0", change(
        sent, src=ALIAS2, dst=HOST, dport=flow.port, hops=1))


@case
def syn_of_a_stranger_is_not_heard():
    flow = opened()
    with dropped(bed.wires, "no-alias"):
        bed.wires.send("s0", tcp(STRANGER, 80, *flow.outside, "S", 9000))
    is_in(flow, "established", "a stranger's SYN")


@case
def source_only_filters_by_address():
    """RFC 5382 REQ-3: another port of a host that was talked to is heard,
    another host is not."""
    flow = opened(vpn="b", alias=WORLD, server=WORLD)
    sent = tcp(WORLD, 4000, *flow.outside, "S", 9000)
    bed.wires.pass_on("s0", sent, "b0", change(
        sent, dst=HOST, dport=flow.port, hops=1))
    with dropped(bed.wires, "filtered"):
        bed.wires.send("s0", tcp("198.51.100.8", 80, *flow.outside, "S",
                                 9000))


@case
def unsolicited_syn_is_never_answered():
    """RFC 5382 REQ-4: silence for 6 seconds, and after them by policy (a)."""
    flow = opened()
    free = flow.outside[1] ^ 1
    with dropped(bed.wires, "no-mapping"):
        bed.wires.send("s0", tcp(SERVER, 80, POOL, free, "S", 9000))
    end = time.monotonic() + 6.5
    while time.monotonic() < end:
        bed.wires.nothing()
        time.sleep(0.1)


@case
def both_open_at_once_toward_a_hole():
    """RFC 5382 REQ-2 a and REQ-4: the server's SYN is first, to a port that the
    host has opened toward another server, and the host's crosses it."""
    hole = tcp_flow(alias=ALIAS2, server=SERVER2)
    sent = tcp(SERVER, 80, *hole.outside, "S", 5000)
    bed.wires.pass_on("s0", sent, "a0", change(
        sent, src=ALIAS, dst=HOST, dport=hole.port, hops=1))
    flow = tcp_flow(seq=1000)
    equal(flow.outside, hole.outside, "outside endpoint")
    is_in(flow, "unreplied", "both SYNs")
    host(flow, "SA", 1000, 5001)
    server(flow, "SA", 5000, 1001)
    is_in(flow, "established", "both SYN-ACKs")
    host(flow, "PA", 1001, 5001, b"of the host")
    server(flow, "PA", 5001, 1012, b"of the server")


@case
def unsolicited_syn_leaves_nothing_in_the_way():
    """RFC 5382 REQ-4: the host's own SYN later opens the connection."""
    with dropped(bed.wires, "no-mapping"):
        bed.wires.send("s0", tcp(SERVER, 80, POOL, 40000, "S", 5000))
    flow = opened()
    is_in(flow, "established", "the handshake")


@case
def closing_connection_still_carries_what_is_sent_again():
    flow = closed()
    for _ in range(2):
        server(flow, "FA", 5001, 1002)
        host(flow, "A", 1002, 5002)
        host(flow, "FA", 1001, 5001)
        server(flow, "A", 5002, 1002)
    is_in(flow, "closing", "segments that are sent again")


@case
def half_closed_connection_carries_either_way():
    flow = opened()
    server(flow, "FA", 5001, 1001)
    for n in range(0, 30, 3):
        host(flow, "PA", 1001 + n, 5002, b"all")
        server(flow, "A", 5002, 1004 + n)
    is_in(flow, "outside-fin", "data of the host")


@case
def server_uses_a_closing_tuple_again():
    """Both ways round: who closed first is no matter."""
    def from_server(flags, seq, ack=0):
        sent = tcp(SERVER, 7000, "47.0.0.220", 22, flags, seq, ack)
        bed.wires.pass_on("s0", sent, "a0", change(sent, src=ALIAS, dst=HOST2,
                                                   hops=1))

    def from_host(flags, seq, ack=0):
        sent = tcp(HOST2, 22, ALIAS, 7000, flags, seq, ack)
        bed.wires.pass_on("a0", sent, "s0", change(sent, src="47.0.0.220",
                                                   dst=SERVER, hops=1))

    def now(expected):
        found = flows("inside", HOST2 + ":22")
        equal([f["state"] for f in found], [expected], "state")

    for base in (5000, 0x80000000):
        from_server("S", base)
        now("unreplied")
        from_host("SA", base + 99, base + 1)
        from_server("A", base + 1, base + 100)
        now("established")
        from_host("FA", base + 100, base + 1)
        now("inside-fin")
        from_server("FA", base + 1, base + 101)
        now("closing")
        from_host("A", base + 101, base + 2)


@case
def host_uses_a_reset_tuple_again():
    """And the new connection's own resets are known."""
    flow = opened()
    server(flow, "R", 5001)
    is_in(flow, "reset", "RST")
    again = tcp_flow(seq=0xf0000000)
    equal(again.outside, flow.outside, "outside endpoint")
    is_in(again, "unreplied", "the new SYN")
    server(again, "SA", 0x10000000, 0xf0000001)
    host(again, "A", 0xf0000001, 0x10000001)
    is_in(again, "established", "the new handshake")
    server(again, "PA", 0x10000001, 0xf0000001, b"data")
    server(again, "R", 0x10000005)
    is_in(again, "reset", "an RST behind data that nobody acknowledged")


@case
def resets_are_translated_whatever_their_number():
    """RFC 7857 section 2.2: the end host judges."""
    flow = opened()
    for seq in (5001 + 1000, 5001 - 1000, 5001 + (1 << 20), 7):
        server(flow, "R", seq)
        server(flow, "RA", seq, 1001)
    is_in(flow, "established", "RSTs of the server")
    for seq in (1001 + 1000, 1001 - 1000, 7):
        host(flow, "R", seq)
    is_in(flow, "established", "RSTs of the host")


@case
def sweep_of_blind_resets_ends_nothing():
    """RFC 7857 section 2.2: one in each 16 MiB of the sequence space, which
    any receiver with a large window would take one of."""
    flow = opened()
    for seq in range(0, 1 << 32, 1 << 24):
        bed.wires.send("s0", flow.to_host(flags="R", seq=seq))
    bed.wires.drain()
    is_in(flow, "established", "the sweep")
    host(flow, "PA", 1001, 5001, b"still here")
    server(flow, "PA", 5001, 1011, b"so am I")
    equal(tcp_flow(alias=ALIAS2, server=SERVER2).outside, flow.outside,
          "mapping")


@case
def forged_segment_does_not_make_a_reset_plausible():
    """Somebody off the path sends data with a number of its own, then an RST
    that goes on from there."""
    flow = opened()
    for seq in (0x20000000, 0x60000000, 0xa0000000, 0xe0000000):
        for ack in (1001, 0x40000000):
            server(flow, "PA", seq, ack, b"forged")
            server(flow, "R", seq + 6)
        is_in(flow, "established", "a forged segment and RST")
    server(flow, "S", 0x20000000)
    server(flow, "R", 0x20000001)
    is_in(flow, "established", "a forged SYN and RST")
    # near enough, but for something that the host has never said
    server(flow, "PA", 5001, 0x40000000, b"forged")
    server(flow, "R", 5007)
    is_in(flow, "established", "a forged acknowledgment and RST")
    # the real ones count as before
    server(flow, "PA", 5001, 1001, b"real")
    server(flow, "R", 5005)
    is_in(flow, "reset", "the server's own RST")


@case
def forged_segments_open_nothing_and_close_nothing():
    """Half open is what a SYN with a forged source leaves behind, whatever
    else is sent blindly; and one FIN is not two."""
    sent = tcp(SERVER, 7000, "47.0.0.220", 22, "S", 5000)
    bed.wires.send("s0", sent)
    bed.wires.receive("a0")
    sent = tcp(HOST2, 22, ALIAS, 7000, "SA", 1000, 5001)
    bed.wires.send("a0", sent)
    bed.wires.receive("s0")
    sent = tcp(SERVER, 7000, "47.0.0.220", 22, "A", 5001, 0x70000000)
    bed.wires.send("s0", sent)
    bed.wires.receive("a0")
    equal([f["state"] for f in flows("inside", HOST2 + ":22")],
          ["unreplied"], "state")
    flow = opened()
    server(flow, "FA", 0x70000000, 1001)
    host(flow, "FA", 1001, 5001)
    is_in(flow, "inside-fin", "a forged FIN and the host's")


@case
def connection_whose_end_nobody_saw_makes_room():
    """Both ends have forgotten it; the new one has numbers far from the old
    one's, and its own end is seen."""
    flow = opened()
    host(flow, "S", 0x30000000)
    server(flow, "SA", 0x70000000, 0x30000001)
    host(flow, "A", 0x30000001, 0x70000001)
    server(flow, "FA", 0x70000001, 0x30000001)
    is_in(flow, "outside-fin", "the server's FIN")
    host(flow, "FA", 0x30000001, 0x70000002)
    is_in(flow, "closing", "the host's FIN")


@case
def reset_in_reply_to_a_half_open_connection():
    """RFC 9293 3.5.1: the host has lost its state, the server's
    acknowledgment tells it so, and its RST ends the old connection."""
    flow = opened()
    host(flow, "S", 0x30000000)
    server(flow, "A", 5001, 1001)
    host(flow, "R", 1001)
    is_in(flow, "reset", "the host's RST")
    host(flow, "S", 0x30000000)
    is_in(flow, "unreplied", "the host's SYN")
    server(flow, "SA", 0x70000000, 0x30000001)
    host(flow, "A", 0x30000001, 0x70000001)
    is_in(flow, "established", "the new handshake")


@case
def data_of_either_side_revives_after_a_reset():
    for side in (host, server):
        flow = opened(port=5001 if side is host else 5002)
        server(flow, "R", 5001)
        is_in(flow, "reset", "RST")
        if side is host:
            host(flow, "PA", 1001, 5001, b"alive")
        else:
            server(flow, "PA", 5001, 1001, b"alive")
        is_in(flow, "established", "data")


@case
def resets_do_not_prolong():
    """RFC 7857 section 7.1: neither those that can be the connection's own
    nor others."""
    vctl("set timeout tcp-established 3 tcp-reset 3")
    one, other = opened(port=5001), opened(port=5002)
    end = time.monotonic() + 5
    while time.monotonic() < end:
        for sent in (one.to_host(flags="R", seq=5001),
                     one.to_server(flags="R", seq=1001),
                     other.to_host(flags="R", seq=77),
                     other.to_server(flags="R", seq=77)):
            bed.wires.send("s0" if Fields(sent).dst == POOL else "a0", sent)
        bed.wires.drain()
        time.sleep(0.2)
    equal(flows("vpn", "a"), [], "flows")


if __name__ == "__main__":
    open_wires()
    main(lambda: vctl("flow flush"))
