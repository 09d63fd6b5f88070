# SPDX-License-Identifier: GPL-2.0
"""The far ends of the gateway's taps, for both versions; as wire.py.

The gateway's own noise on an IPv6 link, what its stack sends to groups without
being asked, is nobody's answer and left out."""

import struct
import time

import packet6
from ktap import PATIENCE, equal
from packet import with_ident_of
from packet6 import ICMP6, difference
from siit import adopt
from wire import FAR, IPV4, Wires

IPV6 = 0x86dd
# Listener reports, router and neighbour solicitations.
NOISE = (131, 132, 133, 135, 143)


def noise(frame):
    if frame[12:14] != b"\x86\xdd" or frame[:2] != b"\x33\x33":
        return False
    data = frame[14:]
    proto, at, _ = packet6.walk(data)
    return proto == ICMP6 and data[at:at + 1] != b"" and data[at] in NOISE


class Wires6(Wires):
    def send(self, name, data, vlan=None, kind=None, mac=None):
        if kind is None:
            kind = IPV6 if data[:1] and data[0] >> 4 == 6 else IPV4
        super().send(name, data, vlan, kind, mac)

    def frames(self, seconds=0.0):
        return [(name, frame) for name, frame in super().frames(seconds)
                if not noise(frame)]

    def nothing(self, but=None):
        for name, frame in self.frames():
            if name != but:
                raise AssertionError("came out of %s: %s" % (
                    name, packet6.describe(frame[14:])))

    def receive_frame(self, name):
        end = time.monotonic() + PATIENCE
        while True:
            frame = self.taps[name].get(max(0, end - time.monotonic()))
            if frame is None:
                others = self.frames()
                raise AssertionError("nothing came out of %s%s" % (
                    name, "".join(
                        "\n but out of %s: %s" % (
                            other, packet6.describe(f[14:]))
                        for other, f in others)))
            if not noise(frame):
                return frame

    def receive(self, name, vlan=None, more=False):
        """The one packet that came out of this interface; none came out of
        any other."""
        frame = self.receive_frame(name)
        kind = struct.pack("!H", IPV6 if frame[14] >> 4 == 6 else IPV4)
        equal(frame[12:14], kind, "ethertype")
        equal(frame[:12], FAR + self.taps[name].mac, "MAC addresses")
        if not more:
            self.nothing()
        return frame[14:]

    def compare(self, name, seen, expected, free_id=False):
        """free_id: the packet had none before, or another's."""
        if free_id:
            expected = adopt(seen, expected)
        elif expected[0] >> 4 == 4:
            expected = with_ident_of(seen, expected)
        if seen != expected:
            raise AssertionError("out of %s\n%s" % (
                name, difference(seen, expected)))

    def expect(self, name, expected, vlan=None, more=False, free_id=False):
        self.compare(name, self.receive(name, vlan, more), expected, free_id)

    def pass_on(self, into, sent, out, expected, free_id=False, **more):
        self.send(into, sent, **more)
        self.expect(out, expected, free_id=free_id)
