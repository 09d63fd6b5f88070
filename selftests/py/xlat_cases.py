# SPDX-License-Identifier: GPL-2.0
"""The case table, byte for byte through the gateway; and what a table cannot
hold: what is refused, fragmented, or drawn by lot."""

import itertools
import random
import struct
import subprocess

import bed6
import packet as packet4
import packet6
import pieces6
import siit
import xlat_table
from bed6 import EXT_ROUTER4, EXT_ROUTER6, Flow, gateway_of, open_wires
from ktap import case, equal, main, say, wait_for
from packet import UDP
from packet6 import ICMP6, DSTOPTS, HOPOPTS, either, is6, padding, routing
from siit import LENGTHS, View, embed
from tool import drops, fails, flows, stats, vctl
from wire import dropped
from xlat_table import ALIAS6, FROM4, FROM6, HOST6, LEGS, PORTS

random.seed(6145)
IP4_ICMP = 1


# --- without the gateway ------------------------------------------------------


@case
def the_table_agrees_with_itself():
    """What is right stays right, and there and back is the same."""
    number = 0
    for name, what, leg, sent, seen in xlat_table.all_rows():
        number += 1
        if seen is None:
            continue
        wrong = what.endswith("with a bit turned")
        equal(siit.valid(sent), not wrong, "%s: checksums sent" % what)
        equal(siit.valid(seen), not wrong, "%s: checksums seen" % what)
        if not name.startswith(("error", "quoted", "pointer")):
            equal(xlat_table.back_again(leg, sent, seen), True,
                  "%s, %s: there and back" % (leg.name, what))
    say("%d packets" % number)
    equal(number > 3000, True, "packets in the table")


@case
def random_packets_there_and_back():
    """In Python only: all that RFC 7915 keeps."""
    for _ in range(2000):
        leg = random.choice(LEGS)
        sent = anything(leg, random.choice((leg.udp, leg.echo)))
        seen = siit.translate(sent, leg.view)
        equal(siit.valid(seen), True, "checksums")
        equal(xlat_table.back_again(leg, sent, seen), True, "there and back")


def anything(leg, make, most=1232):
    more = {"ttl": random.randrange(2, 256), "tos": random.randrange(256)}
    if leg.six:
        more["flow"] = random.randrange(1 << 20)
    else:
        more["ident"] = random.randrange(1 << 16)
        more["df"] = random.random() < 0.5
    return make(random.randbytes(random.randrange(most)), **more)


@case
def addresses_of_rfc_6052():
    """Its table 1 and table 2."""
    for length, prefix, expected in (
            (32, "2001:db8::", "2001:db8:c000:221::"),
            (40, "2001:db8:100::", "2001:db8:1c0:2:21::"),
            (48, "2001:db8:122::", "2001:db8:122:c000:2:2100::"),
            (56, "2001:db8:122:300::", "2001:db8:122:3c0:0:221::"),
            (64, "2001:db8:122:344::", "2001:db8:122:344:c0:2:2100:0"),
            (96, "2001:db8:122:344::", "2001:db8:122:344::c000:221"),
            (96, "64:ff9b::", "64:ff9b::c000:221")):
        equal(embed(prefix, length, "192.0.2.33"), expected, "address")
        equal(siit.extract(expected, length), "192.0.2.33", "and back")


# --- the table ----------------------------------------------------------------


def replay(rows):
    """Send each, and see what is to be seen."""
    number = 0
    for name, leg, sent, expected in rows:
        number += 1
        try:
            if expected is None:
                silently([(leg, sent)])
            else:
                bed6.wires.pass_on(leg.into, sent, leg.out, expected,
                                   free_id=True)
        except AssertionError as error:
            raise AssertionError("%s, %s, sent %s\n%s" % (
                leg.name, name, packet6.describe(sent), error)) from error
    say("%d packets" % number)


