# SPDX-License-Identifier: GPL-2.0
"""Two VPNs over one cable by interfaces of each kind, and what they carry."""

import socket
import struct
import subprocess
from functools import partial

import pppoe
from ktap import PATIENCE, case, equal, main, wait_for
from netns import NAMES, inside, listen, quiet, tcp, udp
from tool import config, identify, stats, vctl

VPNS = ("blue", "green")
NUMBER = {"blue": 1, "green": 2}
HOST, ALIAS, SERVER = "10.0.0.2", "10.0.0.100", "47.0.0.10"
POOL, STATIC = "47.0.0.200", "47.0.0.210"
IP_MTU_DISCOVER, IP_RECVERR = 10, 11
# Never fragmented here, and never mind what was learnt; always allowed to be.
PMTUDISC_PROBE, PMTUDISC_OMIT = 3, 5
MSG_ERRQUEUE = 0x2000


def run(*args, stdin=None):
    done = subprocess.run(args, input=stdin, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise AssertionError("%s: %s" % (" ".join(args), done.stdout.strip()))
    return done.stdout.strip()


def ip(ns, lines):
    run("ip", "-n", NAMES[ns], "-batch", "-", stdin=lines)


class Ports:
    """The two ports of a kind, while a case runs.

    gw and peer are lines for ip about one VPN; {v} is its name and {n} its
    number.  They leave a device t-{v} at the gateway and p-{v} at the peer,
    which becomes t0 of the host, unless the case has done so (move).

    mtu is what the tunnel carries; learnt: its device has a larger one, and
    the stack finds out with the first packet.  bind: devices to bind instead
    of a port, by which the packets then come in."""

    def __init__(self, gw, peer, mtu=1500, learnt=False, move=True, bind=None):
        self.bound = {v: (bind or {}).get(v, "t-" + v) for v in VPNS}
        self.mtu, self.learnt = mtu, learnt
        for ns, lines in (("gw", gw), ("peer", peer)):
            ip(ns, "\n".join(lines.format(v=v, n=NUMBER[v]) for v in VPNS))
        if move:
            ip("peer", "\n".join("link set p-%s netns %s name t0" %
                                 (v, NAMES[v]) for v in VPNS))
        self.start()

    def start(self):
        ip("gw", """
            link set t-blue master blue
            addr add 10.0.0.1/24 dev t-blue
            addr add 10.0.0.1/24 dev t-green
            link set t-blue up
            link set t-green up""")
        for vpn in VPNS:
            ip(vpn, """
                addr add 10.0.0.2/24 dev t0
                link set t0 up
                route add default dev t0""")
        config("\n".join("interface add %s vpn %s" % (self.bound[v], v)
                         for v in VPNS))

    # What deleting the devices does not undo.
    undo = []

    @classmethod
    def end(cls):
        """Take the ports of the case before away."""
        vctl("flow flush")
        for ns in ("gw", "peer", "blue", "green"):
            with inside(ns):
                there = [name for _, name in socket.if_nameindex()]
            gone = [name for name in there if name[:2] in ("t-", "p-", "l-",
                                                           "o-", "t0", "m0")]
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
        """Both sides start; each hears its own, and nobody else's."""
        server = udp("srv", (SERVER, 7))
        hosts = {v: udp(v, (HOST, 5000)) for v in VPNS}
        for vpn, sock in hosts.items():
            sock.sendto(b"hello from " + vpn.encode(), (ALIAS, 7))
        outside = {}
        for _ in VPNS:
            data, peer = server.recvfrom(2048)
            outside[data.split()[-1].decode()] = peer
            server.sendto(b"hello to " + data.split()[-1], peer)
        equal(sorted(outside), list(VPNS), "VPNs heard")
        for vpn, sock in hosts.items():
            data, peer = sock.recvfrom(2048)
            equal(data, b"hello to " + vpn.encode(), "answer in " + vpn)
            equal(peer, (ALIAS, 7), "server as seen in " + vpn)
            equal(outside[vpn][0], POOL, "outside address")
            whose = identify("udp", *outside[vpn])
            equal(whose["vpn"], vpn, "identity")
            equal(whose["interface"], self.bound[vpn], "interface")
            equal(whose["inside"], {"addr": HOST, "port": 5000}, "inside")

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
        for sock in (server, *hosts.values(), *statics.values()):
            sock.close()
        for vpn in VPNS:
            self.stream(vpn)

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
    def stream(vpn):
        """TCP, in segments as large as the stacks make them."""
        data = (vpn.encode() * 20000)[:50000]
        with listen("srv", (SERVER, 80)) as server, tcp(vpn) as client:
            client.connect((ALIAS, 80))
            conn, _ = server.accept()
            for sender, receiver in ((client, conn), (conn, client)):
                sender.sendall(data)
                sender.shutdown(socket.SHUT_WR)
                seen = b""
                while len(seen) < len(data):
                    chunk = receiver.recv(65536)
                    if not chunk:
                        break
                    seen += chunk
                equal(len(seen), len(data), "length of a stream")
                if seen != data:
                    raise AssertionError("a stream has other bytes")
            conn.close()


VLAN = "link add link {lower} name {name} type vlan id 1{{n}}"
GW_VLAN = VLAN.format(lower="u0", name="t-{v}")
PEER_VLAN = VLAN.format(lower="eth0", name="p-{v}")


@case
def vlan():
    Ports(GW_VLAN, PEER_VLAN).exchange()


@case
def qinq():
    """IEEE 802.1ad: the inner tag is the same in both VPNs."""
    lines = """
        link add link {lower} name o-{{v}} type vlan proto 802.1ad id 2{{n}}
        link set o-{{v}} up
        link add link o-{{v}} name {name} type vlan id 7"""
    Ports(lines.format(lower="u0", name="t-{v}"),
          lines.format(lower="eth0", name="p-{v}")).exchange()


def on_vlan(lines):
    """Something on top of a VLAN of each VPN."""
    return """
        link add link u0 name l-{v} type vlan id 1{n}
        link set l-{v} up
        """ + lines


@case
def macvlan():
    Ports(on_vlan("link add link l-{v} name t-{v} type macvlan mode private"),
          PEER_VLAN).exchange()


@case
def bridge():
    Ports(on_vlan("link add t-{v} type bridge\nlink set l-{v} master t-{v}"),
          PEER_VLAN).exchange()


@case
def bond():
    Ports("""link add link u0 name l-{v} type vlan id 1{n}
             link add t-{v} type bond mode active-backup
             link set l-{v} master t-{v}""", PEER_VLAN).exchange()


GRE = """link add {name} type {kind} local {local} remote {remote} key {{n}}
         """


def gre_lines(kind):
    return (GRE.format(name="t-{v}", kind=kind, local="192.0.2.1",
                       remote="192.0.2.2"),
            GRE.format(name="p-{v}", kind=kind, local="192.0.2.2",
                       remote="192.0.2.1"))


@case
def gre():
    """RFC 2784, with the keys of RFC 2890."""
    Ports(*gre_lines("gre"), mtu=1472).exchange()


@case
def gretap():
    Ports(*gre_lines("gretap"), mtu=1458).exchange()


@case
def ipip():
    """RFC 2003: nothing but the peer's address tells the tunnels apart."""
    Ports("link add t-{v} type ipip local 192.0.2.1 remote 192.0.2.1{n}",
          "addr add 192.0.2.1{n}/24 dev eth0\n"
          "link add p-{v} type ipip local 192.0.2.1{n} remote 192.0.2.1",
          mtu=1480).exchange()


@case
def vxlan():
    """RFC 7348"""
    lines = ("link add {name} type vxlan id 1{{n}} local {local} "
             "remote {remote} dstport 4789 dev {lower}")
    Ports(lines.format(name="t-{v}", local="192.0.2.1", remote="192.0.2.2",
                       lower="u0"),
          lines.format(name="p-{v}", local="192.0.2.2", remote="192.0.2.1",
                       lower="eth0"), mtu=1450).exchange()


@case
def geneve():
    """RFC 8926"""
    Ports("link add t-{v} mtu 1450 type geneve id 1{n} remote 192.0.2.2",
          "link add p-{v} mtu 1450 type geneve id 1{n} remote 192.0.2.1",
          mtu=1450).exchange()


@case
def l2tp_ethernet():
    """RFC 4719"""
    lines = """
        l2tp add tunnel tunnel_id {{n}} peer_tunnel_id {{n}} encap udp local {local} remote {remote} udp_sport 170{{n}} udp_dport 170{{n}}
        l2tp add session name {name} tunnel_id {{n}} session_id 7 peer_session_id 7
        link set {name} mtu 1446"""
    Ports.undo += [partial(ip, ns, "l2tp del tunnel tunnel_id 1\n"
                                   "l2tp del tunnel tunnel_id 2")
                   for ns in ("gw", "peer")]
    Ports(lines.format(name="t-{v}", local="192.0.2.1", remote="192.0.2.2"),
          lines.format(name="p-{v}", local="192.0.2.2", remote="192.0.2.1"),
          mtu=1446).exchange()


@case
def pppoe_session():
    """RFC 2516; the host of each has a MAC address of its own on the cable."""
    ip("peer", "\n".join("link add p-%s link eth0 type macvlan" % v
                         for v in VPNS))
    ip("peer", "\n".join("link set p-%s netns %s name m0" % (v, NAMES[v])
                         for v in VPNS))
    for vpn in VPNS:
        ip(vpn, "link set m0 up")
        for ns, dev, name, far in (("gw", "u0", "t-" + vpn, (vpn, "m0")),
                                   (vpn, "m0", "t0", ("gw", "u0"))):
            end = pppoe.Session(ns, dev, NUMBER[vpn], *far)
            Ports.undo.append(end.close)
            ip(ns, "link set %s name %s mtu 1492" % (end.name, name))
    Ports("", "", mtu=1492, move=False).exchange()


@case
def wireguard():
    keys = {}
    for name in ("gw", "peer"):
        for vpn in VPNS:
            secret = run("wg", "genkey")
            keys[name, vpn] = secret, run("wg", "pubkey", stdin=secret)
    for ns, dev, base, far, allowed in (
            ("gw", "t", 100, "peer", HOST + "/32"),
            ("peer", "p", 200, "gw", "0.0.0.0/0")):
        ip(ns, "\n".join("link add %s-%s type wireguard" % (dev, v)
                         for v in VPNS))
        remote = "192.0.2.2" if ns == "gw" else "192.0.2.1"
        for v in VPNS:
            run("nsenter", "--net=/run/netns/" + NAMES[ns], "wg", "set", dev + "-" + v,
                "listen-port", str(base + NUMBER[v]),
                "private-key", "/dev/stdin", "peer", keys[far, v][1],
                "endpoint", "%s:%d" % (remote, 300 - base + NUMBER[v]),
                "allowed-ips", allowed, stdin=keys[ns, v][0])
    Ports("", "", mtu=1420).exchange()


def flush_xfrm(*names):
    for ns in names:
        ip(ns, "xfrm policy flush\nxfrm state flush")


AEAD = "aead rfc4106(gcm(aes)) 0x%040x 128"


@case
def xfrm_interface():
    """RFC 4303 tunnels, chosen by interface"""
    def lines(dev, lower, local, remote):
        return """
        link add {dev}-{{v}} type xfrm dev {lower} if_id {{n}}
        xfrm state add src {local} dst {remote} proto esp spi 0x10{{n}} reqid {{n}} mode tunnel if_id {{n}} {key}
        xfrm state add src {remote} dst {local} proto esp spi 0x10{{n}} reqid {{n}} mode tunnel if_id {{n}} {key}
        xfrm policy add dir out if_id {{n}} tmpl src {local} dst {remote} proto esp reqid {{n}} mode tunnel
        xfrm policy add dir fwd if_id {{n}} tmpl src {remote} dst {local} proto esp reqid {{n}} mode tunnel
        xfrm policy add dir in if_id {{n}} tmpl src {remote} dst {local} proto esp reqid {{n}} mode tunnel
        """.format(dev=dev, lower=lower, local=local, remote=remote,
                   key=AEAD % 7)
    Ports.undo.append(partial(flush_xfrm, "gw", "peer"))
    Ports(lines("t", "u0", "192.0.2.1", "192.0.2.2"),
          lines("p", "eth0", "192.0.2.2", "192.0.2.1"), mtu=1446,
          learnt=True).exchange()


@case
def ipsec_policy():
    """RFC 4303 tunnels by policy, of each host itself, on VLANs"""
    state = """
        xfrm state add src 10.0.0.1 dst 10.0.0.2 proto esp spi 0x10{n} reqid {n} mode tunnel {key}
        xfrm state add src 10.0.0.2 dst 10.0.0.1 proto esp spi 0x20{n} reqid {n} mode tunnel {key}
        """
    policy = """
        xfrm policy add src {src} dst {dst} {dev} dir {dir} tmpl src {a} dst {b} proto esp {reqid} mode tunnel
        """
    host, gw, anyone = "10.0.0.2", "10.0.0.1", "0.0.0.0/0"
    common = "".join(policy.format(src=host, dst=anyone, dev="", dir=way,
                                   a=host, b=gw, reqid="") for way in ("in", "fwd"))
    lines = [common]
    Ports.undo += [partial(flush_xfrm, "gw", *VPNS),
                   partial(vctl, "interface del blue")]
    # What was decapsulated comes in by the VRF.
    ports = Ports(GW_VLAN, PEER_VLAN, mtu=1446, bind={"blue": "blue"})
    for vpn in VPNS:
        n = NUMBER[vpn]
        both = state.format(n=n, key=AEAD % n)
        lines += [both, policy.format(src=anyone, dst=host, dir="out",
                                      dev="dev t-" + vpn, a=gw, b=host,
                                      reqid="reqid %d" % n)]
        ip(vpn, both +
           policy.format(src=host, dst=anyone, dev="", dir="out", a=host,
                         b=gw, reqid="reqid %d" % n) +
           policy.format(src=anyone, dst=host, dev="", dir="in", a=gw,
                         b=host, reqid=""))
    ip("gw", "".join(lines))
    ports.exchange()


if __name__ == "__main__":
    main(Ports.end)
