# SPDX-License-Identifier: GPL-2.0
"""A narrow link at four places of the path, and ends of either version."""

import errno
import json
import random
import re
import select
import socket
import subprocess

from ktap import PATIENCE, case, equal, main, wait_for
from netns import NAMES, inside, listen, tcp, udp
from tool import stats, vctl

HOST = {4: "10.1.0.2", 6: "fd01::2"}
SERVER = {4: "47.1.0.10", 6: "2001:db8:1::10"}
ALIAS = {(6, 6): "fd00::100", (6, 4): "fd00::104", (4, 6): "10.0.0.106"}
MTU = 1280
LINKS = {1: (("host", "r1"), ("r1", "host")), 2: (("r1", "gw"), ("gw", "r1")),
         3: (("gw", "r2"), ("r2", "gw")), 4: (("r2", "srv"), ("srv", "r2"))}
# The options of a socket of each version.
LEVEL = {4: socket.SOL_IP, 6: socket.IPPROTO_IPV6}
DISCOVER, RECVERR, PATH_MTU = {4: 10, 6: 23}, {4: 11, 6: 25}, {4: 14, 6: 24}
HEADERS = {4: 28, 6: 48}
DONT, WANT, DO = 0, 1, 2
SOL_UDP, UDP_SEGMENT = 17, 103
SO_RCVBUFFORCE = 33
# Kernels that check everything take minutes for so much.
BIG = 10000000 if PATIENCE < 30 else 1000000
SMALL = 500000

random.seed(8201)
DATA = [random.randbytes(BIG) for _ in range(2)]


def set_mtu(link, mtu):
    for name, dev in LINKS[link]:
        subprocess.run(["ip", "-n", NAMES[name], "link", "set", dev, "mtu",
                        str(mtu)], check=True)


def forget():
    """What path MTUs were learnt before."""
    for name in NAMES:
        for version in ("-4", "-6"):
            subprocess.run(["ip", "-n", NAMES[name], version, "route",
                            "flush", "cache"], check=True,
                           stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
    vctl("flow flush")


class narrow:
    """with narrow(2): that link has the small MTU, and nobody knows yet."""

    def __init__(self, link):
        self.link = link

    def __enter__(self):
        forget()
        set_mtu(self.link, MTU)

    def __exit__(self, *args):
        set_mtu(self.link, 1500)


def path_mtu(end, versions, link):
    """What that end (0 the host, 1 the server) is to find out: its header may
    be 20 bytes longer or shorter than that on the narrow link."""
    mine, there = versions[end], versions[0 if link < 3 else 1]
    return MTU + {(6, 4): 20, (4, 6): -20}.get((mine, there), 0)


def connection(versions):
    server = listen("srv", (SERVER[versions[1]], 80))
    host = tcp("host", (HOST[versions[0]], 0))
    host.connect((ALIAS[versions], 80))
    conn, _ = server.accept()
    server.close()
    return host, conn


def pour(sender, receiver, data):
    """All of it arrives, the same."""
    left, got = memoryview(data), bytearray()
    sender.setblocking(False)
    receiver.setblocking(False)
    while len(got) < len(data):
        readable, writable, _ = select.select(
            [receiver], [sender] if left else [], [], PATIENCE * 2)
        if not readable and not writable:
            raise AssertionError("stalled after %d of %d bytes" %
                                 (len(got), len(data)))
        if writable:
            left = left[sender.send(left[:65536]):]
        if readable:
            chunk = receiver.recv(1 << 20)
            equal(bool(chunk), True, "connection is still open")
            got += chunk
    equal(bytes(got) == data, True, "the same data")


def transfer(versions, link, *sizes):
    """What the host sends, and what the server."""
    for end, size in enumerate(sizes):
        with narrow(link):
            ends = connection(versions)
            pour(ends[end], ends[1 - end], DATA[end][:size])
            equal(ends[end].getsockopt(LEVEL[versions[end]],
                                       PATH_MTU[versions[end]]),
                  path_mtu(end, versions, link),
                  "path MTU, %s, link %d, end %d" % (versions, link, end))
            for sock in ends:
                sock.close()


@case
def ten_megabytes_with_a_narrow_link_on_the_vpn_side():
    before = complaints()
    for versions in ALIAS:
        transfer(versions, 2, SMALL, BIG)
    equal(complaints(), before, "complaints of the kernel")


@case
def ten_megabytes_with_a_narrow_link_on_the_ext_side():
    before = complaints()
    for versions in ALIAS:
        transfer(versions, 3, BIG, SMALL)
    equal(complaints(), before, "complaints of the kernel")


@case
def narrow_links_beyond_a_router():
    """It tells, and the gateway translates what it says."""
    for versions in ALIAS:
        transfer(versions, 1, SMALL, SMALL)
        transfer(versions, 4, SMALL, SMALL)


def complaints():
    with subprocess.Popen(["dmesg"], stdout=subprocess.PIPE,
                          text=True) as process:
        return len(re.findall(r"bad.offload|bad gso|WARNING|offset=\(",
                              process.stdout.read()))


class Pair:
    """A UDP flow, with a connected socket at both its ends."""

    def __init__(self, versions, discover):
        self.versions = versions
        self.host = udp("host", (HOST[versions[0]], 5000))
        self.server = udp("srv", (SERVER[versions[1]], 7))
        self.host.connect((ALIAS[versions], 7))
        self.host.send(b"hello")
        _, outside = self.server.recvfrom(100)
        self.server.connect(outside[:2])
        self.ends = (self.host, self.server)
        for end, version in zip(self.ends, versions):
            end.setsockopt(LEVEL[version], DISCOVER[version], discover)
            end.setsockopt(LEVEL[version], RECVERR[version], 1)
            end.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 4000000)

    def mtu(self, end):
        version = self.versions[end]
        return self.ends[end].getsockopt(LEVEL[version], PATH_MTU[version])

    def close(self):
        for end in self.ends:
            end.close()


