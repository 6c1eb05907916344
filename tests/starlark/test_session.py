"""Load, targets and analysis of a session."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from attrs import evolve

from oxidize.errors import BuildFileError
from oxidize.starlark.build_file import find_build_file
from oxidize.starlark.session import Session
from tests.starlark.project import HELLO, Project, made_by

_OUTWARD = ("open", "os.", "subprocess.", "socket.", "shutil.", "tempfile.", "time.")
_watchers: list[list[tuple[str, int]]] = []


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    if _watchers and event.startswith(_OUTWARD):
        flags = arguments[2] if event == "open" else 0
        _watchers[-1].append((event, flags if isinstance(flags, int) else 0))


@contextmanager
def watched() -> Iterator[list[tuple[str, int]]]:
    """Collects what Python does to the outside: (audit event, flags of open)."""
    if not hasattr(sys, "_oxidize_audited"):
        sys._oxidize_audited = True  # type: ignore[attr-defined]
        sys.addaudithook(_audit)  # can't be removed again
    _watchers.append([])
    try:
        yield _watchers[-1]
    finally:
        _watchers.pop()


def test_targets_keep_their_order(project: Project) -> None:
    """Targets are listed in the order of registration, with dependencies and origin."""
    session = project.load(HELLO)
    assert list(session.targets) == ["hello", "archive"]
    archive = session.targets["archive"]
    assert archive.depends == ("hello",)
    assert archive.origin is not None
    assert archive.origin.span.line == 12


def test_no_names_mean_the_default(project: Project) -> None:
    """The last target marked as default wins; without one, the first target is the default."""
    function = "def make():\n    return None\n"
    marked = 'register_target("b", make, default = True)\nregister_target("c", make)\n'
    assert project.load(f'{function}register_target("a", make)\n{marked}').resolve([]) == ("b",)
    unmarked = 'register_target("x", make)\nregister_target("y", make)\n'
    assert project.load(function + unmarked).resolve([]) == ("x",)


def test_names_are_asked_for_once(project: Project) -> None:
    """A name given twice counts once, in the order given."""
    session = project.load(HELLO)
    assert session.resolve(["archive", "hello", "archive"]) == ("archive", "hello")


SHARED = """
    register_target("dist", lambda: default_python_distribution())
    register_target("a", lambda dist: dist.to_python_executable("a"), depends = ["dist"])
    register_target("b", lambda dist: dist.to_python_executable("b"), depends = ["dist"])
"""


def test_target_for_other_targets(project: Project) -> None:
    """A target that others depend on may be of any type; it has no outputs, and can't be built."""
    session = project.load(SHARED)
    assert list(session.analyze(["dist", "b"])) == ["b"]
    assert session.types == {"dist": "PythonDistribution", "b": "PythonExecutable"}
    session.check_buildable("b")
    with pytest.raises(BuildFileError, match='"dist" is a PythonDistribution') as caught:
        session.check_buildable("dist")
    assert caught.value.diagnostic.notes[1] == "targets that use it: a, b"


def test_only_wanted_functions_are_called(project: Project) -> None:
    """Analysis calls the functions of the wanted targets and of what they depend on, only."""
    session = project.load(HELLO + '\n    register_target("bad", lambda: fail("called"))\n')
    assert list(session.analyze(["archive"])) == ["hello", "archive"]


def test_dependencies_may_be_registered_later(project: Project) -> None:
    """The order of registration doesn't bind the order of analysis."""
    session = project.load("""
        register_target("last", lambda middle: middle, depends = ["middle"])
        register_target("middle", lambda first: first.to_installer("zip"), depends = ["first"])
        register_target(
            "first", lambda: default_python_distribution().to_python_executable("first")
        )
    """)
    outputs = session.analyze(["last"])
    assert outputs["last"].files.keys() == outputs["middle"].files.keys()


def test_dependencies_arrive_in_order(project: Project) -> None:
    """The values of `depends` are the function's positional arguments, in that order."""
    session = project.load("""
        def program(name):
            return lambda: default_python_distribution().to_python_executable(name)

        register_target("a", program("a"))
        register_target("b", program("b"))
        register_target("both", lambda b, a: b.to_installer("zip"), depends = ["b", "a"])
    """)
    assert list(session.analyze(["both"])["both"].files) == ["b-x86_64-unknown-linux-gnu.zip"]


