# SPDX-License-Identifier: GPL-2.0
"""tools/net/ynl of the kernel, with Documentation/netlink/specs/vpngw.yaml."""

import os
import socket
import sys

sys.path.append("/usr/lib/python3/dist-packages")
sys.path.insert(0, os.environ["VPNGW_YNL"])

# pylint: disable=wrong-import-position
import yaml

# The loader in C takes a tenth of the time.
if hasattr(yaml, "CSafeLoader"):
    yaml.safe_load = lambda text: yaml.load(text, Loader=yaml.CSafeLoader)

from lib import Netlink, NlError, YnlFamily

import packet
from ktap import case, equal, main, wait_for

NEW = [Netlink.NLM_F_CREATE, Netlink.NLM_F_EXCL]
ynl = YnlFamily(os.environ["VPNGW_SPEC"], schema="")
# This client binds its socket for each group, and takes an event for the
# answer that it waits for: a client for each.
listeners = {group: YnlFamily(os.environ["VPNGW_SPEC"], schema="")
             for group in ("config", "flow")}


def addr(text):
    return socket.inet_aton(text)


def endpoint(text, **more):
    return {"addr": addr(text), **more}


def refused(error, do, *args):
    try:
        do(*args)
    except NlError as e:
        equal(e.error, error, "error")
        if not e.nl_msg.extack or not e.nl_msg.extack.get("msg"):
            raise AssertionError("no text: %s" % e) from e
        return e.nl_msg.extack
    raise AssertionError("%r was not refused" % (args,))


@case
def subscribe():
    for group, listener in listeners.items():
        listener.ntf_subscribe(group)


@case
def vpn():
    ynl.do("vpn-new", {"name": "blue", "id": 7, "max-flows": 100}, NEW)
    ynl.do("vpn-new", {"name": "red"}, NEW)
    ynl.do("vpn-new", {"name": "blue", "max-flows": 200},
           [Netlink.NLM_F_REPLACE])
    found = ynl.do("vpn-get", {"name": "blue"})
    equal((found["name"], found["id"], found["max-flows"], found["flows"]),
          ("blue", 7, 200, 0), "vpn")
    equal(sorted(v["name"] for v in ynl.dump("vpn-get", {})),
          ["blue", "red"], "vpns")


@case
def ext_and_pool():
    ynl.do("ext-new", {"name": "carrier", "table": 254}, NEW)
    ynl.do("pool-new", {
        "name": "out", "ext": "carrier", "port-lo": 2000, "port-hi": 2999,
        "range": [{"first": addr("47.0.0.200"), "last": addr("47.0.0.203")},
                  {"first": addr("48.0.0.0"), "last": addr("48.0.0.255")}]},
        NEW)
    (found,) = ynl.dump("pool-get", {"ext": "carrier"})
    equal((found["addresses"], found["port-lo"], found["port-hi"]),
          (260, 2000, 2999), "pool")
    equal([(r["first"], r["last"]) for r in found["range"]],
          [("47.0.0.200", "47.0.0.203"), ("48.0.0.0", "48.0.0.255")],
          "ranges")
    equal(ynl.do("ext-get", {"name": "carrier"})["pools"], 1, "pools")


@case
def interface():
    index = socket.if_nametoindex("v-blue")
    ynl.do("interface-new", {"ifindex": index, "vpn": "blue"}, NEW)
    ynl.do("interface-new", {"ifindex": socket.if_nametoindex("v-ext"),
                             "ext": "carrier"}, NEW)
    found = ynl.do("interface-get", {"ifindex": index})
    equal((found["name"], found["vpn"], found["vpn-id"]),
          ("v-blue", "blue", 7), "interface")


@case
def alias():
    ynl.do("alias-new", {"vpn": "blue", "inside": endpoint("10.0.0.100"),
                         "server": endpoint("47.0.0.10")}, NEW)
    ynl.do("alias-new", {"vpn": "blue", "proto": 6,
                         "inside": endpoint("10.0.0.100", port=80),
                         "server": endpoint("47.0.0.11", port=8080)}, NEW)
    found = ynl.do("alias-get", {"vpn": "blue", "proto": 6,
                                 "inside": endpoint("10.0.0.100", port=80)})
    equal((found["server"]["addr"], found["server"]["port"], found["ext"]),
          ("47.0.0.11", 8080, "carrier"), "alias")
    equal(len(ynl.dump("alias-get", {"vpn": "blue"})), 2, "aliases")


@case
def mapping_and_identify():
    ynl.do("mapping-new", {"vpn": "blue", "proto": 17,
                           "inside": endpoint("10.0.0.2", port=53),
                           "outside": endpoint("47.0.0.210", port=5353)}, NEW)
    (found,) = ynl.dump("mapping-get", {"static": True})
    equal((found["inside"]["port"], found["outside"]["port"]), (53, 5353))
    found = ynl.do("identify", {"proto": 17, "outside": endpoint(
        "47.0.0.210", port=5353)})
    equal((found["vpn"], found["vpn-id"], found["inside"]["addr"]),
          ("blue", 7, "10.0.0.2"), "identity")


@case
def setting():
    found = ynl.do("setting", {"timeout-udp": 55})
    equal((found["timeout-udp"], found["timeout-icmp"]), (55, 60), "settings")


