"""The signature of a file: what `stat` says about it, to know bytes again without reading them."""

from __future__ import annotations

import os
import sys
import time

# (size, mtime, ctime, inode, device). ctime can't be set by programs, so new bytes with the old
# size and mtime still show.
Signature = tuple[int, int, int, int, int]

_CTIME = 2
_SECOND = 1_000_000_000
# The kernel stamps files with this clock, which advances once per tick (1 to 10 ms).
_CLOCK_REALTIME_COARSE = 5
_TICK = 20_000_000


def signature_of(status: os.stat_result) -> Signature:
    """The signature in what `stat` returned."""
    return (
        status.st_size,
        status.st_mtime_ns,
        status.st_ctime_ns,
        status.st_ino,
        status.st_dev,
    )


def _tick() -> int:
    if sys.platform == "linux":
        return time.clock_gettime_ns(_CLOCK_REALTIME_COARSE)
    return time.time_ns() - _TICK


def settled(signature: Signature) -> bool:
    """Whether a write from now on must change the signature.

    A file written twice within one tick of the clock looks the same both times; so what was read
    in the tick of its last change isn't to be remembered.
    """
    changed = signature[_CTIME]
    # Whole seconds: a file system that counts in (at most two) seconds.
    grain = 2 * _SECOND if changed % _SECOND == 0 else 0
    return changed + grain < _tick()


def wait_until_settled(signature: Signature, at_most: float = 0.05) -> bool:
    """Waits for the clock's next tick, but not for coarse clocks; whether it came."""
    deadline = time.monotonic() + at_most
    while not (done := settled(signature)) and time.monotonic() < deadline:
        time.sleep(0.001)
    return done
