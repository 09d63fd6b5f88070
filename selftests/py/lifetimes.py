# SPDX-License-Identifier: GPL-2.0
"""Nothing outlives what it hangs on, and nothing inherits."""

import os
import socket
import subprocess

import bed
from bed import ALIAS, HOST, SERVER, Flow, open_wires, udp_flow
from ktap import case, equal, main, wait_for
from netns import NAMES
from packet import Fields, change, udp
from tool import fails, flows, identify, show, vctl
from wire import dropped


def ip(*commands):
    """Several commands, one process."""
    subprocess.run(["ip", "-batch", "-"], input="\n".join(commands), text=True,
                   check=True)


def rename(old, new):
    """A device that is up can be renamed only since 6.2."""
    ip("link set dev %s down" % old, "link set dev %s name %s" % (old, new),
       "link set dev %s up" % new)


def neighbour(dev):
    """What a device forgets when it goes down."""
    ip("neigh replace 10.0.0.2 lladdr 02:00:00:00:00:99 dev %s nud permanent"
       % dev)


def carrier(dev):
    return "LOWER_UP" in subprocess.run(
        ["ip", "-o", "link", "show", dev], check=True,
        stdout=subprocess.PIPE, text=True).stdout


def bound():
    """Interface -> vpn or ext."""
    return {i["interface"]: i["vpn"] or i["ext"] for i in
            show("interface show")}


def index(dev):
    return socket.if_nametoindex(dev)


def vlan_flow():
    bed.wires.send("t0", udp(HOST, 5000, ALIAS, 7, b"t"), vlan=5)
    seen = Fields(bed.wires.receive("s0"))
    return seen.src, seen.sport


@case
def rename_keeps_the_binding():
    flow = udp_flow("a")
    plain = Flow(udp(HOST, 5000, ALIAS, 7, b"p"), SERVER, into="p0")
    rename("p0", "renamed")
    equal(bound()["renamed"], "p", "binding")
    wait_for(lambda: carrier("renamed"), "carrier")
    equal(identify("udp", *plain.outside)["interface"], "renamed")
    neighbour("renamed")
    plain.exchange()
    rename("renamed", "p0")
    rename("a", "vrfa")
    equal(bound()["vrfa"], "a", "binding of the VRF")
    equal(show("vpn show a")[0]["vrf"], "vrfa", "VRF of the vpn")
    flow.exchange()
    rename("vrfa", "a")
    flow.exchange()
    wait_for(lambda: carrier("p0"), "carrier")
    neighbour("p0")
    plain.exchange()


@case
def down_and_up_keeps_the_binding():
    plain = Flow(udp(HOST, 5000, ALIAS, 7, b"p"), SERVER, into="p0")
    ip("link set dev p0 down", "link set dev p0 up")
    equal(bound()["p0"], "p", "binding")
    wait_for(lambda: carrier("p0"), "carrier")
    neighbour("p0")
    plain.exchange()


@case
def deleted_interface_takes_its_flows():
    outside = vlan_flow()
    equal(identify("udp", *outside)["vpn"], "t")
    flow = udp_flow("a")
    ip("link del t0.5")
    equal("t0.5" in bound(), False, "bound")
    equal(flows("vpn", "t"), [], "flows")
    (vpn,) = show("vpn show t")
    equal(vpn["interfaces"], 0, "interfaces")
    flow.exchange()
    # its mapping is there for another interface of the VPN, without one
    # nothing can be delivered
    bed.wires.send("s0", udp(SERVER, 7, *outside, b"late"))
    bed.wires.nothing()


@case
def ifindex_reuse_does_not_inherit():
    """The same index and the same name, but not the same interface."""
    ip("link add t0.5 link t0 type vlan id 5", "addr add 10.0.0.1/24 dev t0.5",
       "link set dev t0.5 up",
       "neigh add 10.0.0.2 lladdr 02:00:00:00:00:99 dev t0.5 nud permanent")
    vctl("interface add t0.5 vpn t")
    outside = vlan_flow()
    old = index("t0.5")
    ip("link del t0.5",
       "link add t0.5 index %d link t0 type vlan id 5" % old,
       "addr add 10.0.0.1/24 dev t0.5", "link set dev t0.5 up",
       "neigh add 10.0.0.2 lladdr 02:00:00:00:00:99 dev t0.5 nud permanent")
    equal(index("t0.5"), old, "index")
    equal("t0.5" in bound(), False, "bound")
    # what comes in by it is the stack's own business
    sent = udp(HOST, 5000, SERVER, 7, b"plain routing")
    bed.wires.send("t0", sent, vlan=5)
    equal(bed.wires.receive("s0"), change(sent, hops=1))
    bed.wires.send("s0", udp(SERVER, 7, *outside, b"late"))
    bed.wires.nothing()
    # nor does a new VPN's binding of it bring the old flows back
    vctl("vpn add fresh")
    vctl("interface add t0.5 vpn fresh")
    equal(flows("vpn", "fresh"), [], "flows")
    bed.wires.send("s0", udp(SERVER, 7, *outside, b"late"))
    bed.wires.nothing()
    vctl("vpn del fresh")


@case
def new_vpn_of_an_old_name_does_not_inherit():
    flow = Flow(udp(HOST, 5000, ALIAS, 7, b"p"), SERVER, into="p0")
    (old,) = show("vpn show p")
    vctl("vpn del p")
    fails("vpn show p")
    equal("p0" in bound(), False, "bound")
    equal([a for a in show("alias show") if a["vpn"] == "p"], [], "aliases")
    with dropped(bed.wires, "no-mapping"):
        bed.wires.send("s0", flow.to_host())
    vctl("vpn add p id %d" % old["id"])
    vctl("interface add p0 vpn p")
    equal(flows("vpn", "p"), [], "flows")
    with dropped(bed.wires, "no-mapping"):
        bed.wires.send("s0", flow.to_host())
    sent = flow.to_server()
    ip("neigh add %s lladdr 02:00:00:00:00:99 dev p0 nud permanent" % ALIAS)
    bed.wires.pass_on("p0", sent, "p0", change(sent, hops=1))
    ip("neigh del %s dev p0" % ALIAS)
    vctl("alias add p 10.0.0.100 to 47.0.0.10")
    Flow(udp(HOST, 5000, ALIAS, 7, b"p"), SERVER, into="p0").exchange()


