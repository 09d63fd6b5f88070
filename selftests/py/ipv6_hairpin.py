# SPDX-License-Identifier: GPL-2.0
"""VPN hosts that are meant by the outside endpoints of their mappings, where one
of the three is IPv6.

RFC 6146 section 3.8 (which is RFC 4787 REQ-9, 5382 REQ-8 and 5508 REQ-7)."""

import struct
import subprocess

import bed6
import pieces6
from bed6 import GATEWAY4, GATEWAY6, HOST4, HOST6, OTHER4, OTHER6, POOL4, \
    POOL6, ROUTER4, ROUTER6, Flow, make, open_wires
from ktap import case, equal, main
from packet import ICMP, TCP, UDP
from packet6 import either, is6
from tool import drops, flows, identify, stats, vctl
from wire import dropped

# version of the sender, of what is in the ext, of whom that stands for:
# the sender, what it sends to, whom that reaches, as whom there; where
CHAINS = {
    "6-6-6": (HOST6, "2001:db8:47::211", HOST6, POOL6, "b0"),
    "6-6-6, in the same VPN": (HOST6, "2001:db8:47::210", OTHER6, POOL6, "a0"),
    "6-4-4": (HOST6, "fd00::211", HOST4, POOL4, "b0"),
    "6-4-6": (HOST6, "fd00::212", OTHER6, "64:ff9b::2f00:c8", "b0"),
    "4-6-6": (HOST4, "10.0.0.211", HOST6, POOL6, "b0"),
    "4-6-4": (HOST4, "10.0.0.212", OTHER4, "10.0.0.200", "b0"),
}
ROUTERS = {True: ROUTER6, False: ROUTER4}
GATEWAYS = {True: GATEWAY6, False: GATEWAY4}
UNREACHABLE = {True: (1, 4), False: (3, 3)}     # port
PROHIBITED = {True: (1, 1), False: (3, 13)}


def hairpin(chain, proto=UDP, port=5000, aport=7, **more):
    """The flow of a first packet, which has come to whom it is for."""
    host, target, server, seen_as, far = CHAINS[chain]
    flow = Flow(make(proto, (host, port), (target, aport), b"of a", **more),
                server, far=far)
    equal(flow.outside[0], seen_as, "%s: source" % chain)
    return flow


def chains(*args, **more):
    for chain in CHAINS:
        vctl("flow flush")
        yield chain, hairpin(chain, *args, **more)


@case
def rfc6146_3_8_udp():
    for chain, flow in chains():
        flow.exchange(b"of " + chain.encode())
        equal(len(flows("")), 2, "%s: flows" % chain)


@case
def rfc6146_3_8_tcp():
    for chain, flow in chains(TCP, flags="S", seq=1000):
        flow.send_back(flow.to_host(flags="SA", seq=1000, ack=1001))
        flow.send_out(flow.to_server(b"of a", seq=1001, ack=1001))
        flow.send_back(flow.to_host(b"of b", seq=1001, ack=1005))
        equal({one["state"] for one in flows("")}, {"established"}, chain)


@case
def rfc6146_3_8_icmp_query():
    for _, flow in chains(ICMP, port=77):
        flow.exchange(b"of a")


@case
def rfc6146_3_8_icmp_error():
    """The quoted packet as its sender sent it, in the version it sent it in;
    from what stands for the host, of a router with no mapping, too."""
    for chain, flow in chains():
        sent = flow.to_server(b"of a")
        flow.send_out(sent)
        got = flow.out(sent)
        six = is6(flow.server)
        for source in flow.server, ROUTERS[six]:
            error = either.icmp(source, flow.outside[0], *UNREACHABLE[six],
                                data=got)
            if flow.across:
                expected = flow.back(error)
            else:
                expected = either.icmp(
                    flow.alias, flow.host, *UNREACHABLE[six], ttl=63,
                    data=either.change(sent, hops=1))
            try:
                bed6.wires.pass_on(flow.far, error, "a0", expected,
                                   free_id=flow.across)
            except AssertionError as failure:
                raise AssertionError("%s, from %s: %s" % (
                    chain, source, failure)) from failure


