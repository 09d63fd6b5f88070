# SPDX-License-Identifier: GPL-2.0
"""What may not go where, although routes lead there."""

import bed
from bed import (ALIAS, EXT_ROUTER, GATEWAY, HOST, HOST2, POOL, SERVER,
                 STRANGER, Flow, open_wires, udp_flow)
from ktap import case, equal, main
from packet import ICMP, UNREACHABLE, Fields, change, quote, udp
from tool import drops, vctl
from wire import dropped

FILTERED = 13
UNBOUND, BARE = "192.0.2.2", "10.1.0.2"


def refused(dev, sent, reason, vpn="a"):
    """Dropped and counted; only the sender is told, in its own view."""
    before = drops(reason, "vpn", vpn)
    bed.wires.send(dev, sent)
    equal(drops(reason, "vpn", vpn) - before, 1, "drops for " + reason)
    seen = Fields(bed.wires.receive(dev))
    asked = Fields(sent)
    equal((seen.src, seen.dst, seen.proto, seen.kind, seen.code),
          (GATEWAY, asked.src, ICMP, UNREACHABLE, FILTERED), "answer")
    # the stack has taken its TTL down already
    equal(seen.data, quote(sent, hops=1), "quoted packet")


def passes(into, sent, out):
    bed.wires.pass_on(into, sent, out, change(sent, hops=1))


@case
def strict_vpn_reaches_nothing_but_its_own():
    unbound = udp(HOST, 5000, UNBOUND, 7, b"of a")
    bare = udp(HOST, 5000, BARE, 7, b"of a")
    passes("a0", unbound, "u0")
    passes("a0", bare, "c0")
    vctl("vpn set a strict on")
    refused("a0", unbound, "strict")
    refused("a0", bare, "strict")
    # its own VRF, and its aliases
    passes("a0", udp(HOST, 5000, HOST2, 7, b"inside"), "a0")
    udp_flow().exchange()
    # others are not meant
    passes("b0", udp(HOST, 5000, UNBOUND, 7, b"of b"), "u0")
    vctl("vpn set a strict off")
    passes("a0", unbound, "u0")


@case
def alias_as_source_is_spoofed():
    """To another alias, by plain routing, and to the gateway itself."""
    for target, port in ((bed.ALIAS2, 7), (UNBOUND, 7), (HOST2, 7),
                         (GATEWAY, 7)):
        with dropped(bed.wires, "spoofed", "vpn", "a"):
            bed.wires.send("a0", udp(ALIAS, 5000, target, port, b"x"))
    with dropped(bed.wires, "spoofed", "vpn", "a"):
        bed.wires.send("a0", udp("10.0.4.9", 5000, UNBOUND, 7, b"x"))


@case
def host_beside_a_prefix_alias_is_not_spoofed():
    """The VPN knows 10.0.7.0/24 better than the alias 10.0.4.0/22."""
    passes("a0", udp("10.0.7.9", 5000, UNBOUND, 7, b"x"), "u0")
    Flow(udp("10.0.7.9", 5000, ALIAS, 7, b"x"), SERVER)
    # and an alias onto itself gives no address away
    passes("a0", udp("47.0.0.77", 5000, UNBOUND, 7, b"x"), "u0")


@case
def alias_of_another_vpn_is_any_address():
    """10.0.4.0/22 is nothing to b."""
    passes("b0", udp("10.0.4.9", 5000, UNBOUND, 7, b"x"), "u0")


@case
def outside_address_as_source_is_spoofed():
    """A pool's and a static mapping's: to a mapping, by plain routing, and to
    the gateway itself."""
    for source in (POOL, "47.0.0.210"):
        for target in ("47.0.0.210", UNBOUND, "47.0.0.1"):
            with dropped(bed.wires, "spoofed", "ext", "carrier"):
                bed.wires.send("s0", udp(source, 5000, target, 9, b"x"))
    sent = udp(STRANGER, 5000, "47.0.0.210", 9, b"x")
    bed.wires.pass_on("s0", sent, "a0", change(sent, dst=HOST, hops=1))


@case
def broadcast_address_as_source_is_spoofed():
    """Where there is no route, too: the stack would answer on the ext's link
    what a VPN sends from the ext's broadcast address."""
    for source in "47.0.0.255", "10.0.0.255", "255.255.255.255":
        for target in "8.8.8.8", UNBOUND, HOST2, GATEWAY:
            with dropped(bed.wires, "spoofed", "vpn", "a"):
                bed.wires.send("a0", udp(source, 5000, target, 7, b"x"))
    with dropped(bed.wires, "spoofed", "ext", "carrier"):
        bed.wires.send("s0", udp("47.0.0.255", 5000, "8.8.8.8", 7, b"x"))


@case
def inside_address_from_the_ext_is_crossing():
    """Routes of the main table lead into a bare VPN; the ext may not."""
    sent = udp(SERVER, 5000, BARE, 7, b"x")
    before = drops("crossing", "ext", "carrier")
    bed.wires.send("s0", sent)
    equal(drops("crossing", "ext", "carrier") - before, 1, "drops")
    seen = Fields(bed.wires.receive("s0"))
    equal((seen.dst, seen.kind, seen.code), (SERVER, UNREACHABLE, FILTERED))
    # nor the other way
    before = drops("crossing", "vpn", "c")
    bed.wires.send("c0", udp(BARE, 5000, SERVER, 7, b"x"))
    equal(drops("crossing", "vpn", "c") - before, 1, "drops")
    seen = Fields(bed.wires.receive("c0"))
    equal((seen.src, seen.dst, seen.kind, seen.code),
          ("10.1.0.1", BARE, UNREACHABLE, FILTERED))


@case
def rfc4787_req8_filtering_is_address_dependent_or_not():
    """Through an alias onto itself; who sends from any port may if the host
    has sent to his address, everybody if so set."""
    flow = udp_flow(alias=STRANGER, server=STRANGER)
    known = udp(STRANGER, 9999, *flow.outside, b"another port")
    bed.wires.pass_on("s0", known, "a0",
                      change(known, dst=HOST, dport=flow.port, hops=1))
    stranger = udp(EXT_ROUTER, 9999, *flow.outside, b"nobody asked")
    with dropped(bed.wires, "filtered"):
        bed.wires.send("s0", stranger)
    vctl("vpn set a filtering endpoint-independent")
    bed.wires.pass_on("s0", stranger, "a0",
                      change(stranger, dst=HOST, dport=flow.port, hops=1))
    vctl("vpn set a filtering address-dependent")
    vctl("flow", "del", "server", EXT_ROUTER)
    with dropped(bed.wires, "filtered"):
        bed.wires.send("s0", stranger)


if __name__ == "__main__":
    open_wires("a0", "b0", "c0", "s0", "u0")
    main(lambda: vctl("flow flush"))
