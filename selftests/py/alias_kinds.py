# SPDX-License-Identifier: GPL-2.0
"""Which server an address of the VPN stands for, in both directions."""

import bed
from bed import ALIAS, ALIAS2, GATEWAY, HOST, HOST2, POOL, ROUTER, SERVER, \
    SERVER2, STRANGER, echo_flow, open_wires, tcp_flow, udp_flow
from ktap import case, equal, main
from packet import change, echo, ip, tcp, udp
from tool import config, flows, show, vctl
from wire import dropped

PREFIXED = "47.0.1.0"
LONGER = "47.0.2.0"


@case
def by_address():
    udp_flow().exchange()
    echo_flow().exchange()
    flow = tcp_flow(aport=443)
    equal(flow.server, SERVER)


@case
def by_address_and_port():
    """tcp port 80 of the alias is port 8080 of the other server."""
    flow = tcp_flow(server=(SERVER2, 8080))
    sent = flow.to_host(flags="SA", seq=1, ack=1001)
    bed.wires.pass_on("s0", sent, "a0", flow.back(sent))


@case
def port_alias_is_of_one_protocol():
    flow = udp_flow(aport=80, server=(SERVER, 80))
    flow.exchange()


@case
def port_alias_of_both_protocols():
    udp_flow(alias="10.0.0.102", aport=53, server=(STRANGER, 5353)).exchange()
    tcp_flow(alias="10.0.0.102", aport=53, server=(STRANGER, 5353))


@case
def other_ports_of_a_port_alias_are_not_ours():
    """The VRF's routes decide: back to the VPN."""
    sent = udp(HOST, 5000, "10.0.0.102", 54, b"not for an alias")
    bed.wires.pass_on("a0", sent, "a0", change(sent, hops=1))
    equal(flows("server", STRANGER + ":54"), [], "flows")


@case
def by_prefix():
    for last in (1, 9, 127):
        udp_flow(alias="10.0.1.%d" % last,
                 server="47.0.1.%d" % last).exchange()


@case
def first_and_last_address_of_a_prefix():
    for last in (0, 127):
        udp_flow(alias="10.0.1.%d" % last, server="47.0.1.%d" % last)


@case
def longer_prefix_wins():
    for last in (128, 200, 255):
        udp_flow(alias="10.0.1.%d" % last,
                 server="47.0.2.%d" % (last - 128)).exchange()


@case
def address_inside_a_prefix_wins():
    udp_flow(alias="10.0.1.7", server=STRANGER).exchange()


@case
def order_of_adding_does_not_matter():
    config("alias add a 10.0.2.7 to 47.0.0.12\n"
           "alias add a 10.0.2.0/24 to 47.0.1.0/24\n"
           "alias add a 10.0.2.64/26 to 47.0.2.64/26\n")
    udp_flow(alias="10.0.2.7", server=STRANGER)
    udp_flow(alias="10.0.2.8", server="47.0.1.8")
    udp_flow(alias="10.0.2.65", server="47.0.2.65")


@case
def server_is_seen_under_the_most_specific_alias():
    """The other server has an address alias; its tcp port 8080 one more."""
    flow = tcp_flow(aport=443)
    for sport, alias in ((8080, (ALIAS, 80)), (8081, (ALIAS2, 8081))):
        sent = tcp(SERVER2, sport, *flow.outside, "S")
        bed.wires.pass_on("s0", sent, "a0", change(
            sent, src=alias[0], sport=alias[1], dst=HOST, dport=5000, hops=1))


@case
def server_in_a_prefix_is_seen_in_the_prefix():
    flow = udp_flow()
    for last in (33, 99):
        sent = udp("47.0.1.%d" % last, 8, *flow.outside, b"prefix")
        bed.wires.pass_on("s0", sent, "a0", change(
            sent, src="10.0.1.%d" % last, dst=HOST, dport=5000, hops=1))