@case
def what_is_too_big_is_told_in_the_senders_version():
    """By the gateway: the MTU of the last link, as the sender may use it."""
    subprocess.run("ip link set b0 mtu 1400".split(), check=True)
    try:
        for chain, flow in chains():
            if flow.far != "b0":
                continue
            six, grown = is6(flow.host), 20 * flow.across
            most = 1400 + grown * (1 if six else -1)
            head = 48 if six else 28
            more = {} if six else {"df": True}
            flow.send_out(flow.to_server(bytes(most - head), **more))
            sent = flow.to_server(bytes(most + 1 - head), **more)
            bed6.wires.send("a0", sent)
            seen = either.fields(bed6.wires.receive("a0"))
            equal((seen.src, seen.dst, seen.kind, seen.code),
                  (GATEWAYS[six], flow.host) + ((2, 0) if six else (3, 4)),
                  chain)
            equal(seen.rest, struct.pack("!I", most), "%s: MTU" % chain)
            equal(seen.data, sent[:len(seen.data)], "%s: quote" % chain)
    finally:
        subprocess.run("ip link set b0 mtu 1500".split(), check=True)


@case
def hops_end_in_the_senders_view():
    for chain, flow in chains():
        six = is6(flow.host)
        sent = flow.to_server(b"far", ttl=1)
        before = drops("ttl")
        bed6.wires.send("a0", sent)
        seen = either.fields(bed6.wires.receive("a0"))
        equal((seen.src, seen.dst, seen.kind, seen.data),
              (GATEWAYS[six], flow.host, 3 if six else 11, sent), chain)
        equal(drops("ttl") - before, 1, "drops")


@case
def fragments_are_put_together_first():
    """And cut again for a link of IPv6, which may not do it itself."""
    for chain, flow in chains():
        sent = flow.to_server(bytes(range(256)) * 4)
        for part in pieces6.cut(sent, 512):
            bed6.wires.send("a0", part)
        pieces6.expect(bed6.wires, flow.far, flow.out(sent))


@case
def a_vpn_without_hairpin_is_not_reached():
    """Told to the sender; nothing is left behind, in neither VPN."""
    vctl("flow flush")
    for vpn in "ab":
        for host, target, _, _, far in CHAINS.values():
            if far != "b0":
                continue
            vctl("vpn set %s hairpin off" % vpn)
            six = is6(host)
            sent = either.udp(host, 5000, target, 7, b"of a")
            bed6.wires.send("a0", sent)
            seen = bed6.wires.frames()
            vctl("vpn set %s hairpin on" % vpn)
            if vpn == "a" and target.startswith("2001:"):
                # it does not know that address, which has no route
                answer, = seen
                equal(answer[0], "a0", "answer")
                continue
            if vpn == "a":
                # an alias leads to the ext, where nobody is
                equal([name for name, _ in seen if name != "s0"], [], target)
                continue
            answer, = seen
            f = either.fields(answer[1][14:])
            equal((answer[0], f.src, f.dst, f.kind, f.code),
                  ("a0", GATEWAYS[six], host) + PROHIBITED[six], target)
            equal(flows("vpn b"), [], "flows of b")
        vctl("flow flush")


@case
def nobody_in_the_ext_takes_part():
    for chain, flow in chains():
        if flow.far != "b0":
            continue
        shown, = flows("vpn b")
        ends = ((shown["outside"]["dst"], shown["outside"]["dport"]),
                (shown["outside"]["src"], shown["outside"]["sport"]))
        for source, target in ends, ends[::-1]:
            forged = either.udp(*source, *target, b"forged")
            with dropped(bed6.wires, "spoofed", "ext", "carrier"):
                bed6.wires.send("s0", forged)
        flow.exchange(b"of " + chain.encode())


@case
def outside_addresses_are_no_sources():
    for source, target in ((POOL6, "fd00::100"), (POOL6, OTHER6),
                           (POOL6, "2001:db8:47::211"),
                           ("fd00::211", "fd00::212"),
                           ("10.0.0.211", "10.0.0.212")):
        with dropped(bed6.wires, "spoofed", "vpn", "a"):
            bed6.wires.send("a0", either.udp(source, 5000, target, 7, b"x"))


@case
def both_ends_are_told_apart():
    """Who is who, by either outside endpoint; and both are counted."""
    for chain, flow in chains():
        if flow.far != "b0":
            continue
        before = {vpn: stats("vpn", vpn) for vpn in "ab"}
        flow.exchange(b"of a")
        of_a, = flows("vpn a")
        of_b, = flows("vpn b")
        for one, vpn, host, port in ((of_a, "a", flow.host, flow.port),
                                     (of_b, "b", flow.server, flow.sport)):
            found = identify("udp", one["outside"]["src"],
                             one["outside"]["sport"])
            equal((found["vpn"], found["inside"]),
                  (vpn, {"addr": host, "port": port}), chain)
        for vpn in "ab":
            for side in "outbound", "inbound":
                equal(stats("vpn", vpn)[side]["packets"] -
                      before[vpn][side]["packets"], 1, "%s: %s of %s" % (
                          chain, side, vpn))


if __name__ == "__main__":
    open_wires()
    main(lambda: vctl("flow flush"))
