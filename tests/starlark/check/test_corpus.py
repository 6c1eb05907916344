"""Files of mistakes: carets under a line mark what is to be found there, and what it is called.

    exe.instal("a")
    #   ^^^^^^ OX0205

A caret right behind the `#` makes that one part of the mark, for places at a line's beginning.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from oxidize.codes import TITLES
from oxidize.errors import Diagnostic
from oxidize.objects.settings import Settings
from oxidize.starlark.check.checker import Report, check
from oxidize.starlark.check.files import files_of
from oxidize.starlark.check.lint import LINTS

HERE = Path(__file__).parent
TRIPLE = "x86_64-unknown-linux-gnu"
_MARK = re.compile(r"\s*#\s*?(?P<carets>\^+) (?P<names>[\w, -]+)$")

Mark = tuple[int, int, int, str]


def checked(*paths: Path) -> Report:
    settings = Settings(Path("build.star"), TRIPLE, TRIPLE, False, sys.executable)
    return check(files_of(paths), settings, lambda root: {}, lambda text: None)


def marks(path: Path) -> Iterator[Mark]:
    """(line, column, end column, code) of what is to be found."""
    place = 0
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        match = _MARK.match(line)
        if match is None:
            place = number
            continue
        start, end = match.span("carets")
        start -= line[start - 1] == "#"
        for name in match["names"].split(", "):
            yield place, start + 1, end + 1, LINTS.get(name, name)


def mark(found: Diagnostic) -> Mark:
    """The same of what is found; a span over several lines ends with the first one."""
    span = found.span
    assert span is not None
    first = Path(span.file).read_text(encoding="utf-8").splitlines()[span.line - 1]
    end = span.end_column if span.end_line == span.line else len(first) + 1
    return span.line, span.column, end, found.code


@pytest.mark.parametrize("path", sorted(HERE.glob("misuse/*.star")), ids=lambda path: path.stem)
def test_misuse_is_found(path: Path) -> None:
    """Each misuse of objects, functions and values is found at its place, and nothing else."""
    errors = [each for each in checked(path).findings if each.severity == "error"]
    assert sorted(map(mark, errors)) == sorted(marks(path))
    assert {each.code for each in errors} <= TITLES.keys()


def test_lints_are_found() -> None:
    """Each lint is found at its place, under its code, as a warning that tells its name."""
    report = checked(HERE / "lints")
    expected = [m for path in HERE.glob("lints/*.star") for m in marks(path)]
    assert sorted(map(mark, report.findings)) == sorted(expected)
    assert {code for *_, code in expected} == set(LINTS.values())
    for each in report.findings:
        assert each.severity == "warning"
        assert LINTS[each.message.rpartition("(")[2].rstrip(")")] == each.code


def test_odd_code_is_no_misuse() -> None:
    """Code that looks odd and works gets no error."""
    report = checked(HERE / "right")
    assert [each for each in report.findings if each.severity == "error"] == []
    assert report.files
