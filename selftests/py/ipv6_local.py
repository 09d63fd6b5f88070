# SPDX-License-Identifier: GPL-2.0
"""The gateway is a server itself, of both versions, for hosts of both."""

import errno
import socket
import struct
import subprocess

import bed6
import packet6
import pieces6
from bed6 import HOST4, HOST6, POOL4, POOL6, open_wires
from ktap import PATIENCE, case, equal, main, wait_for
from packet import ICMP, UDP
from packet6 import ICMP6, addr, either, fragment_header, is6, padding, udp
from tool import drops, identify, vctl
from wire import dropped

OWN4, OWN6 = "47.0.0.1", "2001:db8:47::1"
MEDIA4, MEDIA6 = "48.0.0.1", "2001:db8:48::1"
MEDIA_POOL4, MEDIA_POOL6 = "48.0.0.200", "2001:db8:48::200"
# (host, alias, the gateway's own address, where the host is seen, VRF)
CASES = (
    (HOST4, "10.0.0.110", OWN4, POOL4, None),
    (HOST6, "fd00::110", OWN6, POOL6, None),
    (HOST6, "fd00::114", OWN4, POOL4, None),
    (HOST4, "10.0.0.116", OWN6, POOL6, None),
    (HOST4, "10.0.0.120", MEDIA4, MEDIA_POOL4, "e"),
    (HOST6, "fd00::120", MEDIA6, MEDIA_POOL6, "e"),
    (HOST6, "fd00::124", MEDIA4, MEDIA_POOL4, "e"),
    (HOST4, "10.0.0.126", MEDIA6, MEDIA_POOL6, "e"),
)


def sock(kind, address, port, device=None):
    """A socket of the gateway."""
    new = socket.socket(socket.AF_INET6 if is6(address) else socket.AF_INET,
                        kind)
    new.settimeout(PATIENCE)
    new.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if device:
        new.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE,
                       device.encode())
    new.bind((address, port))
    return new


def udp_server(address, port=7, device=None):
    return sock(socket.SOCK_DGRAM, address, port, device)


def hears_nothing(server):
    server.setblocking(False)
    try:
        raise AssertionError("%r" % (server.recvfrom(100),))
    except BlockingIOError:
        pass


def udp_exchange(server, vpn, host, alias, data=b"of a host"):
    """A host asks a server of the gateway, and is answered."""
    dev = vpn + "0"
    bed6.wires.send(dev, either.udp(host, 5000, alias, 7, data))
    seen, peer = server.recvfrom(65536)
    equal(seen, data)
    bed6.wires.nothing()
    server.sendto(b"to " + vpn.encode(), peer)
    out = bed6.wires.receive(dev)
    equal(either.seal(out), out, "checksums")
    seen = either.fields(out)
    equal((seen.src, seen.sport, seen.dst, seen.dport, seen.data, seen.ttl),
          (alias, 7, host, 5000, b"to " + vpn.encode(), 64), "answer")
    return peer[:2]


@case
def udp_servers():
    """Both VPNs at once, whose hosts have one address."""
    for host, alias, own, pool, vrf in CASES:
        with udp_server(own, device=vrf) as server:
            peers = {vpn: udp_exchange(server, vpn, host, alias)
                     for vpn in ("a", "b")}
            for vpn, peer in peers.items():
                equal(peer[0], pool, "the host as the server sees it")
                equal(identify("udp", *peer)["vpn"], vpn)
            # the server may begin now
            server.sendto(b"once more", peers["a"])
            seen = either.fields(bed6.wires.receive("a0"))
            equal((seen.src, seen.dst, seen.dport, seen.data),
                  (alias, host, 5000, b"once more"))


@case
def udp_server_that_listens_everywhere():
    """With one socket for both versions."""
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as server:
        server.settimeout(PATIENCE)
        server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        server.bind(("::", 7))
        for host, alias, _, pool, vrf in CASES:
            if vrf:
                continue
            peer = udp_exchange(server, "a", host, alias)
            equal(peer[0].replace("::ffff:", ""), pool)