def silently(packets):
    """None of these comes out, nobody is told, and all are counted."""
    before = sum(stats()["drops"].values())
    for leg, sent in packets:
        bed6.wires.send(leg.into, sent)
        bed6.wires.nothing()
    wait_for(lambda: sum(stats()["drops"].values()) - before == len(packets),
             lambda: "%d drops, not %d" % (
                 sum(stats()["drops"].values()) - before, len(packets)), 2)


def table_case(name):
    def replayed():
        replay(xlat_table.GROUPS[name]())
    replayed.__name__ = name
    return case(replayed)


for each in xlat_table.GROUPS:
    table_case(each)


@case
def types_and_codes_that_have_no_counterpart():
    """All 256, some codes of each: dropped, and nobody is told."""
    for leg in LEGS:
        replay([xlat_table.about(leg)])
        todo = [(leg, leg.error(*kind, about=leg.quoted()))
                for kind in xlat_table.silent_kinds(leg)]
        for at in range(0, len(todo), 200):
            try:
                silently(todo[at:at + 200])
            except AssertionError as error:
                raise AssertionError("%s, from %s on: %s" % (
                    leg.name, packet6.describe(todo[at][1]), error)) from error


# --- sizes and MTUs -----------------------------------------------------------


def set_mtu(dev, mtu):
    subprocess.run(["ip", "link", "set", dev, "mtu", str(mtu)], check=True)


class mtus:
    """with mtus(a0=1280): those devices have that, and the legs know."""

    def __init__(self, **wanted):
        self.wanted = {"a0": 1500, "s0": 1500, **wanted}

    def __enter__(self):
        for dev, mtu in self.wanted.items():
            set_mtu(dev, mtu)
        near, far = self.wanted["a0"], self.wanted["s0"]
        for leg in LEGS[:2]:
            leg.links = (near, far)
        for leg in LEGS[2:]:
            leg.links = (far, near)

    def __exit__(self, *args):
        for dev in self.wanted:
            set_mtu(dev, 1500)
        for leg in LEGS:
            leg.links = (1500, 1500)


@case
def mtu_arithmetic():
    """RFC 7915 sections 4.2 and 5.2, with links of several MTUs."""
    for near, far in xlat_table.LINKS:
        with mtus(a0=near, s0=far):
            for leg in LEGS:
                vctl("flow flush")
                try:
                    replay(xlat_table.mtu_rows(leg))
                except AssertionError as error:
                    raise AssertionError("links %d and %d: %s" % (
                        near, far, error)) from error


@case
def mtu_0_is_a_plateau():
    """RFC 7915 section 4.2: the greatest of RFC 1191's that is less than the
    quoted length, and at least 1280.  With or without the 20 bytes that a header
    grows: the RFC leaves that open."""
    with mtus(a0=9000, s0=9000):
        for leg in FROM4:
            for length, plateau in ((8980, 8166), (8167, 8166), (8166, 4352),
                                    (4353, 4352), (2003, 2002), (2002, 1492),
                                    (1493, 1492), (1492, 1280), (1280, 1280)):
                replay([xlat_table.about(leg)])
                quote = leg.quoted(bytes(length - 28))[:100]
                bed6.wires.send(leg.into, leg.error(3, 4, about=quote))
                seen = bed6.wires.receive(leg.out)
                mtu, = struct.unpack("!I", packet6.Fields(seen).rest)
                equal(mtu in (plateau, plateau + 20), True,
                      "MTU %d for a plateau of %d" % (mtu, plateau))


@case
def mtu_below_1280_in_ipv6():
    """No link of IPv6 has that.  Dropped, or told as what an IPv4 link may
    have; never a number that has gone round below 0."""
    for leg in FROM6:
        for mtu in (0, 1, 19, 20, 68, 1259, 1260, 1279, 0x7fffffff,
                    0xffffffff, 0x10000):
            replay([xlat_table.about(leg)])
            bed6.wires.send(leg.into, leg.error(
                2, 0, struct.pack("!I", mtu), leg.quoted()))
            for name, frame in bed6.wires.frames():
                equal(name, leg.out, "came out of")
                seen = packet4.Fields(frame[14:])
                equal((seen.kind, seen.code), (3, 4), "type and code")
                told, = struct.unpack("!H", seen.rest[2:])
                equal(68 <= told <= 1480, True, "MTU %d told as %d" %
                      (mtu, told))
                if mtu > 0xffff:
                    equal(told, 1480, "MTU told of %d" % mtu)


