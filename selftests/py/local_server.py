# SPDX-License-Identifier: GPL-2.0
"""The gateway is a server itself, and keeps its own ports."""

import errno
import socket
import struct
import subprocess

import bed
import packet
from bed import ALIAS, ALIAS2, HOST, HOST2, POOL, SERVER, SERVER2, \
    open_wires, tcp_open, udp_flow
from ktap import PATIENCE, case, equal, main, wait_for, within
from packet import (ECHO, ECHO_REPLY, ICMP, UNREACHABLE, Fields, change, echo,
                    tcp, udp)
from tool import drops, identify, vctl

OWN, OWN_ALIAS = "47.0.0.1", "10.0.0.110"
MEDIA, MEDIA_ALIAS, MEDIA_POOL = "48.0.0.1", "10.0.0.120", "48.0.0.200"
PORTS = range(20000, 20016)


def sock(kind, address, device=None):
    """A socket of the gateway."""
    new = socket.socket(socket.AF_INET, kind)
    new.settimeout(PATIENCE)
    new.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if device:
        new.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE,
                       device.encode())
    new.bind(address)
    return new


def udp_server(address, device=None):
    return sock(socket.SOCK_DGRAM, address, device)


def udp_exchange(server, vpn, alias, host=HOST, port=5000, sport=7):
    """A host asks a server of the gateway, and is answered."""
    dev = vpn + "0"
    bed.wires.send(dev, udp(host, port, alias, sport, b"of " + vpn.encode()))
    data, peer = server.recvfrom(2048)
    equal(data, b"of " + vpn.encode())
    bed.wires.nothing()
    server.sendto(b"to " + vpn.encode(), peer)
    seen = Fields(bed.wires.receive(dev))
    equal((seen.src, seen.sport, seen.dst, seen.dport, seen.data),
          (alias, sport, host, port, b"to " + vpn.encode()), "answer")
    return peer


@case
def udp_server_in_the_main_table():
    with udp_server((OWN, 7)) as server:
        peer = udp_exchange(server, "a", OWN_ALIAS)
        equal(peer[0], POOL, "the host as the server sees it")
        equal(identify("udp", *peer)["vpn"], "a")
        # at the same time one with the same address, whose outside address
        # is the server's own
        other = udp_exchange(server, "b", OWN_ALIAS)
        equal(other[0], OWN)
        within(other[1], PORTS)
        equal(identify("udp", *other)["vpn"], "b")
        # the server may begin now
        server.sendto(b"once more", peer)
        seen = Fields(bed.wires.receive("a0"))
        equal((seen.dst, seen.dport, seen.data), (HOST, 5000, b"once more"))


@case
def udp_server_that_listens_everywhere():
    with udp_server(("0.0.0.0", 7)) as server:
        udp_exchange(server, "a", OWN_ALIAS)


@case
def udp_server_in_a_vrf():
    """Bound to it; a socket outside of the VRF gets nothing."""
    with udp_server((MEDIA, 7), "e") as server, \
            udp_server(("0.0.0.0", 7)) as stranger:
        peer = udp_exchange(server, "a", MEDIA_ALIAS)
        equal(peer[0], MEDIA_POOL)
        stranger.setblocking(False)
        try:
            raise AssertionError("%r" % (stranger.recvfrom(100),))
        except BlockingIOError:
            pass


def tcp_talk(address, alias, device=None):
    """A connection by hand, as the host sees it."""
    def segment(flags, seq, ack=0, data=b""):
        return tcp(HOST, 5000, alias, 80, flags, seq, ack, data=data)

    def answer(flags):
        while True:
            seen = Fields(bed.wires.receive("a0", more=True))
            equal((seen.src, seen.sport, seen.dst, seen.dport),
                  (alias, 80, HOST, 5000))
            if seen.flags == flags:
                return seen

    with sock(socket.SOCK_STREAM, (address, 80), device) as server:
        server.listen()
        bed.wires.send("a0", segment("S", 1000))
        seen = answer("SA")
        ack = seen.seq + 1
        bed.wires.send("a0", segment("A", 1001, ack))
        bed.wires.send("a0", segment("PA", 1001, ack, b"GET of a"))
        peer, _ = server.accept()
        with peer:
            peer.settimeout(PATIENCE)
            equal(peer.recv(100), b"GET of a")
            peer.sendall(b"page of a")
            equal(answer("PA").data, b"page of a")
            bed.wires.send("a0", segment("RA", 1009, ack))
    bed.wires.drain()


@case
def tcp_server_in_the_main_table():
    tcp_talk(OWN, OWN_ALIAS)


@case
def local_server_announces_what_the_interface_fits():
    vctl("interface set a mss 1000")
    with sock(socket.SOCK_STREAM, (OWN, 80)) as server:
        server.listen()
        bed.wires.send("a0", tcp(HOST, 5000, OWN_ALIAS, 80, "S",
                                 options=b"\2\4\5\xb4"))
        seen = bed.wires.receive("a0")
        equal(Fields(seen).flags, "SA", "flags")
        equal(seen[40:44], b"\2\4\x03\xe8", "MSS")
        equal(seen, packet.seal(seen), "checksum")
        bed.wires.send("a0", tcp(HOST, 5000, OWN_ALIAS, 80, "R",
                                 Fields(seen).ack))
    vctl("interface set a mss off")


