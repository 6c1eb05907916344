"""Names of files in installers: what a system can't have is found before anything is built."""

from __future__ import annotations

import pytest
from attrs import evolve

from oxidize.errors import BuildFileError
from oxidize.starlark.session import Session
from tests.starlark.project import Project

LINUX, WINDOWS = "x86_64-unknown-linux-gnu", "x86_64-pc-windows-msvc"
MACOS = "aarch64-apple-darwin"


def refused(project: Project, triple: str, *names: str) -> str:
    """The code and the message for an archive of files with these names; "" for none."""
    added = "".join(
        f"    files.add_file(FileContent(filename = 'x', content = ''), path = {name!r})\n"
        for name in names
    )
    project.write(
        "build.star",
        "def make():\n"
        "    files = FileManifest()\n"
        f"{added}"
        "    return files.to_installer('zip', 'files')\n"
        "register_target('files', make)\n",
    )
    session = Session.load(evolve(project.settings(), triple=triple), print)
    try:
        session.analyze(["files"])
    except BuildFileError as error:
        assert error.diagnostic.span is not None
        assert error.diagnostic.span.line == len(names) + 3
        return f"{error.diagnostic.code} {error.diagnostic.message}"
    return ""


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("a/what?", "no name has ? in it"),
        ("a./b", "no name ends in a dot or a blank"),
        ("nul", "nul is a device"),
        ("a/Con.txt", "Con is a device"),
        ("lpt9.tar.gz", "lpt9 is a device"),
    ],
)
def test_windows(project: Project, name: str, why: str) -> None:
    """Names that Windows can't have are refused for it, and for nothing else."""
    assert refused(project, WINDOWS, name) == f'OX1179 Windows can\'t have the file "{name}": {why}'
    assert refused(project, LINUX, name) == refused(project, MACOS, name) == ""


@pytest.mark.parametrize("name", ["console.txt", "a.b/c.d", "ö", "com10", ".hidden"])
def test_usual_names(project: Project, name: str) -> None:
    """Others aren't."""
    assert refused(project, WINDOWS, name) == ""


@pytest.mark.parametrize(
    "pair", [("Notes.txt", "notes.TXT"), ("A/x", "a/X"), ("\u00e9", "e\u0301"), ("a", "A/b")]
)
def test_alike(project: Project, pair: tuple[str, str]) -> None:
    """Names that Windows and macOS don't tell apart are refused for these, at the call."""
    for triple in (WINDOWS, MACOS):
        said = refused(project, triple, *pair)
        assert said.startswith("OX1180 ")
        assert all(f'"{each}"' in said for each in pair)
    assert refused(project, LINUX, *pair) == ""


def test_sharp_s(project: Project) -> None:
    """Windows tells "ß" and "ss" apart, and macOS doesn't."""
    assert refused(project, WINDOWS, "Straße.txt", "Strasse.txt") == ""
    assert refused(project, WINDOWS, "Straße.txt", "STRAßE.txt").startswith("OX1180 ")
    assert refused(project, MACOS, "Straße.txt", "Strasse.txt").startswith("OX1180 ")
