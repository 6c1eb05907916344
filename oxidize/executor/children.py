"""The commands that actions run: each in its own process group, all stoppable at once."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

# How long a command has to end by itself before it is killed.
_GRACE = 0.3


class Stopped(BaseException):
    """The build was stopped; BaseException, so that no action takes it for a failure."""


class Children:
    """All commands of one executor that run now: `limit` at most, whichever actions they are of."""

    def __init__(self, limit: int) -> None:
        self.stopping = threading.Event()
        self._slots = threading.Semaphore(limit)
        self._mutex = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()

    def run(
        self, argv: Sequence[str], env: Mapping[str, str], cwd: Path, stdin: bytes
    ) -> subprocess.CompletedProcess[bytes]:
        """Runs a command to its end. Raises OSError if it can't start, Stopped after `stop`."""
        with self._slots, self._start(argv, env, cwd) as child:
            try:
                stdout, stderr = child.communicate(stdin)
            finally:
                with self._mutex:
                    self._running.discard(child)
        if self.stopping.is_set():
            raise Stopped
        return subprocess.CompletedProcess(argv, child.returncode, stdout, stderr)

    def _start(
        self, argv: Sequence[str], env: Mapping[str, str], cwd: Path
    ) -> subprocess.Popen[bytes]:
        # One at a time: a command must not start unseen while all others are being stopped.
        with self._mutex:
            if self.stopping.is_set():
                raise Stopped
            child = subprocess.Popen(
                argv,
                env=env,
                cwd=cwd,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                # Away from the terminal's Ctrl-C: whether children stop is the build's decision.
                process_group=None if sys.platform == "win32" else 0,
                # Modes of files get into archives.
                umask=0o022,
            )
            self._running.add(child)
            return child

    def stop(self) -> None:
        """Ends all commands, with everything that they started, and lets none begin."""
        self.stopping.set()
        with self._mutex:
            running = set(self._running)
        for child in running:
            _signal(child, signal.SIGTERM)
        deadline = time.monotonic() + _GRACE
        while any(child.poll() is None for child in running) and time.monotonic() < deadline:
            time.sleep(0.01)
        for child in running:
            _signal(child, getattr(signal, "SIGKILL", signal.SIGTERM))


def _signal(child: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            child.send_signal(number)
        else:
            os.killpg(child.pid, number)
