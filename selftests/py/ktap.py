# SPDX-License-Identifier: GPL-2.0
"""Cases and their report.

@case marks a function as a case, in order; main() runs them all and prints
KTAP.  A case fails by raising anything but Skip."""

import os
import sys
import time

# Seconds after which a case says how long it took.
LONG = 10
PATIENCE = float(os.environ.get("VPNGW_PATIENCE", "15"))


class Skip(Exception):
    """A case that cannot run here raises it, with the reason."""


# Called before each case.
before_each = []

_cases = []


def case(function):
    _cases.append(function)
    return function


def say(text):
    for line in str(text).splitlines():
        print("#", line)


def equal(seen, expected, what="value"):
    if seen != expected:
        raise AssertionError("%s: %r instead of %r" % (what, seen, expected))


def within(seen, allowed, what="value"):
    if seen not in allowed:
        raise AssertionError("%s: %r is not one of %r" % (what, seen, allowed))


def wait_for(function, what, seconds=None):
    """Poll until function returns something true, and return that.  What it
    waits for is a text, or a function that gives one."""
    end = time.monotonic() + (PATIENCE if seconds is None else seconds)
    while True:
        result = function()
        if result:
            return result
        if time.monotonic() > end:
            raise AssertionError("waited in vain for " +
                                 (what if isinstance(what, str) else what()))
        time.sleep(0.05)


def main(*before, after=None):
    """after() is called when all cases have run."""
    failures = 0
    before_each.extend(before)
    print("TAP version 13")
    print("1..%d" % len(_cases))
    for number, function in enumerate(_cases, 1):
        name = function.__name__.replace("_", " ")
        began = time.monotonic()
        try:
            for prepare in before_each:
                prepare()
            function()
            print("ok", number, name)
        except Skip as reason:
            print("ok", number, name, "# SKIP", reason)
        except Exception:
            import traceback
            say(traceback.format_exc())
            print("not ok", number, name)
            failures += 1
        took = time.monotonic() - began
        if took > LONG:
            say("that took %.0f s" % took)
        sys.stdout.flush()
    if after:
        after()
    sys.exit(1 if failures else 0)
