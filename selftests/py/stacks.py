# SPDX-License-Identifier: GPL-2.0
"""Real SCTP, DCCP and UDP-Lite: a checksum that is wrong nobody hears."""

import hashlib
import os
import socket
import struct
import subprocess

from ktap import PATIENCE, case, equal, main, within
from netns import NAMES, inside
from tool import flows, identify, vctl

VPNS = {"blue": 9001, "green": 9002, "red": 9003}
HOST, ALIAS, SERVER, STATIC = "10.0.0.2", "10.0.0.100", "47.0.0.10", "47.0.0.210"
POOL = ["47.0.0.20%d" % i for i in range(4)]
SCTP = socket.SOCK_STREAM, socket.IPPROTO_SCTP
SOCK_DCCP, IPPROTO_DCCP, SOL_DCCP, DCCP_SERVICE = 6, 33, 269, 2
DCCP = SOCK_DCCP, IPPROTO_DCCP
UDPLITE = socket.SOCK_DGRAM, 136


def sock(name, kind, address):
    with inside(name):
        made = socket.socket(socket.AF_INET, *kind)
    made.settimeout(PATIENCE)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if kind == DCCP:
        made.setsockopt(SOL_DCCP, DCCP_SERVICE, struct.pack("!I", 42))
    made.bind(address)
    return made


def talk(proto, kind):
    """All at once, from the same address and port; each is answered."""
    with sock("srv", kind, (SERVER, 7)) as server:
        server.listen()
        hosts = {vpn: sock(vpn, kind, (HOST, 5000)) for vpn in VPNS}
        peers = {}
        for vpn, host in hosts.items():
            host.connect((ALIAS, 7))
            equal(host.getpeername(), (ALIAS, 7), "server as seen in " + vpn)
            host.sendall(b"hello of " + vpn.encode())
            peer, address = server.accept()
            peer.settimeout(PATIENCE)
            within(address[0], POOL, "outside address")
            equal(peer.recv(1000), b"hello of " + vpn.encode(), "heard")
            equal(identify(proto, *address)["vpn"], vpn, "vpn")
            peers[vpn] = peer
        for vpn, peer in peers.items():
            peer.sendall(b"hello to " + vpn.encode())
        for vpn, host in hosts.items():
            equal(host.recv(1000), b"hello to " + vpn.encode(), "answer")
            equal([flow["state"] for flow in flows("vpn", vpn, "proto", proto)],
                  ["established"], "states")
        for one in (*hosts.values(), *peers.values()):
            one.close()


@case
def sctp():
    talk("sctp", SCTP)


@case
def dccp():
    talk("dccp", DCCP)


@case
def udplite():
    with sock("srv", UDPLITE, (SERVER, 7)) as server:
        for vpn in VPNS:
            with sock(vpn, UDPLITE, (HOST, 5000)) as host:
                host.sendto(b"hello of " + vpn.encode(), (ALIAS, 7))
                data, address = server.recvfrom(1000)
                equal(data, b"hello of " + vpn.encode(), "heard")
                equal(identify("udplite", *address)["vpn"], vpn, "vpn")
                server.sendto(b"hello to " + vpn.encode(), address)
                equal(host.recvfrom(1000),
                      (b"hello to " + vpn.encode(), (ALIAS, 7)), "answer")


@case
def sctp_that_the_server_starts():
    """Toward a static mapping; the host sees the alias."""
    for vpn, port in VPNS.items():
        with sock(vpn, SCTP, (HOST, 9)) as host, \
                sock("srv", SCTP, (SERVER, 0)) as server:
            host.listen()
            server.connect((STATIC, port))
            peer, address = host.accept()
            with peer:
                peer.settimeout(PATIENCE)
                equal(address[0], ALIAS, "server as seen in " + vpn)
                peer.sendall(b"hello of " + vpn.encode())
                equal(server.recv(1000), b"hello of " + vpn.encode(), "heard")


@case
def sctp_carries_a_megabyte_each_way():
    sent = os.urandom(1000000)
    with sock("srv", SCTP, (SERVER, 7)) as server, \
            sock("green", SCTP, (HOST, 5001)) as host:
        server.listen()
        host.connect((ALIAS, 7))
        peer, _ = server.accept()
        peer.settimeout(PATIENCE)
        with peer:
            for source, sink in (host, peer), (peer, host):
                came = bytearray()
                for at in range(0, len(sent), 20000):
                    source.sendall(sent[at:at + 20000])
                    while len(came) < min(at + 20000, len(sent)):
                        came += sink.recv(65536)
                equal(hashlib.sha256(came).digest(),
                      hashlib.sha256(sent).digest(), "what came")


def sctp_test(name, *more):
    return ["nsenter", "--net=/run/netns/" + NAMES[name], "sctp_test", *more]


@case
def sctp_test_of_lksctp_tools():
    """Messages of all sizes up to 32 kB."""
    with subprocess.Popen(
            sctp_test("srv", "-H", SERVER, "-P", "7", "-l"), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as server:
        try:
            while "listen" not in server.stdout.readline():
                equal(server.poll(), None, "status of the server")
            subprocess.run(
                sctp_test("blue", "-H", HOST, "-P", "5002", "-h", ALIAS,
                          "-p", "7", "-s", "-c", "6", "-x", "2"),
                stdout=subprocess.DEVNULL, timeout=10 * PATIENCE, check=True)
        finally:
            server.kill()
        seen = server.stdout.read()
    equal("SNDRCV" in seen, True, "messages at the server: " + seen[-300:])


if __name__ == "__main__":
    main(lambda: vctl("flow flush"))
