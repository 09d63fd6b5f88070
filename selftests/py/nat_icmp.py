# SPDX-License-Identifier: GPL-2.0
"""ICMP through the gateway, by the rules of RFC 5508."""

import struct
import time

import bed
import packet
from bed import ALIAS, ALIAS2, GATEWAY, HOST, HOST2, POOL, ROUTER, SERVER, \
    SERVER2, echo_flow, open_wires, tcp_open, udp_flow
from errors import flows_of_each_kind, from_inside, from_outside
from ktap import case, equal, main
from packet import Fields, change, icmp, quote, tcp, udp
from pieces import cut, expect_whole
from tool import flows, show, stats, vctl
from wire import dropped

ONE = [(3, 1, b"\0\0\0\0")]


def both(flow, to_server, to_host, errors, **more):
    from_outside(flow, to_server, errors, SERVER, ALIAS, **more)
    from_inside(flow, to_host, errors, HOST, **more)


@case
def every_length_of_quoted_ip_options():
    """REQ-3 b: header lengths 6 to 15."""
    for words in range(6, 16):
        options = b"\x01" * (4 * (words - 5))
        for make in (udp_flow, tcp_open, echo_flow):
            flow = make()
            both(flow, flow.to_server(b"x", options=options),
                 flow.to_host(b"x", options=options), ONE)


@case
def every_length_of_a_quote():
    """REQ-3 c: from eight bytes of the transport header on, whether its
    checksum is there or not."""
    for make in (udp_flow, tcp_open, echo_flow):
        flow = make()
        to_server, to_host = flow.to_server(b"12345"), flow.to_host(b"12345")
        for length in range(28, len(to_server) + 1):
            # half a TCP checksum: nobody can say what it was to become
            if make is tcp_open and length == 37:
                continue
            both(flow, to_server, to_host, ONE, cut=length)


@case
def every_code_stays():
    """REQ-4 b and REQ-5 b: those of no known meaning too, and source quench,
    which RFC 6633 leaves to the host to ignore."""
    flow = udp_flow()
    to_server, to_host = flow.to_server(b"x"), flow.to_host(b"x")
    for kind in (3, 4, 11, 12):
        both(flow, to_server, to_host,
             [(kind, code, b"\0\0\0\0") for code in (*range(17), 255)], cut=28)


@case
def hard_errors_end_no_connection():
    """RFC 5382 REQ-10, RFC 4787 REQ-12: the state stays, data goes on."""
    flow = tcp_open()
    to_server = flow.to_server(b"data", flags="PA", seq=1001, ack=1001)
    to_host = flow.to_host(b"data", flags="PA", seq=1001, ack=1001)
    both(flow, to_server, to_host,
         [(3, code, b"\0\0\0\0") for code in range(16)] +
         [(11, 0, b"\0\0\0\0"), (12, 0, b"\0\0\0\0"), (4, 0, b"\0\0\0\0")])
    equal([f["state"] for f in flows("vpn", "a")], ["established"], "state")
    bed.wires.pass_on("a0", to_server, "s0", flow.out(to_server))
    bed.wires.pass_on("s0", to_host, "a0", flow.back(to_host))


@case
def error_about_the_first_fragment():
    flow = udp_flow()
    for sent, view, into, out, source, target, seen in (
            (flow.to_server(b"x" * 1400), flow.out, "s0", "a0", SERVER,
             POOL, (ALIAS, HOST)),
            (flow.to_host(b"x" * 1400), flow.back, "a0", "s0", HOST, ALIAS,
             (POOL, SERVER))):
        begin = cut(view(sent), 800)[0]
        error = icmp(source, target, 11, 1, data=begin[:200])
        expected = icmp(*seen, 11, 1, data=quote(cut(sent, 800)[0], 1)[:200],
                        ttl=63)
        bed.wires.pass_on(into, error, out, expected)


@case
def error_about_a_later_fragment_is_dropped():
    """Nobody can tell whose it was (RFC 6146 section 3.4)."""
    flow = udp_flow()
    later = cut(flow.out(flow.to_server(b"x" * 1400)), 800)[1]
    with dropped(bed.wires, "icmp-no-flow"):
        bed.wires.send("s0", icmp(SERVER, POOL, 3, 1, data=later))


@case
def error_in_fragments():
    flow = udp_flow()
    sent = flow.to_server(b"x" * 1200)
    error = icmp(SERVER, POOL, 3, 1, data=flow.out(sent))
    for part in reversed(cut(error, 600)):
        bed.wires.send("s0", part)
    expect_whole("a0", icmp(ALIAS, HOST, 3, 1, data=quote(sent, 1), ttl=63))