def told(leg, sent, kind, code, rest):
    """Dropped, and the sender hears of it from the gateway in its own
    version."""
    bed6.wires.send(leg.into, sent)
    seen = bed6.wires.receive(leg.into)
    f = either.fields(seen)
    equal(f.proto, ICMP6 if leg.six else IP4_ICMP, "protocol")
    equal((f.src, f.dst), (gateway_of(leg.src), leg.src), "addresses")
    equal((f.kind, f.code), (kind, code), "type and code")
    equal(f.rest.hex(), rest.hex(), "rest of the header")
    equal(either.seal(seen), seen, "checksums")
    equal(f.data, sent[:len(f.data)], "quote")
    equal(len(f.data) >= min(len(sent), 48), True, "length of the quote")


@case
def too_big_for_ipv4():
    """The sender of IPv6 is told a MTU that has the 20 bytes in it."""
    for leg in FROM6:
        for mtu in (1280, 1281, 1400, 1460, 1480):
            with mtus(**{leg.out: mtu}, **{leg.into: 2000}):
                for size in (mtu + 20, mtu + 19, 1280):
                    sent = leg.udp(bytes(size - 48))
                    bed6.wires.pass_on(leg.into, sent, leg.out,
                                       leg.seen(sent), free_id=True)
                for size in (mtu + 21, mtu + 22, 2000):
                    before = drops("mtu")
                    told(leg, leg.udp(bytes(size - 48)), 2, 0,
                         struct.pack("!I", mtu + 20))
                    equal(drops("mtu") - before, 1, "drops for mtu")


@case
def too_big_for_ipv6():
    """DF: the sender of IPv4 is told one that hasn't."""
    for leg in FROM4:
        for mtu in (1280, 1281, 1400, 1480, 1500):
            with mtus(**{leg.out: mtu}, **{leg.into: 2000}):
                for size in (mtu - 20, mtu - 21, 1260):
                    sent = leg.udp(bytes(size - 28), df=True)
                    bed6.wires.pass_on(leg.into, sent, leg.out,
                                       leg.seen(sent))
                for size in (mtu - 19, mtu - 18, 2000):
                    before = drops("mtu")
                    told(leg, leg.udp(bytes(size - 28), df=True), 3, 4,
                         struct.pack("!HH", 0, mtu - 20))
                    equal(drops("mtu") - before, 1, "drops for mtu")


@case
def without_df_it_is_fragmented_to_1280():
    """RFC 7915 section 4: what the sender of IPv4 may not be told.  Each piece
    has at most 1280 bytes, whatever the link takes."""
    for leg in FROM4:
        for mtu in (1280, 1500):
            with mtus(**{leg.out: mtu}):
                for size in (1259, 1260, 1261, 1262, 1280, 1281, 1480, 1500,
                             2500):
                    sent = leg.udp(random.randbytes(size - 28))
                    bed6.wires.send(leg.into, sent)
                    parts = pieces6.expect(bed6.wires, leg.out,
                                           leg.seen(sent), 1280)
                    equal(len(parts) > 1, size > 1260, "%d bytes: in pieces" %
                          size)
                    equal(packet6.Fields(parts[0]).has_fragment_header,
                          size > 1260, "Fragment Header")


@case
def small_link_of_ipv4():
    """What has 1280 bytes in IPv6 must pass, so it is fragmented in IPv4; of
    what has more the sender is told 1280, never less."""
    flow = Flow(packet6.udp("fd00::3", 5000, "fd00::109", 7, b"x"),
                "47.2.0.10", far="n0")
    for mtu in (576, 1000, 1259):
        set_mtu("n0", mtu)
        try:
            for size in (mtu + 20, mtu + 21, 1279, 1280):
                sent = flow.to_server(random.randbytes(size - 48))
                bed6.wires.send("a0", sent)
                pieces6.expect(bed6.wires, "n0", flow.out(sent), mtu)
            sent = flow.to_server(bytes(1281 - 48))
            bed6.wires.send("a0", sent)
            seen = packet6.Fields(bed6.wires.receive("a0"))
            equal((seen.kind, seen.code, seen.rest),
                  (2, 0, struct.pack("!I", 1280)), "Packet Too Big")
        finally:
            set_mtu("n0", 1500)


