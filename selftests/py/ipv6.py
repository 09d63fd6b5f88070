# SPDX-License-Identifier: GPL-2.0
"""Every payload carries its VPN's name: nobody may see another's."""

import json
import os
import re
import subprocess
import threading

from ktap import PATIENCE, case, equal, main, within
from netns import inside, listen, quiet, tcp, udp
from tool import endpoint, flows, identify, run, show, vctl

VPNS = ("blue", "red")
INTERFACE = {"blue": "g-blue", "red": "g-red.7"}
HOST = {4: "10.0.0.2", 6: "fd00::2"}
SERVER = {4: "47.0.0.10", 6: "2001:db8:47::10"}
POOL = {4: ["47.0.0.20%d" % i for i in range(4)],
        6: ["2001:db8:47::20%d" % i for i in range(4)]}
# (version of the host, of the server): the alias
ALIAS = {(4, 4): "10.0.0.100", (6, 6): "fd00::100", (6, 4): "fd00::104",
         (4, 6): "10.0.0.106"}
STATIC = {(4, 4): "47.0.0.210", (6, 4): "47.0.0.211",
          (4, 6): "2001:db8:47::210", (6, 6): "2001:db8:47::211"}
ALL = [(vpn, versions) for vpn in VPNS for versions in ALIAS]


def name(vpn, versions):
    return b"%d to %d in %s" % (*versions, vpn.encode())


def heard(data):
    """Whose name the payload carries."""
    words = data.decode().split()
    return words[4], (int(words[0]), int(words[2]))


def toward(version, end=1):
    """The cases with that version at that end: of one VPN for hosts, of all
    for servers."""
    return [versions for vpn, versions in ALL if versions[end] == version and
            (end or vpn == VPNS[0])]


def servers(make, port):
    return {version: make("srv", (SERVER[version], port))
            for version in (4, 6)}


def hosts(port):
    """A socket for each VPN and version: both cases of it at once."""
    return {(vpn, version): udp(vpn, (HOST[version], port))
            for vpn in VPNS for version in (4, 6)}


def greet(inside_socks, outside_socks, port):
    """All eight send, and each is heard once: the outside endpoints."""
    for vpn, versions in ALL:
        inside_socks[vpn, versions[0]].sendto(name(vpn, versions),
                                              (ALIAS[versions], port))
    outside = {}
    for version, server in outside_socks.items():
        for _ in toward(version):
            data, peer = server.recvfrom(2048)
            vpn, versions = heard(data)
            equal(versions[1], version, "version of the server")
            within(peer[0], POOL[version], "outside address")
            outside[vpn, versions] = peer[:2]
    equal(sorted(outside), sorted(ALL), "who was heard")
    equal(len(set(outside.values())), len(ALL), "outside endpoints")
    return outside


def answer(outside, inside_socks, outside_socks, port):
    for (vpn, versions), peer in outside.items():
        outside_socks[versions[1]].sendto(name(vpn, versions), peer)
    for (vpn, version), sock in inside_socks.items():
        for _ in toward(version, 0):
            data, peer = sock.recvfrom(2048)
            whose, versions = heard(data)
            equal((whose, versions[0]), (vpn, version), "who is meant")
            equal(peer[:2], (ALIAS[versions], port), "server as seen")
    quiet(*inside_socks.values(), *outside_socks.values())


def close(*groups):
    for group in groups:
        for sock in group.values():
            sock.close()


@case
def udp_of_all_cases_from_one_port():
    socks, outer = hosts(5000), servers(udp, 7)
    outside = greet(socks, outer, 7)
    answer(outside, socks, outer, 7)
    for (vpn, versions), peer in outside.items():
        known(vpn, versions, "udp", 5000, 7, peer)
    # an outside endpoint is one for all servers of its version
    more = servers(udp, 9)
    equal(greet(socks, more, 9), outside, "endpoints toward another port")
    close(socks, outer, more)


