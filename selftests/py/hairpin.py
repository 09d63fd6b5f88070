# SPDX-License-Identifier: GPL-2.0
"""VPN hosts that are meant by the outside endpoints of their mappings.

RFC 4787 REQ-9 (UDP), RFC 5382 REQ-8 (TCP), RFC 5508 REQ-7 (ICMP)."""

import subprocess

import bed
from bed import GATEWAY, HOST, HOST2, POOL, ROUTER, open_wires, udp_flow
from ktap import case, equal, main, wait_for
from packet import (ICMP, TIME_EXCEEDED, UDP, UNREACHABLE, Fields, change, echo,
                    icmp, ip, quote, tcp, udp)
from tool import drops, flows, identify, show, stats, vctl
from wire import dropped

# outside address -> whose it is
A3, B2, C2 = "47.0.0.210", "47.0.0.211", "47.0.0.212"
B2_ALIAS = "10.0.0.111"


def over(into, sent, out, **new):
    """It comes out there, from the outside address of who sent it."""
    bed.wires.send(into, sent)
    seen = bed.wires.receive(out)
    equal(seen, change(sent, src=Fields(seen).src, sport=Fields(seen).sport,
                       hops=1, **new))
    return Fields(seen)


@case
def rfc4787_req9_udp_in_the_same_vpn():
    """Source and destination are outside endpoints (REQ-9 a), and the answer
    comes from where the question went."""
    sent = udp(HOST, 5000, A3, 7, b"of a")
    seen = over("a0", sent, "a0", dst=HOST2)
    equal(seen.src, POOL, "source")
    answer = udp(HOST2, 7, seen.src, seen.sport, b"of a too")
    bed.wires.pass_on("a0", answer, "a0", change(
        answer, src=A3, dst=HOST, dport=5000, hops=1))
    # the flow exists now
    seen = over("a0", sent, "a0", dst=HOST2)
    equal(seen.src, POOL, "source")


@case
def rfc4787_req9_udp_to_another_vpn():
    for target, view in ((B2, B2), (B2_ALIAS, B2_ALIAS)):
        vctl("flow flush")
        sent = udp(HOST, 5000, target, 7, b"of a")
        seen = over("a0", sent, "b0", dst=HOST)
        equal(seen.src, POOL, "source")
        answer = udp(HOST, 7, seen.src, seen.sport, b"of b")
        bed.wires.pass_on("b0", answer, "a0", change(
            answer, src=view, dst=HOST, dport=5000, hops=1))


@case
def rfc5382_req8_tcp():
    sent = tcp(HOST, 5000, B2, 80, "S", 1000)
    seen = over("a0", sent, "b0", dst=HOST)
    equal(seen.src, POOL, "source")
    answer = tcp(HOST, 80, seen.src, seen.sport, "SA", 2000, 1001)
    bed.wires.pass_on("b0", answer, "a0", change(
        answer, src=B2, dst=HOST, dport=5000, hops=1))
    data = tcp(HOST, 5000, B2, 80, "PA", 1001, 2001, data=b"of a")
    over("a0", data, "b0", dst=HOST)
    equal({flow["state"] for flow in flows("")}, {"established"}, "states")


@case
def rfc5508_req7_icmp_query():
    """The query id that the asked host sees is the outside one."""
    sent = echo(HOST, B2, 77, 1, b"of a")
    bed.wires.send("a0", sent)
    seen = bed.wires.receive("b0")
    ident = Fields(seen).sport
    equal(seen, change(sent, src=POOL, sport=ident, dst=HOST, hops=1))
    answer = echo(HOST, POOL, ident, 1, b"of a", reply=True)
    bed.wires.pass_on("b0", answer, "a0", change(
        answer, src=B2, dst=HOST, sport=77, hops=1))


