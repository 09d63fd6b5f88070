# SPDX-License-Identifier: GPL-2.0
"""The two ports of a kind, and what they carry: see bed_ports in lib.sh."""

import socket
import struct
import subprocess
import threading
import time

from ktap import PATIENCE, equal, wait_for
from netns import NAMES, inside, listen, quiet, tcp, udp
from tool import config, flows, identify, show, stats, vctl

VPNS = ("blue", "green")
NUMBER = {"blue": 1, "green": 2}
HOST, ALIAS, SERVER = "10.0.0.2", "10.0.0.100", "47.0.0.10"
POOL, STATIC = "47.0.0.200", "47.0.0.210"
SERVER6, POOL6 = "2001:db8:47::10", "2001:db8:47::200"
# Host, alias, server and pool, where one side or both have IPv6.
CASES6 = (("fd00::2", "fd00::100", SERVER6, POOL6),
          ("fd00::2", "fd00::104", SERVER, POOL),
          (HOST, "10.0.0.106", SERVER6, POOL6))
IP_MTU_DISCOVER, IP_RECVERR = 10, 11
# Never fragmented here, and never mind what was learnt; always allowed to be.
PMTUDISC_PROBE, PMTUDISC_OMIT = 3, 5
MSG_ERRQUEUE = 0x2000

VLAN = "link add link {lower} name {name} type vlan id 1{{n}}"
GW_VLAN = VLAN.format(lower="u0", name="t-{v}")
PEER_VLAN = VLAN.format(lower="eth0", name="p-{v}")