# --- what is refused ----------------------------------------------------------


@case
def ttl_ends_here():
    for leg in LEGS:
        for ttl in (1, 0):
            before = drops("ttl")
            told(leg, leg.udp(b"too far", ttl=ttl),
                 *((3, 0) if leg.six else (11, 0)), bytes(4))
            equal(drops("ttl") - before, 1, "drops for ttl")


@case
def source_routes_are_refused():
    """Section 4.1: with 3/5, which the stack's own rate may hold back."""
    for leg in FROM4:
        for kind in (131, 137):
            before = drops("ip-options")
            bed6.wires.send(leg.into, leg.udp(b"x", options=bytes(
                [kind, 7, 4, 10, 0, 0, 9])))
            equal(drops("ip-options") - before, 1, "drops")
            for name, frame in bed6.wires.frames():
                equal(name, leg.into, "came out of")
                seen = packet4.Fields(frame[14:])
                equal((seen.kind, seen.code), (3, 5), "type and code")


@case
def segments_left_are_refused():
    """Section 5.1: 4/0, and the pointer at Segments Left."""
    for leg in FROM6:
        for before in ((), (padding(HOPOPTS, 8),),
                       (padding(HOPOPTS, 8), padding(DSTOPTS, 24))):
            at = 40 + sum(len(data) for _, data in before) + 3
            for left in (1, 2):
                data = leg.udp(b"source routed")[40:]
                told(leg, packet6.ip(
                    leg.src, leg.dst, UDP, data,
                    headers=[*before, routing(left, 2, ("fd00::9",))]),
                    4, 0, struct.pack("!I", at))


@case
def headers_without_end():
    """However long the chain is, nobody walks it for ever: translated right,
    or dropped."""
    for leg in FROM6:
        for number in (4, 8, 9, 16, 32, 100, 150):
            data = leg.udp(b"x")
            sent = packet6.ip(leg.src, leg.dst, UDP, data[40:],
                              headers=[padding(DSTOPTS, 8)] * number)
            bed6.wires.send(leg.into, sent)
            for name, frame in bed6.wires.frames():
                if name == leg.out:
                    bed6.wires.compare(name, frame[14:], leg.seen(sent), True)
                else:
                    equal(name, leg.into, "came out of")
        # cut short, and one that says more than there is
        for bad in (packet6.ip(leg.src, leg.dst, DSTOPTS, b"\x11"),
                    packet6.ip(leg.src, leg.dst, DSTOPTS,
                               b"\x11\xff\1\4" + bytes(4)),
                    packet6.ip(leg.src, leg.dst, HOPOPTS, b"\x3c"),
                    packet6.ip(leg.src, leg.dst, packet6.FRAGMENT,
                               b"\x11\0\0"),
                    packet6.ip(leg.src, leg.dst, UDP, b"\0\1\0\7"),
                    packet6.ip(leg.src, leg.dst, UDP,
                               struct.pack("!HHHH", 1, 7, 9, 1)),
                    packet6.ip(leg.src, leg.dst, 6, bytes(19)),
                    packet6.ip(leg.src, leg.dst, ICMP6, b"\x80\0")):
            bed6.wires.send(leg.into, bad)
            bed6.wires.nothing(but=leg.into)
            bed6.wires.drain()
        replay([xlat_table.row("life goes on", leg, leg.udp(b"x"))])


@case
def errors_with_wrong_checksums_are_dropped():
    for leg in LEGS:
        replay([xlat_table.about(leg)])
        good = leg.error(*((1, 0) if leg.six else (3, 1)), about=leg.quoted())
        at = 42 if leg.six else 22
        with dropped(bed6.wires, "checksum"):
            bed6.wires.send(leg.into, good[:at] + bytes([good[at] ^ 1]) +
                            good[at + 1:])


