"""What commands of actions can see, and what becomes of those that want more."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from oxidize.actions.kind import Needs
from oxidize.executor.sandbox import Sandbox
from oxidize.executor.undeclared import undeclared
from tests import pythons
from tests.executor.space import Space, action

COPY = "import sys; open(sys.argv[1], 'w').write(open({!r}).read())"


@pytest.fixture
def guarded(space: Space, monkeypatch: pytest.MonkeyPatch) -> Space:
    """With a sandbox, and a home of the user's."""
    pythons.need_sandbox()
    home = space.root / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    space.sandbox = Sandbox((space.root / "src", space.cache, home))
    return space


def fails(space: Space, code: str, **params: Any) -> str:
    """The output of the command, which must fail."""
    (error,) = space.build(action("guarded", code=code, **params)).failures
    return f"{error.diagnostic.code} {error.diagnostic.message}\n{getattr(error, 'output', '')}"


def test_sees_inputs(guarded: Space) -> None:
    """A command reads its inputs, sources and outputs of others, and writes its outputs."""
    source = guarded.write("given", "one ")
    joined = action("join", source, tail="two")
    code = "import sys; a = sys.argv; open(a[1], 'w').write(''.join(open(p).read() for p in a[2:]))"
    out = action("guarded", source, joined, code=code)
    assert guarded.bytes(out, guarded.build(out)) == b"one one two"


def test_undeclared_file(guarded: Space) -> None:
    """A file beside a declared one isn't there; the error names it."""
    beside = Path(guarded.write("beside", "x").path)
    given = guarded.write("given", "y")
    out = action("guarded", given, code=COPY.format(str(beside)))
    (error,) = guarded.build(out).failures
    assert error.diagnostic.code == "OX0446"
    assert f"names {beside}, which isn't one of its inputs" in error.diagnostic.message
    assert "--no-sandbox" in (error.diagnostic.help or "")


def test_declared_by_needs(guarded: Space) -> None:
    """What a kind of action says that its command needs is there, through links too."""
    beside = Path(guarded.write("folder/beside", "x").path)
    link = guarded.root / "link"
    link.symlink_to(beside.parent)
    out = action("guarded", code=COPY.format(str(link / "beside")), read=str(link))
    assert guarded.bytes(out, guarded.build(out)) == b"x"


def test_home_and_temporary_files(guarded: Space) -> None:
    """The user's home and /tmp hold nothing of anyone's."""
    (guarded.root / "home" / "settings").write_text("x")
    code = (
        "import os, sys; home = {!r}; "
        "found = [os.listdir(p) for p in (home, '/tmp') if os.path.exists(p)]; "
        "assert 'settings' not in found[0], found; open(sys.argv[1], 'w').close()"
    )
    result = guarded.build(action("guarded", code=code.format(str(guarded.root / "home"))))
    assert not result.failures, result.failures


@pytest.mark.parametrize("network", [False, True])
def test_network(guarded: Space, network: bool) -> None:
    """Only a command that says so has the machine's network."""
    code = "import os, sys; open(sys.argv[1], 'w').write(os.readlink('/proc/self/ns/net'))"
    out = action("guarded", code=code, network=network)
    namespace = guarded.bytes(out, guarded.build(out)).decode()
    assert (namespace == str(Path("/proc/self/ns/net").readlink())) == network


def test_read_only(guarded: Space) -> None:
    """Neither what is given to be read, nor a place that nobody asked for, can be written to."""
    folder = Path(guarded.write("folder/file", "x").path).parent
    told = fails(guarded, f"open({str(folder / 'new')!r}, 'w')", read=str(folder))
    assert "Read-only file system" in told
    assert "Read-only file system" in fails(guarded, "open('/new', 'w')")
    tools = guarded.root / "tools"
    code = f"import sys; open({str(tools / 'new')!r}, 'w').write('kept'); open(sys.argv[1], 'w')"
    assert not guarded.build(action("guarded", code=code, write=str(tools))).failures
    assert (tools / "new").read_text() == "kept"