def try_to_send(sock, size):
    """Whether it went out."""
    try:
        sock.send(bytes(size))
        return True
    except OSError as error:
        equal(error.errno, errno.EMSGSIZE, "errno")
        return False


@case
def each_end_is_told_the_right_number():
    """One byte more does not pass, and what fits does; wherever the link is."""
    for versions in ALIAS:
        for link in LINKS:
            with narrow(link):
                pair = Pair(versions, DO)
                for end, version in enumerate(versions):
                    wanted = path_mtu(end, versions, link)
                    try_to_send(pair.ends[end], wanted + 1 - HEADERS[version])
                    wait_for(lambda e=end, w=wanted: pair.mtu(e) == w,
                             lambda e=end, w=wanted: "MTU %d, not %d: "
                             "%s, link %d, end %d" % (w, pair.mtu(e),
                                                      versions, link, e))
                    # the errors that were queued
                    while not try_to_send(pair.ends[end],
                                          wanted - HEADERS[version]):
                        pass
                    peer = pair.ends[1 - end]
                    equal(len(peer.recv(2000)), wanted - HEADERS[version],
                          "what fits")
                pair.close()


@case
def large_datagrams_in_fragments():
    """IPv6 hosts fragment by themselves when they have been told; of IPv4 the
    gateway and routers do."""
    for versions in ALIAS:
        for link in (2, 3):
            with narrow(link):
                pair = Pair(versions, DONT)
                for size in (1200, 1233, 1260, 1280, 1452, 1453, 9000, 60001):
                    data = DATA[0][:size]
                    for end in (0, 1):
                        sent_whole(pair, end, data)
                pair.close()


def sent_whole(pair, end, data):
    peer = pair.ends[1 - end]
    peer.settimeout(0.5)
    for _ in range(10):
        try:
            pair.ends[end].send(data)
        except OSError as error:
            equal(error.errno, errno.EMSGSIZE, "errno")
            continue
        try:
            seen = peer.recv(65536)
            while len(seen) != len(data):
                # of before, and late
                seen = peer.recv(65536)
            equal(seen == data, True, "the same datagram")
        except TimeoutError:
            continue
        except OSError as error:
            # what it was told of its own
            equal(error.errno, errno.EMSGSIZE, "errno")
            continue
        peer.settimeout(PATIENCE)
        return
    raise AssertionError("%d bytes never arrive, %s, end %d" % (
        len(data), pair.versions, end))