@case
def moving_to_another_namespace_unbinds():
    flow = Flow(udp(HOST, 5000, ALIAS, 7, b"p"), SERVER, into="p0")
    ip("link set dev p0 netns " + NAMES["other"])
    equal("p0" in bound(), False, "bound")
    equal(flows("vpn", "p"), [], "flows")
    bed.wires.send("s0", flow.to_host(b"late"))
    bed.wires.nothing()
    # there it is bound to nothing
    equal(show("-n", NAMES["other"], "interface", "show"), [],
          "bound in the other namespace")
    subprocess.run(["ip", "-n", NAMES["other"], "link", "set", "p0", "netns",
                    str(os.getpid())], check=True)
    equal("p0" in bound(), False, "bound again")


@case
def other_vrf_is_another_vpn():
    """a0 moves from VRF a to VRF b, both bound as a whole."""
    flow = udp_flow("a")
    ip("link set dev a0 master b",
       "neigh replace 10.0.0.2 lladdr 02:00:00:00:00:99 dev a0 nud permanent")
    seen = the_vpn_of(udp(HOST, 5009, ALIAS, 7, b"where am I"))
    equal(seen, "b", "VPN of what comes in by a0")
    # the old flow's packets, too
    seen = the_vpn_of(flow.to_server())
    equal(seen, "b", "VPN of the old flow's packets")
    ip("link set dev a0 master a",
       "neigh replace 10.0.0.2 lladdr 02:00:00:00:00:99 dev a0 nud permanent")
    equal(the_vpn_of(udp(HOST, 5010, ALIAS, 7, b"where am I")), "a")
    ip("link set dev a0 nomaster")
    # belongs to no VRF that is bound: untouched
    ip("neigh replace 10.0.0.2 lladdr 02:00:00:00:00:99 dev a0 nud permanent")
    sent = udp(HOST, 5011, SERVER, 7, b"plain routing")
    bed.wires.pass_on("a0", sent, "s0", change(sent, hops=1))
    ip("link set dev a0 master a",
       "neigh replace 10.0.0.2 lladdr 02:00:00:00:00:99 dev a0 nud permanent")
    udp_flow("a", port=5012).exchange()


def the_vpn_of(sent):
    bed.wires.send("a0", sent)
    seen = Fields(bed.wires.receive("s0"))
    return identify("udp", seen.src, seen.sport)["vpn"]


@case
def deleted_vrf_ends_its_binding():
    flow = udp_flow("b")
    ip("link del dev b")
    equal("b" in bound(), False, "bound")
    equal(flows("vpn", "b"), [], "flows")
    (vpn,) = show("vpn show b")
    equal(vpn["vrf"], None, "VRF of the vpn")
    if "deleted" not in vctl("vpn show b"):
        raise AssertionError("it does not say so")
    bed.wires.send("s0", flow.to_host(b"late"))
    bed.wires.nothing()


@case
def deleted_vrf_of_a_bound_member():
    """The interface stays bound, but the VPN has lost its routes."""
    flow = Flow(udp(HOST, 5000, ALIAS, 7, b"m"), SERVER, into="m0")
    ip("link del dev m")
    equal(bound()["m0"], "m", "binding")
    with dropped(bed.wires, "vrf-gone"):
        bed.wires.send("s0", flow.to_host(b"late"))
    # a VRF of the same name and table is another device
    ip("link add name m type vrf table 1003", "link set dev m up",
       "link set dev m0 master m")
    with dropped(bed.wires, "vrf-gone"):
        bed.wires.send("s0", flow.to_host(b"late"))


@case
def deleted_ext_interface():
    flow = udp_flow("a")
    ip("link add v0 type veth peer name v1", "addr add 48.0.0.1/24 dev v0",
       "link set dev v0 up", "link set dev v1 up")
    vctl("interface add v0 ext carrier")
    ip("link del v0")
    equal("v0" in bound(), False, "bound")
    flow.exchange()


@case
def namespace_goes_with_everything():
    """With flows, timers and bindings in it."""
    name = NAMES["other"] + "-2"
    ip("netns add " + name)
    try:
        subprocess.run(["ip", "-n", name, "-batch", "-"], input="\n".join((
            "link add v0 type veth peer name v1",
            "link add red type vrf table 10", "link set dev red up",
            "link set dev v0 master red", "addr add 10.0.0.1/24 dev v0",
            "addr add 47.0.0.1/24 dev v1", "link set dev v0 up",
            "link set dev v1 up")), text=True, check=True)
        vctl("-n", name, "-b", "-", stdin="\n".join((
            "vpn add red vrf red", "ext add carrier", "interface add red vpn red",
            "interface add v1 ext carrier",
            "pool add out ext carrier address 47.0.0.200",
            "alias add red 10.0.0.100 to 47.0.0.10",
            "mapping add red proto any inside 10.0.0.2 outside 47.0.0.201")))
        equal(len(show("-n", name, "vpn", "show")), 1, "vpns there")
    finally:
        ip("netns del " + name)
    flow = udp_flow("a")
    flow.exchange()


if __name__ == "__main__":
    open_wires("a0", "b0", "s0", "u0", "p0", "t0", "m0")
    main()