def test_same_process(guarded: Space) -> None:
    """Exit codes and signals are the command's own."""
    assert "failed with exit code 7" in fails(guarded, "raise SystemExit(7)")
    assert "killed by signal 15" in fails(guarded, "import os; os.kill(os.getpid(), 15)")
    assert "umask 0o22" in fails(
        guarded, "import os; raise SystemExit(f'umask {oct(os.umask(0))}')"
    )


def test_repeating(guarded: Space) -> None:
    """The line that repeats a failed command fails for the same reason."""
    beside = Path(guarded.write("beside", "x").path)
    (error,) = guarded.build(action("guarded", code=COPY.format(str(beside)))).failures
    (note,) = (n for n in error.diagnostic.notes if n.startswith("to repeat it"))
    command = note.partition("next build: ")[2]
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"No such file or directory: {str(beside)!r}" in done.stderr


def test_unprivileged(guarded: Space) -> None:
    """It takes no privileges where user namespaces may be made; where not, it does without."""
    beside = Path(guarded.write("beside", "x").path)
    program = (
        "import sys; from pathlib import Path; from tests.executor.space import Space, action; "
        "from oxidize.executor.sandbox import Sandbox; "
        "space = Space(Path(sys.argv[1]), sandbox=Sandbox((Path(sys.argv[1]) / 'src',))); "
        "result = space.build(action('guarded', code=sys.argv[2])); "
        "print(*(each.diagnostic.code for each in result.failures), space.sandbox.problem)"
    )
    argv = [sys.executable, "-c", program, str(guarded.root), COPY.format(str(beside))]

    def told(*before: str) -> str:
        return subprocess.run([*before, *argv], capture_output=True, text=True, check=True).stdout

    if os.geteuid() != 0:
        assert told() == "OX0446 None\n"
        return
    setpriv = pythons.need_tool("setpriv")
    user = [setpriv, "--inh-caps=-all", "--bounding-set"]
    assert told(*user, "-all,+setfcap") == "OX0446 None\n"
    assert "Operation not permitted" in told(*user, "-all")


def test_what_is_named() -> None:
    """Names in quotes, bare ones, and those that lead out of a copy are understood."""
    here = Path(__file__).resolve()
    nobody, everybody = (lambda path: False), (lambda path: True)
    quoted = f"FileNotFoundError: [Errno 2] No such file or directory: '{here}'"
    assert undeclared(quoted, nobody, {}) == here
    assert undeclared(f"cat: {here}: No such file or directory", nobody, {}) == here
    assert undeclared(quoted, everybody, {}) is None
    assert undeclared(f"see https://a.invalid{here} or {here}.not", nobody, {}) is None
    copy, original = Path("/nowhere/in/sources"), str(here.parent / "project")
    relative = f"No such file or directory: '../{here.name}'"
    absolute = f"No such file or directory: '{copy.parent / here.name}'"
    assert undeclared(relative, nobody, {copy: original}) == here
    assert undeclared(absolute, nobody, {copy: original}) == here


def test_what_is_shown(tmp_path: Path) -> None:
    """Of two places, the inner one says whether a file is there; folders around places are."""
    for name in ("home/me/project", "home/me/tools", "action"):
        (tmp_path / name).mkdir(parents=True)
    home = tmp_path / "home" / "me"
    needs = Needs(read=(home / "tools",))
    view = Sandbox((home,)).view(needs, tmp_path / "action", [], str(tmp_path / "action"))
    if view is None:
        pythons.missing("Linux")
        return
    assert [view.shows(home / each) for each in ("project", "tools", "tools/x")] == [0, 1, 1]
    assert [view.shows(Path(each)) for each in ("/usr/x", "/dev/null", "/srv/x")] == [1, 1, 0]
    assert view.shows(home)