@case
def error_about_another_protocol():
    """GRE of a host with an address-only mapping: by its addresses."""
    inside = packet.ip(HOST2, ALIAS, 47, b"something in GRE")
    outside = change(inside, src="47.0.0.220", dst=SERVER, hops=1)
    bed.wires.pass_on("a0", inside, "s0", outside)
    answer = packet.ip(SERVER, "47.0.0.220", 47, b"an answer in GRE")
    arrived = change(answer, src=ALIAS, dst=HOST2, hops=1)
    bed.wires.pass_on("s0", answer, "a0", arrived)
    for length in (20, 24, 28, 36):
        bed.wires.pass_on(
            "s0", icmp(SERVER, "47.0.0.220", 3, 2, data=outside[:length]),
            "a0", icmp(ALIAS, HOST2, 3, 2,
                       data=change(inside, hops=1)[:length], ttl=63))
        bed.wires.pass_on(
            "a0", icmp(HOST2, ALIAS, 3, 2, data=arrived[:length]),
            "s0", icmp("47.0.0.220", SERVER, 3, 2,
                       data=change(answer, hops=1)[:length], ttl=63))


@case
def error_with_options_of_its_own():
    for flow, to_server, to_host in flows_of_each_kind():
        both(flow, to_server, to_host, ONE, options=b"\x01\x01\x01\x00")


def extension(*objects):
    """RFC 4884 section 7, with its checksum."""
    body = b"".join(struct.pack("!HBB", 4 + len(data), group, kind) + data
                    for group, kind, data in objects)
    head = b"\x20\x00"
    return head + struct.pack("!H", packet.checksum(head + b"\0\0" + body)) + \
        body


@case
def extensions_stay_to_the_byte():
    """REQ-3 d, RFC 4884: an MPLS stack (RFC 4950) and interface information
    (RFC 5837) behind a padded quote, whose length is told or not; they name
    addresses, and stay as they are."""
    objects = extension((1, 1, b"\x12\x34\x51\x40"),
                        (2, 0x0a, packet.addr(SERVER) + packet.addr(POOL)))
    for flow, to_server, to_host in flows_of_each_kind():
        for kind, code, told in ((3, 1, 32), (11, 0, 32), (12, 0, 32),
                                 (11, 0, 0)):
            rest = bytes([0, told, 0, 0])
            for sent, view, into, out, source, target, seen in (
                    (to_server, flow.out, flow.far, flow.into, SERVER,
                     flow.outside[0], (ALIAS, flow.host)),
                    (to_host, flow.back, flow.into, flow.far, flow.host,
                     ALIAS, (flow.outside[0], SERVER))):
                error = icmp(source, target, kind, code, rest,
                             quote(view(sent), 1).ljust(128, b"\0") + objects)
                expected = icmp(*seen, kind, code, rest,
                                quote(sent, 2).ljust(128, b"\0") + objects,
                                ttl=63)
                bed.wires.pass_on(into, error, out, expected)


@case
def error_of_a_server_known_by_another_alias():
    """REQ-4: under its own address in the VPN, not the quoted one's."""
    for flow, to_server, _ in flows_of_each_kind():
        from_outside(flow, to_server, ONE, SERVER2, ALIAS2)


@case
def error_of_a_router_with_a_mapping_of_its_own():
    """REQ-5 c: under the outside address that stands for it; in VPN b, where it
    has none, under the flow's."""
    for flow, _, to_host in flows_of_each_kind():
        from_inside(flow, to_host, ONE, ROUTER, seen_source="47.0.0.221"
                    if flow.into == "a0" else flow.outside[0])


@case
def error_whose_quote_does_not_match_is_dropped():
    """Each field of it, both ways; and another VPN's flow."""
    flow, other = udp_flow("a"), udp_flow("b", port=5055)
    sent = flow.out(flow.to_server(b"x"))
    inside = flow.back(flow.to_host(b"x"))
    f, g = Fields(sent), Fields(inside)
    for wrong in ({"src": "47.0.0.201"}, {"dst": SERVER2},
                  {"sport": f.sport ^ 1}, {"dport": f.dport ^ 1}):
        with dropped(bed.wires, "icmp-no-flow"):
            bed.wires.send("s0", icmp(SERVER, POOL, 3, 3,
                                      data=change(sent, **wrong)))
    for wrong in ({"src": ALIAS2}, {"dst": HOST2}, {"sport": g.sport ^ 1},
                  {"dport": g.dport ^ 1}):
        with dropped(bed.wires, "icmp-no-flow"):
            bed.wires.send("a0", icmp(HOST, ALIAS, 3, 3,
                                      data=change(inside, **wrong)))
    for wrong in (tcp(POOL, f.sport, SERVER, f.dport),
                  packet.ip(POOL, SERVER, 47, sent[20:])):
        with dropped(bed.wires, "icmp-no-flow"):
            bed.wires.send("s0", icmp(SERVER, POOL, 3, 3, data=wrong))
    # to an address that the quoted packet never had
    with dropped(bed.wires, "icmp-no-flow"):
        bed.wires.send("a0", icmp(HOST, ALIAS2, 3, 3, data=inside))
    with dropped(bed.wires, "icmp-no-flow"):
        bed.wires.send("a0", icmp(HOST, ALIAS, 3, 3,
                                  data=other.back(other.to_host(b"x"))))
    flow.exchange()
    other.exchange()


