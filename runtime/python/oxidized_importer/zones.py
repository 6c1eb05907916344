"""Where systems have time zones, for a CPython that was configured for another one."""

import os

_FOLDERS = (
    "/usr/share/zoneinfo",
    "/usr/lib/zoneinfo",
    "/usr/share/lib/zoneinfo",
    "/etc/zoneinfo",
)


def register(finder, tzpath):
    """Has a freshly imported zoneinfo._tzpath look there last, unless the user says where."""
    reset = tzpath.reset_tzpath

    def reset_tzpath(to=None):
        """Reset global TZPATH."""
        reset(to)
        if to is None and "PYTHONTZPATH" not in os.environ:
            _extend(tzpath)

    tzpath.reset_tzpath = reset_tzpath
    if "PYTHONTZPATH" not in os.environ:
        _extend(tzpath)


def _extend(tzpath):
    known = {os.path.normpath(each) for each in tzpath.TZPATH}
    tzpath.TZPATH += tuple(each for each in _FOLDERS if each not in known)
