# SPDX-License-Identifier: GPL-2.0
"""Hostile packets of IPv6, and such as are converted: nothing crosses from VPN to
VPN, nothing leaves with an address that is not its own there, no wrong checksum is
made right, live flows stay alive.

VPNGW_FUZZ_SEED chooses the packets (a random number by default, and printed);
VPNGW_FUZZ_SECONDS how long they are sent."""

import os
import random
import struct
import subprocess
import time

import bed6
import packet as packet4
import packet6
from bed6 import CASES, EXT_GATEWAY4, EXT_GATEWAY6, GATEWAY4, GATEWAY6, \
    HOST4, HOST6, OTHER4, OTHER6, POOL4, POOL6, SERVER4, SERVER6, \
    STRANGER4, STRANGER6, echo_flow, open_wires, tcp_open, udp_flow
from ktap import case, equal, main, say, wait_for
from packet import ICMP, TCP, UDP
from packet6 import DSTOPTS, HOPOPTS, ICMP6, NONE, addr, either, \
    fragment_header, is6, padding, routing
from tool import drops, flows, stats, vctl

SEED = int(os.environ.get("VPNGW_FUZZ_SEED") or
           random.SystemRandom().getrandbits(32))
SECONDS = float(os.environ.get("VPNGW_FUZZ_SECONDS") or 6)
# Packets between two looks at the live flows.
BATCH = 400
# What the stack lets one table have, and some that never go.
NEIGHBOURS = 1024 + 64
LETTER = {"a0": b"a", "b0": b"b", "s0": b"s"}
PREFIX_IN, PREFIX_OUT = "fd00:3:", "2001:db8:a3:"
ALIASES = {"fd00::100": SERVER6, "fd00::104": SERVER4,
           "64:ff9b::2f00:a": SERVER4, "64:ff9b::2f00:c": STRANGER4,
           "10.0.0.100": SERVER4, "10.0.0.106": SERVER6}
NAT64 = addr("64:ff9b::")[:12]
# Nobody may have them as a source, and nothing may go there.
NOBODY = ["::", "::1", "::ffff:10.0.0.100", "::ffff:47.0.0.10", "::47.0.0.10",
          "ff02::1", "ff0e::7", "fe80::99", "fe80::1", "64:ff9b::7f00:1",
          "64:ff9b::e000:1", "64:ff9b::ffff:ffff", "64:ff9b::", "fd00::",
          "0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255"]
ELSEWHERE = [POOL4, POOL6, SERVER4, SERVER6, STRANGER4, STRANGER6, HOST4,
             HOST6, GATEWAY4, GATEWAY6, EXT_GATEWAY4, EXT_GATEWAY6,
             "2001:db8:a3::5", "fd00:3::5"]
OWN = (GATEWAY4, GATEWAY6, EXT_GATEWAY4, EXT_GATEWAY6, "192.0.2.1",
       "2001:db8:99::1")
ERRORS = {4: (3, 4, 5, 11, 12), 6: (1, 2, 3, 4)}
ND = (133, 134, 135, 136, 137)

rng = random.Random(SEED)
live, last = [], []


class Leak(Exception):
    pass


def need(good, what):
    if not good:
        raise Leak(what)


# --- what is sent -------------------------------------------------------------


def ends(wire):
    """Addresses and ports of a packet that may be translated."""
    if wire != "s0":
        six = rng.random() < 0.7
        host = rng.choice((HOST6, OTHER6, PREFIX_IN + ":5") if six else
                          (HOST4, OTHER4))
        alias = rng.choice([one for one in ALIASES if is6(one) == six])
        return host, rng.randrange(2000, 2016), alias, rng.choice((7, 53, 80))
    if live and rng.random() < 0.7:
        flow = rng.choice(live)
        return flow.server, rng.choice((flow.sport, 7)), *flow.outside
    six = rng.random() < 0.7
    return rng.choice((SERVER6, STRANGER6) if six else
                      (SERVER4, STRANGER4)), 7, \
        rng.choice((POOL6, PREFIX_OUT + ":5") if six else (POOL4,)), \
        rng.randrange(1, 65536)


