# SPDX-License-Identifier: GPL-2.0
"""Ports that come and go with a session: PPP, L2TP."""

import socket
import subprocess
from functools import partial

import pppd
from ktap import case, main
from netns import NAMES, mac
from port import HOST, NUMBER, VPNS, Ports, ip

GATEWAY = "10.0.0.1"


def has(module):
    return not subprocess.run(["modprobe", "-q", module], check=False).returncode


def ppp_ports(ends, **more):
    """ends: of each VPN the gateway's and the host's."""
    for pair in ends.values():
        for end in pair:
            end.up()
    return Ports("", "", addressed=True, remove=ends["blue"][0].close, **more)


def ppp_serial():
    """RFC 1662: byte by byte, as over a modem"""
    ends = {}
    for vpn in VPNS:
        lines = socket.socketpair()
        ends[vpn] = (pppd.End("gw", "t-" + vpn, GATEWAY, HOST, "notty", "local",
                             line=lines[0]),
                     pppd.End(vpn, "t0", HOST, GATEWAY, "notty", "local",
                             line=lines[1]))
    ppp_ports(ends, move=False).exchange()


if has("ppp_async"):
    case(ppp_serial)


@case
def pppoe():
    """RFC 2516, without discovery: the sessions' ids are agreed beforehand.  The
    host of each has a MAC address of its own on the cable."""
    ip("peer", "\n".join("link add p-%s link eth0 type macvlan" % v
                         for v in VPNS))
    ip("peer", "\n".join("link set p-%s netns %s name m0" % (v, NAMES[v])
                         for v in VPNS))
    ends = {}
    for vpn in VPNS:
        ip(vpn, "link set m0 up")

        def end(ns, dev, name, far, *addresses):
            return pppd.End(ns, name, *addresses, "plugin", "rp-pppoe.so",
                           "rp_pppoe_sess", "%d:%s" % (
                               NUMBER[vpn], mac(*far).hex(":")), dev, mtu=1492)
        ends[vpn] = (end("gw", "u0", "t-" + vpn, (vpn, "m0"), GATEWAY, HOST),
                     end(vpn, "m0", "t0", ("gw", "u0"), HOST, GATEWAY))
    ppp_ports(ends, mtu=1492, move=False).exchange()


@case
def l2tp_ppp():
    """RFC 2661; the host's end moves to another namespace than its tunnel's."""
    ends = {}
    for vpn in VPNS:
        def end(ns, name, own, far, *addresses):
            port, tunnel = 1700 + NUMBER[vpn], NUMBER[vpn]
            sockets = pppd.l2tp_session(ns, (own, port), (far, port), tunnel)
            return pppd.End(ns, name, *addresses, "plugin", "pppol2tp.so",
                           "pppol2tp", str(sockets[-1].fileno()),
                           mtu=1400, keep=sockets)
        ends[vpn] = (end("gw", "t-" + vpn, "192.0.2.1", "192.0.2.2", GATEWAY,
                         HOST),
                     end("peer", "p-" + vpn, "192.0.2.2", "192.0.2.1", HOST,
                         GATEWAY))
    ppp_ports(ends, mtu=1400).exchange()


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
          mtu=1446, remove=lambda: ip(
              "gw", "l2tp del session tunnel_id 1 session_id 7")).exchange()


if __name__ == "__main__":
    main(Ports.end, after=Ports.end)
