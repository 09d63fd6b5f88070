# SPDX-License-Identifier: GPL-2.0
"""Which outside endpoint a mapping gets, and when it may be another's."""

import ipaddress
import time

import bed
from bed import ALIAS, HOST, HOST2, echo_flow, open_wires, tcp_flow, \
    udp_flow
from ktap import case, equal, main, wait_for, within
from packet import udp
from tool import config, drops, fails, show, vctl

NET = ipaddress.ip_network("10.0.0.0/24")


def pool(words):
    """Replace the pool of the bed."""
    config("pool del out\npool add out ext carrier address %s\n" % words)


def fresh():
    config("set quarantine 120\nset quarantine-share 50\nflow flush\n")


def refused(vpn="a", host=HOST, port=7100, reason="pool-exhausted"):
    before = drops(reason, "vpn", vpn)
    bed.wires.send(vpn + "0", udp(host, port, ALIAS, 7, b"x"))
    equal(drops(reason, "vpn", vpn) - before, 1, "drops")
    bed.wires.nothing(but=vpn + "0")
    bed.wires.drain()


def shown():
    return show("pool show out")[0]


@case
def class_of_well_known_ports_is_kept():
    """RFC 4787 REQ-3 a, with the ports a pool has when none are named."""
    pool("47.0.0.200-47.0.0.203")
    for port in (1, 53, 500, 1023):
        if udp_flow(port=port).outside[1] >= 1024:
            raise AssertionError("not below 1024 for %d" % port)
    for port in (1024, 5060, 65535):
        if udp_flow(port=port).outside[1] < 1024:
            raise AssertionError("below 1024 for %d" % port)


@case
def a_host_keeps_its_address_for_all_protocols():
    """RFC 4787 REQ-2, RFC 6888 REQ-2: the pairing key is host and VPN."""
    pool("47.0.0.200,47.0.0.203-47.0.0.205,47.0.0.220")
    seen = set()
    for vpn in "ab":
        for host in (HOST, HOST2):
            mine = {flow.outside[0] for flow in
                    [udp_flow(vpn, host, port) for port in range(1, 9)] +
                    [tcp_flow(vpn, host, port) for port in range(1, 9)] +
                    [echo_flow(vpn, host, query) for query in range(1, 9)]}
            equal(len(mine), 1, "addresses of %s in %s" % (host, vpn))
            seen |= mine
    allowed = ["47.0.0.%d" % n for n in (200, 203, 204, 205, 220)]
    for addr in seen:
        within(addr, allowed, "address")


@case
def parity():
    """RFC 4787 REQ-4"""
    pool("47.0.0.200 ports 10001-10064 parity on")
    equal((shown()["parity"], shown()["contiguity"]), (True, False), "shown")
    for port in range(5000, 5020):
        equal(udp_flow(port=port).outside[1] % 2, port % 2, "parity")
    # When all of one parity are taken: better without than not at all.
    for port in range(6000, 6064, 2):
        udp_flow(host=HOST2, port=port)


@case
def contiguity():
    """RFC 4787 section 4.2.3: RTP's port and RTCP's, whoever comes first."""
    pool("47.0.0.200 ports 10000-10063 contiguity on")
    for base in range(5000, 5032, 4):
        rtp, rtcp = udp_flow(port=base), udp_flow(port=base + 1)
        equal(rtp.outside[1] % 2, 0, "even")
        equal(rtcp.outside[1], rtp.outside[1] + 1, "RTCP's port")
        rtcp, rtp = udp_flow(port=base + 3), udp_flow(port=base + 2)
        equal(rtp.outside[1] % 2, 0, "even")
        equal(rtcp.outside[1], rtp.outside[1] + 1, "RTCP's port")
    # the same ports of another VPN have a pair of their own
    rtp, rtcp = udp_flow("b", port=5000), udp_flow("b", port=5001)
    equal(rtcp.outside[1], rtp.outside[1] + 1, "RTCP's port")


@case
def contiguity_in_blocks():
    """However many blocks a host has."""
    pool("47.0.0.200 ports 10240-11263 block-size 16 contiguity on")
    for base in range(5000, 5200, 2):
        rtp, rtcp = udp_flow(port=base), udp_flow(port=base + 1)
        equal(rtcp.outside[1], rtp.outside[1] + 1, "RTCP's port")