def of_wire(wire, six=None, length=None):
    """A good packet."""
    while True:
        src, sport, dst, dport = ends(wire)
        if six is None or is6(src) == six:
            break
    data = LETTER[wire] * (rng.randrange(60) if length is None else length)
    which = rng.randrange(8)
    if which < 4:
        return either.udp(src, sport, dst, dport, data)
    if which < 6:
        return either.tcp(src, sport, dst, dport,
                          rng.choice(("S", "SA", "A", "R", "F", "")),
                          rng.getrandbits(32), data=data)
    if which < 7:
        return either.echo(src, dst, sport if wire != "s0" else dport, 1, data,
                           reply=rng.random() < 0.5)
    proto = rng.choice((132, 33, 136, 47, 50, 51, NONE, rng.randrange(256)))
    return either.ip(src, dst, proto, rng.randbytes(4) + bytes(8) + data)


def rebuilt(data, headers):
    f = packet6.Fields(data)
    return sealed(packet6.ip(f.src, f.dst, f.proto,
                             data[packet6.walk(data)[1]:], f.ttl, f.tos,
                             headers=headers))


def sealed(data):
    try:
        return either.seal(data)
    except (struct.error, IndexError, ValueError, KeyError):
        return data


def chain():
    """Extension headers, as many and in what order ever."""
    made = []
    for _ in range(rng.choice((1, 1, 2, 3, 7, 8, 9, 40))):
        made.append(rng.choice((
            lambda: padding(HOPOPTS), lambda: padding(DSTOPTS),
            lambda: padding(DSTOPTS, rng.choice((16, 64, 256))),
            lambda: routing(0), lambda: routing(rng.choice((0, 0, 1, 255)),
                                                rng.choice((0, 2, 3, 4)),
                                                [SERVER6]),
            lambda: fragment_header(),
            lambda: fragment_header(rng.choice((0, 8)), rng.random() < 0.3),
            lambda: (rng.choice((DSTOPTS, HOPOPTS)), bytes([0, 0]) +
                     rng.randbytes(6)),
            lambda: (DSTOPTS, bytes([0, rng.choice((1, 30, 255))]) +
                     bytes(6))))())
    return made


def headers(wire):
    yield wire, rebuilt(of_wire(wire, True), headers=chain())


def lengths(wire):
    data = of_wire(wire)
    if rng.random() < 0.5:
        data = data[:rng.randrange(1, len(data) + 1)]
    if len(data) >= 6 and rng.random() < 0.6:
        at = 4 if data[0] >> 4 == 6 else 2
        data = data[:at] + struct.pack("!H", rng.choice(
            (0, 1, 8, len(data), max(len(data) - 40, 0), 65535,
             rng.randrange(65536)))) + data[at + 2:]
    yield wire, data


def bits(wire):
    """Some bytes are others; the checksum may know of it."""
    data = bytearray(of_wire(wire))
    for _ in range(rng.choice((1, 1, 2, 5))):
        data[rng.randrange(len(data))] = rng.randrange(256)
    yield wire, sealed(bytes(data)) if rng.random() < 0.5 else bytes(data)


def addresses(wire):
    data = of_wire(wire)
    six = data[0] >> 4 == 6
    other = rng.choice([one for one in NOBODY + ELSEWHERE + list(ALIASES)
                        if is6(one) == six])
    yield wire, either.change(data, **{rng.choice(("src", "dst")): other})


def hops(wire):
    yield wire, either.change(of_wire(wire), ttl=rng.choice((0, 1, 2, 255)))


def no_checksum(wire):
    data = of_wire(wire)
    proto, at, _ = packet6.walk(data) if data[0] >> 4 == 6 else \
        (data[9], (data[0] & 15) * 4, None)
    place = {UDP: 6, TCP: 16, ICMP: 2, ICMP6: 2}.get(proto)
    if place and len(data) >= at + place + 2:
        data = data[:at + place] + rng.choice(
            (b"\0\0", b"\xff\xff", rng.randbytes(2))) + data[at + place + 2:]
    yield wire, data


