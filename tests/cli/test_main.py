"""The `oxidize` command: verbs, options, signals and exit codes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from oxidize import __version__
from oxidize.cli.main import main
from oxidize.cli.parser import Parser
from oxidize.cli.verbs import VERBS

ROOT = Path(__file__).parents[2]


def start(*argv: str, **environ: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.cli.command", *argv],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """--version prints the version on stdout."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"oxidize {__version__}\n"


@pytest.mark.parametrize("argv", [[], ["--help"], ["-h"], ["help"]])
def test_overview(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Without a verb, and when asked, all verbs are listed."""
    assert main(argv) == 0
    out = capsys.readouterr().out
    assert all(f"\n  {name} " in out for name in VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_help_of_a_verb(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each verb explains itself."""
    assert main([verb, "--help"]) == 0
    assert f"usage: oxidize {verb}" in capsys.readouterr().out
    assert main(["help", verb]) == 0


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (["biuld"], "help: did you mean build?"),
        (["frobnicate"], "there is no verb frobnicate"),
        (["--release", "build"], "options follow the verb"),
        (["build", "--relase"], "help: did you mean --release?"),
        (["build", "-j", "0"], "at least 1"),
        (["build", "-j", "many"], "must be a number of at least 1, not many"),
        (["build", "--color", "sometimes"], "sometimes"),
        (["build", "--color", "alwasy"], "help: did you mean always?"),
        (["build", "--path", "nowhere"], "--path nowhere: there is no such folder"),
        (["build", "--target-triple", "x86_64-unknown-linux-gun"], "x86_64-unknown-linux-gnu?"),
        (["build", "--var", "novalue"], "NAME=VALUE"),
        (["run", "--var", "x=1", "--var", "x=1"], "--var x=1: there is a value for x already"),
        (["lock", "--var", "x=1", "--var-env", "x=PATH"], "--var-env x=PATH: there is a value for"),
        (["build", "--var-env", "=PATH"], "NAME=VARIABLE"),
        (["run", "app", "--", "x", "--path"], "build.star"),
        (["run", "app", "arg"], "unexpected argument 'arg'"),
        (["build"], "help: copy pyoxidizer.bzl to build.star"),
        (["pack", "maim.py"], "help: did you mean main.py?"),
        (["pack", "."], "this folder requires Python >=4"),
        (["docs", "--rules", "nowhere"], "--rules nowhere: there is no such folder"),
    ],
)
def test_wrong_usage(
    argv: list[str],
    told: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A wrong command line exits with 2, prints nothing on stdout, and says what to do."""
    monkeypatch.chdir(tmp_path)
    for name in ("pyoxidizer.bzl", "main.py"):
        (tmp_path / name).touch()
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "p"\nrequires-python = ">=4"\n')
    assert main(argv) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert told in captured.err


def test_variables_everywhere() -> None:
    """Each verb that takes the folder of a build file takes values for its VARS.

    All but `log`, which doesn't evaluate it.
    """
    taking = 0
    for verb in (each for each in VERBS.values() if each.name != "log"):
        parser = Parser(verb.name, verb.help)
        import_module(verb.module).configure(parser)
        options = parser.format_help()
        taking += "--path" in options
        assert ("--path DIR" in options) == ("--var NAME=" in options) == ("--var-env" in options)
    assert taking >= 3


@pytest.mark.parametrize("verb", ["build", "run", "lock"])
def test_variables(
    verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Build files see the values, and None for an environment variable that isn't set."""
    (tmp_path / "build.star").write_text('print(VARS)\nfail("seen")\n')
    monkeypatch.setenv("SET", "b=c")
    monkeypatch.delenv("UNSET", raising=False)
    given = ("--var", "x=a=b", "--var-env", "y=SET", "--var-env", "z=UNSET")
    assert main([verb, "--path", str(tmp_path), *given]) == 2
    assert '{"x": "a=b", "y": "b=c", "z": None}' in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "help_"),
    [
        (["list-targets"], "did you mean targets?"),
        (["init-config-file", "app"], "did you mean init?"),
        (["find-resources", "app"], "did you mean inspect?"),
        (["build", "--var", "version", "1.2"], "write --var version=VALUE"),
    ],
)
def test_former_commands(
    arguments: list[str], help_: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Commands as PyOxidizer has them get the way to say it."""
    assert main(arguments) == 2
    assert f"help: {help_}\n" in capsys.readouterr().err


def test_errors_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """With --message-format json, errors in the command line itself are JSON too."""
    assert main(["build", "--message-format", "json", "--relase"]) == 2
    assert capsys.readouterr().err.startswith('{"title": "unknown option", "code": "OX0802"')


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_signals(number: int, code: int) -> None:
    """Ctrl-C exits with 130, other signals that ask to end with 128 and their number."""
    process = start("test", "wait")
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    _, err = process.communicate(timeout=10)
    assert process.returncode == code
    assert "Traceback" not in err


RUNAWAY = """
def forever():
    print("ready")
    for _ in range(1 << 30):
        for _ in range(1 << 30):
            pass
"""


@pytest.mark.parametrize(
    "last", ["forever()", "register_target('x', forever)", "[forever() for _ in [1]]"]
)
def test_a_runaway_build_file(last: str, tmp_path: Path) -> None:
    """Ctrl-C ends a build file that never ends, in loading and in analysis."""
    (tmp_path / "build.star").write_text(f"{RUNAWAY}\n{last}\n")
    process = start("build", "--path", str(tmp_path))
    assert process.stderr
    assert process.stderr.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=10)
    assert process.returncode == 130
    assert err == "interrupted\n"


def test_bug(tmp_path: Path) -> None:
    """A bug exits with 37, asks for a report, and leaves a file with the traceback."""
    process = start("test", "bug", TMPDIR=str(tmp_path))
    _, err = process.communicate(timeout=10)
    assert process.returncode == 37
    assert "error[OX0001]" in err
    assert "please report" in err
    assert "Traceback" not in err
    (report,) = tmp_path.glob("oxidize-bug-*.txt")
    assert str(report) in err
    assert "ZeroDivisionError: oh" in report.read_text()


def test_closed_pipe() -> None:
    """When whoever reads our output has enough, we end without a word."""
    process = start("test", "flood")
    assert process.stdout and process.stderr
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(timeout=10) == 141


def test_heavy_modules_stay_out() -> None:
    """The command line loads nothing heavy before it is needed."""
    code = (
        "import sys; from oxidize.cli.main import main; main(['--version']); "
        "import oxidize.cli.build, oxidize.cli.run, oxidize.executor.executor; "
        "print({'rich', 'lief', 'httpx', 'sqlite3', 'starlark', 'asyncio'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.endswith("set()\n")


def test_build_files_load_no_kind_of_installer() -> None:
    """The language of build files loads what kinds of installers need, and what signs, once a build
    asks for it."""
    code = (
        "import sys; import oxidize.starlark.session; "
        "print({'packaging', 'subprocess', 'zipfile', 'plistlib', 'email', 'uuid', 'PIL', "
        "'cryptography', 'oxidize.objects.linux_packages', 'oxidize.objects.msi_installers'} "
        "& set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"
