# SPDX-License-Identifier: GPL-2.0
"""UDP through the gateway, by the rules of RFC 4787."""

import socket
import struct
import subprocess
import time

import bed
from bed import ALIAS, ALIAS2, EXT_ROUTER, GATEWAY, HOST, HOST2, POOL, \
    SERVER, SERVER2, STRANGER, Flow, echo_flow, open_wires, tcp_flow, udp_flow
from ktap import case, equal, main, within
from packet import Fields, change, icmp, quote, tcp, udp
from tool import drops, flows, vctl
from wire import dropped

MANY = ["47.0.0.201", "47.0.0.207", "47.0.0.208", "47.0.0.209", "47.0.1.3"]


@case
def one_mapping_for_all_destinations():
    """RFC 4787 REQ-1, while VPN b has the same tuple."""
    outside = {}
    for vpn in ("a", "b"):
        outside[vpn] = {
            udp_flow(vpn, alias=alias, server=server, aport=port).outside
            for alias, server, port in ((ALIAS, SERVER, 1), (ALIAS, SERVER, 2),
                                        (ALIAS2, SERVER2, 1))}
        equal(len(outside[vpn]), 1, "outside endpoints of " + vpn)
    equal(outside["a"] & outside["b"], set(), "endpoints of both")


def outside_address(vpn, host, make=udp_flow, **more):
    return make(vpn, host=host, alias="10.0.0.104", server=STRANGER,
                **more).outside[0]


@case
def host_has_one_address_for_all_ports_and_protocols():
    """RFC 4787 REQ-2, RFC 6888 REQ-2, from a pool of several ranges (REQ-3)."""
    for vpn in ("a", "b"):
        seen = {outside_address(vpn, HOST, port=port)
                for port in range(6000, 6050)}
        seen |= {outside_address(vpn, HOST, tcp_flow, port=port)
                 for port in range(6000, 6020)}
        seen |= {outside_address(vpn, HOST, echo_flow, query=query)
                 for query in range(6000, 6020)}
        equal(len(seen), 1, "addresses of one host")
        within(seen.pop(), MANY, "address")


@case
def addresses_are_shared_out_among_hosts_of_each_vpn():
    """The key is the VPN and the host, not the address alone."""
    hosts = ["10.0.0.%d" % i for i in range(2, 42)]
    of = {vpn: [outside_address(vpn, host) for host in hosts]
          for vpn in ("a", "b")}
    equal(set(of["a"] + of["b"]), set(MANY), "addresses in use")
    equal(of["a"] == of["b"], False, "the same for both VPNs")


@case
def no_two_endpoints_share_an_outside_one():
    """RFC 4787 REQ-3: each answer goes home."""
    open_ = [udp_flow(vpn, host=host, port=port)
             for vpn in ("a", "b") for host in (HOST, HOST2)
             for port in range(5000, 5040)]
    equal(len({flow.outside for flow in open_}), len(open_), "endpoints")
    for flow in open_:
        sent = flow.to_host(b"to %s of %s" % (flow.host.encode(),
                                              flow.into.encode()))
        bed.wires.pass_on("s0", sent, flow.into, flow.back(sent))


@case
def ports_below_1024_stay_there_and_others_too():
    """RFC 4787 REQ-3 a, where the pool has such ports."""
    for make in (udp_flow, tcp_flow):
        for port, low in ((1, True), (500, True), (1023, True), (1024, False),
                          (65535, False)):
            outside = make(port=port, alias="10.0.0.105",
                           server=STRANGER).outside[1]
            equal(outside < 1024, low, "%d became %d: low" % (port, outside))