def run(*args, stdin=None):
    done = subprocess.run(args, input=stdin, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise AssertionError("%s: %s" % (" ".join(args), done.stdout.strip()))
    return done.stdout.strip()


def ip(ns, lines):
    run("ip", "-n", NAMES[ns], "-batch", "-", stdin=lines)


def devices():
    """Of the namespace one is in."""
    return [name for _, name in socket.if_nameindex()]


def gre_lines(kind):
    """Of the gateway and the peer, with a key for each VPN."""
    line = "link add {name} type " + kind + " local {local} remote {remote} " \
        "key {{n}}"
    return (line.format(name="t-{v}", local="192.0.2.1", remote="192.0.2.2"),
            line.format(name="p-{v}", local="192.0.2.2", remote="192.0.2.1"))


def wireguard_devices(hosts, anyone):
    """Tunnels that let in these addresses from the peer and from the gateway."""
    keys = {}
    for name in ("gw", "peer"):
        for vpn in VPNS:
            secret = run("wg", "genkey")
            keys[name, vpn] = secret, run("wg", "pubkey", stdin=secret)
    for ns, dev, base, far, allowed in (("gw", "t", 100, "peer", hosts),
                                        ("peer", "p", 200, "gw", anyone)):
        ip(ns, "\n".join("link add %s-%s type wireguard" % (dev, v)
                         for v in VPNS))
        remote = "192.0.2.2" if ns == "gw" else "192.0.2.1"
        for v in VPNS:
            run("nsenter", "--net=/run/netns/" + NAMES[ns], "wg", "set",
                dev + "-" + v, "listen-port", str(base + NUMBER[v]),
                "private-key", "/dev/stdin", "peer", keys[far, v][1],
                "endpoint", "%s:%d" % (remote, 300 - base + NUMBER[v]),
                "allowed-ips", allowed, stdin=keys[ns, v][0])


def receive(sock, count):
    data = b""
    while len(data) < count:
        chunk = sock.recv(count - len(data))
        if not chunk:
            raise AssertionError("a stream ended after %d of %d bytes" %
                                 (len(data), count))
        data += chunk
    return data


class Chatter(threading.Thread):
    """Packets both ways between a host and a server, until end(): losses are no
    matter, but a payload that does not name the VPN is.  It is live when each
    side has heard the other."""

    def __init__(self, vpn):
        super().__init__(daemon=True)
        self.payload = b"chatter of " + vpn.encode()
        self.host, self.server = udp(vpn, (HOST, 6000)), udp("srv", (SERVER, 8))
        self.ended, self.heard, self.strange = False, set(), None
        self.host.sendto(self.payload, (ALIAS, 8))
        data, self.peer = self.server.recvfrom(2048)
        equal(data, self.payload, "first packet of " + vpn)
        for sock in (self.host, self.server):
            sock.setblocking(False)
        self.start()
        wait_for(lambda: len(self.heard) == 2, "a live flow of " + vpn)

    def run(self):
        while not self.ended:
            for sock, whom in ((self.host, (ALIAS, 8)),
                               (self.server, self.peer)):
                try:
                    sock.sendto(self.payload, whom)
                except OSError:
                    pass
            self.listen()
            time.sleep(0.001)

    def listen(self):
        for sock in (self.host, self.server):
            try:
                while True:
                    data, _ = sock.recvfrom(2048)
                    self.heard.add(sock)
                    if data != self.payload:
                        self.strange = data
            except OSError:
                pass

    def end(self):
        self.ended = True
        self.join()
        self.listen()
        self.host.close()
        self.server.close()
        equal(self.strange, None, "what was heard besides")


class Ports:
    """The two ports of a kind, while a case runs.

    gw and peer are lines for ip about one VPN; {v} is its name and {n} its
    number.  They leave a device t-{v} at the gateway and p-{v} at the peer,
    which becomes t0 of the host, unless the case has done so (move).

    mtu is what the tunnel carries; learnt: its device has a larger one, and
    the stack finds out with the first packet.  bind: devices to bind instead
    of a port, by which the packets then come in.  remove: what takes blue's
    device at the gateway away; without, ip can.  addressed: the devices have
    their IPv4 addresses already.  six: they carry IPv6, too."""

    def __init__(self, gw, peer, mtu=1500, learnt=False, move=True, bind=None,
                 remove=None, addressed=False, six=True):
        self.bound = {v: (bind or {}).get(v, "t-" + v) for v in VPNS}
        self.mtu, self.learnt, self.six = mtu, learnt, six
        self.remove = remove or (lambda: ip("gw", "link del t-blue"))
        for ns, lines in (("gw", gw), ("peer", peer)):
            if lines:
                ip(ns, "\n".join(lines.format(v=v, n=NUMBER[v])
                                 for v in VPNS))
        if move:
            ip("peer", "\n".join("link set p-%s netns %s name t0" %
                                 (v, NAMES[v]) for v in VPNS))
        self.start(addressed)

    def start(self, addressed):
        ip("gw", "link set t-blue master blue\n" + ("" if addressed else """
            addr add 10.0.0.1/24 dev t-blue
            addr add 10.0.0.1/24 dev t-green""") + """
            link set t-blue up
            link set t-green up""")
        config("\n".join("interface add %s vpn %s" % (self.bound[v], v)
                         for v in VPNS))
        # Now that who asks for the alias is answered.
        for vpn in VPNS:
            ip(vpn, """
                addr add 10.0.0.2/24 dev t0
                link set t0 up
                route add default dev t0""")
        if self.six:
            ip("gw", "\n".join("addr add fd00::1/64 dev t-%s nodad" % vpn
                               for vpn in VPNS))
            for vpn in VPNS:
                ip(vpn, """
                    addr add fd00::2/64 dev t0 nodad
                    route add ::/0 dev t0""")

    # What deleting the devices does not undo.
    undo = []

    @classmethod
    def end(cls):
        """Take the ports of the case before away."""
        vctl("flow flush")
        for ns in ("gw", "peer", "blue", "green"):
            with inside(ns):
                gone = [name for name in devices()
                        if name[:2] in ("t-", "p-", "l-", "o-", "t0", "m0")]
            if gone:
                # Some go along with others.
                subprocess.run(["ip", "-n", NAMES[ns], "-force", "-batch",
                                "-"], text=True, check=False,
                               input="\n".join("link del " + name
                                               for name in gone),
                               stderr=subprocess.DEVNULL)
        while cls.undo:
            cls.undo.pop()()

    def exchange(self):
        """Both sides start; each hears its own, and nobody else's; and a port
        that goes takes nothing along but what is its own."""
        server, hosts, outside = self.meet((HOST, 5000), (ALIAS, 7), SERVER,
                                           POOL)

        statics = {v: udp(v, (HOST, 4000)) for v in VPNS}
        for vpn in VPNS:
            server.sendto(b"call for " + vpn.encode(),
                          (STATIC, 4000 + NUMBER[vpn]))
        for vpn, sock in statics.items():
            data, peer = sock.recvfrom(2048)
            equal(data, b"call for " + vpn.encode(), "call in " + vpn)
            equal(peer, (ALIAS, 7), "caller as seen in " + vpn)
            sock.sendto(b"answer of " + vpn.encode(), peer)
            data, peer = server.recvfrom(2048)
            equal(data, b"answer of " + vpn.encode(), "answer to the call")
            equal(peer, (STATIC, 4000 + NUMBER[vpn]), "who answered")
        for vpn in VPNS:
            self.large(vpn, server, outside[vpn], hosts[vpn])
        quiet(server, *hosts.values(), *statics.values())
        for one in CASES6 if self.six else ():
            self.talk(*one)
        streams = self.streams()
        self.removal(server, outside, hosts, streams)
        for sock in (server, *hosts.values(), *statics.values()):
            sock.close()

    def meet(self, host, alias, at, pool):
        """Both VPNs with one 5-tuple at once: returns the server's socket, and by
        VPN the hosts' and the outside endpoints."""
        server = udp("srv", (at, alias[1]))
        hosts = {v: udp(v, host) for v in VPNS}
        for vpn, sock in hosts.items():
            sock.sendto(b"hello from " + vpn.encode(), alias)
        outside = {}
        for _ in VPNS:
            data, peer = server.recvfrom(2048)
            outside[data.split()[-1].decode()] = peer[:2]
            server.sendto(b"hello to " + data.split()[-1], peer)
        equal(sorted(outside), list(VPNS), "VPNs heard")
        for vpn, sock in hosts.items():
            data, peer = sock.recvfrom(2048)
            equal(data, b"hello to " + vpn.encode(), "answer in " + vpn)
            equal(peer[:2], alias, "server as seen in " + vpn)
            equal(outside[vpn][0], pool, "outside address")
            whose = identify("udp", *outside[vpn])
            equal(whose["vpn"], vpn, "identity")
            equal(whose["interface"], self.bound[vpn], "interface")
            equal(whose["inside"], {"addr": host[0], "port": host[1]},
                  "inside")
        return server, hosts, outside

    def talk(self, host, alias, at, pool):
        """What meet() says, of a row of CASES6."""
        server, hosts, outside = self.meet((host, 5000), (alias, 9), at, pool)
        for vpn, sock in hosts.items():
            self.beyond(vpn, server, outside[vpn], sock, alias)
        quiet(server, *hosts.values())
        for sock in (server, *hosts.values()):
            sock.close()

    def beyond(self, vpn, server, peer, host, alias):
        """What a class derived from this one sees besides."""

    def large(self, vpn, server, peer, host):
        """1500 bytes toward the port: told of its MTU where they may not be
        fragmented (RFC 1191), fragmented where they may; and back."""
        before = stats("ext", "carrier")["drops"].get("mtu", 0)
        data = (vpn.encode() * 368)[:1472]
        if self.mtu < 1500:
            server.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
            server.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER,
                              PMTUDISC_PROBE)
            if self.learnt:
                server.sendto(data, peer)
                quiet(host)
            server.sendto(data, peer)
            equal(self.error(server), (self.mtu, peer), "MTU told")
            server.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 0)
            equal(stats("ext", "carrier")["drops"]["mtu"], before + 1,
                  "drops for mtu")
            fits = data[:self.mtu - 28]
            server.sendto(fits, peer)
            equal(host.recvfrom(2048), (fits, (ALIAS, 7)), "what fits")
        server.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, PMTUDISC_OMIT)
        server.sendto(data, peer)
        equal(host.recvfrom(2048), (data, (ALIAS, 7)), "large, to the host")
        host.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, PMTUDISC_OMIT)
        host.sendto(data, (ALIAS, 7))
        equal(server.recvfrom(2048), (data, peer), "large, to the server")

    @staticmethod
    def error(sock):
        """MTU and destination of the one error in a socket's queue."""
        def look():
            try:
                return sock.recvmsg(2048, 512, MSG_ERRQUEUE)
            except BlockingIOError:
                return None
        sock.setblocking(False)
        _, ancillary, _, whom = wait_for(look, "an ICMP error")
        sock.settimeout(PATIENCE)
        (_, _, err), = [a for a in ancillary if a[1] == IP_RECVERR]
        errno, origin, kind, code, _, info, _ = struct.unpack("IBBBBII",
                                                              err[:16])
        equal((origin, kind, code), (2, 3, 4), "origin, type and code")
        return info, whom

    @staticmethod
    def streams():
        """TCP that each side starts in each VPN, in segments as large as the
        stacks make them.  Returns what the hosts have begun: host's and server's
        end of each VPN."""
        begun = {}
        with listen("srv", (SERVER, 80)) as server:
            for vpn in VPNS:
                host = tcp(vpn)
                host.connect((ALIAS, 80))
                begun[vpn] = host, server.accept()[0]
        for vpn in VPNS:
            with listen(vpn, (HOST, 4000)) as host:
                caller = tcp("srv", (SERVER, 0))
                caller.connect((STATIC, 4000 + NUMBER[vpn]))
                callee, peer = host.accept()
                equal(peer[0], ALIAS, "caller as seen in " + vpn)
            for one, other in (begun[vpn], (callee, caller)):
                data = (vpn.encode() * 20000)[:50000]
                for sender, receiver in ((one, other), (other, one)):
                    receiver.settimeout(PATIENCE)
                    sender.sendall(data)
                    if receive(receiver, len(data)) != data:
                        raise AssertionError("a stream has other bytes")
            callee.close()
            caller.close()
        return begun

    def removal(self, server, outside, hosts, streams):
        """Blue's device goes while packets pass it; green is as it was."""
        chatter = Chatter("blue")
        self.remove()
        equal("t-blue" in devices(), False, "t-blue is there")
        for n in range(3):
            for data, vpn in ((b"late", "blue"), (b"again", "green")):
                try:
                    server.sendto(data, outside[vpn])
                    hosts[vpn].sendto(data, (ALIAS, 7))
                except OSError:
                    # a host without an interface
                    equal(vpn, "blue", "VPN of what cannot be sent")
            equal(hosts["green"].recvfrom(2048), (b"again", (ALIAS, 7)),
                  "to green")
            equal(server.recvfrom(2048), (b"again", outside["green"]),
                  "from green")
        chatter.end()
        if self.bound["blue"] == "t-blue":
            equal([i["interface"] for i in show("interface show")
                   if i["vpn"] == "blue"], [], "interfaces of blue")
            equal(flows("vpn", "blue"), [], "flows of blue")
        for sender, receiver in (streams["green"], streams["green"][::-1]):
            sender.sendall(b"again")
            equal(receive(receiver, 5), b"again", "stream of green")
        quiet(server, *hosts.values())
        for pair in streams.values():
            for sock in pair:
                # Reset, or blue's speak on to the next case's ports.
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                struct.pack("ii", 1, 0))
                sock.close()