@case
def server_in_a_vrf_is_heard_there_only():
    for host, alias, own, _, vrf in CASES:
        if not vrf:
            continue
        with udp_server(own, device=vrf) as server, \
                udp_server("::" if is6(own) else "0.0.0.0") as stranger:
            udp_exchange(server, "a", host, alias)
            hears_nothing(stranger)


@case
def long_datagrams():
    """A server's that do not fit the VPN's link are fragmented, and a host's
    put together."""
    data = bytes(range(256)) * 14
    for host, alias, own, _, vrf in CASES:
        with udp_server(own, device=vrf) as server:
            for part in pieces6.cut(either.udp(host, 5000, alias, 7, data)):
                bed6.wires.send("a0", part)
            seen, peer = server.recvfrom(65536)
            equal(seen, data)
            server.setsockopt(socket.IPPROTO_IP, 10, 0)  # MTU_DISCOVER, DONT
            server.sendto(data, peer)
            pieces6.expect(bed6.wires, "a0", either.udp(alias, 7, host, 5000,
                                                       data))


@case
def tcp_servers():
    """A connection by hand, as the host sees it; much of it goes by GSO."""
    for host, alias, own, _, vrf in CASES:
        tcp_talk(host, alias, own, vrf)


def tcp_talk(host, alias, own, vrf):
    def segment(flags, seq, ack=0, data=b"", **more):
        return either.tcp(host, 5000, alias, 80, flags, seq, ack, data=data,
                          **more)

    def answer():
        out = bed6.wires.receive("a0", more=True)
        equal(either.seal(out), out, "checksums")
        seen = either.fields(out)
        equal((seen.src, seen.sport, seen.dst, seen.dport),
              (alias, 80, host, 5000))
        return seen

    page = bytes(range(256)) * 30
    with sock(socket.SOCK_STREAM, own, 80, vrf) as server:
        server.listen()
        bed6.wires.send("a0", segment("S", 1000, options=b"\2\4\4\xb0"))
        seen = answer()
        equal(seen.flags, "SA")
        start = seen.seq + 1
        bed6.wires.send("a0", segment("A", 1001, start))
        bed6.wires.send("a0", segment("PA", 1001, start, b"GET of a"))
        peer, _ = server.accept()
        with peer:
            peer.settimeout(PATIENCE)
            equal(peer.recv(100), b"GET of a")
            peer.sendall(page)
            got = b""
            while len(got) < len(page):
                seen = answer()
                if seen.seq == start + len(got) and seen.data:
                    got += seen.data
                    bed6.wires.send("a0", segment("A", 1009,
                                                  start + len(got)))
            equal(got, page)
            bed6.wires.send("a0", segment("RA", 1009, start + len(got)))
    bed6.wires.drain()
    vctl("flow flush")


@case
def ping():
    for host, alias, _, _, _ in CASES:
        for vpn in ("a", "b"):
            bed6.wires.send(vpn + "0", either.echo(host, alias, 77, 5,
                                                   b"ping"))
            bed6.wires.compare(vpn + "0", bed6.wires.receive(vpn + "0"),
                               either.echo(alias, host, 77, 5, b"ping",
                                           reply=True), True)


@case
def closed_port():
    """The stack's ICMP error, in the host's view and version, with what it
    sent."""
    for host, alias, own, _, _ in CASES:
        sent = either.udp(host, 5000, alias, 4444, b"nobody there")
        bed6.wires.send("a0", sent)
        out = bed6.wires.receive("a0")
        equal(either.seal(out), out, "checksum")
        seen = either.fields(out)
        equal((seen.src, seen.dst, seen.proto, seen.kind, seen.code),
              (alias, host) + ((ICMP6, 1, 4) if is6(host) else (ICMP, 3, 3)),
              "answer")
        quoted = seen.data
        if is6(host) == is6(own):
            equal(quoted, sent, "quoted packet")
        else:
            f, wanted = either.fields(quoted), either.fields(sent)
            equal((f.src, f.dst, f.sport, f.dport, f.data),
                  (wanted.src, wanted.dst, wanted.sport, wanted.dport,
                   wanted.data), "quoted packet")


