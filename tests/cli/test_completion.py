"""Shell completion, as the shells themselves do it."""

from __future__ import annotations

import os
import pty
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from oxidize.cli.main import main
from oxidize.cli.verbs import VERBS
from tests import pythons
from tests.starlark.project import HELLO, Project

Complete = Callable[[str], set[str]]

_BUILD_FILE = HELLO + '\n    register_target(VARS["more"], make_hello)\n'
_ZSH = """\
PS1="ready"
autoload -Uz compinit && compinit -u -D
compadd() {{
    local -a found
    builtin compadd -O found "$@" 2>/dev/null
    print -lr -- $found >> {log}
    builtin compadd "$@"
}}
source {script}
"""


def script(shell: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert main(["completion", shell]) == 0
    path = folder / f"oxidize.{shell}"
    path.write_text(capsys.readouterr().out, encoding="utf-8")
    return path


def environment() -> dict[str, str]:
    """Where `oxidize` is the one under test."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "TERM": "dumb"}


def bash_words(line: str) -> list[str]:
    """As bash splits a line for completion: `=` stands alone, the last word may be empty."""
    words = [part for word in line.split(" ") for part in word.replace("=", " = ").split(" ")]
    return [word for number, word in enumerate(words) if word or number == len(words) - 1]


def in_bash(path: Path) -> Complete:
    def complete(line: str) -> set[str]:
        words = bash_words(line)
        code = (
            f"source {path}; COMP_WORDS=({shlex.join(words)}); COMP_CWORD={len(words) - 1}; "
            '_oxidize oxidize; printf "%s\\n" "${COMPREPLY[@]}"'
        )
        done = run([pythons.need_tool("bash"), "-c", code])
        return set(done.split())

    return complete


def in_fish(path: Path) -> Complete:
    def complete(line: str) -> set[str]:
        code = f"source {path}; complete -C {shlex.quote(line)}"
        lines = run([pythons.need_tool("fish"), "--no-config", "-c", code]).splitlines()
        return {each.partition("\t")[0] for each in lines}

    return complete


def in_zsh(path: Path) -> Complete:
    def complete(line: str) -> set[str]:
        log = path.with_suffix(".log")
        log.write_text("")
        rc = _ZSH.format(script=path, log=log)
        (path.parent / ".zshrc").write_text(rc, encoding="utf-8")
        command = [pythons.need_tool("zsh"), "-d", "-i"]
        in_terminal(command, path.parent, f"{line}\t\x15exit\n".encode())
        return set(log.read_text().split())

    return complete


def run(command: list[str]) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, env=environment(), check=True, timeout=60
    )
    assert done.stderr == ""
    return done.stdout


def in_terminal(command: list[str], home: Path, typed: bytes) -> None:
    """Runs a shell on a terminal of its own, types at its prompt, and waits until it ends."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(command[0], command, {**environment(), "ZDOTDIR": str(home)})
    shown = b""
    try:
        while more := os.read(terminal, 4096):
            shown += more
            if typed and b"ready" in shown:
                os.write(terminal, typed)
                typed = b""
    except OSError:
        pass  # the other side is closed
    os.close(terminal)
    os.waitpid(pid, 0)


_SHELLS = {"bash": in_bash, "zsh": in_zsh, "fish": in_fish}


@pytest.fixture(params=_SHELLS)
def complete(
    request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Complete:
    return _SHELLS[request.param](script(request.param, tmp_path, capsys))


def test_words(complete: Complete, tmp_path: Path) -> None:
    """Verbs, options, choices, triples, pages, files and folders are completed."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "program").touch()
    assert complete("oxidize bu") == {"build"}
    assert complete("oxidize help ins") == {"inspect"}
    assert complete("oxidize build --relea") == {"--release"}
    assert complete("oxidize build --color ") == {"auto", "always", "never"}
    assert {each.rpartition("=")[2] for each in complete("oxidize build --color=al")} == {"always"}
    triple = "aarch64-apple-darwin"
    assert complete("oxidize build --release --target-triple aarch64-ap") == {triple}
    assert complete("oxidize docs PythonExec") == {"PythonExecutable"}
    assert any("program" in each for each in complete(f"oxidize inspect {tmp_path}/pro"))
    assert any("folder" in each for each in complete(f"oxidize build --path {tmp_path}/fo"))
    assert not any("program" in each for each in complete(f"oxidize build --path {tmp_path}/pr"))


def test_targets(complete: Complete, tmp_path: Path) -> None:
    """Targets are those of the build file that the options before them mean."""
    project = Project(tmp_path)
    project.write("hello/__init__.py")
    project.write("build.star", _BUILD_FILE)
    given = f"--path {tmp_path} --var more=third"
    assert complete(f"oxidize build {given} ") == {"hello", "archive", "third"}
    assert complete(f"oxidize run --path={tmp_path} --var=more=third thi") == {"third"}
    assert complete(f"oxidize build --path {tmp_path} h") == set()


def test_all_options(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each verb completes exactly the options that its parser knows."""
    complete = in_bash(script("bash", tmp_path, capsys))
    assert complete("oxidize ") >= VERBS.keys()
    for name, verb in VERBS.items():
        options = re.findall(r"(?<![\w-])--?[a-z][a-z-]*", verb.parser().format_help())
        assert complete(f"oxidize {name} -") == set(options), name
