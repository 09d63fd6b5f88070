# SPDX-License-Identifier: GPL-2.0
"""Every payload names its VPN; all sessions are live at once."""

import json
import os
import resource
import select
import socket

from ktap import PATIENCE, case, equal, main
from netns import listen, quiet, tcp, udp
from tool import flows, identify, show, vctl

NUMBER = int(os.environ["VPNGW_NUMBER"])
VPNS = ["vpn%d" % i for i in range(1, NUMBER + 1)]
HOST, ALIAS, SERVER = "10.0.0.2", "10.0.0.100", "47.0.0.10"
SO_RCVBUFFORCE = 33
outside = {}


def device(vpn):
    return "eth0." + vpn[3:]


def receive(sock, count):
    data = b""
    while len(data) < count:
        data += sock.recv(count - len(data)) or b"?" * count
    return data


@case
def udp_all_at_once():
    server = udp("srv", (SERVER, 7))
    # Room for a packet of each.
    server.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, NUMBER * 2048)
    hosts = {vpn: udp("hosts", (HOST, 5000), device(vpn)) for vpn in VPNS}
    for _ in range(3):
        heard = {}
        for vpn, sock in hosts.items():
            sock.sendto(b"question of " + vpn.encode(), (ALIAS, 7))
        while len(heard) < NUMBER:
            data, peer = server.recvfrom(2048)
            vpn = data.split()[-1].decode()
            if vpn in heard:
                raise AssertionError("%s was heard twice" % vpn)
            if outside.get(vpn, peer) != peer:
                raise AssertionError("%s moved" % vpn)
            heard[vpn] = outside[vpn] = peer
        equal(len(set(heard.values())), NUMBER, "outside tuples")
        for vpn, peer in heard.items():
            server.sendto(b"answer to " + vpn.encode(), peer)
        for vpn, sock in hosts.items():
            data, peer = sock.recvfrom(2048)
            equal(data, b"answer to " + vpn.encode(), "answer")
            equal(peer, (ALIAS, 7), "server")
    quiet(server, *hosts.values())


@case
def every_identity_is_right():
    out = vctl("-j", "-b", "-", stdin="".join(
        "identify udp %s:%d\n" % outside[vpn] for vpn in VPNS))
    whose = [json.loads(line) for line in out.splitlines()]
    equal([w["vpn"] for w in whose], VPNS, "VPNs")
    equal([w["interface"] for w in whose],
          ["vlans." + vpn[3:] for vpn in VPNS], "interfaces")
    equal({(w["inside"]["addr"], w["inside"]["port"]) for w in whose},
          {(HOST, 5000)}, "inside")
    # and one by itself
    equal(identify("udp", *outside["vpn42"])["vpn"], "vpn42")


@case
def every_flow_is_shown_once():
    found = flows("proto", "udp")
    equal(len(found), NUMBER, "flows")
    equal({f["vpn"]: (f["outside"]["src"], f["outside"]["sport"])
           for f in found}, outside, "outside tuples")
    equal({v["name"]: v["flows"] for v in show("vpn", "show")},
          {vpn: 1 for vpn in VPNS}, "flows of each VPN")


@case
def tcp_all_at_once():
    server = listen("srv", (SERVER, 80))
    server.listen(NUMBER)
    hosts = {vpn: tcp("hosts", (HOST, 5000), device(vpn)) for vpn in VPNS}
    for sock in hosts.values():
        sock.setblocking(False)
        try:
            sock.connect((ALIAS, 80))
        except BlockingIOError:
            pass
    conns, seen = {}, {}
    while len(conns) < NUMBER:
        conn, peer = server.accept()
        conns[peer] = conn
    for vpn, sock in hosts.items():
        # Not select(): it cannot have as many.
        poll = select.poll()
        poll.register(sock, select.POLLOUT)
        if not poll.poll(PATIENCE * 1000):
            raise AssertionError("%s is not connected" % vpn)
        sock.settimeout(PATIENCE)
        sock.sendall(b"question of " + vpn.encode().rjust(8))
    for peer, conn in conns.items():
        conn.settimeout(PATIENCE)
        vpn = receive(conn, 20).split()[-1].decode()
        seen[vpn] = peer
        conn.sendall(b"answer to " + vpn.encode().rjust(8))
    equal(sorted(seen), sorted(VPNS), "VPNs heard")
    for vpn, sock in hosts.items():
        equal(receive(sock, 18).split()[-1].decode(), vpn, "answer")
    equal(int(vctl("flow count proto tcp")), NUMBER, "flows")
    for sock in [*hosts.values(), *conns.values(), server]:
        sock.close()


if __name__ == "__main__":
    # A TCP connection of each VPN has two ends here.
    resource.setrlimit(resource.RLIMIT_NOFILE, (3 * NUMBER + 100,) * 2)
    main()