@case
def gateway_starts_toward_a_static_mapping():
    for own, outside, host, alias in (
            (OWN4, "47.0.0.210", HOST4, "10.0.0.110"),
            (OWN6, "2001:db8:47::210", HOST4, "10.0.0.116"),
            (OWN4, "47.0.0.211", HOST6, "fd00::114"),
            (OWN6, "2001:db8:47::211", HOST6, "fd00::110")):
        with udp_server(own, 6000) as client:
            client.sendto(b"first", (outside, 9))
            out = bed6.wires.receive("a0")
            equal(either.seal(out), out, "checksums")
            seen = either.fields(out)
            equal((seen.src, seen.sport, seen.dst, seen.dport, seen.data),
                  (alias, 6000, host, 9, b"first"))
            bed6.wires.send("a0", either.udp(host, 9, alias, 6000, b"back"))
            data, peer = client.recvfrom(100)
            equal((data, peer[:2]), (b"back", (outside, 9)))


@case
def gateway_sends_to_nobody():
    """No mapping wants it: it does not go out to look for one."""
    for own, pool in ((OWN4, POOL4), (OWN6, POOL6)):
        with udp_server(own, 6000) as client:
            before = drops("no-mapping", "ext", "carrier")
            client.sendto(b"first", (pool, 9))
            equal(drops("no-mapping", "ext", "carrier") - before, 1, "drops")
            bed6.wires.nothing()


@case
def path_mtu_is_told_to_the_socket():
    """In the version of the socket, with the headers that the other has."""
    subprocess.run("ip link set a0 mtu 1300".split(), check=True)
    for host, alias, own, fits in ((HOST4, "10.0.0.110", OWN4, 1300),
                                   (HOST6, "fd00::110", OWN6, 1300),
                                   (HOST6, "fd00::114", OWN4, 1280),
                                   (HOST4, "10.0.0.116", OWN6, 1320)):
        headers = 48 if is6(own) else 28
        with udp_server(own) as server:
            peer = udp_exchange(server, "a", host, alias)
            if is6(own):
                server.setsockopt(socket.IPPROTO_IPV6, 23, 2)   # DO
            else:
                server.setsockopt(socket.IPPROTO_IP, 10, 2)
            server.sendto(bytes(fits - headers + 1), peer)

            def too_long():
                try:
                    server.sendto(bytes(fits - headers + 1), peer)
                except OSError as error:
                    return error.errno == errno.EMSGSIZE
                return False

            wait_for(too_long, "EMSGSIZE")
            server.sendto(bytes(fits - headers), peer)
            equal(len(bed6.wires.receive("a0")), 1300)
        subprocess.run("ip route flush cache".split(), check=True)
        subprocess.run("ip -6 route flush cache".split(), check=True)
    subprocess.run("ip link set a0 mtu 1500".split(), check=True)


@case
def input_and_output_chains_see_it():
    """By the ext's device, untracked, in the version of the server; what goes
    back, in both."""
    rules = """
    table inet seen {
        chain input { type filter hook input priority 0;
            iif s0 ip saddr 47.0.0.200 udp dport 7 ct state untracked counter
            iif s0 ip6 saddr 2001:db8:47::200 udp dport 7 ct state untracked counter
        }
        chain output { type filter hook output priority 0;
            ip daddr 10.0.0.2 udp sport 7 ct state untracked counter
            ip6 daddr fd00::2 udp sport 7 ct state untracked counter
        }
        chain forward { type filter hook forward priority 0;
            udp dport 7 counter
        }
    }"""
    subprocess.run(["nft", "-f", "-"], input=rules, text=True, check=True)
    try:
        for host, alias, own, _, vrf in CASES:
            if not vrf:
                with udp_server(own) as server:
                    udp_exchange(server, "a", host, alias)
        said = subprocess.run(["nft", "list", "table", "inet", "seen"],
                              check=True, text=True,
                              stdout=subprocess.PIPE).stdout
        counts = [line.split("packets ")[1].split()[0]
                  for line in said.splitlines() if "packets" in line]
        equal(counts, ["2", "2", "2", "2", "0"], "packets in the chains")
    finally:
        subprocess.run("nft delete table inet seen".split(), check=True)