def known(vpn, versions, proto, port, aport, peer):
    """flow show and identify, in JSON and in text."""
    host, alias, server = HOST[versions[0]], ALIAS[versions], \
        SERVER[versions[1]]
    for more in ((), ("peer", endpoint(server, aport)), ("ext", "carrier")):
        whose = identify(proto, *peer, *more)
        equal(whose["vpn"], vpn, "identity of %s:%d" % peer)
        equal(whose["interface"], INTERFACE[vpn], "interface")
        equal(whose["proto"], proto, "proto")
        equal(whose["inside"], {"addr": host, "port": port}, "inside")
        equal(whose["outside"], {"addr": peer[0], "port": peer[1]}, "outside")
        if more[:1] == ("peer",):
            equal(whose["alias"], {"addr": alias, "port": aport}, "alias")
            equal(whose["server"], {"addr": server, "port": aport}, "server")
    line = vctl("identify", proto, endpoint(*peer), "peer",
                endpoint(server, aport))
    expected = r"%s \(id \d+\) by %s: %s -> %s, outside %s -> %s\n" % (
        vpn, re.escape(INTERFACE[vpn]), *map(re.escape, (
            endpoint(host, port), endpoint(alias, aport), endpoint(*peer),
            endpoint(server, aport))))
    if not re.fullmatch(expected, line):
        raise AssertionError("identify: %r, not %r" % (line, expected))

    for what in (("inside", endpoint(host, port), "server",
                  endpoint(server, aport)),
                 ("outside", endpoint(*peer), "server",
                  endpoint(server, aport))):
        found = flows("vpn", vpn, "proto", proto, *what)
        equal(len(found), 1, "flows of " + vpn)
        flow = found[0]
        equal(flow["inside"], {"src": host, "sport": port, "dst": alias,
                               "dport": aport}, "inside view")
        equal(flow["outside"], {"src": peer[0], "sport": peer[1],
                                "dst": server, "dport": aport},
              "outside view")
        equal(flow["interface"], INTERFACE[vpn], "interface of the flow")
        equal(flow["state"], "established", "state")
    line = vctl("flow", "show", "vpn", vpn, "outside", endpoint(*peer),
                "server", endpoint(server, aport))
    for part in (endpoint(host, port) + " -> " + endpoint(alias, aport),
                 "outside " + endpoint(*peer) + " -> " +
                 endpoint(server, aport)):
        if part not in line:
            raise AssertionError("no %r in %r" % (part, line))


@case
def udp_server_starts_on_a_live_mapping():
    """From another port, that the host has never sent to."""
    socks, outer = hosts(5001), servers(udp, 7)
    outside = greet(socks, outer, 7)
    other = servers(udp, 8)
    answer(outside, socks, other, 8)
    close(socks, outer, other)


@case
def udp_server_starts_on_a_static_mapping():
    socks, outer = hosts(4000), servers(udp, 6)
    outside = {(vpn, versions): (STATIC[versions], 4000 + VPNS.index(vpn))
               for vpn, versions in ALL}
    for (vpn, versions), peer in outside.items():
        # before there is any state
        whose = identify("udp", *peer)
        equal((whose["vpn"], whose["inside"]["addr"]),
              (vpn, HOST[versions[0]]), "identity")
    answer(outside, socks, outer, 6)
    for vpn, versions in ALL:
        socks[vpn, versions[0]].sendto(name(vpn, versions),
                                       (ALIAS[versions], 6))
    for version, server in outer.items():
        for _ in toward(version):
            data, peer = server.recvfrom(2048)
            whose, versions = heard(data)
            equal(versions[1], version, "version")
            equal(peer[:2], outside[whose, versions], "outside endpoint")
    for (vpn, versions), peer in outside.items():
        known(vpn, versions, "udp", 4000, 6, peer)
    close(socks, outer)


def receive(sock, count):
    data = b""
    while len(data) < count:
        chunk = sock.recv(65536)
        if not chunk:
            raise AssertionError("closed after %d bytes" % len(data))
        data += chunk
    return data


