# SPDX-License-Identifier: GPL-2.0
"""Every payload carries its VPN's name: nobody may see another's."""

import hashlib
import socket
import threading

from ktap import case, equal, main, within
from netns import listen, quiet, tcp, udp
from tool import flows, identify

VPNS = ("blue", "green", "red")
INTERFACE = {"blue": "g-blue", "green": "g-green", "red": "g-red.7"}
HOST = "10.0.0.2"
ALIAS = "10.0.0.100"
SERVER = "47.0.0.10"
POOL = ["47.0.0.20%d" % i for i in range(4)]
STATIC = "47.0.0.210"


def greet(vpn):
    return b"hello from " + vpn.encode()


def answer(vpn):
    return b"hello to " + vpn.encode()


def heard(data):
    """Whose name the payload carries."""
    return data.split()[-1].decode()


@case
def udp_hosts_start_with_the_same_5_tuple():
    """... and an alias by another address of the server is another flow of the
    same mapping."""
    server = udp("srv", (SERVER, 7))
    hosts = {vpn: udp(vpn, (HOST, 5000)) for vpn in VPNS}
    for vpn, sock in hosts.items():
        sock.sendto(greet(vpn), (ALIAS, 7))
    outside = {}
    for _ in VPNS:
        data, peer = server.recvfrom(2048)
        within(peer[0], POOL, "outside address")
        outside[heard(data)] = peer
    equal(sorted(outside), sorted(VPNS), "VPNs heard")
    equal(len(set(outside.values())), 3, "outside tuples")
    for vpn, peer in outside.items():
        server.sendto(answer(vpn), peer)
    for vpn, sock in hosts.items():
        data, peer = sock.recvfrom(2048)
        equal(data, answer(vpn), "answer in " + vpn)
        equal(peer, (ALIAS, 7), "server as seen in " + vpn)
    quiet(server, *hosts.values())

    for vpn, peer in outside.items():
        whose = identify("udp", *peer)
        equal(whose["vpn"], vpn, "identity of %s:%d" % peer)
        equal(whose["interface"], INTERFACE[vpn], "interface")
        equal(whose["inside"], {"addr": HOST, "port": 5000}, "inside")
        equal(whose["alias"], {"addr": ALIAS, "port": 7}, "alias")
        equal(whose["server"], {"addr": SERVER, "port": 7}, "server")
        equal(whose["outside"], {"addr": peer[0], "port": peer[1]}, "outside")

        found = flows("vpn", vpn, "proto", "udp")
        equal(len(found), 1, "flows of " + vpn)
        flow = found[0]
        equal(flow["inside"], {"src": HOST, "sport": 5000,
                               "dst": ALIAS, "dport": 7}, "inside view")
        equal(flow["outside"], {"src": peer[0], "sport": peer[1],
                                "dst": SERVER, "dport": 7}, "outside view")
        equal(flow["state"], "established", "state")
        equal(flow["interface"], INTERFACE[vpn], "interface of the flow")

    # The mapping does not depend on the destination (RFC 4787 REQ-1).
    other = udp("srv", ("47.0.0.11", 9))
    for vpn, sock in hosts.items():
        sock.sendto(greet(vpn), ("10.0.0.101", 9))
        data, peer = other.recvfrom(2048)
        equal(heard(data), vpn, "VPN heard by the second server")
        equal(peer, outside[vpn], "outside tuple toward the second server")


@case
def udp_server_starts_on_a_live_mapping():
    """Another port of the server, that the host has never spoken to."""
    server = udp("srv", (SERVER, 7))
    other = udp("srv", (SERVER, 8))
    hosts = {vpn: udp(vpn, (HOST, 5001)) for vpn in VPNS}
    outside = {}
    for vpn, sock in hosts.items():
        sock.sendto(greet(vpn), (ALIAS, 7))
        data, outside[vpn] = server.recvfrom(2048)
        equal(heard(data), vpn)
    for vpn, peer in outside.items():
        other.sendto(answer(vpn), peer)
    for vpn, sock in hosts.items():
        data, peer = sock.recvfrom(2048)
        equal(data, answer(vpn), "data in " + vpn)
        equal(peer, (ALIAS, 8), "server as seen in " + vpn)
        sock.sendto(greet(vpn), peer)
        data, peer = other.recvfrom(2048)
        equal(heard(data), vpn)
        equal(peer, outside[vpn], "outside tuple of the answer")
    quiet(server, other, *hosts.values())