# --- what somebody tries ------------------------------------------------------


@case
def loopback_of_the_gateway_is_not_reached():
    """By a prefix that stands for all of IPv4, or IPv4 itself: what the
    gateway's own programs listen on for themselves, and 0.0.0.0."""
    vctl("alias add a 0.0.0.0/0 to 0.0.0.0/0 ext carrier")
    try:
        with udp_server("127.0.0.1") as loopback, \
                udp_server("0.0.0.0", 8) as any4:
            for server in ("127.0.0.1", "127.255.0.1", "0.0.0.0"):
                embedded = packet6.text(addr("2001:db8:64::")[:12] +
                                        packet6.packed(server))
                for port in (7, 8):
                    with dropped(bed6.wires, "no-alias", "vpn", "a"):
                        bed6.wires.send("a0", udp(HOST6, 5000, embedded, port,
                                                  b"x"))
                    bed6.wires.send("a0", either.udp(HOST4, 5000, server,
                                                     port, b"x"))
                    bed6.wires.nothing()
            hears_nothing(loopback)
            hears_nothing(any4)
    finally:
        vctl("alias del a 0.0.0.0/0")


@case
def loopback_is_no_servers():
    """Nor do packets of the gateway's loopback reach a VPN."""
    for source, outside in (("127.0.0.1", "47.0.0.210"),
                            ("::1", "2001:db8:47::210")):
        with udp_server(source, 6000) as client:
            try:
                client.sendto(b"x", (outside, 9))
            except OSError:
                pass
            bed6.wires.nothing()


@case
def headers_before_a_fragment_hide_nothing():
    """The stack reads what was put together from where it begins: a datagram
    is no header of something else."""
    with udp_server(OWN6) as server, \
            udp_server(OWN6, 4444) as other:
        inner = udp(HOST6, 6000, "fd00::110", 4444, b"hidden")[40:]
        # as a destination options header: next is UDP, 8 bytes long
        hidden = struct.pack("!BBHHH", UDP, 0, 7, 8 + len(inner), 0) + inner
        whole = packet6.seal(packet6.ip(HOST6, "fd00::110", UDP, hidden))
        payload = whole[40:]
        for at in (0, 8):
            part = payload[:8] if not at else payload[8:]
            bed6.wires.send("a0", packet6.ip(
                HOST6, "fd00::110", UDP, part, headers=[
                    padding(packet6.DSTOPTS),
                    fragment_header(at, not at, 0x77)]))
        equal(server.recvfrom(100)[0], inner)
        hears_nothing(other)


@case
def headers_of_what_is_for_the_gateway():
    """Options that a host sends are read by the gateway as by any server."""
    with udp_server(OWN6) as server, udp_server(OWN4) as server4:
        for kinds in ((packet6.DSTOPTS,), (packet6.HOPOPTS,),
                      (packet6.HOPOPTS, packet6.DSTOPTS)):
            for alias, one in (("fd00::110", server), ("fd00::114", server4)):
                bed6.wires.send("a0", udp(
                    HOST6, 5000, alias, 7, b"data",
                    headers=[padding(kind) for kind in kinds]))
                equal(one.recvfrom(100)[0], b"data")
                first, second = (packet6.ip(
                    HOST6, alias, UDP, part,
                    headers=[padding(kind) for kind in kinds] +
                    [fragment_header(at, not at, 0x99)])
                    for at, part in (
                        (0, udp(HOST6, 5000, alias, 7, b"in two")[40:48]),
                        (8, b"in two")))
                bed6.wires.send("a0", second)
                bed6.wires.send("a0", first)
                equal(one.recvfrom(100)[0], b"in two")


if __name__ == "__main__":
    open_wires("a0", "b0", "s0", "e0", "u0")
    main(lambda: vctl("flow flush"))
