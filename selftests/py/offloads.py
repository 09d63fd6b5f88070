# SPDX-License-Identifier: GPL-2.0
"""TCP and UDP through all combinations of offloads.

A combination is what the hosts' devices are told, and what the gateway's are.
Each is shown to be in force: by the size of the packets that the gateway
counts."""

import errno
import json
import os
import random
import select
import socket
import subprocess

from ktap import PATIENCE, case, equal, main, within
from netns import inside, listen, tcp, udp
from packet import TCP, UDP, Fields
from tool import stats, vctl

HOST, ALIAS, SERVER = "10.0.0.2", "10.0.0.100", "47.0.0.10"
VPNS = ("blue", "red")
HOST_DEVICES = [("blue", "eth0"), ("red", "eth0"), ("srv", "eth0")]
GW_DEVICES = [("gw", "g-blue"), ("gw", "g-red"), ("gw", "g-srv")]
SOL_UDP, UDP_SEGMENT, UDP_GRO = 17, 103, 104
SO_NO_CHECK, SO_RCVBUFFORCE = 11, 33
SEGMENT = 1200
SIZE = 200000

PLAIN = {
    "tx": "on", "sg": "on", "tso": "on", "gso": "on", "rx": "on", "gro": "off",
    "tx-udp-segmentation": "on", "tx-gso-list": "on", "rx-gro-list": "off",
    "rx-udp-gro-forwarding": "off", "txvlan": "on", "rxvlan": "on",
}
SEGMENTED = "tso off gso off tx-udp-segmentation off"
OFF = "tx off sg off tso off gso off rx off tx-udp-segmentation off"
# What each device was told last; None at first.
told = {}

random.seed(791)
DATA = [random.randbytes(SIZE) for _ in range(2)]
TMP = os.environ["VPNGW_TMP"]


def ethtool(devices, words):
    """What is not said is as in PLAIN.  Only changes, and each once: of two
    words about one thing ethtool heeds neither."""
    words = words.split()
    wanted = {**PLAIN, **dict(zip(words[::2], words[1::2]))}
    for name, dev in devices:
        changes = [word for feature, state in wanted.items()
                   if told.get((name, dev), {}).get(feature) != state
                   for word in (feature, state)]
        if not changes:
            continue
        with inside(name):
            subprocess.run(["ethtool", "-K", dev, *changes], check=True,
                           stdout=subprocess.DEVNULL)
        told[name, dev] = wanted


def offloads(hosts, gateway):
    ethtool(HOST_DEVICES, hosts)
    ethtool(GW_DEVICES, gateway)


def counters():
    """Checksum errors of all hosts. Retransmissions prove nothing: a guest that
    stalls retransmits by itself."""
    found = {}
    for name, _ in HOST_DEVICES:
        with inside(name):
            for file in ("snmp", "netstat"):
                with open("/proc/thread-self/net/" + file,
                          encoding="ascii") as lines:
                    for names in lines:
                        values = next(lines).split()
                        group = values[0]
                        for key, value in zip(names.split()[1:], values[1:]):
                            if "CsumErrors" in key:
                                found[name, group + key] = int(value)
    return found


class Connection:
    """A TCP connection of a host, and what both its ends send and get."""

    def __init__(self, vpn, server):
        self.ends = [tcp(vpn), None]
        self.ends[0].connect((ALIAS, 80))
        self.ends[1], _ = server.accept()
        self.left = [memoryview(data) for data in DATA]
        self.got = [bytearray(), bytearray()]
        for end in self.ends:
            end.setblocking(False)

    def writable(self):
        return [end for end, left in zip(self.ends, self.left) if left]

    def readable(self):
        return [self.ends[i] for i in (0, 1)
                if len(self.got[i]) < SIZE]

    def write(self, end):
        i = self.ends.index(end)
        sent = end.send(self.left[i][:65536])
        self.left[i] = self.left[i][sent:]

    def read(self, end):
        i = self.ends.index(end)
        data = end.recv(1 << 20)
        if not data:
            raise AssertionError("connection ended early")
        self.got[i] += data

    def check(self):
        equal(bytes(self.got[1]) == DATA[0], True, "to the server, the same")
        equal(bytes(self.got[0]) == DATA[1], True, "to the host, the same")
        for end in self.ends:
            end.close()


def tcp_both_ways():
    """In both VPNs and both directions at once."""
    server = listen("srv", (SERVER, 80))
    conns = [Connection(vpn, server) for vpn in VPNS]
    while True:
        reads = {end: c for c in conns for end in c.readable()}
        writes = {end: c for c in conns for end in c.writable()}
        if not reads:
            break
        readable, writable, _ = select.select(reads, writes, [], PATIENCE)
        if not readable and not writable:
            raise AssertionError("TCP stalled: %s" % [
                len(got) for c in conns for got in c.got])
        for end in readable:
            reads[end].read(end)
        for end in writable:
            writes[end].write(end)
    for conn in conns:
        conn.check()
    server.close()


