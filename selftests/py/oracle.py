# SPDX-License-Identifier: GPL-2.0
"""What may come out of the gateway for a packet that went in.

The gateway here is that of hostile.sh.  The oracle does not foretell what it
does; it knows what is allowed: the exact translation of what was sent, by the
wire of the VPN that the flow belongs to; an answer to the sender, by the
sender's own wire; or what plain routing makes of a packet that is not for an
alias or an outside address.  All else is a leak.

A checksum that was wrong has to stay as wrong as it was: the sum over all that
it covers is the same, before and after."""

import struct

from packet import DCCP, ICMP, PORTED, SCTP, TCP, UDP, UDPLITE, addr, crc32c, \
    describe

VPNS = {"a0": "a", "b0": "b"}
GATEWAYS = {"a0": [addr("10.0.0.1")], "b0": [addr("10.0.0.1")],
            "s0": [addr("47.0.0.1"), addr("192.0.2.1")]}
ANY_GATEWAY = {gateway for some in GATEWAYS.values() for gateway in some}
NEVER = {bytes(4), b"\xff" * 4}
# everybody on a link
VPN_ALL = {addr("10.0.0.0"), addr("10.0.0.255")}
EXT_ALL = {addr("47.0.0.0"), addr("47.0.0.255")}
UNBOUND = addr("192.0.2.0")[:3]
# hosts that the gateway knows the MAC addresses of
NEIGHBOURS = {addr("10.0.0.%d" % n) for n in (2, 3, 4, 5, 100, 101)}
POOL = {addr("47.0.0.200"), addr("47.0.0.201")}
# vpn, host -> outside address, and back
STATIC = {("a", addr("10.0.0.3")): addr("47.0.0.220"),
          ("b", addr("10.0.0.3")): addr("47.0.0.221")}
STATIC_OUT = {outside: inside for inside, outside in STATIC.items()}
OUTSIDE = POOL | set(STATIC_OUT)
ERRORS = (3, 4, 11, 12)
REQUESTS, REPLIES = (8, 13), (0, 14)
IPV4, ARP = b"\x08\0", b"\x08\x06"
FAR_MAC = bytes.fromhex("020000000099")

# alias -> server, the same in both VPNs: two addresses and a prefix
_ALIASES = {addr("10.0.0.100"): addr("47.0.0.10"),
            addr("10.0.0.101"): addr("47.0.0.11")}
_ALIASES.update((addr("10.0.1.%d" % n), addr("47.0.1.%d" % n))
                for n in range(16))
_SERVERS = {server: alias for alias, server in _ALIASES.items()}


def server_of(alias):
    return _ALIASES.get(alias)


class Leak(AssertionError):
    """Something came out that may not."""


def need(good, what):
    if not good:
        raise Leak(what)


def total(*parts):
    """Ones' complement sum of parts, of which only the last may be odd."""
    data = b"".join(parts)
    return int.from_bytes(data + b"\0" * (len(data) % 2), "big") % 0xffff


def arrives(data):
    """The packet as the gateway's IP layer takes it, or None: what ip_rcv()
    refuses never reaches a hook."""
    if len(data) < 20 or data[0] >> 4 != 4:
        return None
    head = (data[0] & 15) * 4
    length = data[2] << 8 | data[3]
    if head < 20 or head > length or length > len(data) or total(data[:head]):
        return None
    return data[:length]


def is_fragment(packet):
    return bool((packet[6] & 0x3f) | packet[7])


def ports(packet, l4):
    """The tuple's ports; the query id twice, and zero without ports."""
    proto = packet[9]
    if proto in PORTED:
        return packet[l4:l4 + 2], packet[l4 + 2:l4 + 4]
    if proto == ICMP:
        return packet[l4 + 4:l4 + 6], packet[l4 + 4:l4 + 6]
    return b"\0\0", b"\0\0"


def nobody(wire, packet):
    """No host can have that source there, RFC 1812 5.3.7; an error may be from
    any router."""
    src = packet[12:16]
    if src[0] == 127 or 224 <= src[0] < 240 or src in NEVER:
        return True
    if packet[9] == ICMP and packet[(packet[0] & 15) * 4] in ERRORS:
        return False
    if wire == "s0":
        return src in GATEWAYS[wire] or src in OUTSIDE or src in EXT_ALL
    return src in GATEWAYS[wire] or server_of(src) or src in VPN_ALL


def check_at(proto):
    """Where the checksum of a transport header is."""
    return {TCP: 16, UDP: 6, ICMP: 2, UDPLITE: 6, DCCP: 6, SCTP: 8}.get(proto)


def covered(proto, data):
    """How much of it the checksum is of."""
    if proto == UDPLITE:
        return struct.unpack("!H", data[4:6])[0] or len(data)
    if proto == DCCP and data[5] & 15:
        return data[4] * 4 + (data[5] & 15) * 4 - 4
    return len(data)


