"""Paths inside the program: relative, with "/" between their parts, whatever the system has."""

import os


def inside(finder, virtual):
    """The relative path for one below the program's own."""
    return virtual[len(finder.path_hook_base_str) + 1 :].replace(os.sep, "/")


def virtual(finder, relative):
    """The path below the program's own for a relative one; "" is the program itself."""
    base = finder.path_hook_base_str
    return base + os.sep + relative.replace("/", os.sep) if relative else base
