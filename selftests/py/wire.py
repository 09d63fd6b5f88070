# SPDX-License-Identifier: GPL-2.0
"""The far ends of the gateway's taps: frames put in, and all that comes out.

What a tap takes in is forwarded before write() returns, so what is to come out
is there to be read; waiting only allows for what is queued on the way."""

import fcntl
import os
import select
import socket
import struct

import packet
from ktap import PATIENCE, equal, wait_for
from tool import stats

TUNSETIFF = 0x400454ca
IFF_TAP, IFF_NO_PI, IFF_RUNNING = 0x2, 0x1000, 0x40
# Each part of a writev() but the first becomes a page fragment.
IFF_PAGED = 0x10 | 0x20
SIOCGIFFLAGS, SIOCSIFFLAGS, SIOCGIFHWADDR = 0x8913, 0x8914, 0x8927
FAR = bytes.fromhex("020000000099")
IPV4, ARP, VLAN = 0x0800, 0x0806, 0x8100


def _ifreq(fd, request, name, data=b""):
    ifreq = struct.pack("16s24s", os.fsencode(name), data)
    return fcntl.ioctl(fd, request, ifreq)[16:]


class Tap:
    def __init__(self, name, flags=0):
        self.name = name
        self.fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        _ifreq(self.fd, TUNSETIFF, name,
               struct.pack("H", IFF_TAP | IFF_NO_PI | flags))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            self.mac = _ifreq(sock, SIOCGIFHWADDR, name)[2:8]
            wait_for(lambda: struct.unpack(
                "H", _ifreq(sock, SIOCGIFFLAGS, name)[:2])[0] & IFF_RUNNING,
                "carrier of " + name)
            # Setting them takes the lock under which the queue is made.
            flags = _ifreq(sock, SIOCGIFFLAGS, name)[:2]
            _ifreq(sock, SIOCSIFFLAGS, name, flags)

    def put(self, frame):
        os.write(self.fd, frame)

    def get(self, seconds=0.0):
        """One frame, or None."""
        try:
            return os.read(self.fd, 65536)
        except BlockingIOError:
            if not seconds or not select.select([self.fd], [], [], seconds)[0]:
                return None
        return os.read(self.fd, 65536)

    def close(self):
        os.close(self.fd)


def show_frame(frame):
    if frame[12:14] == b"\x08\0":
        return packet.describe(frame[14:])
    return frame.hex()


class Wires:
    """All the taps of the gateway."""

    def __init__(self, *names, flags=0):
        self.taps = {name: Tap(name, flags) for name in names}

    def send(self, name, data, vlan=None, kind=IPV4, mac=None):
        """Put one packet in, addressed to the gateway."""
        tap = self.taps[name]
        head = (mac or tap.mac) + FAR
        if vlan is not None:
            head += struct.pack("!HH", VLAN, vlan)
        tap.put(head + struct.pack("!H", kind) + data)

    def frames(self, seconds=0.0):
        """All frames that have come out, as (tap, frame)."""
        found = []
        for name, tap in self.taps.items():
            while True:
                frame = tap.get(seconds if not found else 0)
                if frame is None:
                    break
                found.append((name, frame))
        return found

    def nothing(self, but=None):
        """No frame has come out of any interface (but that one)."""
        for name, frame in self.frames():
            if name != but:
                raise AssertionError("came out of %s: %s" % (
                    name, show_frame(frame)))

    def receive_frame(self, name):
        frame = self.taps[name].get(PATIENCE)
        if frame is None:
            others = self.frames()
            raise AssertionError("nothing came out of %s%s" % (
                name, "".join("\n but out of %s: %s" % (other, show_frame(f))
                              for other, f in others)))
        return frame

    def receive(self, name, vlan=None, more=False):
        """The one IPv4 packet that came out of this interface; none came out
        of any other."""
        frame = self.receive_frame(name)
        head, data = frame[:12], frame[12:]
        if vlan is not None:
            equal(data[:4], struct.pack("!HH", VLAN, vlan), "VLAN tag")
            data = data[4:]
        equal(data[:2], b"\x08\0", "ethertype")
        equal(head, FAR + self.taps[name].mac, "MAC addresses")
        if not more:
            self.nothing()
        return data[2:]

    def expect(self, name, expected, vlan=None, more=False):
        """Exactly this packet came out of this interface, and nothing out of
        any other.  The id of one that may be fragmented is the gateway's."""
        seen = self.receive(name, vlan, more)
        expected = packet.with_ident_of(seen, expected)
        if seen != expected:
            raise AssertionError("out of %s\n%s" % (
                name, packet.difference(seen, expected)))

    def pass_on(self, into, sent, out, expected, **more):
        """Send a packet, and see that one."""
        self.send(into, sent, **more)
        self.expect(out, expected)

    def drain(self):
        self.frames()

    def close(self):
        for tap in self.taps.values():
            tap.close()


class dropped:
    """with dropped(wires, "no-alias", "vpn", "a"): what is sent in here is
    dropped for this reason, for no other, and nothing leaves by any
    interface."""

    def __init__(self, wires, reason, *whose, count=1):
        self.wires, self.reason, self.whose = wires, reason, whose
        self.count = count

    def __enter__(self):
        self.before = stats(*self.whose)["drops"]

    def __exit__(self, kind, *args):
        if kind:
            return
        after = wait_for(self.counted, "a drop for " + self.reason)
        for reason, number in after.items():
            grown = number - self.before.get(reason, 0)
            equal(grown, self.count if reason == self.reason else 0,
                  "drops for " + reason)
        self.wires.nothing()

    def counted(self):
        now = stats(*self.whose)["drops"]
        if sum(now.values()) - sum(self.before.values()) >= self.count:
            return now
        return None