@case
def rfc5508_req7_icmp_error():
    """The quoted packet as its sender sent it."""
    sent = udp(HOST, 5000, B2, 7, b"of a")
    seen = over("a0", sent, "b0", dst=HOST)
    got = change(sent, src=seen.src, sport=seen.sport, dst=HOST, hops=1)
    for source in (HOST, "10.0.0.254"):
        error = icmp(source, seen.src, UNREACHABLE, 3, data=got)
        bed.wires.pass_on("b0", error, "a0", icmp(
            B2, HOST, UNREACHABLE, 3, data=quote(sent, hops=1), ttl=63))


@case
def rfc5508_req7_icmp_error_of_a_router_with_a_mapping_of_its_own():
    """From its outside address (REQ-5 c), which is itself in a VPN with hairpin;
    from the alias where there is one."""
    sent = udp(HOST, 5000, B2, 7, b"of a")
    seen = over("a0", sent, "b0", dst=HOST)
    got = change(sent, src=seen.src, sport=seen.sport, dst=HOST, hops=1)
    error = icmp(ROUTER, seen.src, TIME_EXCEEDED, 0, data=got)

    def comes_from(source):
        bed.wires.pass_on("b0", error, "a0", icmp(
            source, HOST, TIME_EXCEEDED, 0, data=quote(sent, hops=1), ttl=63))
    vctl("mapping add b proto any inside %s outside 47.0.0.213" % ROUTER)
    comes_from("47.0.0.213")
    vctl("alias add a 10.0.0.113 to 47.0.0.213")
    comes_from("10.0.0.113")
    vctl("alias del a 10.0.0.113")
    # an alias of all the world onto itself takes nothing away
    vctl("alias add a 47.0.0.208/28 to 47.0.0.208/28")
    comes_from("47.0.0.213")
    vctl("alias del a 47.0.0.208/28")
    # where a knows somebody else by that address it is not given away
    vctl("alias add a 47.0.0.213 to 47.0.0.10")
    comes_from(GATEWAY)
    vctl("alias del a 47.0.0.213")
    # nor is it anybody's in the ext
    flow = udp_flow()
    bed.wires.pass_on("s0", icmp("47.0.0.213", POOL, UNREACHABLE, 1, data=quote(
        flow.out(flow.to_server()))), "a0", icmp(
            GATEWAY, HOST, UNREACHABLE, 1, data=quote(flow.to_server(), hops=1),
            ttl=63))
    vctl("mapping del b proto any inside %s outside 47.0.0.213" % ROUTER)
    comes_from(B2)


@case
def errors_are_counted_in_both_vpns():
    """As the packets that they are about."""
    sent = udp(HOST, 5000, B2, 7, b"of a")
    seen = over("a0", sent, "b0", dst=HOST)
    got = change(sent, src=seen.src, sport=seen.sport, dst=HOST, hops=1)
    before = {vpn: stats("vpn", vpn) for vpn in "ab"}
    bed.wires.send("b0", icmp(HOST, seen.src, UNREACHABLE, 3, data=got))
    bed.wires.receive("a0")
    for vpn, side in ("b", "outbound"), ("a", "inbound"):
        equal(stats("vpn", vpn)[side]["packets"] -
              before[vpn][side]["packets"], 1, "%s of %s" % (side, vpn))


@case
def errors_need_hairpin_too():
    """Not only packets stop when one of the two VPNs no longer has it."""
    sent = udp(HOST, 5000, B2, 7, b"of a")
    seen = over("a0", sent, "b0", dst=HOST)
    got = change(sent, src=seen.src, sport=seen.sport, dst=HOST, hops=1)
    error = icmp(HOST, seen.src, UNREACHABLE, 3, data=got)
    for vpn in "ab":
        vctl("vpn", "set", vpn, "hairpin", "off")
        with dropped(bed.wires, "hairpin", "vpn", "b"):
            bed.wires.send("b0", error)
        vctl("vpn", "set", vpn, "hairpin", "on")
    bed.wires.pass_on("b0", error, "a0", icmp(
        B2, HOST, UNREACHABLE, 3, data=quote(sent, hops=1), ttl=63))