def fragments(wire):
    """Of two VPNs with one id, in turns; some overlap, some are missing."""
    ident = rng.getrandbits(16)
    wires = ["a0", "b0"] if wire != "s0" else ["s0"]
    six = rng.random() < 0.7
    pieces = []
    source = ends(wires[0])
    while is6(source[0]) != six:
        source = ends(wires[0])
    for one in wires:
        whole = either.udp(*source, LETTER[one] * rng.choice((40, 200, 2000)))
        body = either.fields(whole).payload
        size = rng.choice((8, 16, 64, 600))
        for at in range(0, len(body), size)[:40]:
            end = at + size + rng.choice((0, 0, 0, 0, 8))
            more = end < len(body)
            part = body[at:end]
            if six:
                head = [padding(DSTOPTS)] if rng.random() < 0.1 else []
                pieces.append((one, packet6.ip(
                    source[0], source[2], UDP, part, headers=head +
                    [fragment_header(at, more, ident)])))
            else:
                pieces.append((one, packet4.ip(
                    source[0], source[2], UDP, part, ident=ident, mf=more,
                    offset=at)))
    if rng.random() < 0.7:
        rng.shuffle(pieces)
    yield from (one for one in pieces if rng.random() < 0.97)


def errors(wire):
    """About live flows and others, by whomever; whole, cut, nested."""
    if live and rng.random() < 0.7:
        flow = rng.choice(live)
        quoted = (flow.back(flow.to_host(b"x" * 40)) if wire != "s0" else
                  flow.out(flow.to_server(b"x" * 40)))
    else:
        data = of_wire(wire)
        f = either.fields(data)
        quoted = either.change(data, src=f.dst, dst=f.src)
    six = quoted[0] >> 4 == 6
    f = either.fields(quoted)
    if rng.random() < 0.3:
        quoted = quoted[:rng.randrange(len(quoted) + 1)]
    elif six and rng.random() < 0.3:
        try:
            quoted = rebuilt(quoted, headers=chain())
        except (struct.error, IndexError):
            pass
    src = rng.choice([one for one in ELSEWHERE + NOBODY + [f.dst]
                      if is6(one) == six])
    data = either.icmp(src, f.src, rng.choice(
        ERRORS[6 if six else 4] + (rng.randrange(256),)),
        rng.choice((0, 1, 2, 3, 4, 13, rng.randrange(256))),
        rng.choice((bytes(4), rng.randbytes(4), b"\x10\0\0\0",
                    b"\0\0\x05\0", b"\0\x20\0\0")),
        quoted + (rng.randbytes(60) if rng.random() < 0.2 else b""))
    if rng.random() < 0.15:
        data = either.icmp(src, f.src, 1 if six else 3, 0, bytes(4), data)
    if rng.random() < 0.1:
        data = data[:-2] + b"\x5a\xa5"
    yield wire, data


def discovery(wire):
    """ND and MLD, made of anything."""
    target = rng.choice(list(ALIASES)[:4] + [POOL6, "::", "ff02::1",
                                             "2001:db8:a3::7"])
    options = rng.choice((b"", b"\1\1" + rng.randbytes(6), b"\1\0", b"\1\1",
                          b"\1\1" * 40, rng.randbytes(rng.randrange(40)),
                          b"\5\1\0\0\0\0\5\0", b"\3\4" + rng.randbytes(30)))
    src = rng.choice((HOST6, "fe80::99", "::", POOL6, "fd00::100", OTHER6))
    dst = rng.choice((target if target != "::" else POOL6, "ff02::1",
                      "ff02::2", packet6.text(addr("ff02::1:ff00:0")[:13] +
                                              addr(target)[13:])))
    yield wire, packet6.icmp(src, dst, rng.choice(ND + (130, 131, 143)),
                             rng.choice((0, 0, 0, 1)), rng.randbytes(4),
                             addr(target) + options,
                             ttl=rng.choice((255, 255, 255, 254)))


def good(wire):
    yield wire, of_wire(wire)


KINDS = (headers, headers, lengths, bits, bits, addresses, hops, no_checksum,
         fragments, errors, errors, discovery, good)


# --- what comes out -----------------------------------------------------------