# --- offloads -----------------------------------------------------------------

PLAIN = {"tx": "on", "sg": "on", "tso": "on", "gso": "on", "rx": "on",
         "gro": "off", "tx-udp-segmentation": "on"}
OFF = "tx off sg off tso off gso off rx off tx-udp-segmentation off"
ENDS = (("host", "r1"), ("srv", "r2"))
ROUTERS = (("r1", "host"), ("r1", "gw"), ("r2", "gw"), ("r2", "srv"))
GATEWAY = (("gw", "r1"), ("gw", "r2"))


def ethtool(devices, words):
    words = words.split()
    wanted = {**PLAIN, **dict(zip(words[::2], words[1::2]))}
    for name, dev in devices:
        with inside(name):
            subprocess.run(["ethtool", "-K", dev, *(
                word for pair in wanted.items() for word in pair)],
                check=True, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL)


def combinations():
    """What the ends and the gateway are told."""
    for ends, gateway in (("", ""), ("", "gro on"), (OFF, "gro on"),
                          ("", "tso off gso off"), (OFF, OFF),
                          (OFF, OFF + " gro on")):
        ethtool(ENDS + ROUTERS, ends)
        ethtool(GATEWAY, gateway)
        yield ends, gateway
    ethtool(ENDS + ROUTERS + GATEWAY, "")


def mean_packet(before, after):
    number, size = (sum(after[way][key] - before[way][key]
                        for way in ("outbound", "inbound"))
                    for key in ("packets", "bytes"))
    return size / max(1, number)


@case
def tcp_with_every_offload():
    """Each direction; where large segments come in they leave as such."""
    noise = complaints()
    for ends, gateway in combinations():
        for versions in ALIAS:
            for end in (0, 1):
                before = stats()
                both = connection(versions)
                pour(both[end], both[1 - end], DATA[end][:1000000])
                after = stats()
                if not ends:
                    mean = mean_packet(before, after)
                    equal(mean > 1500, True, "mean packet of %d bytes: large" %
                          mean)
                equal(after["drops"], before["drops"], "drops with %r, %r" %
                      (ends, gateway))
                for sock in both:
                    sock.close()
    equal(complaints(), noise, "complaints of the kernel")


@case
def udp_segments_of_one_send():
    """UDP_SEGMENT, in both directions."""
    noise = complaints()
    for _ in combinations():
        for versions in ALIAS:
            pair = Pair(versions, WANT)
            for length in (1200 * 40, 1200 * 7 + 1, 1200, 1):
                for end in (0, 1):
                    pour_segments(pair.ends[end], pair.ends[1 - end],
                                  DATA[end][:length])
            pair.close()
    equal(complaints(), noise, "complaints of the kernel")


def pour_segments(sender, receiver, data):
    sender.setsockopt(SOL_UDP, UDP_SEGMENT, 1200)
    try:
        sender.send(data)
    except OSError as error:
        # 6.1 makes segments only where the device makes checksums.
        if error.errno != errno.EIO:
            raise
        sender.setsockopt(SOL_UDP, UDP_SEGMENT, 0)
        for at in range(0, len(data), 1200):
            sender.send(data[at:at + 1200])
    got = b""
    while len(got) < len(data):
        got += receiver.recv(65536)
    equal(got == data, True, "the same data")


@case
def iperf3_both_ways():
    """An IPv6-only VPN host and an IPv4-only server, and the other way."""
    noise = complaints()
    ethtool(GATEWAY, "gro on")
    for versions in ALIAS:
        for words in ((), ("-R",), ("-P", "4")):
            with inside("host"):
                done = subprocess.run(
                    ["iperf3", "-J", "-c", ALIAS[versions], "-t", "1", *words],
                    stdout=subprocess.PIPE, text=True, check=False)
            found = json.loads(done.stdout)
            equal(found.get("error"), None, "what iperf3 says")
            for what in ("sum_sent", "sum_received"):
                equal(found["end"][what]["bytes"] > 500000, True,
                      "%s %s: more than half a megabyte" % (versions, what))
    ethtool(GATEWAY, "")
    equal(complaints(), noise, "complaints of the kernel")


if __name__ == "__main__":
    main()