@case
def nobody_in_the_ext_takes_part():
    """Who knows both outside endpoints is neither of the two hosts."""
    sent = udp(HOST, 5000, B2, 7, b"of a")
    seen = over("a0", sent, "b0", dst=HOST)
    for forged in (udp(seen.src, seen.sport, B2, 7, b"forged"),
                   udp(B2, 7, seen.src, seen.sport, b"forged")):
        with dropped(bed.wires, "spoofed", "ext", "carrier"):
            bed.wires.send("s0", forged)
        error = icmp("47.0.0.10", Fields(forged).src, UNREACHABLE, 3,
                     data=forged)
        with dropped(bed.wires, "icmp-no-flow", "ext", "carrier"):
            bed.wires.send("s0", error)


@case
def outside_addresses_are_no_sources():
    """Not in a VPN that has them as addresses of others."""
    for target in "10.0.0.100", B2, "10.0.0.3":
        with dropped(bed.wires, "spoofed", "vpn", "a"):
            bed.wires.send("a0", udp(POOL, 5000, target, 7, b"of nobody"))


@case
def what_is_malformed_is_dropped():
    """As if the outside address were an alias: it is not left to routes."""
    sent = udp(HOST, 5000, B2, 7, b"of a")
    with dropped(bed.wires, "malformed", "vpn", "a"):
        bed.wires.send("a0", ip(HOST, B2, UDP, sent[20:24]))
    with dropped(bed.wires, "icmp-no-flow", "vpn", "a"):
        bed.wires.send("a0", icmp(HOST, B2, UNREACHABLE, 3, data=udp(
            B2, 7, HOST, 5000)))


@case
def gateway_tells_the_true_sender():
    """TTL and MTU, in its own view."""
    sent = udp(HOST, 5000, B2, 7, b"of a", ttl=1)
    bed.wires.send("a0", sent)
    seen = Fields(bed.wires.receive("a0"))
    equal((seen.src, seen.dst, seen.proto, seen.kind, seen.data),
          (GATEWAY, HOST, ICMP, TIME_EXCEEDED, sent))
    subprocess.run("ip link set b0 mtu 600".split(), check=True)
    sent = udp(HOST, 5000, B2, 7, bytes(1000), df=True)
    bed.wires.send("a0", sent)
    seen = Fields(bed.wires.receive("a0"))
    equal((seen.src, seen.dst, seen.kind, seen.code, seen.rest),
          (GATEWAY, HOST, UNREACHABLE, 4, b"\0\0\x02\x58"))
    equal(seen.data, sent[:len(seen.data)], "quoted packet")
    subprocess.run("ip link set b0 mtu 1500".split(), check=True)


@case
def mapping_is_the_one_that_servers_see():
    """Endpoint-independent, toward VPN hosts too."""
    flow = udp_flow()
    seen = over("a0", udp(HOST, 5000, A3, 7, b"of a"), "a0", dst=HOST2)
    equal((seen.src, seen.sport), flow.outside)


@case
def dynamic_mappings_are_filtered():
    """RFC 4787 REQ-8: hosts that send to one another meet, others do not."""
    one, other = udp_flow("a"), udp_flow("b", host=HOST2)
    knock = udp(HOST, 5000, *other.outside, b"of a")
    with dropped(bed.wires, "filtered", "vpn", "a"):
        bed.wires.send("a0", knock)
    back = udp(HOST2, 5000, *one.outside, b"of b")
    seen = over("b0", back, "a0", dst=HOST, dport=5000)
    equal((seen.src, seen.sport), other.outside)
    seen = over("a0", knock, "b0", dst=HOST2, dport=5000)
    equal((seen.src, seen.sport), one.outside)
    vctl("flow flush")
    one, other = udp_flow("a"), udp_flow("b", host=HOST2)
    vctl("vpn set b filtering endpoint-independent")
    over("a0", udp(HOST, 5000, *other.outside, b"of a"), "b0", dst=HOST2,
         dport=5000)
    vctl("vpn set b filtering address-dependent")