@case
def quarantine():
    """RFC 6888 REQ-8: not another's for so long, then it is again."""
    pool("47.0.0.200 ports 2000-2001")
    config("set quarantine 3\nset quarantine-share 100\n")
    udp_flow(port=1), udp_flow(port=2)
    ended = time.monotonic()
    vctl("flow flush")
    equal(shown()["mappings"], 0, "mappings")

    def again():
        before = drops("pool-exhausted", "vpn", "b")
        bed.wires.send("b0", udp(HOST, 1, ALIAS, 7, b"x"))
        bed.wires.drain()
        return drops("pool-exhausted", "vpn", "b") == before
    wait_for(again, "a port after quarantine", 60)
    waited = time.monotonic() - ended
    if waited < 3:
        raise AssertionError("free after %.1f s" % waited)


@case
def quarantine_holds_no_more_than_its_share():
    pool("47.0.0.200 ports 2000-2009")
    for port in range(10):
        udp_flow(port=port + 1)
    vctl("flow flush")
    for port in range(5):
        udp_flow("b", port=port + 1)
    refused("b")


@case
def what_limits_refuse_holds_no_port():
    """RFC 6888 REQ-11: who is over a limit takes nothing from others."""
    pool("47.0.0.200 ports 2000-2007")
    vctl("set quarantine-share 100")
    for limit in ("max-flows", "max-half-open", "max-flows-per-host",
                  "max-mappings", "max-mappings-per-host"):
        vctl("flow flush")
        vctl("set quarantine 0")
        wait_for(lambda: not shown()["held"], "the ports")
        vctl("set quarantine 1000")
        vctl("vpn set a %s 1" % limit)
        udp_flow(port=1)
        for port in range(2, 22):
            bed.wires.send("a0", udp(HOST, port, ALIAS, 7, b"x"))
        bed.wires.nothing(but="a0")
        bed.wires.drain()
        equal((shown()["mappings"], shown()["held"]), (1, 0), limit)
        vctl("vpn set a %s 0" % limit)


@case
def quarantine_can_be_off():
    pool("47.0.0.200 ports 2000-2001")
    vctl("set quarantine 0")
    for _ in range(3):
        udp_flow(port=1), udp_flow(port=2)
        vctl("flow flush")
    # Off for what is in it already, too.
    vctl("set quarantine 1000")
    vctl("set quarantine-share 100")
    udp_flow(port=1), udp_flow(port=2)
    vctl("flow flush")
    refused()
    vctl("set quarantine 0")

    def again():
        bed.wires.send("a0", udp(HOST, 1, ALIAS, 7, b"x"))
        return any(name == "s0" for name, _ in bed.wires.frames())
    wait_for(again, "a port", 30)


@case
def address_of_a_static_mapping_stays():
    """It is no use to wait for that one to end."""
    pool("47.0.0.200-47.0.0.201")
    vctl("mapping add a proto udp inside %s:9 outside 47.0.0.201:2000" % HOST2)
    said = fails("pool set out address 47.0.0.200")
    equal("47.0.0.201 still has 1 mapping" in said and "static" in said, True, said)
    vctl("mapping del a proto udp inside %s:9 outside 47.0.0.201:2000" % HOST2)
    vctl("pool set out address 47.0.0.200")


@case
def static_mapping_gets_a_port_in_quarantine():
    pool("47.0.0.200 ports 2000-2001")
    vctl("set quarantine-share 100")
    udp_flow(port=1), udp_flow(port=2)
    fails("mapping add a proto udp inside %s:9 outside 47.0.0.200:2000" % HOST2)
    vctl("flow flush")
    vctl("mapping add a proto udp inside %s:9 outside 47.0.0.200:2000" % HOST2)
    equal(udp_flow(host=HOST2, port=9).outside, ("47.0.0.200", 2000), "static")
    vctl("mapping del a proto udp inside %s:9 outside 47.0.0.200:2000" % HOST2)
    # And the whole address, when nobody has any port of it.
    vctl("mapping add a proto udp inside %s outside 47.0.0.200" % HOST2)
    vctl("mapping del a proto udp inside %s outside 47.0.0.200" % HOST2)


@case
def blocks_have_no_ports_below_1024_unless_given():
    """RFC 4787 REQ-3 a: for most ports of a host they would be the wrong
    class."""
    pool("47.0.0.200 block-size 32768")
    equal(shown()["port_lo"], 1024, "first port")
    pool("47.0.0.200 ports 1-65535 block-size 32768")
    equal(shown()["port_lo"], 1, "first port")