@case
def tcp_server_in_a_vrf():
    tcp_talk(MEDIA, MEDIA_ALIAS, "e")


@case
def ping_of_a_local_server():
    for alias in (OWN_ALIAS, MEDIA_ALIAS):
        for vpn in ("a", "b"):
            bed.wires.send(vpn + "0", echo(HOST, alias, 77, 5, b"ping"))
            seen = Fields(bed.wires.receive(vpn + "0"))
            equal((seen.src, seen.dst, seen.kind, seen.sport, seen.data),
                  (alias, HOST, ECHO_REPLY, 77, b"ping"), "answer")


@case
def closed_port_of_a_local_server():
    """The stack's ICMP error, in the host's view, with what it sent."""
    for alias in (OWN_ALIAS, MEDIA_ALIAS):
        sent = udp(HOST, 5000, alias, 4444, b"nobody there")
        bed.wires.send("a0", sent)
        seen = Fields(bed.wires.receive("a0"))
        equal((seen.src, seen.dst, seen.proto, seen.kind, seen.code),
              (alias, HOST, ICMP, UNREACHABLE, 3), "answer")
        equal(seen.data, sent, "quoted packet")


@case
def gateway_starts_toward_a_static_mapping():
    for address, device, outside, host, alias in (
            (OWN, None, "47.0.0.210", HOST, OWN_ALIAS),
            (MEDIA, "e", "48.0.0.210", HOST2, MEDIA_ALIAS)):
        with udp_server((address, 6000), device) as client:
            client.sendto(b"first", (outside, 9))
            seen = Fields(bed.wires.receive("a0"))
            equal((seen.src, seen.sport, seen.dst, seen.dport, seen.data),
                  (alias, 6000, host, 9, b"first"))
            bed.wires.send("a0", udp(host, 9, alias, 6000, b"back"))
            equal(client.recvfrom(100), (b"back", (outside, 9)))


@case
def gateway_without_an_alias_is_not_heard():
    with udp_server(("47.0.0.1", 6000)) as client:
        vctl("alias del a 10.0.0.110")
        before = drops("no-alias", "ext", "carrier")
        client.sendto(b"first", ("47.0.0.210", 9))
        equal(drops("no-alias", "ext", "carrier") - before, 1, "drops")
        vctl("alias add a 10.0.0.110 to 47.0.0.1 ext carrier")


@case
def gateway_sends_to_nobody():
    """No mapping wants it: it does not go out to look for one."""
    with udp_server(("47.0.0.1", 6000)) as client:
        before = drops("no-mapping", "ext", "carrier")
        client.sendto(b"first", (POOL, 9))
        equal(drops("no-mapping", "ext", "carrier") - before, 1, "drops")


@case
def path_mtu_is_told_to_the_socket():
    """The VPN's link is smaller than the one that the socket's route names."""
    subprocess.run("ip link set a0 mtu 600".split(), check=True)
    with udp_server((OWN, 7)) as server:
        peer = udp_exchange(server, "a", OWN_ALIAS)
        server.setsockopt(socket.IPPROTO_IP, 10, 2)     # IP_MTU_DISCOVER, DO
        server.sendto(bytes(1000), peer)

        def too_long():
            try:
                server.sendto(bytes(1000), peer)
            except OSError as error:
                return error.errno == errno.EMSGSIZE
            return False

        wait_for(too_long, "EMSGSIZE")
        server.sendto(bytes(572), peer)
        equal(len(bed.wires.receive("a0")), 600)
    subprocess.run("ip link set a0 mtu 1500".split(), check=True)


@case
def input_and_output_chains_see_it():
    """By the ext's device, untracked, with outside addresses; what goes back,
    with inside addresses."""
    rules = """
    table ip seen {
        chain input { type filter hook input priority 0;
            iif s0 ip saddr 47.0.0.200 udp dport 7 ct state untracked counter
            udp dport 8 drop
        }
        chain output { type filter hook output priority 0;
            ip daddr 10.0.0.2 udp sport 7 ct state untracked counter
        }
        chain forward { type filter hook forward priority 0;
            counter
        }
    }"""
    subprocess.run(["nft", "-f", "-"], input=rules, text=True, check=True)
    try:
        with udp_server((OWN, 7)) as server:
            udp_exchange(server, "a", OWN_ALIAS)
        with udp_server((OWN, 8)) as server:
            bed.wires.send("a0", udp(HOST, 5000, OWN_ALIAS, 8, b"x"))
            bed.wires.nothing()
            server.setblocking(False)
            try:
                raise AssertionError("%r" % (server.recvfrom(100),))
            except BlockingIOError:
                pass
        said = subprocess.run(["nft", "list", "table", "ip", "seen"],
                              check=True, text=True,
                              stdout=subprocess.PIPE).stdout
        counts = [line.split("packets ")[1].split()[0]
                  for line in said.splitlines() if "packets" in line]
        equal(counts, ["1", "1", "0"], "packets in the chains")
    finally:
        subprocess.run("nft delete table ip seen".split(), check=True)


