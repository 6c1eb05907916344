"""load() and labels."""

from __future__ import annotations

from pathlib import Path

import pytest

from oxidize.errors import BuildFileError
from oxidize.starlark.labels import Labels, Location
from tests.starlark.project import Project


@pytest.mark.parametrize(
    ("label", "path"),
    [
        (":other.star", "/project/lib/other.star"),
        ("//:top.star", "/project/top.star"),
        ("//top.star", "/project/top.star"),
        ("//a/b:c.star", "/project/a/b/c.star"),
    ],
)
def test_labels_of_the_project(label: str, path: str) -> None:
    """`:` starts beside the loading file and `//` at the build file's folder."""
    loading = Location(Path("/project/lib/rules.star"), Path("/project"))
    assert Labels({}).resolve(label, loading).path == Path(path)


def test_labels_of_the_rule_library() -> None:
    """`@oxidize//` starts in the rule library, and so does `//` in its files."""
    loading = Location(Path("/project/build.star"), Path("/project"))
    inside = Labels({}).resolve("@oxidize//python.star", loading)
    assert inside.path == inside.root / "python.star"
    assert Labels({}).resolve("//private:a.star", inside).path == inside.root / "private" / "a.star"


@pytest.mark.parametrize(
    "label",
    ["x.star", "./x.star", "a/x.star", "/etc/x.star", "//../x.star", "//a:../x.star", "//a/x",
     ":a/x.star", "a:x.star", "//a:x.bzl", "", ":", "//a:"],
)  # fmt: skip
def test_other_forms_are_refused(label: str) -> None:
    """Anything that isn't one of the forms is refused, and nothing leads out of the project."""
    loading = Location(Path("/project/build.star"), Path("/project"))
    with pytest.raises(BuildFileError) as caught:
        Labels({}).resolve(label, loading)
    assert caught.value.diagnostic.code == "OX0104"


def test_rules_register_targets_and_make_objects(project: Project) -> None:
    """A loaded function works with the same types as the build file that calls it."""
    project.write(
        "rules/program.star",
        """
        def program(dist, name: str) -> PythonExecutable:
            exe = dist.to_python_executable(name)
            register_target(name, lambda: exe)
            return exe
        """,
    )
    session = project.load("""
        load("//rules:program.star", "program")
        dist = default_python_distribution()
        program(dist, "one")
        program(dist, name = "two")
    """)
    assert list(session.analyze(["one", "two"])) == ["one", "two"]


def test_a_file_loaded_twice_is_evaluated_once(project: Project) -> None:
    """Two files that load a third one see the same values of it."""
    project.write("c.star", 'print("c")\nkind = record(x = int)\n')
    project.write("b.star", 'load(":c.star", "kind")\none = kind(x = 1)\n')
    project.load("""
        load(":b.star", "one")
        load(":c.star", "kind")
        def check(value: kind):
            print(value.x)
        check(one)
    """)
    assert project.printed == ["c", "1"]


def test_loaded_values_are_frozen(project: Project) -> None:
    """What another file made can't be changed."""
    project.write("b.star", "names = []")
    assert project.refused('load(":b.star", "names")\nnames.append(1)\n').code == "OX0218"


def test_loaded_names_are_not_handed_on(project: Project) -> None:
    """A file exports what it defines, not what it loads or finds among its globals."""
    project.write("c.star", "x = 1")
    project.write("b.star", 'load(":c.star", "x")\ny = x\n')
    assert project.refused('load(":b.star", "x")\n').code == "OX0107"
    assert project.refused('load(":b.star", "register_target")\n').code == "OX0107"


def test_the_files_read_are_known(project: Project) -> None:
    """A session tells which files it has read."""
    project.write("b.star", "y = 1")
    session = project.load('load(":b.star", "y")\n')
    assert [path.name for path in session.files] == ["build.star", "b.star"]


def test_byte_order_mark(project: Project) -> None:
    """A byte order mark, as some editors write it, is no part of a build file, nor of columns."""
    project.load("\ufeffprint(1)\n")
    assert project.printed == ["1"]
    span = project.refused("\ufeffnone\n").span
    assert span
    assert (span.line, span.column) == (1, 1)


def test_a_file_that_is_not_text(project: Project) -> None:
    """A file that isn't UTF-8 is refused by name."""
    (project.folder / "b.star").write_bytes(b"x = '\xff'\n")
    found = project.refused('load(":b.star", "x")\n')
    assert found.code == "OX0109"
