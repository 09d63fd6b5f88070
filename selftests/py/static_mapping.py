# SPDX-License-Identifier: GPL-2.0
"""Static mappings: a server may start without any state."""

import bed
from bed import ALIAS, ALIAS2, HOST, HOST2, SERVER, SERVER2, Flow, echo_flow, \
    open_wires, tcp_flow, udp_flow
from ktap import case, equal, main
from packet import change, echo, ip, tcp, udp
from tool import fails, flows, identify, show, vctl
from wire import dropped

# HOST is 47.0.0.220 in a and 47.0.0.221 in b, whatever the protocol.
WHOLE = {"a": "47.0.0.220", "b": "47.0.0.221"}
# HOST2's ports: inside port -> outside port, of 47.0.0.222, .223 in b
PORTS = {"a": "47.0.0.222", "b": "47.0.0.223"}


def inward(vpn, sent, alias, host, dport=None, sport=None):
    """The server's packet arrives there, as the alias."""
    bed.wires.pass_on("s0", sent, vpn + "0", change(
        sent, src=alias, sport=sport, dst=host, dport=dport, hops=1))


def outward(vpn, sent, outside, server, sport=None):
    bed.wires.pass_on(vpn + "0", sent, "s0", change(
        sent, src=outside, sport=sport, dst=server, hops=1))


@case
def address_only_server_starts_udp():
    for vpn, outside in WHOLE.items():
        name = vpn.encode()
        inward(vpn, udp(SERVER, 7, outside, 9, b"to " + name), ALIAS, HOST)
        outward(vpn, udp(HOST, 9, ALIAS, 7, b"from " + name), outside, SERVER)
        found = flows("vpn", vpn)
        equal(len(found), 1, "flows")
        equal(found[0]["state"], "established", "state")
        equal(found[0]["origin"], "outside", "origin")
        equal(found[0]["interface"], vpn + "0", "interface")


@case
def address_only_server_starts_tcp():
    for vpn, outside in WHOLE.items():
        inward(vpn, tcp(SERVER, 1025, outside, 22, "S", 5), ALIAS, HOST)
        outward(vpn, tcp(HOST, 22, ALIAS, 1025, "SA", 9, 6), outside, SERVER)
        inward(vpn, tcp(SERVER, 1025, outside, 22, "A", 6, 10), ALIAS, HOST)
        equal(flows("vpn", vpn)[0]["state"], "established", "state")


@case
def address_only_server_pings():
    for vpn, outside in WHOLE.items():
        inward(vpn, echo(SERVER, outside, 7, 1, vpn.encode()), ALIAS, HOST)
        outward(vpn, echo(HOST, ALIAS, 7, 1, vpn.encode(), reply=True),
                outside, SERVER)


@case
def address_only_any_protocol():
    """GRE, ESP, AH and 253, either side first."""
    for proto in (47, 50, 51, 253):
        for vpn, outside in WHOLE.items():
            data = b"protocol %d of %s" % (proto, vpn.encode())
            inward(vpn, ip(SERVER, outside, proto, data), ALIAS, HOST)
            outward(vpn, ip(HOST, ALIAS, proto, data), outside, SERVER)
        vctl("flow flush")
        for vpn, outside in WHOLE.items():
            data = b"protocol %d of %s" % (proto, vpn.encode())
            outward(vpn, ip(HOST, ALIAS, proto, data), outside, SERVER)
            inward(vpn, ip(SERVER, outside, proto, data), ALIAS, HOST)


@case
def address_only_host_starts_and_keeps_its_port():
    for vpn, outside in WHOLE.items():
        flow = udp_flow(vpn, port=5000)
        equal(flow.outside, (outside, 5000), "outside")
        flow.exchange()
        flow = tcp_flow(vpn, port=80, aport=81)
        equal(flow.outside, (outside, 80), "outside")
        flow = echo_flow(vpn, query=3)
        equal(flow.outside, (outside, 3), "outside")
        flow.exchange()


@case
def with_port_server_starts():
    for vpn, outside in PORTS.items():
        inward(vpn, udp(SERVER, 7, outside, 2000, vpn.encode()), ALIAS, HOST2,
               dport=53)
        outward(vpn, udp(HOST2, 53, ALIAS, 7, vpn.encode()), outside, SERVER,
                sport=2000)
        inward(vpn, tcp(SERVER, 7, outside, 2000, "S"), ALIAS, HOST2, dport=22)
        outward(vpn, tcp(HOST2, 22, ALIAS, 7, "SA", 3, 1001), outside, SERVER,
                sport=2000)


@case
def with_port_host_starts():
    for vpn, outside in PORTS.items():
        flow = udp_flow(vpn, host=HOST2, port=53)
        equal(flow.outside, (outside, 2000), "outside")
        flow.exchange()
        flow = tcp_flow(vpn, host=HOST2, port=22, aport=81)
        equal(flow.outside, (outside, 2000), "outside")


