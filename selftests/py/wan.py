# SPDX-License-Identifier: GPL-2.0
"""Ports that are virtual circuits: ATM, Frame Relay."""

from atm import Atm
from frame_relay import FrameRelay
from ktap import case, main
from port import NUMBER, VPNS, Ports


def atm_ports(routed):
    atm = Atm()
    circuits = []
    for vpn in VPNS:
        vci = 40 + NUMBER[vpn]
        for sock in (atm.rfc2684(0, vci, "gw", "t-" + vpn, routed),
                     atm.rfc2684(1, vci, vpn, "t0", routed)):
            Ports.undo.append(sock.close)
            circuits.append(sock)
    return Ports("", "", move=False, remove=circuits[0].close)


@case
def atm_bridged():
    """RFC 2684: Ethernet, as DSL has it"""
    atm_ports(routed=False).exchange()


@case
def atm_routed():
    """RFC 2684: nothing but IP"""
    atm_ports(routed=True).exchange()


def frame_relay_ports(bridged):
    link = FrameRelay()
    for vpn in VPNS:
        dlci = 100 + NUMBER[vpn]
        link.pvc(0, dlci, "gw", "t-" + vpn, bridged)
        link.pvc(1, dlci, vpn, "t0", bridged)
    return Ports("", "", move=False, remove=lambda: link.delete(
        0, 101, "gw", "t-blue", bridged))


@case
def frame_relay():
    """RFC 2427, a DLCI each"""
    frame_relay_ports(bridged=False).exchange()


@case
def frame_relay_bridged():
    """RFC 2427 section 4.2: Ethernet"""
    frame_relay_ports(bridged=True).exchange()


if __name__ == "__main__":
    main(Ports.end, after=Ports.end)