@case
def blocks_of_a_host():
    """RFC 6888 REQ-14: what a host has is in few blocks."""
    pool("47.0.0.200 ports 1024-1151 block-size 16")
    vctl("set quarantine 0")
    equal(shown()["block_size"], 16, "shown")
    blocks = {}
    for vpn in "ab":
        for host in (HOST, HOST2):
            got = {udp_flow(vpn, host, port).outside[1] // 16
                   for port in range(16)[1:]}
            equal(len(got), 1, "blocks for 15 ports")
            blocks[vpn, host] = got.pop()
    equal(len(set(blocks.values())), 4, "blocks of four hosts")
    equal(shown()["blocks"], 4, "blocks shown")
    # all protocols have the same block
    equal(tcp_flow("a", HOST, 1).outside[1] // 16, blocks["a", HOST], "TCP's")
    # one more when it is full, for the seventeenth port
    udp_flow("a", HOST, 100)
    more = udp_flow("a", HOST, 101).outside[1] // 16
    if more in blocks.values():
        raise AssertionError("not a block of its own")
    equal(shown()["blocks"], 5, "blocks shown")
    # They come back when all their ports have.
    vctl("flow flush")
    wait_for(lambda: shown()["blocks"] == 0, "the blocks", 30)


@case
def blocks_of_a_vpn():
    pool("47.0.0.200 ports 1024-1087 block-size 32 block-owner vpn")
    vctl("set quarantine 0")
    blocks = {vpn: {udp_flow(vpn, host, port).outside[1] // 32
                    for host in (HOST, HOST2) for port in range(1, 9)}
              for vpn in "ab"}
    equal([len(found) for found in blocks.values()], [1, 1], "blocks each")
    if blocks["a"] == blocks["b"]:
        raise AssertionError("two VPNs in one block")
    # No third block for anybody.
    for port in range(9, 25):
        udp_flow("a", HOST, port)
    refused("a")
    udp_flow("b", HOST, 99)


@case
def deterministic_blocks():
    """RFC 7422: the outside port alone tells VPN and host."""
    pool("47.0.0.200-47.0.0.215 ports 1024-65535 block-size 512 "
         "deterministic %s" % NET)
    ids = {vpn["name"]: vpn["id"] for vpn in show("vpn show")}
    per_addr = (65536 - 1024) // 512
    for vpn in "ab":
        for host in (HOST, HOST2):
            for port in (1, 5000, 65535):
                addr, got = udp_flow(vpn, host, port).outside
                n = ((int(ipaddress.ip_address(addr)) -
                      int(ipaddress.ip_address("47.0.0.200"))) * per_addr +
                     (got - 1024) // 512)
                equal((n // 256 + 1, str(NET[n % 256])), (ids[vpn], host),
                      "whose it is")
    equal(shown()["deterministic"], {"addr": "10.0.0.0", "port": None, "prefix_len": 24},
          "shown")
    fails("pool set out address 47.0.0.200")
    # Who is not in the prefix has no block.
    refused("a", "10.0.1.2")


@case
def wrong_blocks_are_refused():
    for words in ("block-size 100", "block-size 8", "block-size 65536",
                  "ports 2000-2040 block-size 64",
                  "block-owner vpn block-size 64 deterministic 10.0.0.0/24",
                  "deterministic 10.0.0.0/24",
                  "block-size 64 deterministic 10.0.0.1/24"):
        fails(("pool add new ext carrier address 48.0.0.1 " + words), status=
              None)
    equal([p["name"] for p in show("pool show")], ["out"], "pools")


@case
def drain():
    """What it has lives on, and nothing is added."""
    pool("47.0.0.200-47.0.0.203")
    kept = [udp_flow(vpn, host, 1) for vpn in "ab" for host in (HOST, HOST2)]
    leaving = kept[0].outside[0]
    vctl("pool drain out address " + leaving)
    equal([r for r in shown()["ranges"] if r.get("draining")],
          [{"first": leaving, "last": leaving, "draining": True}], "draining")
    equal(shown()["draining_mappings"],
          sum(flow.outside[0] == leaving for flow in kept), "mappings")
    for vpn in "ab":
        for port in range(2, 12):
            for host in (HOST, HOST2):
                flow = udp_flow(vpn, host, port)
                if flow.outside[0] == leaving:
                    raise AssertionError("a new mapping at " + leaving)
    for flow in kept:
        flow.exchange()
    fails("pool set out address " + ",".join(
        a for a in ("47.0.0.%d" % n for n in range(200, 204)) if a != leaving))
    vctl("flow flush")
    others = [a for a in ("47.0.0.%d" % n for n in range(200, 204))
              if a != leaving]
    vctl("pool set out address " + ",".join(others))
    equal(shown()["addresses"], 3, "addresses")
    vctl("pool set out address 47.0.0.200-47.0.0.203")
    vctl("pool drain out address " + leaving)
    vctl("pool drain out address %s off" % leaving)
    equal([r for r in shown()["ranges"] if r.get("draining")], [], "draining")
    fails("pool drain out address 47.0.0.203-47.0.0.204")
    fails("pool drain nowhere address 47.0.0.203")


def scattered(first, count):
    """Addresses none of which is next to another."""
    return ["48.0.%d.%d" % divmod(first + 2 * n, 256) for n in range(count)]


@case
def as_many_ranges_as_may_be_are_shown_and_saved():
    """A pool is one message, whatever of it is being drained."""
    pool("47.0.0.200")
    name = "n" * 31
    ranges = ["%s-48.1.%d.%d" % ((at,) + divmod(256 + 4 * n + 1, 256))
              for n, at in enumerate("48.1.%d.%d" % divmod(256 + 4 * n, 256)
                                     for n in range(128))]
    config("ext add %s\nvpn add %s\n" % (name, name))
    for n in range(3):
        config("pool add %s ext %s vpn %s block-size 64 address %s\n" % (
            name[:-1] + str(n), name, name,
            ",".join(r.replace("48.1.", "48.%d." % (n + 1)) for r in ranges)))
    fails("pool add more ext %s address %s,48.9.0.0" % (
        name, ",".join(scattered(0, 128))))
    # all at once, not one by one
    vctl("pool drain %s0 address %s" % (name[:-1], ",".join(ranges)))
    for n in range(3):
        found = show("pool show %s%d" % (name[:-1], n))[0]["ranges"]
        equal(len(found), 128, "ranges")
        equal(sum(r.get("draining", False) for r in found), 128 if not n else 0,
              "that are drained")
    equal(len(show("pool show")), 4, "pools")
    saved = vctl("save")
    vctl("flush")
    vctl("apply", "-", stdin=saved)
    equal(vctl("save"), saved, "saved again")
    for n in range(3):
        vctl("pool del %s%d" % (name[:-1], n))
    config("ext del %s\nvpn del %s\n" % (name, name))


@case
def what_is_drained_can_be_shown():
    """Each second address: a piece for each, in the answer, the dump, an event."""
    pool("48.0.0.0-48.0.1.255")
    fails("pool drain out address " + ",".join(scattered(1, 64)))
    fails("pool set out address 48.0.0.0-48.0.0.9," + ",".join(
        scattered(100, 128)))
    vctl("pool drain out address " + ",".join(scattered(1, 63)))
    equal(len(shown()["ranges"]), 127, "pieces")
    said = fails("pool drain out address 48.0.1.255,48.0.1.253")
    within("128", said, "what it says")
    equal(len(shown()["ranges"]), 127, "pieces")
    equal(show("pool show")[0]["ranges"], shown()["ranges"], "dump")
    saved = vctl("save")
    # neighbours fill the gaps, and the whole is one piece again
    vctl("pool drain out address 48.0.0.0-48.0.1.255")
    equal(len(shown()["ranges"]), 1, "pieces")
    fails("pool drain out address %s off" % ",".join(scattered(1, 64)))
    equal(len(shown()["ranges"]), 1, "pieces")
    vctl("apply", "-", stdin=saved)
    equal(vctl("save"), saved, "saved again")
    # addresses that come and go take what is drained with them
    fails("pool set out address 48.0.0.0-48.0.1.255,48.0.2.1,48.0.2.3")
    vctl("pool set out address 48.0.0.0-48.0.1.255,48.0.2.1")
    equal(len(shown()["ranges"]), 128, "pieces")
    pool("47.0.0.200")


@case
def addresses_come_while_in_use():
    """Hosts stay paired with the address they have."""
    pool("47.0.0.201")
    kept = [udp_flow(vpn, host, 1) for vpn in "ab" for host in (HOST, HOST2)]
    vctl("pool set out address 47.0.0.201,47.0.0.210-47.0.0.217")
    for flow in kept:
        flow.exchange()
        for port in range(2, 6):
            equal(udp_flow(flow.into[0], flow.host, port).outside[0],
                  "47.0.0.201", "paired address")
    vctl("flow flush")
    got = {udp_flow(vpn, "10.0.0.%d" % n, 1).outside[0]
           for vpn in "ab" for n in range(2, 4)} | {
               udp_flow("a", "10.0.0.%d" % n, 1).outside[0]
               for n in range(30, 60)}
    if len(got) < 3:
        raise AssertionError("only %s are used" % got)
    fails("pool set out address 47.0.0.201,47.0.0.201")
    fails("pool set out address 48.0.0.1 ports 1-2", status=2)
    equal(shown()["addresses"], 9, "addresses")


if __name__ == "__main__":
    open_wires()
    main(fresh)