def pour(end, peer, target, data):
    """One send of many segments; its payload as it arrives."""
    try:
        end.sendto(data, peer)
    except OSError as error:
        # 6.1 makes segments only where the device makes checksums.
        if error.errno != errno.EIO:
            raise
        end.setsockopt(SOL_UDP, UDP_SEGMENT, 0)
        # From two CPUs they may overtake each other
        os.sched_setaffinity(0, {0})
        for at in range(0, len(data), SEGMENT):
            end.sendto(data[at:at + SEGMENT], peer)
        end.setsockopt(SOL_UDP, UDP_SEGMENT, SEGMENT)
    got = b""
    while len(got) < len(data):
        got += target.recv(65536)
    equal(got == data, True, "UDP payload, the same")


def udp_both_ways(merge):
    """UDP_SEGMENT from both ends; UDP_GRO where they ask for it."""
    server = udp("srv", (SERVER, 7))
    for vpn in VPNS:
        host = udp(vpn, (HOST, 5000))
        for end in (host, server):
            end.setsockopt(SOL_UDP, UDP_GRO, merge)
            end.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 4000000)
            end.setsockopt(SOL_UDP, UDP_SEGMENT, 0)
        host.sendto(b"hello", (ALIAS, 7))
        _, peer = server.recvfrom(100)
        for end in (host, server):
            end.setsockopt(SOL_UDP, UDP_SEGMENT, SEGMENT)
        for length in (SEGMENT * 40, SEGMENT * 7 + 1, 48001, SEGMENT, 1):
            pour(host, (ALIAS, 7), server, DATA[0][:length])
            pour(server, peer, host, DATA[1][:length])
        host.close()
    server.close()


def udp_without_checksum():
    """RFC 3022 section 4.1; those beyond the MTU are sent in fragments, and
    are a list of fragments in the gateway."""
    server = udp("srv", (SERVER, 7))
    server.setsockopt(socket.SOL_SOCKET, SO_NO_CHECK, 1)
    for vpn in VPNS:
        host = udp(vpn, (HOST, 5001))
        for no_check in (1, 0):
            host.setsockopt(socket.SOL_SOCKET, SO_NO_CHECK, no_check)
            for length in (1, 1472, 1473, 9000, 50001):
                host.sendto(DATA[0][:length], (ALIAS, 7))
                got, peer = server.recvfrom(65536)
                equal(got == DATA[0][:length], True, "to the server, the same")
                server.sendto(DATA[1][:length], peer)
                equal(host.recv(65536) == DATA[1][:length], True,
                      "to the host, the same")
        host.close()
    server.close()


def mean(what, before, after, bounds):
    """The size of the packets that the gateway has counted meanwhile."""
    number, size = (sum(after[way][key] - before[way][key]
                        for way in ("outbound", "inbound"))
                    for key in ("packets", "bytes"))
    if not bounds[0] <= size / number <= bounds[1]:
        raise AssertionError("%s packets have %d bytes" % (what,
                                                           size / number))


def everything(tcp_size, udp_size, merge=1):
    """tcp_size, udp_size: (least, most) of the mean packet."""
    errors = counters()
    seen = [stats()]
    tcp_both_ways()
    seen.append(stats())
    udp_both_ways(merge)
    seen.append(stats())
    udp_without_checksum()
    mean("TCP", *seen[:2], tcp_size)
    mean("UDP", *seen[1:], udp_size)
    equal(stats()["drops"], seen[0]["drops"], "drops")
    equal(counters(), errors, "errors")


# Acknowledgements count too.
LARGE, SMALL, ANY = (1501, 65536), (1, 1500), (1, 65536)


@case
def segmentation_left_to_the_last_device():
    offloads("", "")
    everything(LARGE, LARGE)


@case
def no_offload_at_all():
    offloads(OFF, OFF)
    everything(SMALL, SMALL, merge=0)


@case
def hosts_offload_and_the_gateway_must_segment():
    """Software segmentation and checksums on the way out of the gateway."""
    offloads("", OFF)
    everything(LARGE, LARGE)


@case
def hosts_offload_and_the_gateway_must_segment_but_checksums():
    offloads("", SEGMENTED)
    everything(LARGE, LARGE)


@case
def checksums_only():
    offloads(SEGMENTED, "tso off gso off")
    everything(SMALL, SMALL)


@case
def gro_in_the_gateway_merges_what_it_translates():
    offloads(SEGMENTED, "gro on")
    everything(LARGE, SMALL)


@case
def gro_of_packets_with_whole_checksums():
    offloads(OFF, "gro on")
    everything(LARGE, SMALL, merge=0)


@case
def gro_in_the_gateway_which_then_must_segment():
    offloads(OFF + " gro on", OFF + " gro on")
    everything(LARGE, SMALL)


@case
def udp_gro_forwarding():
    offloads(SEGMENTED, "gro on rx-udp-gro-forwarding on")
    everything(LARGE, LARGE, merge=0)