@case
def ports_of_sockets_are_not_given():
    """47.0.0.1 is b's pool and the gateway's own: 14 of 16 ports are taken."""
    for kind, make, more in ((socket.SOCK_DGRAM, udp, ()),
                             (socket.SOCK_STREAM, tcp, ("S",))):
        socks = [sock(kind, ("0.0.0.0" if port % 2 else OWN, port))
                 for port in PORTS[1:15]]
        got = set()
        for port in (5000, 5001):
            bed.wires.send("b0", make(HOST, port, ALIAS, 7, *more))
            got.add(Fields(bed.wires.receive("s0")).sport)
        equal(got, {PORTS[0], PORTS[15]}, "ports given")
        before = drops("pool-exhausted")
        bed.wires.send("b0", make(HOST, 5002, ALIAS, 7, *more))
        equal(drops("pool-exhausted") - before, 1, "drops")
        bed.wires.drain()
        for one in socks:
            one.close()


@case
def service_that_starts_later_is_reached():
    """A socket comes before a dynamic mapping, and the mapping's flows live
    on; static mappings come before sockets."""
    flow = udp_flow("b")
    equal(flow.outside[0], OWN)
    sent = udp(SERVER2, 9, *flow.outside, b"for the host")
    bed.wires.pass_on("s0", sent, "b0", change(
        sent, src=ALIAS2, dst=HOST, dport=5000, hops=1))
    vctl("flow", "del", "server", SERVER2)
    with udp_server(flow.outside) as server:
        bed.wires.send("s0", udp(SERVER2, 9, *flow.outside, b"for you"))
        equal(server.recvfrom(100), (b"for you", (SERVER2, 9)))
        bed.wires.nothing()
        flow.exchange()
    flow = tcp_open(vpn="b")
    with sock(socket.SOCK_STREAM, flow.outside) as server:
        server.listen()
        bed.wires.send("s0", tcp(SERVER2, 9, *flow.outside, "S"))
        seen = Fields(bed.wires.receive("s0"))
        equal((seen.dst, seen.flags), (SERVER2, "SA"))
        flow.exchange()


@case
def gateway_pings_and_is_pinged():
    """Although a host of b has a mapping with that id, and an alias."""
    bed.wires.send("b0", echo(HOST, ALIAS, 77, 1))
    ident = Fields(bed.wires.receive("s0")).sport
    bed.wires.send("s0", echo(SERVER2, OWN, ident, 1, b"who are you"))
    seen = Fields(bed.wires.receive("s0"))
    equal((seen.src, seen.dst, seen.kind, seen.data),
          (OWN, SERVER2, ECHO_REPLY, b"who are you"))
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, 1) as raw:
        raw.settimeout(PATIENCE)
        raw.sendto(echo(OWN, SERVER2, ident, 3, b"me")[20:], (SERVER2, 0))
        sent = Fields(bed.wires.receive("s0"))
        equal((sent.kind, sent.sport), (ECHO, ident))
        bed.wires.send("s0", echo(SERVER2, OWN, ident, 3, b"me", reply=True))
        bed.wires.nothing()

        def reply():
            seen = Fields(raw.recv(200))
            return seen.kind == ECHO_REPLY and seen.data == b"me"

        wait_for(reply, "the reply")


@case
def gateway_connects():
    """From a port of the pool, while a host of b uses another."""
    flow = tcp_open(vpn="b")
    mine = next(port for port in PORTS if port != flow.outside[1])
    with sock(socket.SOCK_STREAM, (OWN, mine)) as client:
        # it ends at once when it is closed, and repeats nothing
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                          struct.pack("ii", 1, 0))
        client.setblocking(False)
        equal(client.connect_ex((SERVER, 80)), errno.EINPROGRESS)
        seen = Fields(bed.wires.receive("s0"))
        equal((seen.sport, seen.flags), (mine, "S"))
        bed.wires.send("s0", tcp(SERVER, 80, OWN, mine, "SA", 5000,
                                 seen.seq + 1))
        equal(Fields(bed.wires.receive("s0")).flags, "A")
        flow.exchange()
    bed.wires.drain()


@case
def what_is_for_no_host_is_the_gateways():
    """A segment without a flow to a port that a mapping has: an RST answers."""
    flow = tcp_open(vpn="b")
    bed.wires.send("s0", tcp(SERVER2, 9, *flow.outside, "A", ack=7))
    equal(Fields(bed.wires.receive("s0")).flags, "R")
    flow.exchange()


if __name__ == "__main__":
    open_wires("a0", "b0", "s0", "e0", "u0")
    main(lambda: vctl("flow flush"))
