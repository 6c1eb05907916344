"""The commands that actions run: in one process group, all stoppable at once."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from oxidize.executor.keeper import Keeper

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
        self._keeper: Keeper | None = None

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
                process_group=self._group(),
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
        self._signal(running, signal.SIGTERM)
        deadline = time.monotonic() + _GRACE
        while any(child.poll() is None for child in running) and time.monotonic() < deadline:
            time.sleep(0.01)
        self._signal(running, getattr(signal, "SIGKILL", signal.SIGTERM))

    def close(self) -> None:
        """Ends what the commands left running."""
        with self._mutex:
            if self._keeper:
                self._keeper.close()
            self._keeper = None

    def _group(self) -> int | None:
        """The process group that commands join; none on Windows, where there are none."""
        if sys.platform == "win32":
            return None
        self._keeper = self._keeper or Keeper()
        return self._keeper.group

    def _signal(self, running: set[subprocess.Popen[bytes]], number: int) -> None:
        if sys.platform == "win32":
            for child in running:
                child.send_signal(number)
        elif self._keeper:
            self._keeper.signal(number)