def test_analysis_again_keeps_the_artifacts(project: Project) -> None:
    """A target analysed twice, or as a dependency, is one and the same artifact."""
    session = project.load(HELLO)
    first = made_by(session.analyze(["hello"])["hello"].files["hello"])
    again = made_by(session.analyze(["archive"])["hello"].files["hello"])
    assert first is again


def test_print_speaks_once(project: Project) -> None:
    """However many passes there are, each print is heard once."""
    text = 'print("loading", VARS["color"], 3, [None])\n'
    session = project.load(text + "".join(line[4:] + "\n" for line in HELLO.splitlines()))
    session.analyze(["hello"])
    session.analyze(["archive"])
    assert project.printed == ["loading blue 3 [None]"]


def test_globals(project: Project) -> None:
    """The settings arrive as the globals that PyOxidizer had."""
    project.load("""
        print(BUILD_TARGET_TRIPLE)
        print(CONFIG_PATH)
        print(CWD)
        print(VARS)
    """)
    path = project.folder / "build.star"
    variables = '{"color": "blue", "none": None}'
    assert project.printed == ["x86_64-unknown-linux-gnu", str(path), str(path.parent), variables]


def test_resolve_targets_has_no_effect(project: Project) -> None:
    """A last line that resolves targets is accepted, and calls no target."""
    session = project.load("""
        register_target("bad", lambda: fail("called"))
        resolve_target("bad")
        resolve_targets()
    """)
    assert list(session.targets) == ["bad"]


def test_text_in_memory(project: Project) -> None:
    """A build file that exists in memory only counts as standing at its path."""
    settings = evolve(project.settings(), text='register_target("a", lambda: None)')
    session = Session.load(settings, project.printed.append)
    assert list(session.targets) == ["a"]
    assert session.sources[str(settings.path)] == settings.text


def test_the_last_expression_may_be_an_object(project: Project) -> None:
    """A build file may end in an expression whose value can't leave Starlark."""
    assert not project.load("default_python_distribution()").targets


def test_load_and_analysis_only_read(project: Project) -> None:
    """Load and analysis start no process, use no socket and open no file for writing."""
    project.write("build.star", HELLO)
    Session.load(project.settings(), print).analyze(["archive"])  # imports what is imported late
    with watched() as events:
        Session.load(project.settings(), print).analyze(["archive"])
    assert "open" in {event for event, _ in events}
    assert {event for event, _ in events} <= {"open", "os.listdir", "os.scandir"}
    assert all(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) == 0 for _, flags in events)


def test_the_build_file_is_found_upwards(project: Project) -> None:
    """The nearest build file in a folder or above it is the one."""
    path = project.write("build.star")
    deep = project.folder / "a" / "b"
    deep.mkdir(parents=True)
    assert find_build_file(deep) == path
    assert find_build_file(project.folder) == path


def test_a_missing_build_file_says_where_it_looked(tmp_path: Path) -> None:
    """Without a build file the error names the folder that the search began in."""
    with pytest.raises(BuildFileError) as caught:
        find_build_file(tmp_path)
    assert caught.value.diagnostic.code == "OX0112"
    assert str(tmp_path) in caught.value.diagnostic.notes[0]
    (tmp_path / "pyoxidizer.bzl").write_text("")
    (tmp_path / "inner").mkdir()
    with pytest.raises(BuildFileError) as caught:
        find_build_file(tmp_path / "inner")
    assert str(caught.value.diagnostic.help).startswith("copy pyoxidizer.bzl to build.star")


def test_a_bug_keeps_its_place(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Python exception that nobody meant is reported as a bug, at the user's call."""
    from oxidize.errors import InternalError
    from oxidize.objects.context import Context

    def broken(*arguments: object, **named: object) -> None:
        raise ZeroDivisionError("boom")

    monkeypatch.setattr(Context, "path", broken)
    with pytest.raises(InternalError) as caught:
        project.load('\ndist = default_python_distribution(python = "x")\n')
    assert caught.value.diagnostic.span is not None
    assert caught.value.diagnostic.span.line == 2
    assert caught.value.diagnostic.message == "ZeroDivisionError: boom"


def test_ctrl_c_passes_through(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupt during a call isn't wrapped into a diagnostic."""
    from oxidize.objects.context import Context

    def interrupt(*arguments: object, **named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Context, "path", interrupt)
    with pytest.raises(KeyboardInterrupt):
        project.load('dist = default_python_distribution(python = "x")')