@case
def either_side_alone_prolongs_and_errors_do_not():
    """RFC 4787 REQ-6 and 6 a; RFC 7857 section 7.1: what a host sends about
    unwanted packets does not keep its mapping."""
    vctl("set timeout udp 3 udp-unreplied 3")
    out, back, error = (udp_flow(port=port) for port in (5001, 5002, 5003))
    sent = error.to_host(b"unwanted")
    bed.wires.pass_on("s0", sent, "a0", error.back(sent))
    unwanted = icmp(HOST, ALIAS, 3, 3, data=quote(error.back(sent)))
    passed = 0
    end = time.monotonic() + 5
    while time.monotonic() < end:
        sent = out.to_server(b"of the host")
        bed.wires.pass_on("a0", sent, "s0", out.out(sent))
        sent = back.to_host(b"of the server")
        bed.wires.pass_on("s0", sent, "a0", back.back(sent))
        bed.wires.send("a0", unwanted)
        passed += len(bed.wires.frames())
        time.sleep(0.2)
    equal(passed > 0, True, "errors passed on")
    equal(sorted(f["inside"]["sport"] for f in flows("vpn", "a")),
          [5001, 5002], "flows that live on")
    vctl("set timeout udp 300 udp-unreplied 120")


@case
def server_with_the_address_of_the_host():
    """RFC 4787 REQ-7, RFC 2663 section 4.3: 10.0.0.2 inside talks to 10.0.0.2
    outside."""
    for make in (udp_flow, tcp_flow, echo_flow):
        flow = twin(make, "10.0.0.110", HOST)
        equal(flow.outside[0], "10.0.0.200", "outside address")
        flow.exchange()


@case
def server_with_the_address_of_the_gateway():
    """RFC 4787 REQ-7: 10.0.0.1 is the gateway in the VPN, and a server in the
    ext."""
    for make in (udp_flow, tcp_flow, echo_flow):
        twin(make, "10.0.0.111", GATEWAY).exchange()


def twin(make, alias, server):
    if make is udp_flow:
        sent = udp(HOST, 5000, alias, 7, b"hello")
    elif make is tcp_flow:
        sent = tcp(HOST, 5000, alias, 80)
    else:
        sent = bed.packet.echo(HOST, alias, 77, 1, b"hello")
    return Flow(sent, server, into="a0", out="e0")


@case
def known_server_is_heard_from_any_port():
    """RFC 4787 REQ-8: one with an alias in the VPN; there it is trusted."""
    flow = udp_flow()
    for server, alias in ((SERVER, ALIAS), (SERVER2, ALIAS2)):
        sent = udp(server, 999, *flow.outside, b"unasked")
        bed.wires.pass_on("s0", sent, "a0", change(
            sent, src=alias, dst=HOST, dport=flow.port, hops=1))


@case
def server_known_in_another_vpn_is_not_heard():
    """RFC 4787 REQ-8: nor does what it sends get there instead."""
    mine, other = udp_flow("a"), udp_flow("b")
    with dropped(bed.wires, "no-alias"):
        bed.wires.send("s0", udp(EXT_ROUTER, 7, *other.outside, b"to b"))
    sent = udp(EXT_ROUTER, 7, *mine.outside, b"to a")
    bed.wires.pass_on("s0", sent, "a0", change(
        sent, src="10.0.0.108", dst=HOST, dport=mine.port, hops=1))


@case
def source_only_filter_knows_all_servers():
    """RFC 4787 REQ-8 and REQ-11: however many a port has talked to, each may
    answer from another port, as long as there is a flow."""
    servers = ["198.51.100.%d" % i for i in range(1, 255)]
    found = [udp_flow("b", alias=server, server=server) for server in servers]
    equal(len({flow.outside for flow in found}), 1, "outside endpoints")
    udp_flow("b", alias=servers[1], server=servers[1], aport=8)
    for server in servers:
        sent = udp(server, 999, *found[0].outside, b"another port")
        bed.wires.pass_on("s0", sent, "b0", change(
            sent, dst=HOST, dport=5000, hops=1))
    with dropped(bed.wires, "filtered"):
        bed.wires.send("s0", udp("198.51.100.255", 7, *found[0].outside))
    for server in servers[:2]:
        vctl("flow del vpn b server %s:7" % server)
        vctl("flow del vpn b server %s:999" % server)
    with dropped(bed.wires, "filtered"):
        bed.wires.send("s0", udp(servers[0], 999, *found[0].outside))
    # one more flow toward this one
    sent = udp(servers[1], 999, *found[1].outside, b"another port")
    bed.wires.pass_on("s0", sent, "b0", change(sent, dst=HOST, dport=5000,
                                               hops=1))


