#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What builds the tests' packets, compared with scapy.  make lint runs it: it takes
no kernel, and scapy takes long to begin in a guest."""

import random

import packet
import xlat_table
from ktap import case, equal, main
from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.sctp import SCTP, SCTPChunkData

HOST, ALIAS, SERVER = "10.0.0.2", "10.0.0.100", "47.0.0.10"
LENGTHS = [*range(10), 63, 255, 1001, 1471, 1472]
random.seed(2663)


@case
def ipv4():
    for length in LENGTHS:
        data = random.randbytes(length)
        head = {"src": HOST, "dst": ALIAS, "id": 77, "ttl": 9, "tos": 4}
        mine = {"ident": 77, "ttl": 9, "tos": 4}
        equal(packet.udp(HOST, 5, ALIAS, 7, data, **mine),
              bytes(IP(**head) / UDP(sport=5, dport=7) / data), "UDP")
        equal(packet.tcp(HOST, 5, ALIAS, 7, "PA", 8, 9, data=data, **mine),
              bytes(IP(**head) / TCP(sport=5, dport=7, flags="PA", seq=8, ack=9,
                                     window=65535) / data), "TCP")
        equal(packet.echo(HOST, ALIAS, 5, 6, data, **mine),
              bytes(IP(**head) / ICMP(id=5, seq=6) / data), "ICMP")
        equal(packet.sctp(HOST, 5, ALIAS, 7, data, **mine),
              bytes(IP(**head) / SCTP(sport=5, dport=7, tag=7) /
                    SCTPChunkData(beginning=1, ending=1, tsn=1, data=data)),
              "SCTP")
        inner = packet.udp(HOST, 5, ALIAS, 7, data, **mine)
        equal(packet.icmp(ALIAS, HOST, 3, 4, b"\0\0\x05\0", inner),
              bytes(IP(src=ALIAS, dst=HOST, id=0x4d2) /
                    ICMP(type=3, code=4, nexthopmtu=1280) / inner), "error")
        head.update(src=SERVER, ttl=8)
        equal(packet.change(inner, src=SERVER, sport=99, hops=1),
              bytes(IP(**head) / UDP(sport=99, dport=7) / data), "change")


@case
def ipv6_and_what_becomes_of_it():
    names = ("udp_lengths", "tcp_lengths", "echo_lengths", "error_types",
             "extension_headers", "tcp_options_and_flags")
    rows = list(xlat_table.all_rows(names))
    for _, what, _, sent, seen in random.sample(rows, min(1000, len(rows))):
        for data in filter(None, (sent, seen)):
            scapy = (IPv6 if data[0] >> 4 == 6 else IP)(data)
            layer = scapy
            while layer and layer.name != "Raw":
                # of what is quoted nothing is computed anew
                if " in ICMP" in layer.name:
                    break
                for field in ("chksum", "cksum"):
                    if field in layer.fields:
                        layer.delfieldval(field)
                layer = layer.payload
            equal(bytes(scapy).hex(), data.hex(), what)


if __name__ == "__main__":
    main()
