"""Several processes in one store, and processes that are killed or interrupted."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import TextIO

import pytest

from oxidize.actions.kind import ActionContext
from tests.executor.space import Space, action

ROOT = Path(__file__).parents[2]


@pytest.fixture
def meeting(tmp_path: Path) -> Path:
    """A pipe by which a running action says that it runs."""
    path = tmp_path / "meeting"
    os.mkfifo(path)
    return path


def start(space: Space, *codes: str) -> subprocess.Popen[str]:
    """A process that builds actions, each of which runs one of these codes."""
    argv = [sys.executable, "-m", "tests.executor.driver", str(space.root), *codes]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(argv, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True)


def endless(meeting: Path) -> str:
    """Code that writes half an output, says its process id, and never ends."""
    return (
        "import os, signal, sys; open(sys.argv[1], 'w').write('half'); "
        f"open({str(meeting)!r}, 'w').write(str(os.getpid())); signal.pause()"
    )


def ended(pid: int) -> bool:
    """Whether no such process runs any more; waits until that is so."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    with os.fdopen(descriptor, "rb", closefd=True):
        return bool(select.select([descriptor], [], [], 10)[0])


def test_commands_at_once(space: Space) -> None:
    """-j bounds the commands of all actions together, however many threads an action has."""
    place = space.root / "place"
    place.mkdir()
    both = [action("crowd", place=str(place), number=number) for number in (1, 2)]
    result = space.build(*both, jobs=1)
    assert [space.bytes(out, result) for out in both] == [b"1 1", b"1 1"]
    result = space.build(action("crowd", place=str(place), number=3), jobs=3)
    assert 1 <= int(space.bytes(next(iter(result.done)).output("out"), result)[:1]) <= 3


def test_two_processes_run_an_action_once(space: Space, meeting: Path) -> None:
    """Two builds that need the same action at the same time run it once; both get the output."""
    log = space.root / "log"
    code = (
        f"import sys; open({str(log)!r}, 'a').write('ran '); open({str(meeting)!r}).read(); "
        "open(sys.argv[1], 'w').write('made')"
    )
    processes = [start(space, code) for _ in range(2)]
    with meeting.open("w"):
        pass
    outputs = [process.communicate(timeout=30)[0] for process in processes]
    assert sorted(outputs) == ["0 made\n", "1 made\n"]
    assert log.read_text() == "ran "


def test_two_processes_share_a_build(space: Space) -> None:
    """Of many actions that two builds need, each runs once, in one of them or the other."""
    log = space.root / "log"
    codes = [
        f"import sys; open({str(log)!r}, 'a').write('{letter}'); "
        f"open(sys.argv[1], 'w').write('{letter}')"
        for letter in "abcdefgh"
    ]
    # The second one begins with what the first one comes to last.
    processes = [start(space, *codes), start(space, *reversed(codes))]
    outputs = [process.communicate(timeout=30)[0].split() for process in processes]
    assert [made for _, made in outputs] == ["abcdefgh", "hgfedcba"]
    assert sum(int(ran) for ran, _ in outputs) == 8
    assert sorted(log.read_text()) == list("abcdefgh")


def test_killed_build(space: Space, meeting: Path) -> None:
    """After SIGKILL inside an action, the next build is as if nothing had been."""
    code = endless(meeting)
    process = start(space, code)
    child = int(meeting.read_text())
    process.kill()
    process.communicate()
    assert ended(child)
    # The same key, but this time the action may end.
    meeting.unlink()
    space.kinds = {"script": type("Ends", (type(space.kinds["script"]),), {"run": finish})()}
    out = action("script", code=code)
    result = space.build(out)
    assert result.ran == 1
    assert space.bytes(out, result) == b"whole"
    assert list((space.cache / "scratch").iterdir()) == []


def finish(_kind: object, context: ActionContext) -> None:
    context.output("out").write_text("whole")


def closed(reader: TextIO) -> bool:
    """Whether nobody can write to that pipe any more; waits until that is so."""
    return bool(select.select([reader], [], [], 10)[0]) and reader.read() == ""


def test_killed_build_ends_commands(space: Space, meeting: Path) -> None:
    """With a build that is killed end its commands and what they started, polite or not."""
    code = (
        "import os, signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        f"held = open({str(meeting)!r}, 'w'); os.fork(); held.write('.'); held.flush(); "
        "signal.pause()"
    )
    process = start(space, code, f"{code} # another")
    with meeting.open() as reader:
        assert reader.read(4) == "...."
        process.kill()
        process.communicate()
        assert closed(reader)


def test_nothing_outlives_a_build(space: Space, meeting: Path) -> None:
    """What a command leaves running ends with the build."""
    code = (
        f"import os, signal, sys; held = open({str(meeting)!r}, 'w'); "
        "os.fork() or [os.closerange(0, 3), signal.pause()]; open(sys.argv[1], 'w').write('made')"
    )
    process = start(space, code)
    with meeting.open() as reader:
        assert process.communicate(timeout=30)[0] == "1 made\n"
        assert closed(reader)


def test_interrupt_ends_children(space: Space, meeting: Path) -> None:
    """Ctrl-C ends the build and what it runs, and leaves no scratch."""
    process = start(space, endless(meeting))
    child = int(meeting.read_text())
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=10)
    assert process.returncode == 130
    assert ended(child)
    assert list((space.cache / "scratch").iterdir()) == []


def test_interrupt_ends_stubborn_children(space: Space, meeting: Path) -> None:
    """Children that ignore the polite signal, and their own children, are killed."""
    code = (
        "import os, signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); os.fork(); "
        f"open({str(meeting)!r}, 'w').write(f'{{os.getpid()}} '); signal.pause()"
    )
    process = start(space, code)
    with meeting.open() as reader:
        children = [int(word) for word in reader.read().split()]
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=10)
    assert process.returncode == 130
    assert all(ended(child) for child in children)


def test_interrupt_while_waiting(space: Space, meeting: Path) -> None:
    """A build that waits for another one's action stops at once."""
    first = start(space, endless(meeting))
    child = int(meeting.read_text())
    second = start(space, endless(meeting))
    second.send_signal(signal.SIGINT)
    second.communicate(timeout=10)
    assert second.returncode != 0
    assert first.poll() is None
    assert not child_has_ended(child)
    first.send_signal(signal.SIGINT)
    first.communicate(timeout=10)


def child_has_ended(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False
