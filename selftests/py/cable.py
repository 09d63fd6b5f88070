# SPDX-License-Identifier: GPL-2.0
"""Cables that take a module of ours: see kmod/."""

import os

from ktap import Skip
from netns import NAMES, initial
from port import Ports, devices, run


class Cable:
    """The module, as long as it is there.  The circuits over such a cable live in
    the initial namespace; their interfaces need not."""

    def __init__(self, module, *needs):
        """needs: other modules that nothing else loads."""
        self.module = module
        where = os.path.dirname(os.environ.get("VPNGW_KO", ""))
        path = "%s/selftests/%s.ko" % (where, module)
        if not os.path.exists(path):
            raise Skip("there is no %s for this kernel" % module)
        with initial():
            depends = run("modinfo", "-F", "depends", path).split(",")
            for other in filter(None, [*depends, *needs]):
                run("modprobe", other)
            run("insmod", path)
        Ports.undo.append(self.close)

    def close(self):
        run("rmmod", self.module)

    @staticmethod
    def names():
        """The interfaces in the initial namespace."""
        with initial():
            return devices()

    @staticmethod
    def move(name, ns, to):
        """From the initial namespace to another, by another name."""
        with initial():
            run("ip", "link", "set", name, "netns", NAMES[ns], "name", to)
