# SPDX-License-Identifier: GPL-2.0
"""vpngwctl, called in the gateway's namespace."""

import atexit
import json
import os
import subprocess

TOOL = os.environ.get("VPNGWCTL", "vpngwctl")
# What prints nothing, or nothing that anybody wants.
QUIET = ("add", "set", "drain", "flush")


def run(*args, stdin=None):
    return subprocess.run([TOOL, *map(str, args)], input=stdin, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False)


def vctl(*args, stdin=None):
    """Run it, return its output; it must succeed.  One string is split."""
    if len(args) == 1:
        args = args[0].split()
    if stdin is None and args[1:2] and args[1] in QUIET and \
            session.ask(args, "" if args[1] == "flush" else "set show"):
        return ""
    # What it refuses it says best by itself.
    done = run(*args, stdin=stdin)
    if done.returncode:
        raise AssertionError("vpngwctl %s: %d %s" % (
            " ".join(map(str, args)), done.returncode, done.stderr.strip()))
    return done.stdout


def config(lines):
    """Several commands, one process."""
    vctl("-b", "-", stdin=lines)


def fails(*args, status=1):
    """It must fail, with that status (None: 1 or 2); returns what it says."""
    if len(args) == 1:
        args = args[0].split()
    done = run(*args)
    wanted = (1, 2) if status is None else (status,)
    if done.returncode not in wanted or not done.stderr:
        raise AssertionError("vpngwctl %s: %d %s" % (
            " ".join(map(str, args)), done.returncode, done.stderr.strip()))
    return done.stderr.strip()


class Session:
    """A vpngwctl that is asked line by line: in a slow guest each process
    costs more than all that it does."""

    def __init__(self):
        self.process = None
        atexit.register(self.end)

    def ask(self, args, then=""):
        """The line that it answers, to the second command if there are two;
        "" when it has ended instead."""
        if not self.process:
            self.process = subprocess.Popen(
                [TOOL, "-j", "-b", "-"], text=True, stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            self.process.stdin.write(" ".join(map(str, args)) + "\n" +
                                     (then and then + "\n"))
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            self.end()
        return line

    def end(self):
        if self.process:
            try:
                self.process.stdin.close()
            except BrokenPipeError:
                pass
            self.process.stdout.close()
            self.process.wait()
            self.process = None


session = Session()


def show(*args):
    """The JSON that a command prints."""
    if len(args) == 1:
        args = args[0].split()
    # What it refuses it says best by itself.
    return json.loads(session.ask(args) or vctl("-j", *args))


def flows(*args):
    if len(args) == 1:
        args = args[0].split()
    return show("flow", "show", *args)


def endpoint(address, port=None):
    """As the tool reads and writes it."""
    if port is None:
        return address
    return ("[%s]:%d" if ":" in address else "%s:%d") % (address, port)


def identify(proto, address, port=None, *args):
    return show("identify", proto, endpoint(address, port), *args)


def stats(*args):
    """Counters; drops as a dictionary by reason."""
    found = show("stats", *args)
    found["drops"] = {drop["name"]: drop["packets"] for drop in found["drops"]}
    return found


def drops(reason, *args):
    return stats(*args)["drops"][reason]