@case
def error_makes_no_flow_and_no_mapping():
    """REQ-4 a and REQ-5 a: not even where an address is mapped for good."""
    before = show("mapping show")
    for into, error in (
            ("s0", icmp(SERVER, "47.0.0.220", 3, 3,
                        data=udp("47.0.0.220", 5000, SERVER, 7))),
            ("s0", icmp(SERVER, POOL, 3, 3, data=udp(POOL, 5000, SERVER, 7))),
            ("a0", icmp(HOST, ALIAS, 3, 3, data=udp(ALIAS, 7, HOST, 5000))),
            ("a0", icmp(HOST2, ALIAS, 3, 3, data=udp(ALIAS, 7, HOST2, 5)))):
        with dropped(bed.wires, "icmp-no-flow"):
            bed.wires.send(into, error)
    equal(flows(), [], "flows")
    equal(show("mapping show"), before, "mappings")


@case
def errors_about_a_query_neither_end_nor_prolong_it():
    """REQ-6, both ways."""
    vctl("set timeout icmp 3")
    flow = echo_flow()
    flow.exchange()
    to_server, to_host = flow.to_server(b"x"), flow.to_host(b"x")
    both(flow, to_server, to_host, ONE)
    flow.exchange()
    out = icmp(SERVER, POOL, 3, 1, data=quote(flow.out(to_server)))
    back = icmp(HOST, ALIAS, 3, 1, data=quote(flow.back(to_host)))
    end = time.monotonic() + 5
    while time.monotonic() < end:
        bed.wires.send("s0", out)
        bed.wires.send("a0", back)
        bed.wires.drain()
        time.sleep(0.2)
    equal(flows(), [], "flows")
    vctl("set timeout icmp 60")


@case
def queries_that_nobody_sends_any_more_are_dropped():
    """Information and address mask, which RFC 6918 has put away."""
    for kind in range(15, 19):
        with dropped(bed.wires, "icmp-type"):
            bed.wires.send("a0", icmp(HOST, ALIAS, kind, 0, b"\0\x4d\0\1",
                                      bytes(4)))


@case
def errors_of_the_gateway_have_precedence_6():
    """REQ-10 d, RFC 1812 section 4.3.2.5; and the TOS of the packet."""
    for tos, expected in ((0, 0xc0), (0x08, 0xc8)):
        bed.wires.send("a0", udp(HOST, 5000, ALIAS, 7, b"x", ttl=1, tos=tos))
        seen = Fields(bed.wires.receive("a0"))
        equal((seen.src, seen.kind, seen.tos), (GATEWAY, 11, expected),
              "source, type and TOS")


@case
def nobody_is_told_who_cannot_be_a_host():
    """REQ-10 e, RFC 1812 section 4.3.2.7."""
    for source in ("0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255"):
        before = stats("vpn", "a")["drops"]
        bed.wires.send("a0", udp(source, 5000, ALIAS, 7, b"x", ttl=1))
        bed.wires.nothing()
        # some the stack itself drops before anybody sees them
        after = stats("vpn", "a")["drops"]
        equal({r for r in after if after[r] != before[r]} <=
              {"ttl", "spoofed"}, True, "reasons")


@case
def errors_of_the_gateway_are_limited_for_each_vpn():
    """REQ-10 f: 100 a second; one VPN does not use up another's.  Only a guest
    that can send more than that in a second has something to show."""
    sent = udp(HOST, 5000, ALIAS, 7, b"x", ttl=1)
    begun = time.monotonic()
    told = 0
    for _ in range(12):
        for _ in range(50):
            bed.wires.send("a0", sent)
        told += len(bed.wires.frames())
    seconds = time.monotonic() - begun
    if not 1 <= told <= 100 * (int(seconds) + 2):
        raise AssertionError("%d answers in %.1f s" % (told, seconds))
    bed.wires.send("b0", sent)
    equal(Fields(bed.wires.receive("b0")).kind, 11, "type")


if __name__ == "__main__":
    open_wires()
    main(lambda: vctl("flow flush"))