@case
def errors_about_unknown_flows_are_dropped():
    for leg in LEGS:
        replay([xlat_table.about(leg)])
        stranger = either.udp(leg.dst, 4999, leg.src, 4998, b"never sent")
        with dropped(bed6.wires, "icmp-no-flow"):
            bed6.wires.send(leg.into, leg.error(
                *((1, 4) if leg.six else (3, 3)), about=stranger))


@case
def errors_of_untranslatable_sources():
    """RFC 6791: a router that has no address on the other side is the gateway
    there; toward the ext it is the flow's outside address."""
    routers = {LEGS[0]: "fd00::fe", LEGS[1]: EXT_ROUTER4,
               LEGS[2]: "10.0.0.254", LEGS[3]: EXT_ROUTER6}
    for leg, router in routers.items():
        replay([xlat_table.about(leg)])
        sent = either.icmp(router, leg.dst, *((3, 0) if leg.six else (11, 0)),
                           bytes(4), leg.quoted())
        view = View(leg.view.src, leg.view.dst)
        expected = siit.translate(sent, view)
        if leg is LEGS[1]:
            # IPv4 has an address there, by the prefix
            source = "64:ff9b::2f00:fe"
        elif leg.host:
            source = leg.view.src
        else:
            source = gateway_of(leg.view.dst)
        bed6.wires.pass_on(leg.into, sent, leg.out, either.change(
            expected, src=source), free_id=True)


# --- quotes -------------------------------------------------------------------


@case
def long_quotes_are_cut():
    """An ICMPv6 error has at most 1280 bytes; one in ICMPv4 may have more."""
    for leg in LEGS:
        replay([xlat_table.about(leg)])
        quote = leg.quoted(random.randbytes(1180))
        sent = leg.error(*((1, 0) if leg.six else (3, 1)), about=quote)
        bed6.wires.send(leg.into, sent)
        seen = bed6.wires.receive(leg.out)
        f, wanted = either.fields(seen), either.fields(leg.seen(sent))
        equal(either.seal(seen), seen, "checksums")
        equal((f.src, f.dst, f.kind, f.code),
              (wanted.src, wanted.dst, wanted.kind, wanted.code), "error")
        equal(len(seen) <= 1280, True, "at most 1280 bytes")
        if not leg.six:
            equal(len(seen) >= 1240, True, "as much as there is room for")
            equal(f.data, wanted.data[:len(f.data)], "quote")
        else:
            # there the quote has an id
            equal(f.data[28:], wanted.data[28:len(f.data)], "quoted data")


