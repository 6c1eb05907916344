"""The program as a process: arguments, streams, exit codes, signals, tracebacks."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from pathlib import Path

from tests import pythons
from tests.e2e.space import APP, run


def python_says(minor: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """What plain Python does with the same program."""
    return subprocess.run(
        [pythons.need(minor), "-B", "-X", "utf8", "-m", "probe", *arguments],
        cwd=APP,
        capture_output=True,
        check=False,
        env={"PYTHONPATH": str(APP)},
    )


def same_traceback(program: Path, minor: str, *arguments: str) -> str:
    """Both tracebacks, less what names the files' place and runpy; they must be equal."""
    ours = run(program, *arguments)
    theirs = python_says(minor, *arguments)
    assert ours.returncode == theirs.returncode
    text = ours.stderr.decode().replace(f"{program}/", "")
    lines = theirs.stderr.decode().replace(f"{APP}/", "").splitlines(keepends=True)
    drop = False
    kept = []
    for line in lines:
        if line.startswith("  File"):
            drop = "runpy" in line
        if not (drop and line.startswith(("  File", "    "))):
            kept.append(line)
    assert text == "".join(kept)
    return text


def test_arguments(probe: Path, empty: Path) -> None:
    """Arguments arrive as given, UTF-8 included, in an empty folder and environment."""
    done = run(probe, "argv", "a b", "é", "-c", "--help", cwd=empty)
    assert json.loads(done.stdout) == [str(probe), "a b", "é", "-c", "--help"]
    assert list(empty.iterdir()) == []


def test_utf8_under_c_locale(probe: Path) -> None:
    """A UTF-8 argument survives LC_ALL=C and POSIX."""
    for locale in ("C", "POSIX"):
        done = run(probe, "argv", "ü", env={"LC_ALL": locale})
        assert json.loads(done.stdout)[1] == "ü"


def test_exit_codes(probe: Path) -> None:
    """Exit codes are the program's own; a message goes to stderr with code 1."""
    assert [run(probe, "code", n).returncode for n in ("0", "3", "255")] == [0, 3, 255]
    done = run(probe, "message")
    assert (done.returncode, done.stderr) == (1, b"a last word\n")


def test_stdin(probe: Path) -> None:
    """Standard input is read as UTF-8."""
    assert run(probe, "echo", stdin="straße".encode()).stdout.decode() == "STRASSE"


def test_traceback(probe: Path, minor: str) -> None:
    """An uncaught exception prints the traceback that python prints, source lines included."""
    text = same_traceback(probe, minor, "fail")
    assert "the line that fails" in text
    assert "sys.exit(getattr(checks" in text


def test_import_traceback(probe: Path, minor: str) -> None:
    """An exception while importing shows no frames of the importer, as with python."""
    assert "the importing line" in same_traceback(probe, minor, "fail_import")


def test_thread_traceback(probe: Path, minor: str) -> None:
    """An exception that ends a thread is printed with its source lines."""
    text = run(probe, "fail_thread").stderr.decode()
    assert text.startswith("Exception in thread worker:\nTraceback")
    assert "the line that fails" in text


def test_syntax_error(probe: Path, minor: str) -> None:
    """A SyntaxError shows the place in the given text, as with python."""
    same_traceback(probe, minor, "syntax")


def started(program: Path, *arguments: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [program, *arguments], env={}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return process


def test_keyboard_interrupt(probe: Path) -> None:
    """Ctrl-C raises KeyboardInterrupt, and the process ends by SIGINT, as python does."""
    process = started(probe, "wait")
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=30)
    assert process.returncode == -signal.SIGINT
    assert stderr.decode().rstrip().endswith("KeyboardInterrupt")
    assert re.search(r"in wait\n    (time\.sleep|print)\(", stderr.decode())


def test_sigterm(probe: Path) -> None:
    """SIGTERM ends the program, which is one process and no child of a launcher."""
    process = started(probe, "wait")
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    process.terminate()
    process.communicate(timeout=30)
    assert (process.returncode, children) == (-signal.SIGTERM, "")


def test_broken_pipe(probe: Path) -> None:
    """A reader that goes away is a BrokenPipeError, as in python, not a death by SIGPIPE."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [probe, "pipe"], env={}, stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    assert done.returncode in (1, 120)
    assert b"BrokenPipeError" in done.stderr


def test_started_in_other_ways(probe: Path, tmp_path: Path) -> None:
    """It starts by symbolic link, by another argv[0], from PATH, and from a path with é."""
    link = tmp_path / "link"
    link.symlink_to(probe)
    assert run(link, "code", "0").returncode == 0
    odd = tmp_path / "ein Ordner é"
    odd.mkdir()
    os.link(probe, odd / "prógram")
    assert json.loads(run(odd / "prógram", "identity").stdout)["file"] is True
    shell = f'exec -a other "{probe}" code 4'
    assert subprocess.run(["bash", "-c", shell], check=False).returncode == 4
    found = subprocess.run(["probe", "code", "5"], env={"PATH": str(probe.parent)}, check=False)
    assert found.returncode == 5


def test_closed_stderr(probe: Path) -> None:
    """Without a stderr, a traceback goes nowhere, least of all to stdout."""
    done = run(probe, "closed_stderr")
    assert (done.returncode, done.stdout) == (1, b"")
