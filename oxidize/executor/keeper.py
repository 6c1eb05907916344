"""The keeper: a process that ends a build's commands when the build is gone, however it went."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys

# Reads the end of a pipe whose other end only the build has: the kernel closes that when the build
# ends, also when it was killed.
_CODE = """
import os, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.read(0, 1)
os.killpg(0, signal.SIGKILL)
"""


class Keeper:
    """Leads the process group that all commands of one build join, and what they start with them.

    No command is missed: between its fork and its exec it holds the build's end of the pipe, and
    joins the group. What moves to a group or session of its own is on its own.
    """

    def __init__(self) -> None:
        """Raises OSError."""
        self._process = subprocess.Popen(
            [sys.executable, "-IS", "-c", _CODE],
            env={},
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # Away from the terminal's Ctrl-C: whether commands stop is the build's decision.
            process_group=0,
        )

    @property
    def group(self) -> int:
        """The group's number, which stays its own until `close`."""
        return self._process.pid

    def signal(self, number: int) -> None:
        """Sends a signal to all of the group."""
        with contextlib.suppress(OSError):
            os.killpg(self.group, number)

    def close(self) -> None:
        """Ends what is left of the group, and the keeper."""
        self.signal(signal.SIGKILL)
        self._process.communicate()