def how_wrong(proto, pseudo, data):
    """What is the same before and after."""
    if proto == SCTP:
        crc = struct.unpack("<I", data[8:12])[0]
        return crc ^ crc32c(data[:8] + bytes(4) + data[12:])
    if proto == ICMP:
        return total(data)
    data = data[:covered(proto, data)]
    return total(pseudo, data + b"\0" * (len(data) % 2))


class Oracle:
    def __init__(self):
        # proto, outside address, port -> vpn, host, port
        self.known = {}
        # wire, header -> fragments
        self.pieces = {}
        self.note = lambda key: None

    def forget(self):
        self.known.clear()
        self.pieces.clear()

    def ours(self, wire, packet):
        """How many drops or translations a packet that has arrived makes, at
        least and at most."""
        if packet is None:
            return 0, 0
        mine = server_of(packet[16:20]) if wire in VPNS else \
            packet[16:20] in OUTSIDE
        if is_fragment(packet):
            return 0, 1
        if mine:
            return 1, 1
        l4 = (packet[0] & 15) * 4
        # An ICMP error that goes elsewhere than what it quotes came from.
        return 0, int(packet[9] == ICMP and len(packet) >= l4 + 8 and
                      packet[l4] in ERRORS)

    def is_unheard(self, wire, packet):
        """Is it for a host that nobody has ever seen?  A packet with a turned
        bit may have made one up.  Such a one is translated and goes nowhere."""
        if wire != "s0" or packet is None or packet[16:20] not in POOL:
            return False
        if is_fragment(packet):
            return True
        l4 = (packet[0] & 15) * 4
        if packet[9] == ICMP and packet[l4:l4 + 1] and packet[l4] in ERRORS:
            quoted = packet[l4 + 8:]
            if len(quoted) < 20:
                return False
            key = (quoted[9], quoted[12:16],
                   ports(quoted, (quoted[0] & 15) * 4)[0])
        else:
            key = (packet[9], packet[16:20], ports(packet, l4)[1])
        return key in self.known and self.known[key][1] not in NEIGHBOURS

    def judge(self, wire, data, frames):
        """See that these frames may come out for that; say whether it was
        translated."""
        packet = arrives(data)
        came = []
        for out, frame in frames:
            if frame[12:14] == ARP:
                self._arp(out, frame)
                continue
            need(frame[12:14] == IPV4, "no IPv4")
            need(packet is not None, "answers what is no packet")
            need(frame[:6] == FAR_MAC, "to another MAC address")
            seen = arrives(frame[14:])
            need(seen is not None and len(seen) == len(frame) - 14,
                 "malformed")
            came.append((out, seen))
        if packet is not None and is_fragment(packet):
            return self._fragment(wire, packet, came)
        done = 0
        for out, seen in came:
            if (wire, out) in (("a0", "s0"), ("b0", "s0"), ("s0", "a0"),
                               ("s0", "b0")):
                self._translated(wire, packet, out, seen)
                done += 1
            else:
                self._plain(wire, packet, out, seen)
        need(done <= 1, "more than one packet")
        return done

    @staticmethod
    def _arp(out, frame):
        """The gateway asks for a neighbour, as itself."""
        need(frame[14:22] == bytes.fromhex("0001080006040001") and
             (frame[28:32] in GATEWAYS.get(out, ()) or
              frame[28:31] == UNBOUND), "ARP of another's")

    def _translated(self, wire, packet, out, came, gathered=False):
        l4 = (packet[0] & 15) * 4
        need(len(came) == len(packet), "length")
        need(came[:4] + came[6:8] == packet[:4] + packet[6:8],
             "first eight bytes")
        # What may be fragmented on its way gets a new id.
        need(came[4:6] == packet[4:6] or gathered or
             (len(packet) > 576 and not packet[6] & 0x40), "id")
        need(came[8] == packet[8] - 1, "TTL")
        need(came[9] == packet[9], "protocol")
        need(came[20:l4] == packet[20:l4], "options")
        need(not nobody(wire, packet), "from nobody")
        if packet[9] == ICMP and packet[l4] in ERRORS:
            self._error(wire, packet, out, came, l4)
            return
        # first: the rest may learn from it
        self._body(packet, came, l4)
        if out == "s0":
            self._outward(VPNS[wire], packet, came, l4)
        else:
            self._inward(packet, VPNS[out], came, l4)

    def _outward(self, vpn, packet, came, l4):
        sport, dport = ports(packet, l4)
        sport_out, dport_out = ports(came, l4)
        server = server_of(packet[16:20])
        need(server and came[16:20] == server, "not the alias' server")
        need(dport == dport_out or packet[9] == ICMP, "server's port")
        outside = came[12:16]
        self._owned(vpn, packet[9], packet[12:16], sport, outside, sport_out)

    def _owned(self, vpn, proto, host, port, outside, port_out):
        """That outside endpoint stands for that host, and for nobody else."""
        owner = (vpn, host, port)
        need(outside in OUTSIDE, "not an outside address")
        if outside in STATIC_OUT:
            need(STATIC_OUT[outside] == (vpn, host) and port == port_out,
                 "another's static mapping")
            return
        need(proto in PORTED or proto == ICMP, "a protocol that needs a mapping")
        key = (proto, outside, port_out)
        if key not in self.known:
            self.known[key] = owner
            self.note(key)
        need(self.known[key] == owner, "another's outside endpoint")

    def _owner(self, proto, outside, port):
        if outside in STATIC_OUT:
            return (*STATIC_OUT[outside], port)
        return self.known.get((proto, outside, port), (None, None, None))

    def _inward(self, packet, vpn, came, l4):
        sport, dport = ports(packet, l4)
        sport_in, dport_in = ports(came, l4)
        owner = self._owner(packet[9], packet[16:20], dport)
        need(owner == (vpn, came[16:20], dport_in), "not whose flow it is")
        need(server_of(came[12:16]) == packet[12:16], "not the server's alias")
        need(sport == sport_in or packet[9] == ICMP, "server's port")

    @staticmethod
    def _body(packet, came, l4):
        """All but addresses and ports is as it was, also how wrong the
        checksum is."""
        proto = packet[9]
        check = check_at(proto)
        if check is None:
            need(came[l4:] == packet[l4:], "payload")
            return
        first = 6 if proto == ICMP else 4
        if proto == ICMP:
            need(came[l4:l4 + 2] == packet[l4:l4 + 2], "type and code")
        after = l4 + max(first, check + (4 if proto == SCTP else 2))
        need(came[l4 + first:l4 + check] == packet[l4 + first:l4 + check] and
             came[after:] == packet[after:], "payload")
        if proto == UDP:
            empty = packet[l4 + 6:l4 + 8] == b"\0\0"
            need(empty == (came[l4 + 6:l4 + 8] == b"\0\0"),
                 "UDP without a checksum")
            if empty:
                return
        need(how_wrong(proto, packet[12:20], packet[l4:]) ==
             how_wrong(proto, came[12:20], came[l4:]),
             "how wrong the checksum is")

    def _error(self, wire, packet, out, came, l4):
        """An ICMP error, and what it quotes."""
        need(came[l4:l4 + 2] + came[l4 + 4:l4 + 8] ==
             packet[l4:l4 + 2] + packet[l4 + 4:l4 + 8], "ICMP header")
        need(not total(packet[l4:]), "a wrong ICMP checksum was let pass")
        need(not total(came[l4:]), "ICMP checksum")
        sent, seen = packet[l4 + 8:], came[l4 + 8:]
        q4 = (sent[0] & 15) * 4
        need(not total(sent[:q4]), "a wrong quoted checksum was let pass")
        need(not total(seen[:q4]), "quoted header's checksum")
        need(seen[:10] == sent[:10] and seen[20:q4] == sent[20:q4],
             "quoted header")
        need(packet[16:20] == sent[12:16], "not to the quoted sender")
        need(came[16:20] == seen[12:16], "not to the quoted sender")
        sport, dport = ports(sent, q4)
        sport_new, dport_new = ports(seen, q4)
        if out == "s0":
            vpn = VPNS[wire]
            need(server_of(sent[12:16]) == seen[12:16], "quoted alias")
            need(sport == sport_new or sent[9] == ICMP, "quoted port")
            self._owned(vpn, sent[9], sent[16:20], dport, seen[16:20],
                        dport_new)
            # RFC 5508 REQ-5: the sender's own address, where it has one.
            need(came[12:16] == STATIC.get((vpn, packet[12:16]), seen[16:20]),
                 "source of the error")
        else:
            vpn = VPNS[out]
            need(self._owner(sent[9], sent[12:16], sport) ==
                 (vpn, seen[12:16], sport_new), "not whose flow it is")
            need(server_of(seen[16:20]) == sent[16:20], "quoted server")
            need(dport == dport_new or sent[9] == ICMP, "quoted port")
            need(came[12:16] in GATEWAYS[out] or
                 server_of(came[12:16]) == packet[12:16],
                 "source of the error")
        check = check_at(sent[9])
        if check is None or sent[9] == SCTP or len(sent) < q4 + check + 2:
            first = 4 if sent[9] in PORTED else 0
            need(seen[q4 + first:] == sent[q4 + first:], "quoted payload")
            return
        plain = bytearray(sent[q4:])
        plain[:4] = seen[q4:q4 + 4]
        if sent[9] == ICMP:
            plain[4:6] = seen[q4 + 4:q4 + 6]
        plain[check:check + 2] = seen[q4 + check:q4 + check + 2]
        need(seen[q4:] == bytes(plain), "quoted payload")
        if sent[9] in (UDP, UDPLITE) and sent[q4 + 6:q4 + 8] == b"\0\0":
            need(seen[q4 + 6:q4 + 8] == b"\0\0", "quoted UDP checksum")
            return
        pseudo = (b"", b"") if sent[9] == ICMP else (sent[12:20], seen[12:20])
        need(total(pseudo[0], sent[q4:]) == total(pseudo[1], seen[q4:]),
             "how wrong the quoted checksum is")

    def _plain(self, wire, packet, out, came):
        """An answer to the sender, or what plain routing makes of it."""
        if out != wire:
            # u0 is bound to nothing: the ext's routes may lead there
            need(wire == "s0" and out == "u0" and
                 UNBOUND in (packet[12:15], packet[16:19]), "another's wire")
        l4, c4 = (packet[0] & 15) * 4, (came[0] & 15) * 4
        if came[12:20] == packet[12:20] and came[8] == packet[8] - 1:
            need(self.ours(wire, packet)[0] == 0, "not translated")
            need(came[c4:] == packet[l4:], "payload of a routed packet")
            return
        need(came[16:20] == packet[12:16], "not to the sender")
        # The stack has any of its addresses on any interface, also in a VRF.
        need(came[12:16] in ANY_GATEWAY, "not from the gateway")
        if came[9] == ICMP and came[c4] in ERRORS:
            sent = came[c4 + 8:]
            need(not total(came[c4:]), "checksum of the gateway's error")
            need(sent[12:20] == packet[12:20] and sent[9] == packet[9] and
                 sent[l4:] == packet[l4:len(sent)], "quote of the gateway's")
            return
        need(packet[16:20] in ANY_GATEWAY, "from the gateway, and no error")

    # Fragments: what comes out has to be made of what was sent under the same
    # header by the same wire.

    def _fragment(self, wire, packet, came):
        head = (wire, packet[4:6], packet[9], packet[12:20])
        pieces = self.pieces.setdefault(head, [])
        pieces.append(packet)
        crossed = [(out, seen) for out, seen in came
                   if (wire == "s0") != (out == "s0") and out != "u0"]
        for out, seen in came:
            if (out, seen) not in crossed:
                need(out == wire or out == "u0", "another's wire")
        if not crossed:
            return 0
        out = crossed[0][0]
        need(all(other == out for other, _ in crossed), "several wires")
        whole = self._join([seen for _, seen in crossed])
        failure = None
        for first in pieces:
            if (first[6] & 0x1f) | first[7]:
                continue
            try:
                self._translated(wire, self._rejoin(pieces, first, whole), out,
                                 whole, gathered=True)
                return 1
            except Leak as leak:
                failure = leak
        raise failure or Leak("no first fragment was sent")

    @staticmethod
    def _join(parts):
        data = bytearray()
        for part in sorted(parts, key=lambda p: (p[6] & 0x1f) << 8 | p[7]):
            need(((part[6] & 0x1f) << 8 | part[7]) * 8 == len(data),
                 "fragments that do not fit")
            data += part[(part[0] & 15) * 4:]
        head = bytearray(parts[0][:(parts[0][0] & 15) * 4])
        struct.pack_into("!H", head, 2, len(head) + len(data))
        head[6] = head[7] = 0
        return bytes(head + data)

    @staticmethod
    def _rejoin(pieces, first, whole):
        """The packet that was sent if each byte that came is one that was
        sent for its place."""
        l4 = (first[0] & 15) * 4
        length = len(whole) - (whole[0] & 15) * 4
        data = bytearray(length)
        have = bytearray(length)
        want = whole[(whole[0] & 15) * 4:]
        for piece in pieces:
            at = ((piece[6] & 0x1f) << 8 | piece[7]) * 8
            body = piece[(piece[0] & 15) * 4:]
            for i, byte in enumerate(body, at):
                if i >= length:
                    break
                if not have[i] or byte == want[i]:
                    data[i], have[i] = byte, 1
        need(all(have), "bytes that were never sent")
        # where ports and checksums are, the first fragment has a say
        body = first[l4:][:20]
        data[:len(body)] = body
        head = bytearray(first[:l4])
        struct.pack_into("!H", head, 2, l4 + length)
        head[6] = head[7] = 0
        return bytes(head + data)


def show(wire, data):
    return "into %s: %s\n  %s" % (wire, describe_safely(data), data.hex())


def describe_safely(data):
    try:
        return describe(data)
    except Exception:
        return "%d bytes" % len(data)