def judge(wire, sent, out, frame):
    kind, data = frame[12:14], frame[14:]
    if kind == b"\x08\x06":
        need(out == wire or out != "u0", "ARP")
        return
    need(kind == (b"\x86\xdd" if data[0] >> 4 == 6 else b"\x08\0"),
         "ethertype")
    f = either.fields(data)
    if f.proto == ICMP6 and f.kind in ND + (130, 131, 143):
        return
    if out == wire:
        answer(f)
        return
    need(out != "u0" and "s0" in (out, wire), "to whom it is not for")
    six = data[0] >> 4 == 6
    if out == "s0":
        need(f.src == (POOL6 if six else POOL4) or
             (wire == "a0" and f.src.startswith(PREFIX_OUT)), "source")
        need(f.dst in ALIASES.values(), "destination")
    else:
        need(f.dst in (HOST4, HOST6, OTHER4, OTHER6) or
             f.dst.startswith(PREFIX_IN), "destination")
        # by the alias of a prefix, any IPv4 source has an address inside
        need(f.src in ALIASES or
             (six and wire == "s0" and sent[0] >> 4 == 4 and
              data[8:24] == NAT64 + sent[12:16]) or
             (f.kind in ERRORS[6 if six else 4] and f.src in OWN),
             "source")
    if getattr(f, "offset", 0) or getattr(f, "mf", 0):
        letters(wire, f.payload if f.offset else f.data)
        return
    if f.proto in (ICMP, ICMP6) and f.kind in ERRORS[6 if six else 4]:
        need(either.seal(data) == data, "checksum of an error")
        return
    letters(wire, f.data if f.proto in (UDP, ICMP, ICMP6) else b"")
    if f.proto in (UDP, TCP, ICMP, ICMP6) and whole(sent):
        need(right(data) or not right(sent), "a checksum is wrong now")
        need(not right(data) or right(sent), "a checksum is right now")
    if six and f.proto == UDP:
        need(f.checksum, "no checksum in IPv6")


def answer(f):
    """The gateway's own, or plain routing within a VPN."""
    need(f.src in OWN or f.src.startswith("fe80:") or
         f.src.startswith(("fd00:3:", "fd00::", "10.0.0.", "47.0.0.",
                           "2001:db8:47:", "2001:db8:a3:")), "not its own")
    need(f.src not in ALIASES and f.src not in (POOL4, POOL6),
         "from an address that is translated")


def letters(wire, data):
    strange = set(data) & set(b"ab") - set(LETTER[wire])
    # what was changed at random may be anything
    need(len([one for one in data if one in strange]) < 6,
         "bytes of another VPN")


def whole(data):
    f = either.fields(data)
    return not (getattr(f, "offset", 0) or getattr(f, "mf", 0))


def right(data):
    f = either.fields(data)
    if data[0] >> 4 == 4:
        data = data[:struct.unpack("!H", data[2:4])[0]]
        if f.proto == UDP and not f.checksum:
            return True
    else:
        data = data[:40 + f.length]
    again = either.seal(data)
    if again == data:
        return True
    # the other zero
    at = len(data) - len(f.payload)
    place = {UDP: 6, TCP: 16, ICMP: 2, ICMP6: 2}[f.proto]
    return again[:at + place] + again[at + place + 2:] == \
        data[:at + place] + data[at + place + 2:] and \
        {again[at + place:at + place + 2], data[at + place:at + place + 2]} \
        == {b"\0\0", b"\xff\xff"}


def shoot(wire, data):
    last.append((wire, data))
    del last[:-6]
    try:
        bed6.wires.send(wire, data)
    except OSError:
        return
    for out, frame in bed6.wires.frames():
        try:
            judge(wire, data, out, frame)
        except (Leak, struct.error, IndexError) as leak:
            raise AssertionError("%r\ncame out of %s: %s\n%s\nof\n%s" % (
                leak, out, packet6.describe(frame[14:]), frame.hex(),
                "\n".join("%s: %s" % (one, what.hex())
                          for one, what in last))) from leak


def begin():
    live.clear()
    vctl("flow flush")
    for vpn in ("a", "b"):
        for which in CASES:
            live.append(udp_flow(which, vpn))
            live.append(tcp_open(which, vpn=vpn))
            live.append(echo_flow(which, vpn))


def well():
    """All carry data, as before."""
    bed6.wires.drain()
    for flow in live:
        if flow.proto == TCP:
            flow.send_out(flow.to_server(b"data", seq=1001, ack=1001))
            flow.send_back(flow.to_host(b"data", seq=1001, ack=1001))
        else:
            flow.exchange()