@case
def first_of_two_equal_aliases_names_the_server():
    """10.0.0.103 was added after 10.0.0.100, for the same server."""
    flow = udp_flow(alias="10.0.0.103")
    flow.exchange()
    sent = udp(SERVER, 99, *flow.outside, b"new")
    bed.wires.pass_on("s0", sent, "a0", change(
        sent, src=ALIAS, dst=HOST, dport=5000, hops=1))


@case
def two_aliases_of_one_server_from_one_port():
    """The server could not tell the sessions apart by the host's tuple."""
    one = udp_flow()
    other = udp_flow(alias="10.0.0.103")
    if one.outside == other.outside:
        raise AssertionError("both are %s:%d outside" % one.outside)
    for _ in range(2):
        one.exchange(b"by the first alias")
        other.exchange(b"by the other alias")


@case
def host_without_an_alias_is_not_heard():
    flow = udp_flow()
    with dropped(bed.wires, "no-alias"):
        bed.wires.send("s0", udp("47.0.0.254", 7, *flow.outside, b"stranger"))
    flow.exchange()


@case
def source_only():
    """VPN b reaches all the world outside its own routes, as itself."""
    flow = udp_flow("b", alias="198.51.100.7", server="198.51.100.7")
    equal(flow.outside[0], POOL)
    flow.exchange()
    echo_flow("b", alias="198.51.100.7", server="198.51.100.7").exchange()


@case
def source_only_hears_whom_it_talked_to():
    flow = udp_flow("b", alias="198.51.100.8", server="198.51.100.8")
    sent = udp("198.51.100.8", 99, *flow.outside, b"another port")
    bed.wires.pass_on("s0", sent, "b0", change(
        sent, dst=HOST, dport=5000, hops=1))
    with dropped(bed.wires, "filtered"):
        bed.wires.send("s0", udp("198.51.100.9", 7, *flow.outside,
                                 b"never talked to"))


@case
def own_longer_routes_win_over_a_prefix():
    for target in ("172.16.5.5", HOST2):
        sent = udp(HOST, 5000, target, 7, b"inside the VPN")
        bed.wires.pass_on("b0", sent, "b0", change(sent, hops=1))
    # a route as long as or shorter than the alias does not
    flow = udp_flow("b", alias="192.168.7.7", server="192.168.7.7")
    flow.exchange()


@case
def own_addresses_of_the_gateway_win():
    sent = echo(HOST, GATEWAY, 5, 1, b"are you there")
    bed.wires.send("b0", sent)
    seen = bed.wires.receive("b0")
    expected = echo(GATEWAY, HOST, 5, 1, b"are you there", reply=True)
    equal(seen[20:], expected[20:], "answer")
    equal(seen[12:20], expected[12:20], "addresses")


@case
def most_specific_wins_over_source_only():
    udp_flow("b").exchange()


@case
def alias_names_a_pool():
    flow = udp_flow(alias="10.0.0.104", server=STRANGER)
    equal(flow.outside[0], "47.0.0.205", "outside address")
    flow = udp_flow()
    equal(flow.outside[0], POOL, "outside address")


@case
def deleted_alias_is_gone():
    flow = udp_flow(alias="10.0.0.103")
    vctl("alias del a 10.0.0.103")
    equal(flows("vpn", "a", "inside", HOST + ":5000"), [], "flows")
    sent = flow.to_server()
    bed.wires.pass_on("a0", sent, "a0", change(sent, hops=1))
    with dropped(bed.wires, "no-mapping"):
        bed.wires.send("s0", flow.to_host())
    equal([a for a in show("alias", "show", "a")
           if a["inside"]["addr"] == "10.0.0.103"], [], "aliases")


@case
def other_traffic_of_the_vpn_is_untouched():
    for sent in (udp(HOST, 5000, HOST2, 7, b"neighbour"),
                 tcp(HOST, 5000, ROUTER, 80),
                 ip(HOST, HOST2, 47, b"gre")):
        bed.wires.pass_on("a0", sent, "a0", change(sent, hops=1))


if __name__ == "__main__":
    open_wires()
    main(lambda: vctl("flow flush"))
