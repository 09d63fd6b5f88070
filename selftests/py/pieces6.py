# SPDX-License-Identifier: GPL-2.0
"""Fragments of either version: made, and put together."""

import packet as packet4
import packet6
from ktap import equal
from packet6 import either, fragment_header


def cut(sent, size=1000, ident=0x1234):
    """Fragments of a packet, with size bytes of payload each."""
    f = either.fields(sent)
    six = sent[0] >> 4 == 6
    parts = []
    for at in range(0, len(f.payload), size):
        part, more = f.payload[at:at + size], at + size < len(f.payload)
        if six:
            parts.append(packet6.ip(
                f.src, f.dst, f.proto, part, f.ttl, f.tos,
                headers=[fragment_header(at, more, ident)]))
        else:
            parts.append(packet4.ip(f.src, f.dst, f.proto, part, ttl=f.ttl,
                                    tos=f.tos, ident=ident & 0xffff, mf=more,
                                    offset=at))
    return parts


def complete(parts):
    have = 0
    for part in sorted(parts, key=lambda part: either.fields(part).offset):
        f = either.fields(part)
        if f.offset != have:
            return False
        have += len(f.payload)
    return not f.mf


def collect(wires, name, most=1500):
    """All that comes out of an interface, until it is whole; no other has any.
    Each piece is right by itself."""
    parts = [wires.receive(name, more=True)]
    while not complete(parts):
        parts.append(wires.receive(name, more=True))
    wires.nothing()
    head = either.fields(parts[0])
    for part in parts:
        f = either.fields(part)
        equal((f.src, f.dst, f.proto, f.ttl, f.tos),
              (head.src, head.dst, head.proto, head.ttl, head.tos),
              "header of a fragment")
        if len(part) > most:
            raise AssertionError("%d bytes in a fragment, not %d" %
                                 (len(part), most))
        if len(parts) > 1:
            equal(f.ident, head.ident, "id of a fragment")
            if f.mf:
                equal(len(f.payload) % 8, 0, "rest of a fragment's length")
        if part[0] >> 4 == 4:
            equal(packet4.seal(part)[:20], part[:20], "header checksum")
            equal(f.df and len(parts) > 1, False, "DF of a fragment")
        else:
            equal(f.flow, 0, "flow label")
            equal(f.has_fragment_header or len(parts) == 1, True,
                  "Fragment Header")
    return parts


def joined(parts):
    """The payload of all of them."""
    return b"".join(either.fields(part).payload for part in sorted(
        parts, key=lambda part: either.fields(part).offset))


def expect(wires, name, expected, most=1500):
    """This packet comes out, in one piece or in many; returns these."""
    parts = collect(wires, name, most)
    seen, wanted = either.fields(parts[0]), either.fields(expected)
    for what in ("src", "dst", "proto", "ttl", "tos"):
        equal(getattr(seen, what), getattr(wanted, what), what)
    equal(joined(parts).hex(), wanted.payload.hex(), "payload")
    return parts