@case
def nothing_crosses():
    say("seed %d" % SEED)
    end = time.monotonic() + SECONDS
    count = 0
    before = sum(stats()["drops"].values())
    while time.monotonic() < end:
        begin()
        for _ in range(BATCH):
            wire = rng.choice(("a0", "b0", "s0"))
            for one in rng.choice(KINDS)(wire):
                shoot(*one)
                count += 1
        well()
    say("%d packets, %d dropped" % (count, sum(stats()["drops"].values()) -
                                    before))


@case
def truncated_at_every_byte():
    """Each packet of each case, and errors about them, both ways."""
    begin()
    for flow in live[:12]:
        for wire, data in ((flow.into, flow.to_server(b"a" * 12)),
                           (flow.far, flow.to_host(b"s" * 12)),
                           ("s0", about(flow.out(flow.to_server(b"x" * 9)))),
                           ("a0", about(flow.back(flow.to_host(b"x" * 9))))):
            for length in range(1, len(data)):
                cut = data[:length]
                shoot(wire, cut)
                if data[0] >> 4 == 6 and length >= 40:
                    shoot(wire, cut[:4] + struct.pack("!H", length - 40) +
                          cut[6:])
                elif data[0] >> 4 == 4 and length >= 20:
                    shoot(wire, packet4.seal(
                        cut[:2] + struct.pack("!H", length) + cut[4:]))
    well()


def about(data):
    f = either.fields(data)
    six = data[0] >> 4 == 6
    return either.icmp(f.dst, f.src, 1 if six else 3, 4 if six else 3,
                       bytes(4), data)


@case
def a_whole_64_is_many_hosts():
    """A host has 2^64 addresses: the VPN's limit holds what its own does
    not, and the other VPN has its share."""
    begin()
    vctl("vpn set a max-mappings-per-host 4 max-mappings 64")
    try:
        # and the static one
        mine = len(flows("vpn", "a")) + 1
        before = drops("max-vpn-mappings", "vpn", "a")
        for n in range(200):
            bed6.wires.send("a0", either.udp("fd00::%x:2" % (n + 0x100), 2000,
                                             rng.choice(("fd00::100",
                                                         "fd00::104")),
                                             7, b"a"))
        bed6.wires.drain()
        equal(len(flows("vpn", "a")) <= 64, True, "mappings of a")
        equal(drops("max-vpn-mappings", "vpn", "a") - before,
              200 - (64 - mine), "drops")
        udp_flow("6-6", "b", 2001).exchange()
        udp_flow("6-4", "b", 2002).exchange()
        well()
    finally:
        vctl("vpn set a max-mappings-per-host 0 max-mappings 0")


@case
def solicitations_fill_nothing():
    """From thousands of addresses, for thousands: each is answered or not, and
    nothing is remembered for them but what the stack bounds."""
    begin()
    count = len(flows())
    for n in range(1500):
        bed6.wires.send("a0", packet6.icmp(
            "fd00::1:%x" % n, "fd00::100", 135, 0, bytes(4),
            addr("fd00::100") + b"\1\1" + rng.randbytes(6), ttl=255))
        bed6.wires.send("s0", packet6.icmp(
            SERVER6, "2001:db8:a3::%x" % n, 135, 0, bytes(4),
            addr("2001:db8:a3::%x" % n) + b"\1\1" + rng.randbytes(6), ttl=255))
        if not n % 50:
            bed6.wires.drain()
    bed6.wires.drain()
    equal(len(flows()), count, "flows")
    entries = subprocess.run("ip -6 neigh show dev a0".split(), check=True,
                             stdout=subprocess.PIPE).stdout.count(b"\n")
    equal(entries <= NEIGHBOURS, True, "neighbours: %d" % entries)
    # All but the permanent ones, before any of them is asked for
    subprocess.run("ip -6 neigh flush dev a0".split(), check=True,
                   stdout=subprocess.DEVNULL)
    bed6.wires.drain()
    well()


@case
def all_of_it_goes_in_the_end():
    vctl("flow flush")
    wait_for(lambda: not flows(), "no flow")
    equal(stats()["mappings"] if "mappings" in stats() else 0, 0, "mappings")


if __name__ == "__main__":
    open_wires("a0", "b0", "s0", "u0")
    main()
