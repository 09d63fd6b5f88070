# SPDX-License-Identifier: GPL-2.0
"""IPv4 packets as bytes: made, changed, described.

Every checksum is computed over all the bytes, never updated from an older one,
so that what the kernel's incremental updates give is compared with another
method.  builders.py compares this file with scapy."""

import socket
import struct

ICMP, TCP, UDP, DCCP, SCTP, UDPLITE = 1, 6, 17, 33, 132, 136
# whose header begins with two ports
PORTED = (TCP, UDP, DCCP, SCTP, UDPLITE)
FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32
FLAGS = {"F": FIN, "S": SYN, "R": RST, "P": PSH, "A": ACK, "U": URG}
ECHO_REPLY, UNREACHABLE, ECHO, TIME_EXCEEDED, PARAMETER = 0, 3, 8, 11, 12
QUERIES = (0, 8, 13, 14, 15, 16, 17, 18)


def addr(text):
    return socket.inet_aton(text)


def text(packed):
    return socket.inet_ntoa(packed)


def checksum(data):
    # 65536 is 1 modulo 65535: that is the ones' complement sum, but for what
    # stands for zero.
    total = int.from_bytes(data + b"\0" * (len(data) % 2), "big")
    rest = total % 0xffff
    return 0xffff - rest if rest or not total else 0


def _crc32c_table():
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0x82f63b78 if value & 1 else 0)
        yield value


_CRC32C = tuple(_crc32c_table())


def crc32c(data):
    crc = 0xffffffff
    for byte in data:
        crc = crc >> 8 ^ _CRC32C[(crc ^ byte) & 0xff]
    return crc ^ 0xffffffff


def _put(data, offset, value):
    return data[:offset] + struct.pack("!H", value) + data[offset + 2:]


def header_length(packet):
    return (packet[0] & 15) * 4


def seal(packet):
    """The packet with the right checksums; a UDP checksum 0 stays 0."""
    length = header_length(packet)
    head, data = _put(packet[:length], 10, 0), packet[length:]
    head = _put(head, 10, checksum(head))
    proto = packet[9]
    if struct.unpack("!H", packet[6:8])[0] & 0x3fff:
        return head + data      # a fragment
    pseudo = packet[12:20] + struct.pack("!BBH", 0, proto, len(data))
    if proto == UDP and data[6:8] != b"\0\0":
        value = checksum(pseudo + _put(data, 6, 0))
        data = _put(data, 6, value or 0xffff)
    elif proto == TCP:
        data = _put(data, 16, checksum(pseudo + _put(data, 16, 0)))
    elif proto == ICMP:
        data = _put(data, 2, checksum(_put(data, 2, 0)))
    elif proto == UDPLITE:
        covered = struct.unpack("!H", data[4:6])[0] or len(data)
        data = _put(data, 6, checksum(
            pseudo + _put(data, 6, 0)[:covered]) or 0xffff)
    elif proto == DCCP:
        covered = data[5] & 15
        covered = data[4] * 4 + covered * 4 - 4 if covered else len(data)
        data = _put(data, 6, checksum(pseudo + _put(data, 6, 0)[:covered]))
    elif proto == SCTP:
        crc = crc32c(data[:8] + b"\0\0\0\0" + data[12:])
        data = data[:8] + struct.pack("<I", crc) + data[12:]
    return head + data


def ip(src, dst, proto, data, ttl=64, ident=0x4d2, df=False, tos=0, mf=False,
       offset=0, options=b""):
    """An IPv4 packet; offset is in bytes."""
    options += b"\0" * (-len(options) % 4)
    flags = df << 14 | mf << 13 | offset // 8
    head = struct.pack("!BBHHHBBH4s4s", 0x45 + len(options) // 4, tos,
                       20 + len(options) + len(data), ident, flags, ttl, proto,
                       0, addr(src), addr(dst)) + options
    return _put(head, 10, checksum(head)) + data