def start_flow():
    """One packet in by v-blue."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sock:
        sock.bind(("v-blue", 0))
        mac = sock.getsockname()[4]
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sock:
        sock.bind(("v-peer", 0))
        sock.send(mac + bytes(6) + b"\x08\0" +
                  packet.udp("10.0.0.2", 53, "10.0.0.100", 7, b"x"))


@case
def flow():
    start_flow()
    found = wait_for(lambda: ynl.dump("flow-get", {}), "a flow")
    equal(len(found), 1, "flows")
    (found,) = found
    equal((found["vpn"], found["interface"], found["proto"], found["state"],
           found["origin"]),
          ("blue", "v-blue", 17, "unreplied", "inside"), "flow")
    equal(found["inside"], {"src": "10.0.0.2", "sport": 53,
                            "dst": "10.0.0.100", "dport": 7}, "inside")
    equal(found["outside"], {"src": "47.0.0.210", "sport": 5353,
                             "dst": "47.0.0.10", "dport": 7}, "outside")
    equal(ynl.do("flow-count", {"vpn": "blue", "filter-inside": endpoint(
        "10.0.0.2", port=53)})["count"], 1, "count")
    equal(ynl.do("flow-get", {"filter-server": endpoint("47.0.0.10")})["vpn"],
          "blue", "the one flow")
    equal(ynl.do("flow-del", {"proto": 17})["count"], 1, "deleted")


@case
def explain():
    found = ynl.do("explain", {
        "ifindex": socket.if_nametoindex("v-blue"), "proto": 17,
        "packet": {"src": addr("10.0.0.2"), "sport": 53,
                   "dst": addr("10.0.0.100"), "dport": 7}})
    # there are no routes here
    equal((found["outcome"], found["reason"], found["side"], found["vpn"],
           found["ext"]),
          ("dropped", "no-route", "inside", "blue", "carrier"), "answer")
    equal((found["alias"]["server"]["addr"], found["mapping"]["static"]),
          ("47.0.0.10", True), "nests")
    equal(found["becomes"], {"src": "47.0.0.210", "sport": 5353,
                             "dst": "47.0.0.10", "dport": 7}, "becomes")


@case
def stats():
    found = ynl.do("stats-get", {"vpn": "blue"})
    equal((found["flows-created"], found["flows-ended"]), (1, 1), "flows")
    equal(found["drop"][0]["reason"], "malformed", "first reason")
    equal(found["icmp-held-back"], 0, "ICMP errors held back")


@case
def refusals_have_a_text_and_a_place():
    refused(2, ynl.do, "vpn-get", {"name": "nobody"})
    refused(17, ynl.do, "vpn-new", {"name": "blue"}, NEW)
    refused(16, ynl.do, "ext-del", {"name": "carrier"})
    extack = refused(34, ynl.do, "setting", {"timeout-udp": 0})
    equal(extack["bad-attr"], ".timeout-udp", "place")
    extack = refused(19, ynl.do, "explain", {
        "ifindex": 9999, "proto": 1,
        "packet": {"src": addr("10.0.0.2"), "sport": 1,
                   "dst": addr("10.0.0.100")}})
    equal(extack["bad-attr"], ".ifindex", "place")
    extack = refused(22, ynl.do, "explain", {
        "ifindex": socket.if_nametoindex("v-blue"), "proto": 6,
        "packet": {"src": addr("10.0.0.2"), "dst": addr("10.0.0.100")}})
    equal(extack["bad-attr"], ".packet", "place")
    extack = refused(2, ynl.do, "interface-new",
                     {"ifindex": socket.if_nametoindex("v-peer"),
                      "vpn": "nobody"}, NEW)
    equal(extack["bad-attr"], ".vpn", "place")


@case
def deletions():
    ynl.do("mapping-del", {"vpn": "blue", "proto": 17,
                           "inside": endpoint("10.0.0.2", port=53)})
    ynl.do("alias-del", {"vpn": "blue", "inside": endpoint("10.0.0.100")})
    ynl.do("pool-del", {"name": "out"})
    ynl.do("vpn-del", {"name": "red"})
    ynl.do("flush", {})
    for what in ("vpn-get", "ext-get", "interface-get", "pool-get",
                 "alias-get", "mapping-get", "flow-get"):
        equal(ynl.dump(what, {}), [], what)


@case
def events_were_told():
    events = []
    for listener in listeners.values():
        listener.check_ntf()
        events += listener.async_msg_queue
    names = [event["name"] for event in events]
    for name in ("vpn-new-ntf", "ext-new-ntf", "pool-new-ntf",
                 "interface-new-ntf", "alias-new-ntf", "mapping-new-ntf",
                 "flow-new-ntf", "flow-del-ntf", "mapping-del-ntf",
                 "alias-del-ntf", "pool-del-ntf", "vpn-del-ntf"):
        if name not in names:
            raise AssertionError("no %s in %r" % (name, names))
    (event,) = [e for e in events if e["name"] == "flow-new-ntf"]
    equal(event["msg"]["inside"]["src"], "10.0.0.2", "source of the flow")


if __name__ == "__main__":
    main()
