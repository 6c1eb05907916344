"""The `oxidize` command, which signals itself: `python -m tests.executor.killing WHEN SIGNAL ARGS`.

WHEN is KIND:N,...: right before the N-th time that actions of that kind change something on the
disk or start a command; with `-` for the kind, that is done between actions; with KIND/run, the
N-th command. stdout gets the kind. Exits as the command does if that never comes. Meant for -j1:
one action at a time.
"""

from __future__ import annotations

import os
import signal
import sys

from attrs import define

from oxidize.actions.registry import KINDS
from oxidize.cli.main import main
from oxidize.executor.cache import Entry
from oxidize.executor.runner import How, Runner
from oxidize.executor.step import Step

BETWEEN = "-"
RUN = "subprocess.Popen"
# Audit events, which Python raises before it does what they say.
CHANGES = {
    "os.chmod", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink",
    "os.truncate", "os.utime", "fcntl.flock", RUN,
}  # fmt: skip
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@define
class Trigger:
    """Sends this process a signal; `left` are the changes until then, by kind of action."""

    left: dict[str, int]
    signal: signal.Signals
    now: str = BETWEEN

    def hear(self, event: str, arguments: tuple[object, ...]) -> None:
        """An audit hook."""
        what = f"{self.now}/run" if event == RUN else self.now
        for kind in {what, self.now} & self.left.keys():
            if changes(event, arguments):
                self.left[kind] -= 1
                if self.left[kind] == 0:
                    os.write(1, self.now.encode())
                    os.kill(os.getpid(), self.signal)

    def watch(self) -> None:
        """Hears of actions, from the lock of each to the end of it."""
        run = Runner.run

        def watched(runner: Runner, step: Step) -> tuple[How, Entry]:
            self.now = step.kind.mnemonic
            try:
                return run(runner, step)
            finally:
                self.now = BETWEEN

        Runner.run = watched  # type: ignore[method-assign, assignment]
        sys.addaudithook(self.hear)


def changes(event: str, arguments: tuple[object, ...]) -> bool:
    """Whether the disk won't be the same after it, or a command is started."""
    if event == "open":
        flags = arguments[2]
        return isinstance(flags, int) and bool(flags & WRITES)
    return event in CHANGES


if __name__ == "__main__":
    left = {kind: int(number) for kind, number in (w.split(":") for w in sys.argv[1].split(","))}
    assert {kind.partition("/")[0] for kind in left} <= {BETWEEN, *KINDS}
    Trigger(left, signal.Signals[sys.argv[2]]).watch()
    os._exit(main(sys.argv[3:]))