def udp(src, sport, dst, dport, data=b"", with_checksum=True, **more):
    head = struct.pack("!HHHH", sport, dport, 8 + len(data),
                       1 if with_checksum else 0)
    return seal(ip(src, dst, UDP, head + data, **more))


def tcp(src, sport, dst, dport, flags="S", seq=1000, ack=0, window=65535,
        options=b"", data=b"", **more):
    bits = sum(FLAGS[flag] for flag in flags)
    options += b"\1" * (-len(options) % 4)
    head = struct.pack("!HHIIBBHHH", sport, dport, seq & 0xffffffff,
                       ack & 0xffffffff, (5 + len(options) // 4) << 4, bits,
                       window, 0, 0)
    return seal(ip(src, dst, TCP, head + options + data, **more))


def udplite(src, sport, dst, dport, data=b"", covered=0, **more):
    """covered: how much of header and data the checksum is of, 0 for all."""
    head = struct.pack("!HHHH", sport, dport, covered, 0)
    return seal(ip(src, dst, UDPLITE, head + data, **more))


def dccp(src, sport, dst, dport, data=b"", kind=2, cscov=0, **more):
    """kind: 0 is Request, 2 is Data; cscov: as in RFC 4340 section 9.2."""
    service = b"test" if kind == 0 else b""
    head = struct.pack("!HHBBHBBHI", sport, dport, 4 + len(service) // 4, cscov,
                       0, kind << 1 | 1, 0, 0, 1000)
    return seal(ip(src, dst, DCCP, head + service + data, **more))


def sctp_init(*addresses):
    """An INIT chunk; addresses are further ones of the sender."""
    params = b"".join(struct.pack("!HH4s", 5, 8, addr(one))
                      for one in addresses)
    return struct.pack("!BBHIIHHI", 1, 0, 20 + len(params), 1, 65536, 10, 10,
                       1) + params


def sctp(src, sport, dst, dport, data=b"", chunk=None, vtag=7, **more):
    """With a DATA chunk, or any other."""
    if chunk is None:
        chunk = struct.pack("!BBHIHHI", 0, 3, 16 + len(data), 1, 0, 0, 0) + \
            data + b"\0" * (-len(data) % 4)
    head = struct.pack("!HHII", sport, dport, vtag, 0)
    return seal(ip(src, dst, SCTP, head + chunk, **more))


def icmp(src, dst, kind, code, rest=b"\0\0\0\0", data=b"", **more):
    return seal(ip(src, dst, ICMP, struct.pack("!BBH", kind, code, 0) + rest +
                   data, **more))


def echo(src, dst, query, seq=1, data=b"", reply=False, **more):
    """An echo request or reply; query is its id."""
    return icmp(src, dst, ECHO_REPLY if reply else ECHO, 0,
                struct.pack("!HH", query, seq), data, **more)


def change(packet, src=None, sport=None, dst=None, dport=None, hops=0,
           ttl=None):
    """The packet with other addresses and ports (or query id, as sport or
    dport), some hops further."""
    length = header_length(packet)
    head, data = packet[:length], packet[length:]
    ttl = packet[8] - hops if ttl is None else ttl
    head = head[:8] + bytes([ttl]) + head[9:]
    if src is not None:
        head = head[:12] + addr(src) + head[16:]
    if dst is not None:
        head = head[:16] + addr(dst) + head[20:]
    if head[9] == ICMP:
        for ident in (sport, dport):
            if ident is not None:
                data = _put(data, 4, ident)
    else:
        if sport is not None:
            data = _put(data, 0, sport)
        if dport is not None:
            data = _put(data, 2, dport)
    return seal(head + data)


def renumber(packet, ident):
    """The packet with another IP id."""
    return seal(_put(packet, 4, ident))


def may_be_fragmented(packet):
    """Whether somebody may have to fragment it, or others its fragments.  What
    is translated has an id of the gateway's then, RFC 6864 section 5.3.1."""
    return len(packet) > 576 and not packet[6] & 0x7f and not packet[7]


def with_ident_of(seen, expected):
    """What is expected, with the id that the gateway chose."""
    if not may_be_fragmented(expected) or len(seen) < 20:
        return expected
    return renumber(expected, struct.unpack("!H", seen[4:6])[0])


def quote(packet, hops=0, length=None):
    """What an ICMP error quotes of a packet that it met some hops later."""
    packet = change(packet, hops=hops)
    if length is not None:
        packet = packet[:length]
    return packet


class Fields:
    """The fields of a packet, as attributes."""

    def __init__(self, packet):
        length = header_length(packet)
        (self.tos, self.length, self.ident, flags, self.ttl, self.proto, _,
         src, dst) = struct.unpack("!xBHHHBBH4s4s", packet[:20])
        self.df, self.mf = bool(flags & 0x4000), bool(flags & 0x2000)
        self.offset = (flags & 0x1fff) * 8
        self.src, self.dst = text(src), text(dst)
        self.options = packet[20:length]
        self.payload = packet[length:self.length]
        self.sport = self.dport = self.kind = self.code = None
        data = self.payload
        if self.offset:
            self.data = data
        elif self.proto == UDP:
            self.sport, self.dport, _, self.checksum = \
                struct.unpack("!HHHH", data[:8])
            self.data = data[8:]
        elif self.proto == TCP and len(data) < 14:
            self.sport, self.dport = struct.unpack("!HH", data[:4])
            self.flags, self.seq, self.ack, self.data = "?", 0, 0, data[4:]
        elif self.proto == TCP:
            (self.sport, self.dport, self.seq, self.ack, more, bits) = \
                struct.unpack("!HHIIBB", data[:14])
            self.flags = "".join(name for name, bit in FLAGS.items()
                                 if bits & bit)
            self.data = data[(more >> 4) * 4:]
        elif self.proto in PORTED:
            self.sport, self.dport = struct.unpack("!HH", data[:4])
            self.data = data[4:]
        elif self.proto == ICMP:
            self.kind, self.code = data[0], data[1]
            self.rest, self.data = data[4:8], data[8:]
            if self.kind in QUERIES:
                self.sport = self.dport = struct.unpack("!H", data[4:6])[0]
        else:
            self.data = data


def describe(packet):
    """One line about a packet, for people."""
    try:
        f = Fields(packet)
    except (struct.error, IndexError):
        return "no IPv4 packet: " + packet.hex()
    line = "%s -> %s ttl %d id %d len %d" % (f.src, f.dst, f.ttl, f.ident,
                                             f.length)
    if f.df:
        line += " DF"
    if f.mf or f.offset:
        line += " fragment %d%s" % (f.offset, "+" if f.mf else "")
    if f.proto == UDP and not f.offset:
        line += " udp %d -> %d" % (f.sport, f.dport)
    elif f.proto == TCP and not f.offset:
        line += " tcp %d -> %d %s seq %d ack %d" % (f.sport, f.dport, f.flags,
                                                    f.seq, f.ack)
    elif f.proto == ICMP and not f.offset:
        line += " icmp %d/%d" % (f.kind, f.code)
        if f.kind in QUERIES:
            line += " id %d" % f.sport
        else:
            line += " [" + describe(f.data) + "]"
    else:
        line += " proto %d" % f.proto
        if f.sport is not None:
            line += " %d -> %d" % (f.sport, f.dport)
    if f.length > len(packet):
        line += " cut at %d" % len(packet)
    elif not f.mf and not f.offset and seal(packet) != packet:
        line += " BAD CHECKSUM"
    return line


def difference(seen, expected):
    """Several lines about how two packets differ."""
    lines = ["seen      " + describe(seen), "expected  " + describe(expected)]
    if len(seen) != len(expected):
        lines.append("length %d instead of %d" % (len(seen), len(expected)))
    for i, (one, other) in enumerate(zip(seen, expected)):
        if one != other:
            lines.append("byte %d: %02x instead of %02x" % (i, one, other))
        if len(lines) > 12:
            lines.append("...")
            break
    return "\n".join(lines)
