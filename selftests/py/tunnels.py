# SPDX-License-Identifier: GPL-2.0
"""Ports that are tunnels over IP."""

from functools import partial

from ktap import case, main
from port import GW_VLAN, HOST, NUMBER, PEER_VLAN, VPNS, Ports, gre_lines, \
    ip, wireguard_devices
from tool import vctl

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
          mtu=1480, six=False).exchange()


@case
def sit():
    """RFC 2003 and RFC 4213 by one device"""
    Ports("link add t-{v} type sit mode any local 192.0.2.1 "
          "remote 192.0.2.1{n}",
          "addr replace 192.0.2.1{n}/24 dev eth0\n"
          "link add p-{v} type sit mode any local 192.0.2.1{n} "
          "remote 192.0.2.1", mtu=1480).exchange()


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
def wireguard():
    wireguard_devices(HOST + "/32,fd00::2/128", "0.0.0.0/0,::/0")
    Ports("", "", mtu=1420).exchange()


def flush_xfrm(*names):
    for ns in names:
        ip(ns, "xfrm policy flush\nxfrm state flush")


ANYONE = ("0.0.0.0/0", "::/0")
AEAD = "aead rfc4106(gcm(aes)) 0x%040x 128"


@case
def xfrm_interface():
    """RFC 4303 tunnels, chosen by interface"""
    def lines(dev, lower, local, remote):
        both = """
        link add {dev}-{{v}} type xfrm dev {lower} if_id {{n}}
        xfrm state add src {local} dst {remote} proto esp spi 0x10{{n}} reqid {{n}} mode tunnel flag af-unspec if_id {{n}} {key}
        xfrm state add src {remote} dst {local} proto esp spi 0x10{{n}} reqid {{n}} mode tunnel flag af-unspec if_id {{n}} {key}
        """
        policies = """
        xfrm policy add src {any} dst {any} dir out if_id {{n}} tmpl src {local} dst {remote} proto esp reqid {{n}} mode tunnel
        xfrm policy add src {any} dst {any} dir fwd if_id {{n}} tmpl src {remote} dst {local} proto esp reqid {{n}} mode tunnel
        xfrm policy add src {any} dst {any} dir in if_id {{n}} tmpl src {remote} dst {local} proto esp reqid {{n}} mode tunnel
        """
        common = {"dev": dev, "lower": lower, "local": local,
                  "remote": remote, "key": AEAD % 7}
        return both.format(**common) + "".join(
            policies.format(any=any_, **common) for any_ in ANYONE)
    Ports.undo.append(partial(flush_xfrm, "gw", "peer"))
    Ports(lines("t", "u0", "192.0.2.1", "192.0.2.2"),
          lines("p", "eth0", "192.0.2.2", "192.0.2.1"), mtu=1446,
          learnt=True).exchange()


@case
def ipsec_policy():
    """RFC 4303 tunnels by policy, of each host itself, on VLANs"""
    state = """
        xfrm state add src 10.0.0.1 dst 10.0.0.2 proto esp spi 0x10{n} reqid {n} mode tunnel flag af-unspec {key}
        xfrm state add src 10.0.0.2 dst 10.0.0.1 proto esp spi 0x20{n} reqid {n} mode tunnel flag af-unspec {key}
        """
    policy = """
        xfrm policy add src {src} dst {dst} {dev} dir {dir} tmpl src {a} dst {b} proto esp {reqid} mode tunnel
        """
    host, gw = "10.0.0.2", "10.0.0.1"
    hosts = tuple(zip((host, "fd00::2"), ANYONE))
    # Neighbours of IPv6 find each other in the clear.
    clear = "".join("xfrm policy add src ::/0 dst ::/0 proto ipv6-icmp "
                    "type %d dir %s priority 1\n" % (kind, way)
                    for kind in (135, 136) for way in ("in", "out", "fwd"))
    lines = [clear] + [
        policy.format(src=one, dst=anyone, dev="", dir=way, a=host, b=gw,
                      reqid="")
        for way in ("in", "fwd") for one, anyone in hosts]
    Ports.undo += [partial(flush_xfrm, "gw", *VPNS),
                   partial(vctl, "interface del blue")]
    # What was decapsulated comes in by the VRF.
    ports = Ports(GW_VLAN, PEER_VLAN, mtu=1446, bind={"blue": "blue"})
    for vpn in VPNS:
        n = NUMBER[vpn]
        both = state.format(n=n, key=AEAD % n)
        lines.append(both)
        far = [clear, both]
        for one, anyone in hosts:
            lines.append(policy.format(
                src=anyone, dst=one, dir="out", dev="dev t-" + vpn, a=gw,
                b=host, reqid="reqid %d" % n))
            far += [policy.format(src=one, dst=anyone, dev="", dir="out",
                                  a=host, b=gw, reqid="reqid %d" % n),
                    policy.format(src=anyone, dst=one, dev="", dir="in", a=gw,
                                  b=host, reqid="")]
        ip(vpn, "".join(far))
    ip("gw", "".join(lines))
    ports.exchange()


if __name__ == "__main__":
    main(Ports.end, after=Ports.end)