@case
def udp_gro_forwarding_segmented_again():
    offloads(SEGMENTED, OFF + " gro on rx-udp-gro-forwarding on")
    everything(LARGE, LARGE, merge=0)


@case
def gro_by_fragment_lists():
    offloads(SEGMENTED, "gro on rx-gro-list on")
    everything(ANY, LARGE, merge=0)


@case
def gro_by_fragment_lists_segmented_again():
    offloads(SEGMENTED, OFF + " gro on rx-gro-list on tx-gso-list off")
    everything(ANY, LARGE, merge=0)


@case
def vlan_tags_in_band():
    """The device has no place beside the packet for the tag."""
    offloads("txvlan off", "txvlan off")
    everything(LARGE, LARGE)
    offloads(OFF + " txvlan off", OFF + " txvlan off")
    everything(SMALL, SMALL)


def captured(sock):
    """All packets that a socket of kind AF_PACKET has, as (to, fields)."""
    sock.setblocking(False)
    found = []
    while True:
        try:
            frame, address = sock.recvfrom(70000)
        except BlockingIOError:
            return found
        if frame[12:14] == b"\x08\0":
            found.append((address[2] == socket.PACKET_OUTGOING,
                          Fields(frame[14:])))


def sniff(name, dev):
    with inside(name):
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW,
                             socket.htons(3))
        sock.bind((dev, 0))
    sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64000000)
    return sock


def views(found, inside_view, ttls=(63,)):
    """The view that every captured packet has to have."""
    equal(len(found) > 10, True, "packets captured")
    for outgoing, f in found:
        if f.proto not in (TCP, UDP):
            continue
        if inside_view:
            expected = (ALIAS, HOST) if outgoing else (HOST, ALIAS)
        else:
            expected = (f.src, SERVER) if outgoing else (SERVER, f.dst)
            equal((f.src if outgoing else f.dst).startswith("47.0.0.20"), True,
                  "outside address")
        equal((f.src, f.dst), expected, "addresses in a capture")
        within(f.ttl, ttls if outgoing else (64,), "TTL in a capture")


@case
def captures_show_what_was_on_the_wire():
    """A capture's buffer is shared with the packet that is then translated:
    read late, it still has the bytes that came in."""
    for hosts, gateway, ttls in (
            ("", "", (63,)), (OFF, "gro on", (63,)),
            # Linux leaves the other packets of a list their TTL, in plain
            # forwarding too.
            (OFF, "gro on rx-gro-list on", (63, 64))):
        offloads(hosts, gateway)
        socks = [sniff("gw", "g-blue"), sniff("gw", "g-srv")]
        tcp_both_ways()
        udp_both_ways(0)
        udp_without_checksum()
        for sock, inner in zip(socks, (True, False)):
            views([(out, f) for out, f in captured(sock) if not f.offset],
                  inner, ttls)
            sock.close()


def tcpdump(dev):
    with inside("gw"):
        dump = subprocess.Popen(
            ["tcpdump", "-U", "--immediate-mode", "-Z", "root", "-i", dev,
             "-w", TMP + "/" + dev], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    line = "-"
    while line and "listening on" not in line:
        line = dump.stderr.readline()
    equal(bool(line), True, "tcpdump starts")
    return dump


def dumped(dev):
    return subprocess.run(
        ["tcpdump", "-nn", "-t", "-r", TMP + "/" + dev, "ip"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        check=True).stdout


@case
def tcpdump_runs_beside():
    offloads("", "")
    dumps = [tcpdump(dev) for dev in ("g-blue", "g-srv")]
    try:
        everything(LARGE, ANY)
    finally:
        for dump in dumps:
            dump.terminate()
            dump.communicate()
    inner, outer = dumped("g-blue"), dumped("g-srv")
    equal((" 10.0.0." in inner, " 47.0.0." in inner), (True, False),
          "inside addresses only, on the VPN's side")
    equal((" 10.0.0." in outer, " 47.0.0." in outer), (False, True),
          "outside addresses only, on the ext's side")


def iperf3(*words):
    """What arrives is compared by the other cases; here it is a matter of how
    much."""
    with inside("blue"):
        done = subprocess.run(["iperf3", "-J", "-c", ALIAS, "-t", "3", *words],
                              stdout=subprocess.PIPE, text=True, check=False)
    found = json.loads(done.stdout)
    equal(found.get("error"), None, "what iperf3 says")
    end = found["end"]
    for what in ("sum_sent", "sum_received"):
        if end[what]["bytes"] < 1000000:
            raise AssertionError("%s: %r" % (what, end[what]))


@case
def iperf3_with_and_without_offloads():
    for hosts, gateway in (("", ""), (OFF, OFF)):
        offloads(hosts, gateway)
        before = counters()
        iperf3()
        iperf3("-R")
        equal(counters(), before, "errors")


if __name__ == "__main__":
    main(lambda: vctl("flow flush"))