@case
def udp_server_starts_on_a_static_mapping():
    server = udp("srv", (SERVER, 6))
    hosts = {vpn: udp(vpn, (HOST, 4000)) for vpn in VPNS}
    for i, vpn in enumerate(VPNS):
        server.sendto(answer(vpn), (STATIC, 4000 + i))
    for i, vpn in enumerate(VPNS):
        data, peer = hosts[vpn].recvfrom(2048)
        equal(data, answer(vpn), "data in " + vpn)
        equal(peer, (ALIAS, 6), "server as seen in " + vpn)
        hosts[vpn].sendto(greet(vpn), peer)
        data, peer = server.recvfrom(2048)
        equal(heard(data), vpn)
        equal(peer, (STATIC, 4000 + i), "outside tuple of " + vpn)
        whose = identify("udp", *peer)
        equal(whose["vpn"], vpn, "identity")
    quiet(server, *hosts.values())


def receive(sock, count):
    data = b""
    while len(data) < count:
        chunk = sock.recv(65536)
        if not chunk:
            raise AssertionError("closed after %d bytes" % len(data))
        data += chunk
    return data


@case
def tcp_hosts_start_with_the_same_5_tuple():
    server = listen("srv", (SERVER, 80))
    hosts = {}
    for vpn in VPNS:
        hosts[vpn] = tcp(vpn, (HOST, 5000))
        hosts[vpn].connect((ALIAS, 80))
    # All are open at once.
    for vpn, sock in hosts.items():
        sock.sendall(greet(vpn).ljust(32))
    outside, conns = {}, []
    for _ in VPNS:
        conn, peer = server.accept()
        conns.append(conn)
        vpn = heard(receive(conn, 32))
        within(peer[0], POOL, "outside address")
        outside[vpn] = peer
        conn.sendall(answer(vpn).ljust(32))
    equal(sorted(outside), sorted(VPNS), "VPNs heard")
    equal(len(set(outside.values())), 3, "outside tuples")
    for vpn, sock in hosts.items():
        equal(receive(sock, 32).strip(), answer(vpn), "answer in " + vpn)
        equal(sock.getpeername(), (ALIAS, 80), "server as seen in " + vpn)
        equal(identify("tcp", *outside[vpn])["vpn"], vpn, "identity")
        found = flows("vpn", vpn, "proto", "tcp")
        equal(len(found), 1, "flows of " + vpn)
        equal(found[0]["state"], "established", "state")
    for sock in [*hosts.values(), *conns, server]:
        sock.close()


@case
def tcp_server_starts_on_a_static_mapping():
    for i, vpn in enumerate(VPNS):
        host = listen(vpn, (HOST, 22))
        client = tcp("srv", (SERVER, 6000))
        client.connect((STATIC, 2200 + i))
        conn, peer = host.accept()
        equal(peer, (ALIAS, 6000), "server as seen in " + vpn)
        conn.sendall(greet(vpn).ljust(32))
        equal(heard(receive(client, 32)), vpn, "VPN reached")
        found = flows("vpn", vpn, "proto", "tcp", "inside", HOST + ":22")
        equal(len(found), 1, "flows of " + vpn)
        equal(found[0]["outside"], {"src": STATIC, "sport": 2200 + i,
                                    "dst": SERVER, "dport": 6000}, "outside")
        for sock in (conn, client, host):
            sock.close()


@case
def tcp_carries_a_megabyte_each_way():
    """Segments as large as the stack makes them (GSO)."""
    size = 1 << 20
    server = listen("srv", (SERVER, 81))
    for vpn in VPNS:
        data = (greet(vpn) * (size // 8))[:size]
        client = tcp(vpn)
        client.connect((ALIAS, 81))
        conn, _ = server.accept()
        for sender, receiver in ((client, conn), (conn, client)):
            thread = threading.Thread(target=sender.sendall, args=(data,))
            thread.start()
            seen = receive(receiver, size)
            thread.join()
            equal(hashlib.sha1(seen).hexdigest(),
                  hashlib.sha1(data).hexdigest(), "data of " + vpn)
        client.shutdown(socket.SHUT_WR)
        equal(conn.recv(1), b"", "end of " + vpn)
        client.close()
        conn.close()


if __name__ == "__main__":
    main()