@case
def both_flows_are_shown():
    seen = over("a0", udp(HOST, 5000, B2, 7, b"of a"), "b0", dst=HOST)
    answer = udp(HOST, 7, seen.src, seen.sport, b"of b")
    bed.wires.send("b0", answer)
    bed.wires.receive("a0")
    shown = {flow["vpn"]: flow for flow in flows("")}
    equal(set(shown), {"a", "b"}, "flows")
    equal({flow["state"] for flow in shown.values()}, {"established"})
    equal(identify("udp", seen.src, seen.sport)["vpn"], "a")
    equal(identify("udp", B2, 7)["vpn"], "b")
    equal(stats("vpn", "a")["outbound"]["packets"] > 0, True)


def nothing_is_left():
    """A flow that is for nothing is there for seconds only."""
    equal({flow["timeout"] <= 4 for flow in flows("")} <= {True}, True,
          "timeouts")
    wait_for(lambda: not flows(""), "the end of all flows", 10)


@case
def vpn_without_hairpin_is_not_reached():
    """Told to the sender; nothing is left behind."""
    sent = udp(HOST, 5000, C2, 9, b"of a")
    before = drops("hairpin", "vpn", "a")
    bed.wires.send("a0", sent)
    equal(drops("hairpin", "vpn", "a") - before, 1, "drops")
    seen = Fields(bed.wires.receive("a0"))
    equal((seen.src, seen.dst, seen.kind, seen.code),
          (GATEWAY, HOST, UNREACHABLE, 13), "answer")
    nothing_is_left()
    vctl("vpn set c hairpin on")
    over("a0", sent, "c0", dst=HOST)
    # and no longer
    vctl("vpn set c hairpin off")
    before = drops("hairpin", "vpn", "a")
    bed.wires.send("a0", sent)
    equal(drops("hairpin", "vpn", "a") - before, 1, "drops")
    bed.wires.drain()


@case
def vpn_without_hairpin_does_not_know_the_address():
    """It is routed as ever: c has no route to it."""
    subprocess.run("ip route add unreachable default metric 9999 vrf c"
                   .split(), check=True)
    bed.wires.send("c0", udp(HOST, 5000, B2, 7, b"of c"))
    seen = Fields(bed.wires.receive("c0"))
    equal((seen.src, seen.dst, seen.kind), (GATEWAY, HOST, UNREACHABLE))
    equal(flows(""), [], "flows")


@case
def endpoint_that_nobody_has():
    """Nothing goes out to look for it, and nothing is left behind."""
    before = show("pool show out")[0]["held"]
    with dropped(bed.wires, "no-mapping", "vpn", "a"):
        bed.wires.send("a0", udp(HOST, 5000, POOL, 9, b"of a"))
    nothing_is_left()
    # nor is a port held back that nobody has sent from
    equal(show("pool show out")[0]["held"], before, "ports held back")


@case
def syn_announces_what_the_interfaces_fit():
    vctl("interface set b mss 1000")
    sent = tcp(HOST, 5000, B2, 80, "S", options=b"\2\4\5\xb4")
    bed.wires.send("a0", sent)
    seen = bed.wires.receive("b0")
    low = tcp(HOST, 5000, B2, 80, "S", options=b"\2\4\x03\xe8")
    equal(seen, change(low, src=Fields(seen).src, sport=Fields(seen).sport,
                       dst=HOST, hops=1))
    vctl("interface set b mss off")


@case
def host_to_itself():
    """RFC 4787 REQ-9: its own outside endpoint leads back to it."""
    sent = udp(HOST2, 5000, A3, 7, b"of a")
    seen = over("a0", sent, "a0", dst=HOST2)
    equal((seen.src, seen.sport), (A3, 5000))


@case
def same_addresses_meet_no_third():
    """b's host with the same address and port is another."""
    over("a0", udp(HOST, 5000, A3, 7, b"of a"), "a0", dst=HOST2)
    over("b0", udp(HOST, 5000, A3, 7, b"of b"), "a0", dst=HOST2)
    udp_flow("a").exchange(b"of a")


if __name__ == "__main__":
    open_wires("a0", "b0", "c0", "s0", "u0")
    main(lambda: vctl("flow flush"))
