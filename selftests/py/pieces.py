# SPDX-License-Identifier: GPL-2.0
"""Fragments: made, and put together."""

import bed
from ktap import equal
from packet import Fields, ip, seal, with_ident_of

PIECE = 1000


def cut(sent, size=PIECE):
    """Fragments of a packet, with size bytes of payload each."""
    f = Fields(sent)
    parts = []
    for offset in range(0, len(f.payload), size):
        part = f.payload[offset:offset + size]
        parts.append(ip(f.src, f.dst, f.proto, part, ttl=f.ttl, ident=f.ident,
                        tos=f.tos, mf=offset + size < len(f.payload),
                        offset=offset))
    return parts


def whole(name, mtu=1500):
    """All that comes out of an interface, put together; no other has any."""
    first = bed.wires.receive(name, more=True)
    parts = [first]
    head = Fields(first)
    while not complete(parts):
        parts.append(bed.wires.receive(name, more=True))
    bed.wires.nothing()
    for part in parts:
        f = Fields(part)
        equal((f.src, f.dst, f.ident, f.proto, f.ttl, f.tos),
              (head.src, head.dst, head.ident, head.proto, head.ttl, head.tos),
              "header of a fragment")
        if len(part) > mtu:
            raise AssertionError("%d bytes in a fragment" % len(part))
        equal(seal(part)[:20], part[:20], "header checksum")
    data = b"".join(payload(part) for part in sorted(
        parts, key=lambda part: Fields(part).offset))
    return ip(head.src, head.dst, head.proto, data, ttl=head.ttl,
              ident=head.ident, tos=head.tos)


def expect_whole(name, expected, what="packet", mtu=1500):
    """This packet comes out of an interface, in one piece or in many, with an
    id of the gateway's."""
    seen = whole(name, mtu)
    equal(seen, with_ident_of(seen, expected), what)


def payload(part):
    return part[20:]


def complete(parts):
    have = 0
    for part in sorted(parts, key=lambda part: Fields(part).offset):
        f = Fields(part)
        if f.offset != have:
            return False
        have += len(payload(part))
    return not f.mf