@case
def mapping_admits_no_other_protocol():
    """RFC 7857 section 5."""
    flow = udp_flow()
    with dropped(bed.wires, "no-mapping"):
        bed.wires.send("s0", tcp(SERVER, 7, *flow.outside, "S"))
    with dropped(bed.wires, "no-mapping"):
        bed.wires.send("s0", bed.packet.echo(SERVER, *flow.outside))
    flow.exchange()


@case
def behaviour_is_the_same_when_ports_run_out():
    """RFC 4787 REQ-11; RFC 6888 REQ-11 d and REQ-13: all ports are used, and
    none is taken from anybody."""
    def flow(port, host=HOST, alias="10.0.0.106", server=SERVER):
        return udp_flow(host=host, port=port, alias=alias, server=server)

    def behaves(mine):
        equal(flow(mine.port, mine.host, "10.0.0.107", SERVER2).outside,
              mine.outside, "toward the other server")
        with dropped(bed.wires, "no-alias"):
            bed.wires.send("s0", udp("47.0.0.129", 7, *mine.outside))
        mine.exchange()

    kept = [flow(port) for port in range(6000, 6017)]
    behaves(kept[0])
    kept += [flow(port, HOST2) for port in (6017, 6018, 6019)]
    behaves(kept[-1])
    equal(sorted(f.outside[1] for f in kept), list(range(2000, 2020)),
          "ports in use")
    before = drops("pool-exhausted")
    bed.wires.send("a0", udp(HOST, 6020, "10.0.0.106", 7, b"one too many"))
    equal(drops("pool-exhausted") - before, 1, "drops")
    bed.wires.drain()
    for mine in kept:
        mine.exchange()
    behaves(kept[5])


@case
def payload_is_nobodys_business():
    """RFC 4787 REQ-10, RFC 5382 REQ-6, RFC 2663 section 4.3: no ALG.  SIP, TFTP,
    MGCP, H.323, DNS and FTP with the addresses of either side."""
    names = (HOST, ALIAS, SERVER, POOL)
    text = "".join("c=IN IP4 %s\r\nContact: <sip:x@%s:5000>\r\n"
                   "227 (%s,19,136)\r\n" % (n, n, n.replace(".", ","))
                   for n in names).encode()
    binary = b"".join(b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + socket.inet_aton(n) +
                      struct.pack("!H", 5000) for n in names)
    for port in (53, 69, 1720, 2427, 5060):
        flow = udp_flow(aport=port)
        flow.exchange(text)
        flow.exchange(binary)
    for port in (21, 5060):
        flow = tcp_flow(aport=port)
        flow.exchange(text)
        flow.exchange(binary)


@case
def fragments_leave_in_order():
    """RFC 4787 REQ-13 a: without DF, one after the other."""
    flow = udp_flow()
    subprocess.run(["ip", "link", "set", "s0", "mtu", "576"], check=True)
    try:
        bed.wires.send("a0", flow.to_server(b"x" * 1400))
        offsets = []
        for _ in range(3):
            seen = Fields(bed.wires.receive("s0", more=True))
            offsets.append(seen.offset)
        equal(offsets, sorted(offsets), "offsets")
        equal((offsets[0], seen.mf), (0, False), "first and last")
        bed.wires.nothing()
    finally:
        subprocess.run(["ip", "link", "set", "s0", "mtu", "1500"], check=True)


@case
def record_route_and_timestamps_pass_as_they_came():
    """RFC 3022 section 4.6: the gateway puts no address of its own there.
    Source routes are refused, see stats."""
    flow = udp_flow()
    for options in (b"\x07\x0b\x04" + bytes(8) + b"\0",
                    b"\x44\x0c\x05\x00" + bytes(8)):
        sent = flow.to_server(b"x", options=options)
        bed.wires.pass_on("a0", sent, "s0", flow.out(sent))
        sent = flow.to_host(b"x", options=options)
        bed.wires.pass_on("s0", sent, "a0", flow.back(sent))


if __name__ == "__main__":
    open_wires("a0", "b0", "s0", "e0")
    main(lambda: vctl("flow flush"))