@case
def extensions_of_rfc_4884():
    """What follows the quote is kept, and the length of the quote is right: in
    words of 32 bits in ICMPv4, of 64 in ICMPv6; at least 128 bytes."""
    body = b"\x00\x08\x01\x01\x12\x34\x51\x40"
    head = b"\x20\x00"
    extension = head + struct.pack("!H", packet4.checksum(
        head + b"\0\0" + body)) + body
    for leg in LEGS:
        replay([xlat_table.about(leg)])
        for kind in ((1, 0), (3, 0)) if leg.six else ((3, 1), (11, 0)):
            for size in (60, 128, 200):
                quote = leg.quoted(random.randbytes(size))[:size]
                room = max(128, size)
                room += -room % (8 if leg.six else 4)
                rest = bytes([room // 8, 0, 0, 0]) if leg.six else \
                    bytes([0, room // 4, 0, 0])
                sent = leg.error(*kind, rest,
                                 quote.ljust(room, b"\0") + extension)
                bed6.wires.send(leg.into, sent)
                seen = bed6.wires.receive(leg.out)
                extended(leg, seen, leg.seen(leg.error(*kind, about=quote)),
                         extension)


def extended(leg, seen, wanted, extension):
    f, w = either.fields(seen), either.fields(wanted)
    equal(either.seal(seen), seen, "checksums")
    equal((f.src, f.dst, f.kind, f.code), (w.src, w.dst, w.kind, w.code),
          "error")
    length = f.rest[1] * 4 if leg.six else f.rest[0] * 8
    equal(f.rest.hex(), (bytes([0, length // 4, 0, 0]) if leg.six else
                         bytes([length // 8, 0, 0, 0])).hex(),
          "rest of the header")
    equal(length >= 128, True, "length of the quote %d" % length)
    equal(f.data[length:].hex(), extension.hex(), "extension")
    skip = 28 if leg.six else 0
    quote, full = f.data[skip:length], w.data[skip:]
    equal(quote[:len(full)].hex(), full[:len(quote)].hex(), "quote")
    equal(quote[len(full):].strip(b"\0"), b"", "padding")


@case
def quoted_udp_without_checksum():
    """It has none in the quote, or the right one."""
    for leg in FROM4:
        sent = leg.back.udp(b"data")
        replay([xlat_table.row("about", leg.back, sent)])
        quote = leg.quoted(b"data", with_checksum=False)
        bed6.wires.send(leg.into, leg.error(3, 3, about=quote))
        f = packet6.Fields(bed6.wires.receive(leg.out))
        inner = packet6.Fields(f.data)
        equal((inner.src, inner.dst, inner.data),
              (leg.view.dst, leg.view.src, b"data"), "quote")
        if inner.checksum:
            equal(packet6.seal(f.data), f.data, "checksum in the quote")


@case
def quoted_fragment():
    """The first fragment of what was sent: its tuple is there."""
    for leg in LEGS:
        replay([xlat_table.about(leg)])
        first = pieces6.cut(leg.quoted(bytes(1000)), 800, 0x4711)[0]
        sent = leg.error(*((1, 0) if leg.six else (3, 1)), about=first[:200])
        bed6.wires.send(leg.into, sent)
        seen = bed6.wires.receive(leg.out)
        equal(either.seal(seen), seen, "checksums")
        f = either.fields(seen)
        inner = either.fields(f.data)
        sport, dport = leg.back.ports(PORTS)
        equal((inner.src, inner.dst, inner.sport, inner.dport),
              (leg.view.dst, leg.view.src, sport, dport), "quoted tuple")


# --- fragments ----------------------------------------------------------------


def orders(parts):
    found = list(itertools.permutations(parts))
    return found if len(found) <= 6 else random.sample(found, 6)


def in_pieces(leg, sent, size, whole=None):
    """All pieces in each order; what comes out is all there, and may be in
    pieces itself."""
    for number, order in enumerate(orders(pieces6.cut(sent, size))):
        renumbered = pieces6.cut(sent, size, 0x4000 + number * 7)
        by_offset = {either.fields(p).offset: p for p in renumbered}
        for part in order:
            bed6.wires.send(leg.into, by_offset[either.fields(part).offset])
        pieces6.expect(bed6.wires, leg.out, whole or leg.seen(sent),
                       1500 if leg.six else 1280)


@case
def fragments_of_every_protocol():
    for leg in LEGS:
        for length in (1, 100, 1300, 2000, 2500):
            data = random.randbytes(length)
            in_pieces(leg, leg.udp(data), max(8, (length // 3) & ~7))
            in_pieces(leg, leg.echo(data), max(8, (length // 3) & ~7))
            in_pieces(leg.back, leg.back.echo(data, reply=True),
                      max(8, (length // 3) & ~7))
    for leg in LEGS[::2]:
        replay(xlat_table.shake_hands(leg))
        for one in (leg, leg.back):
            in_pieces(one, one.tcp("PA", random.randbytes(2000)), 800)


@case
def large_datagrams():
    for leg in LEGS:
        for length in (9000, 60000, 65535 - 60):
            sent = leg.udp(random.randbytes(length), **(
                {} if leg.six else {"df": False}))
            for part in pieces6.cut(sent, 1200):
                bed6.wires.send(leg.into, part)
            pieces6.expect(bed6.wires, leg.out, leg.seen(sent),
                           1500 if leg.six else 1280)


@case
def fragments_of_udp_without_checksum():
    """RFC 6146 section 3.4: reassembled, so that it can be computed."""
    for leg in FROM4:
        for length in (100, 1000, 2001):
            sent = leg.udp(random.randbytes(length), with_checksum=False)
            in_pieces(leg, sent, max(8, (length // 3) & ~7))


@case
def fragments_of_two_vpns_with_one_id():
    """Nothing of one may get into the other."""
    flow = {vpn: Flow(packet6.udp("fd00::3", 5000, ALIAS6, 7, b"x"),
                      "47.0.0.10", into=vpn + "0") for vpn in ("a", "b")}
    sent = {vpn: flow[vpn].to_server(vpn.encode() * 2000) for vpn in flow}
    parts = {vpn: pieces6.cut(sent[vpn], 1000, 0x77) for vpn in sent}
    for vpn in ("a", "b"):
        bed6.wires.send(vpn + "0", parts[vpn][0])
    bed6.wires.nothing()
    for vpn in ("b", "a"):
        bed6.wires.send(vpn + "0", parts[vpn][2])
        bed6.wires.send(vpn + "0", parts[vpn][1])
        pieces6.expect(bed6.wires, "s0", flow[vpn].out(sent[vpn]))


@case
def overlapping_fragments_are_dropped():
    """RFC 5722."""
    for leg in FROM6:
        one = pieces6.cut(leg.udp(b"A" * 2000), 1000, 0x99)
        other = pieces6.cut(leg.udp(b"B" * 2000), 992, 0x99)
        for part in (one[0], other[1], one[1], one[2]):
            bed6.wires.send(leg.into, part)
        bed6.wires.nothing(but=leg.into)
        bed6.wires.drain()


@case
def atomic_fragments():
    """RFC 6946: whole by themselves, also between others with their id.  DF is
    clear, RFC 7915 section 5.1.1."""
    for leg in FROM6:
        for ident in (0, 1, 0x12345678, 0xffffffff):
            sent = leg.udp(b"atomic")
            part = packet6.ip(leg.src, leg.dst, UDP, sent[40:], headers=[
                packet6.fragment_header(0, False, ident)])
            bed6.wires.send(leg.into, part)
            seen = bed6.wires.receive(leg.out)
            expected = leg.seen(sent)
            bed6.wires.compare(leg.out, seen, expected, True)
            equal(packet4.Fields(seen).df, False, "DF")


@case
def fragments_with_more_headers():
    """Before the Fragment Header: skipped.  Behind it RFC 7915 section 5.1.1
    would have the packet dropped; whole as it is here, it may pass."""
    for leg in FROM6:
        data = leg.udp(random.randbytes(1500))[40:]
        for number, at in enumerate((0, 1000)):
            bed6.wires.send(leg.into, packet6.ip(
                leg.src, leg.dst, UDP, data[at:at + 1000], headers=[
                    padding(DSTOPTS, 8),
                    packet6.fragment_header(at, not number, 0x55)]))
        pieces6.expect(bed6.wires, leg.out, leg.seen(packet6.ip(
            leg.src, leg.dst, UDP, data)))
        behind = packet6.ip(leg.src, leg.dst, UDP, data,
                            headers=[padding(DSTOPTS, 8)])[40:]
        for at in (0, 1000):
            bed6.wires.send(leg.into, packet6.ip(
                leg.src, leg.dst, DSTOPTS, behind[at:at + 1000], headers=[
                    packet6.fragment_header(at, not at, 0x56)]))
        parts = [frame[14:] for name, frame in bed6.wires.frames()
                 if name == leg.out]
        if parts:
            equal(pieces6.complete(parts), True, "whole")
            # What is behind the ports and the checksum
            equal(pieces6.joined(parts)[-1500:], data[8:], "payload")


# --- RFC 6052 -----------------------------------------------------------------

PREFIXES = {32: "2a00:32::", 40: "2a00:40:100::", 48: "2a00:48:1::",
            56: "2a00:56:1:100::", 64: "2a00:64:1:1::", 96: "2a00:96:1:1::"}


@case
def prefixes_of_every_length():
    for length in LENGTHS:
        for server in ("47.0.0.10", "47.0.0.12", "47.0.0.77"):
            alias = embed(PREFIXES[length], length, server)
            for first in (packet6.udp(HOST6, 5000, alias, 7, b"x"),
                          packet6.echo(HOST6, alias, 7, 1, b"x")):
                flow = Flow(first, server, into="b0")
                flow.exchange()
            found = flows("vpn", "b", "server", server, "proto", "udp")
            equal(found[0]["inside"]["dst"], alias, "alias in flow show")
            vctl("flow flush")


@case
def octet_8_has_to_be_0():
    """Bits 64 to 71: else it is no address of an IPv4 host."""
    for length in LENGTHS[:-1]:
        alias = bytearray(packet6.addr(embed(PREFIXES[length], length,
                                             "47.0.0.10")))
        for value in (1, 0x80, 0xff):
            alias[8] = value
            bed6.wires.send("b0", packet6.udp(
                HOST6, 5000, packet6.text(bytes(alias)), 7, b"x"))
            bed6.wires.nothing(but="b0")
            bed6.wires.drain()
    equal(flows(), [], "flows")
    fails("alias", "add", "b", "2a00:77:0:0:100::/96", "to", "0.0.0.0/0",
          "ext", "carrier", status=None)


@case
def shorter_server_prefix():
    """Only what is in 47.0.0.0/8 is there."""
    Flow(packet6.udp(HOST6, 5000, embed("2a00:99::", 96, "47.0.0.10"), 7,
                     b"x"), "47.0.0.10", into="b0").exchange()
    for other in ("48.0.0.10", "46.255.255.255", "10.0.0.2"):
        bed6.wires.send("b0", packet6.udp(
            HOST6, 5001, embed("2a00:99::", 96, other), 7, b"x"))
        bed6.wires.nothing(but="b0")
        bed6.wires.drain()
    equal(flows("inside", "[fd00::2]:5001"), [], "flows")


# --- drawn by lot -------------------------------------------------------------


def reflected(seen, **more):
    """What the receiver would send back: the same, the other way round."""
    f = either.fields(seen)
    if f.proto == UDP:
        return either.udp(f.dst, f.dport, f.src, f.sport, f.data, ttl=64,
                          tos=f.tos, **more)
    return either.echo(f.dst, f.src, f.sport, 1, f.data, ttl=64, tos=f.tos,
                       reply=True, **more)


@case
def random_packets_come_back_as_they_were():
    """Through the gateway, and back by whoever got them: what is known of them
    here is only what was sent."""
    for _ in range(400):
        leg = random.choice(LEGS)
        sent = anything(leg, random.choice((leg.udp, leg.echo)), 1200)
        bed6.wires.send(leg.into, sent)
        seen = bed6.wires.receive(leg.out)
        equal(seen[0] >> 4 == 6, not leg.six, "version")
        equal(siit.valid(seen), True, "checksums")
        bed6.wires.send(leg.out, reflected(seen))
        again = bed6.wires.receive(leg.into)
        equal(siit.valid(again), True, "checksums on the way back")
        one, other = either.fields(sent), either.fields(again)
        equal((other.src, other.dst, other.proto, other.tos, other.data),
              (one.dst, one.src, one.proto, one.tos, one.data), "fields")
        equal(either.fields(seen).ttl, one.ttl - 1, "TTL")
        if one.proto == UDP:
            equal((other.sport, other.dport), (one.dport, one.sport), "ports")
        else:
            equal(other.sport, one.sport, "id")


@case
def nothing_is_left_of_all_this():
    """Each flow is one of those that were meant to be."""
    for flow in flows():
        equal(is6(flow["inside"]["src"]), is6(flow["inside"]["dst"]),
              "versions of a view")


if __name__ == "__main__":
    open_wires("a0", "b0", "s0", "n0")
    main(lambda: vctl("flow flush"))
