# SPDX-License-Identifier: GPL-2.0
"""The interface tells the VPN, and the addresses never do."""

import bed
from bed import ALIAS, HOST, SERVER, open_wires
from ktap import case, equal, main
from packet import Fields, change, echo, ip, tcp, udp
from tool import flows, identify, stats, vctl
from wire import dropped

# vpn -> (tap, VLAN, interface as the tool shows it)
VPNS = {
    "master1": ("m0", None, "m0"),
    "master2": ("m2", None, "m2"),
    "member": ("k0", None, "k0"),
    "plain": ("p0", None, "p0"),
    "five": ("t0", 5, "t0.5"),
    "six": ("t0", 6, "t0.6"),
}
# The two members of the VRF bound as a whole are one VPN.
VPN_OF = {name: "master" if name.startswith("master") else name
          for name in VPNS}
HOSTS = {name: HOST for name in VPNS}
HOSTS["master2"] = "10.0.2.2"


def through(name, sent):
    """From the VPN out to the server."""
    tap, vlan, _ = VPNS[name]
    bed.wires.send(tap, sent, vlan=vlan)
    return bed.wires.receive("s0")


def back(name, sent, expected):
    tap, vlan, _ = VPNS[name]
    bed.wires.send("s0", sent)
    bed.wires.expect(tap, expected, vlan=vlan)


def kinds(name):
    """The first packet of a session, of each kind, and its answer."""
    host, data = HOSTS[name], name.encode()
    yield ("udp", udp(host, 5000, ALIAS, 7, data),
           lambda out: udp(SERVER, 7, *out, data))
    yield ("tcp", tcp(host, 5000, ALIAS, 7, "S", data=data),
           lambda out: tcp(SERVER, 7, *out, "SA", 5, 1001))
    yield ("icmp", echo(host, ALIAS, 5000, 1, data),
           lambda out: echo(SERVER, out[0], out[1], 1, data, reply=True))


outside = {}


@case
def same_5_tuples_live_at_once():
    for name in VPNS:
        for proto, first, _ in kinds(name):
            seen = through(name, first)
            came = Fields(seen)
            tuple_ = (came.src, came.sport)
            equal(seen, change(first, src=came.src, sport=came.sport,
                               dst=SERVER, hops=1), "first packet")
            if (proto, tuple_) in outside.values():
                raise AssertionError("%s %s:%d is taken twice" %
                                     (proto, *tuple_))
            outside[name, proto] = (proto, tuple_)
    # all are live: answers go to the right one
    for name in VPNS:
        for proto, _, answer in kinds(name):
            sent = answer(outside[name, proto][1])
            back(name, sent, change(
                sent, src=ALIAS, dst=HOSTS[name], dport=5000, hops=1))


@case
def identity_of_each():
    for (name, proto), (_, tuple_) in outside.items():
        whose = identify(proto, *tuple_)
        equal(whose["vpn"], VPN_OF[name], "vpn")
        equal(whose["interface"], VPNS[name][2], "interface")
        equal(whose["inside"], {"addr": HOSTS[name], "port": 5000}, "inside")
    for vpn in set(VPN_OF.values()):
        found = flows("vpn", vpn)
        equal({f["vpn"] for f in found}, {vpn}, "vpn of the flows")
        equal(len(found), 6 if vpn == "master" else 3, "flows of " + vpn)


@case
def every_packet_is_translated_once():
    """Counted once, a VRF's packets too, although they pass the hook twice."""
    for name in VPNS:
        vpn = VPN_OF[name]
        before = stats("vpn", vpn)
        _, first, answer = next(kinds(name))
        seen = through(name, first)
        equal(seen, change(first, src=outside[name, "udp"][1][0],
                           sport=outside[name, "udp"][1][1], dst=SERVER,
                           hops=1), "packet")
        sent = answer(outside[name, "udp"][1])
        back(name, sent, change(sent, src=ALIAS, dst=HOSTS[name], dport=5000,
                                hops=1))
        after = stats("vpn", vpn)
        for way in ("outbound", "inbound"):
            equal(after[way]["packets"] - before[way]["packets"], 1,
                  way + " packets of " + vpn)
        equal(after[way]["bytes"] - before[way]["bytes"], len(sent), "bytes")


