# SPDX-License-Identifier: GPL-2.0
"""Who has an alias or a pool address?  The gateway, where it is asked by those
that it answers for, and nobody else."""

import struct

import bed
from ktap import case, equal, main
from packet import addr
from tool import vctl
from wire import ARP, FAR

BROADCAST = b"\xff" * 6
bed.open_wires("a0", "b0", "s0", "u0", "t0")


def arp(op, source_mac, source, target_mac, target):
    return struct.pack("!HHBBH6s4s6s4s", 1, 0x0800, 6, 4, op, source_mac,
                       addr(source), target_mac, addr(target))


def ask(dev, target, source, vlan=None, mac=BROADCAST):
    bed.wires.send(dev, arp(1, FAR, source, bytes(6), target), kind=ARP,
                   mac=mac, vlan=vlan)


def answered(dev, target, source, vlan=None, mac=BROADCAST):
    """Exactly one answer, by that interface, with its address."""
    ask(dev, target, source, vlan, mac)
    frame = bed.wires.receive_frame(dev)
    bed.wires.nothing()
    own = bed.wires.taps[dev].mac
    tag = b"" if vlan is None else struct.pack("!HH", 0x8100, vlan)
    expected = (FAR + own + tag + struct.pack("!H", ARP) +
                arp(2, own, target, FAR, source))
    equal(frame[:len(expected)].hex(), expected.hex(), "answer")


def silent(dev, target, source, vlan=None):
    """No answer: the next question is the first to be answered."""
    ask(dev, target, source, vlan)
    bed.wires.nothing()
    answered("a0", "10.0.0.100", "10.0.0.2")


@case
def alias_of_each_kind():
    for target in ("10.0.0.100",        # address
                   "10.0.0.102",        # address and port
                   "10.0.0.128", "10.0.0.191"):  # prefix
        answered("a0", target, "10.0.0.2")


@case
def alias_in_a_vlan():
    answered("t0", "10.0.0.100", "10.0.0.2", vlan=5)


@case
def asked_by_unicast():
    answered("a0", "10.0.0.100", "10.0.0.2",
             mac=bed.wires.taps["a0"].mac)


@case
def somebody_wants_to_take_it():
    """A probe (RFC 5227) has no sender address: the alias is defended."""
    answered("a0", "10.0.0.100", "0.0.0.0")


@case
def pool_and_static_addresses_in_the_ext():
    for target in ("47.0.0.200", "47.0.0.203",  # a range
                   "47.0.0.208", "47.0.0.211",  # a prefix
                   "47.0.0.220", "47.0.0.221"):  # static mappings
        answered("s0", target, "47.0.0.10")


@case
def alias_of_another_vpn_is_not_answered():
    silent("b0", "10.0.0.102", "10.0.0.2")


@case
def nor_the_neighbours_of_these():
    silent("a0", "10.0.0.50", "10.0.0.2")
    silent("a0", "10.0.0.127", "10.0.0.2")
    silent("a0", "10.0.0.192", "10.0.0.2")
    silent("s0", "47.0.0.199", "47.0.0.10")
    silent("s0", "47.0.0.204", "47.0.0.10")
    silent("s0", "47.0.0.222", "47.0.0.10")


@case
def nor_the_other_sides_addresses():
    silent("a0", "47.0.0.200", "10.0.0.2")
    silent("a0", "47.0.0.220", "10.0.0.2")
    silent("a0", "47.0.0.10", "10.0.0.2")
    silent("s0", "10.0.0.100", "47.0.0.10")


@case
def nor_on_an_unbound_interface():
    silent("u0", "10.0.0.100", "192.0.2.2")
    silent("u0", "47.0.0.200", "192.0.2.2")
    silent("t0", "10.0.0.100", "10.0.0.2", vlan=6)


@case
def gateway_answers_once_for_itself():
    """That is the stack's answer, even inside an alias prefix."""
    answered("a0", "10.0.0.1", "10.0.0.2")
    answered("s0", "47.0.0.1", "47.0.0.10")


@case
def announcements_are_not_answered():
    """Who asks for the address that it has itself wants no answer."""
    silent("a0", "10.0.0.100", "10.0.0.100")
    silent("s0", "47.0.0.200", "47.0.0.200")


@case
def answers_are_not_answered():
    own = bed.wires.taps["a0"].mac
    bed.wires.send("a0", arp(2, FAR, "10.0.0.2", own, "10.0.0.100"), kind=ARP)
    bed.wires.nothing()
    answered("a0", "10.0.0.100", "10.0.0.2")


@case
def source_only_alias_is_not_answered():
    """Its address is not ours to claim."""
    silent("b0", "198.51.100.7", "10.0.0.2")


@case
def malformed_questions_are_not_answered():
    good = arp(1, FAR, "10.0.0.2", bytes(6), "10.0.0.100")
    for bad in (good[:20], good[:27], b"\0\2" + good[2:],
                good[:2] + b"\x86\xdd" + good[4:], good[:4] + b"\4" + good[5:]):
        bed.wires.send("a0", bad, kind=ARP, mac=BROADCAST)
        bed.wires.nothing()
    answered("a0", "10.0.0.100", "10.0.0.2")


@case
def deleted_ones_are_not_answered():
    vctl("alias del a 10.0.0.128/26")
    silent("a0", "10.0.0.129", "10.0.0.2")
    vctl("mapping del a proto any inside 10.0.0.2 outside 47.0.0.220")
    silent("s0", "47.0.0.220", "47.0.0.10")
    vctl("interface del b")
    ask("b0", "10.0.0.100", "10.0.0.2")
    bed.wires.nothing()
    answered("a0", "10.0.0.100", "10.0.0.2")


if __name__ == "__main__":
    main()