@case
def other_ports_of_the_host_use_the_pool():
    for vpn in PORTS:
        flow = udp_flow(vpn, host=HOST2, port=54)
        equal(flow.outside[0], bed.POOL, "outside address")


@case
def other_ports_of_the_address_are_dropped():
    with dropped(bed.wires, "no-mapping"):
        bed.wires.send("s0", udp(SERVER, 7, PORTS["a"], 2001, b"nobody"))
    with dropped(bed.wires, "no-mapping"):
        bed.wires.send("s0", tcp(SERVER, 7, PORTS["a"], 2001))
    with dropped(bed.wires, "no-mapping"):
        bed.wires.send("s0", echo(SERVER, PORTS["a"], 2000))


@case
def port_alias_with_a_static_mapping():
    """All four: both addresses and both ports change."""
    sent = tcp(SERVER2, 8080, PORTS["a"], 2000, "S")
    inward("a", sent, ALIAS, HOST2, dport=22, sport=80)


@case
def server_is_seen_under_its_alias_only():
    sent = udp(SERVER2, 9, WHOLE["a"], 9, b"second server")
    inward("a", sent, ALIAS2, HOST)
    with dropped(bed.wires, "no-alias"):
        bed.wires.send("s0", udp("47.0.0.254", 9, WHOLE["a"], 9, b"stranger"))
    with dropped(bed.wires, "no-alias"):
        bed.wires.send("s0", tcp("47.0.0.254", 9, WHOLE["a"], 9))


@case
def any_protocol_needs_an_alias_for_addresses():
    """A port alias cannot carry what has no ports; other protocols of a host
    without an address-only mapping go nowhere."""
    with dropped(bed.wires, "protocol"):
        bed.wires.send("a0", ip(HOST2, ALIAS, 47, b"gre"))


@case
def identity_without_any_state():
    for vpn, outside in WHOLE.items():
        whose = identify("udp", outside, 4711)
        equal(whose["vpn"], vpn, "vpn")
        equal(whose["inside"]["addr"], HOST, "inside")
        equal(identify("tcp", outside)["vpn"], vpn, "vpn")
    for vpn, outside in PORTS.items():
        whose = identify("tcp", outside, 2000)
        equal(whose["vpn"], vpn, "vpn")
        equal(whose["inside"], {"addr": HOST2, "port": 22}, "inside")
    fails("identify", "tcp", PORTS["a"] + ":2001")


@case
def nobody_else_gets_a_part_of_an_address():
    """An outside endpoint has one owner, however wide the mappings are."""
    for other in ("b proto udp inside 10.0.0.3:5060 outside 47.0.0.220:5060",
                  "a proto udp inside 10.0.0.3:5060 outside 47.0.0.220:5060",
                  "b proto udp inside 10.0.0.9 outside 47.0.0.220",
                  "b proto udp inside 10.0.0.9 outside 47.0.0.222",
                  "b proto any inside 10.0.0.9 outside 47.0.0.222"):
        said = fails("mapping add " + other + " ext carrier")
        if "clashes" not in said:
            raise AssertionError(said)
    # the same host may have its narrower ones
    own = "a proto udp inside 10.0.0.2:5060 outside 47.0.0.220:5061"
    vctl("mapping add " + own + " ext carrier")
    vctl("mapping del " + own)


@case
def query_id_zero_is_one_among_others():
    """And not the dynamic mapping of all the host's ids."""
    zero = echo_flow("a", host=HOST2, query=0)
    other = echo_flow("a", host=HOST2, query=5)
    equal(zero.outside == other.outside, False, "one outside id for both")
    zero.exchange()
    other.exchange()


@case
def deleted_mapping_is_gone_with_its_flows():
    flow = Flow(udp(HOST2, 53, ALIAS, 7, b"x"), SERVER)
    equal(flow.outside, (PORTS["a"], 2000), "outside")
    vctl("mapping del a proto udp inside %s:53 outside %s:2000" %
         (HOST2, PORTS["a"]))
    equal(flows("vpn", "a"), [], "flows")
    with dropped(bed.wires, "no-mapping"):
        bed.wires.send("s0", udp(SERVER, 7, PORTS["a"], 2000, b"nobody"))
    equal([m for m in show("mapping show vpn a") if m["proto"] == "udp" and
           m["inside"] == {"addr": HOST2, "port": 53}], [], "mappings")
    flow = Flow(udp(HOST2, 53, ALIAS, 7, b"x"), SERVER)
    equal(flow.outside[0], bed.POOL, "outside address")


if __name__ == "__main__":
    open_wires()
    main(lambda: vctl("flow flush"))