@case
def addresses_of_another_vpn_prove_nothing():
    """10.0.0.7 has a static mapping in plain; it comes in by the others."""
    sent = udp("10.0.0.7", 7, ALIAS, 7, b"plain")
    seen = Fields(through("plain", sent))
    equal((seen.src, seen.sport), ("47.0.0.220", 7), "outside in plain")
    for name in ("member", "five", "six", "master1"):
        seen = Fields(through(name, sent))
        equal(seen.src, bed.POOL, "outside address in " + name)
        whose = identify("udp", seen.src, seen.sport)
        equal(whose["vpn"], VPN_OF[name], "vpn")
        answer = udp(SERVER, 7, seen.src, seen.sport, b"answer")
        back(name, answer, change(answer, src=ALIAS, dst="10.0.0.7", dport=7,
                                  hops=1))


@case
def ending_a_flow_leaves_its_twins():
    vctl("flow del vpn five proto udp")
    for name in VPNS:
        proto, (addr, port) = outside[name, "udp"]
        sent = udp(SERVER, 7, addr, port, name.encode())
        if name == "five":
            with dropped(bed.wires, "no-mapping"):
                bed.wires.send("s0", sent)
        else:
            back(name, sent, change(sent, src=ALIAS, dst=HOSTS[name],
                                    dport=5000, hops=1))


def untouched(into, sent, out):
    """Forwarded by the stack: only the TTL and its checksum change."""
    before = stats()
    bed.wires.pass_on(into, sent, out, one_hop(sent))
    after = stats()
    for key in ("outbound", "inbound"):
        equal(after[key], before[key], key)
    equal(after["drops"], before["drops"], "drops")


def one_hop(sent):
    return change(sent, hops=1)[:20] + sent[20:]


@case
def unbound_interface_is_never_touched():
    """Not even when the addresses are those of a flow, an alias or a pool."""
    host, mapped = "192.0.2.2", outside["plain", "udp"][1]
    for sent in (udp(host, 1, SERVER, 7, b"plain routing"),
                 tcp(host, 1, SERVER, 7),
                 echo(host, SERVER, 1),
                 ip(host, SERVER, 47, b"gre"),
                 ip(host, SERVER, 17, b"\1\2\3\4fragment", mf=True),
                 ip(host, SERVER, 17, b"of a fragment", offset=16),
                 udp(HOST, 5000, SERVER, 7, b"an inside source")):
        untouched("u0", sent, "s0")
    sent = udp(SERVER, 7, *mapped, b"an outside tuple")
    untouched("u0", sent, "s0")
    # and back: what the ext sends to it is not for a pool
    for sent in (udp(SERVER, 7, host, 1, b"plain routing"),
                 tcp(SERVER, 7, host, 1),
                 ip(SERVER, host, 47, b"gre")):
        untouched("s0", sent, "u0")


@case
def unbinding_and_binding():
    before = flows("vpn", "plain")
    if not before:
        raise AssertionError("plain has no flows")
    vctl("interface del p0")
    equal(flows("vpn", "plain"), [], "flows of plain")
    sent = udp(HOST, 5000, "192.0.2.2", 7, b"plain routing")
    untouched("p0", sent, "u0")
    vctl("interface add p0 vpn plain")
    seen = Fields(through("plain", udp(HOST, 5000, ALIAS, 7, b"plain")))
    equal(identify("udp", seen.src, seen.sport)["vpn"], "plain")


if __name__ == "__main__":
    open_wires("m0", "m2", "k0", "p0", "t0", "s0", "u0")
    main()