@case
def tcp_of_all_cases_from_one_port():
    outer = servers(listen, 80)
    socks, conns, outside = {}, [], {}
    for vpn, versions in ALL:
        sock = socks[vpn, versions] = tcp(vpn, (HOST[versions[0]], 5002))
        sock.connect((ALIAS[versions], 80))
    # all are open at once
    for key, sock in socks.items():
        sock.sendall(name(*key).ljust(32))
    for version, server in outer.items():
        for _ in toward(version):
            conn, peer = server.accept()
            conns.append(conn)
            key = heard(receive(conn, 32))
            equal(key[1][1], version, "version")
            within(peer[0], POOL[version], "outside address")
            outside[key] = peer[:2]
            conn.sendall(name(*key).ljust(32))
    equal(sorted(outside), sorted(ALL), "who was heard")
    equal(len(set(outside.values())), len(ALL), "outside endpoints")
    for key, sock in socks.items():
        equal(receive(sock, 32).strip(), name(*key), "answer")
        equal(sock.getpeername()[:2], (ALIAS[key[1]], 80), "server as seen")
        known(*key, "tcp", 5002, 80, outside[key])
    for sock in [*socks.values(), *conns, *outer.values()]:
        sock.close()


@case
def tcp_server_starts_on_a_static_mapping():
    for vpn, versions in ALL:
        host = listen(vpn, (HOST[versions[0]], 22))
        client = tcp("srv", (SERVER[versions[1]], 6000))
        client.connect((STATIC[versions], 2200 + VPNS.index(vpn)))
        conn, peer = host.accept()
        equal(peer[:2], (ALIAS[versions], 6000), "server as seen")
        conn.sendall(name(vpn, versions).ljust(32))
        equal(heard(receive(client, 32)), (vpn, versions), "who was reached")
        # this end first: the other's port is used again
        client.close()
        for sock in (conn, host):
            sock.close()
        vctl("flow", "flush")


@case
def tcp_carries_a_megabyte_each_way():
    """Segments as large as the stack makes them (GSO)."""
    size = 1 << 20
    outer = servers(listen, 81)
    for vpn, versions in ALL:
        data = (name(vpn, versions).ljust(32) * (size // 32))
        client = tcp(vpn, six=versions[0] == 6)
        client.connect((ALIAS[versions], 81))
        conn, _ = outer[versions[1]].accept()
        for sender, receiver in ((client, conn), (conn, client)):
            thread = threading.Thread(target=sender.sendall, args=(data,))
            thread.start()
            seen = receive(receiver, size)
            thread.join()
            equal(seen == data, True, "the same data, %s %s" % (vpn, versions))
        client.close()
        conn.close()
    close(outer)


def ping(where, target, *words):
    with inside(where):
        return subprocess.Popen(
            ["ping", "-n", "-c", "3", "-i", "0.2", "-w", str(int(PATIENCE)),
             *words, target], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True)


def pinged(process, target):
    said, _ = process.communicate()
    equal(process.returncode, 0, "status of ping %s: %s" % (target, said))
    equal(len(re.findall(r"bytes from %s:? icmp_seq=" % re.escape(target),
                         said)), 3, "answers: " + said)


@case
def ping_from_both_vpns_with_one_id():
    """ICMP and ICMPv6; ids are translated, for they are the same."""
    # Two at once in one host hear each other where they have one id
    ids = {versions: 500 + versions[1] for _, versions in ALL}
    running = [(vpn, versions, ping(vpn, ALIAS[versions], "-e",
                                    str(ids[versions])))
               for vpn, versions in ALL]
    for _, versions, process in running:
        pinged(process, ALIAS[versions])
    for vpn, versions in ALL:
        found = flows("vpn", vpn, "proto", "icmp", "inside",
                      endpoint(HOST[versions[0]], ids[versions]), "server",
                      SERVER[versions[1]])
        equal(len(found), 1, "flows")
        equal(found[0]["proto"], "icmp", "proto")
        equal(found[0]["inside"]["dst"], ALIAS[versions], "alias")
        within(found[0]["outside"]["src"], POOL[versions[1]], "outside")
        whose = identify("icmp", found[0]["outside"]["src"],
                         found[0]["outside"]["sport"])
        equal((whose["vpn"], whose["inside"]),
              (vpn, {"addr": HOST[versions[0]], "port": ids[versions]}),
              "identity")


@case
def ping_of_every_size():
    for vpn, versions in ALL:
        running = [ping(vpn, ALIAS[versions], "-e", str(size + 1), "-s",
                        str(size), *(("-M", "dont") if size > 1200 and
                                     versions[0] == 4 else ()))
                   for size in (0, 1, 56, 1000, 1232, 1233, 1400, 3000, 20000)]
        for process in running:
            pinged(process, ALIAS[versions])


@case
def server_pings_static_mappings():
    for vpn, versions in ALL:
        query = 770 + VPNS.index(vpn)
        pinged(ping("srv", STATIC[versions], "-e", str(query)),
               STATIC[versions])
        found = flows("vpn", vpn, "proto", "icmp", "outside",
                      endpoint(STATIC[versions], query))
        equal(len(found), 1, "flows")
        equal(found[0]["inside"]["src"], HOST[versions[0]], "host reached")
        equal(found[0]["origin"], "outside", "origin")


@case
def any_ipv4_address_by_the_prefix():
    """64:ff9b::/96; a server that has an alias of its own is seen under that
    when it starts, but answers as it was called."""
    outer = udp("srv", (SERVER[4], 7))
    for vpn in VPNS:
        sock = udp(vpn, (HOST[6], 5003))
        sock.sendto(name(vpn, (6, 4)), ("64:ff9b::2f00:a", 7))
        data, peer = outer.recvfrom(2048)
        equal(heard(data), (vpn, (6, 4)), "who was heard")
        outer.sendto(data, peer)
        data, seen = sock.recvfrom(2048)
        equal(heard(data), (vpn, (6, 4)), "who is meant")
        equal(seen[:2], ("64:ff9b::2f00:a", 7), "server as seen")
        whose = identify("udp", *peer, "peer", endpoint(SERVER[4], 7))
        equal(whose["alias"], {"addr": "64:ff9b::2f00:a", "port": 7}, "alias")
        sock.close()
    outer.close()


@case
def configuration_is_saved_and_applied():
    saved = vctl("save")
    for line in ("alias add blue fd00::104 to 47.0.0.10",
                 "alias add red 10.0.0.106 to 2001:db8:47::10",
                 "alias add blue 64:ff9b::/96 to 0.0.0.0/0",
                 "pool add p6 ext carrier address 2001:db8:47::200/126"):
        if line not in saved:
            raise AssertionError("no %r in\n%s" % (line, saved))
    with open(os.environ["VPNGW_TMP"] + "/saved", "w",
              encoding="ascii") as file:
        file.write(saved)
    before = [show(what + " show") for what in ("alias", "pool", "mapping")]
    vctl("apply", file.name)
    equal(vctl("save"), saved, "what is saved after it was applied")
    vctl("flush")
    vctl("apply", file.name)
    equal(vctl("save"), saved, "what is saved after a flush")
    after = [show(what + " show") for what in ("alias", "pool", "mapping")]
    for pool in before[1] + after[1]:
        for use in ("mappings", "held", "draining_mappings", "blocks"):
            del pool[use]
    for one, other in zip(before[:2], after[:2]):
        equal(sorted(map(json.dumps, one)), sorted(map(json.dumps, other)),
              "objects")


@case
def nonsense_is_refused():
    for words in ("alias add blue fd00::105 to 47.0.0.0/24",
                  "alias add blue fd00::/64 to 2001:db8:48::/96",
                  "alias add blue 2001:db8:64::/33 to 0.0.0.0/0",
                  "alias add blue 2001:db8:64::/95 to 0.0.0.0/0",
                  "alias add blue 2001:db8:64::/97 to 0.0.0.0/0",
                  "alias add blue 10.1.0.0/16 to 2001:db8:5::/97",
                  "alias add blue fd00::105 to 47.0.0.10 pool p6",
                  "alias add blue 10.0.0.109 to 2001:db8:47::10 pool p4",
                  "alias add blue fd00::105:80 to 47.0.0.10:80 proto icmpv6x",
                  "pool add bad ext carrier address 47.0.0.9-2001:db8::9",
                  "pool add bad ext carrier address 2001:db8::9-2001:db8::1",
                  "pool add bad ext carrier address ff02::1",
                  "pool add bad ext carrier address fe80::1",
                  "mapping add blue proto udp inside [fd00::2]:5 "
                  "outside 47.0.0.220"):
        done = run(*words.split())
        if done.returncode not in (1, 2) or not done.stderr.strip():
            raise AssertionError("%s: %d %r" % (words, done.returncode,
                                                done.stderr))


if __name__ == "__main__":
    main()
