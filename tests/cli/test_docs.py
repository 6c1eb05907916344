"""`oxidize docs`: the reference pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from oxidize.cli.main import main
from oxidize.starlark.reference import reference_pages


def test_all_pages_into_a_folder(tmp_path: Path) -> None:
    """All pages are written, and nothing else."""
    assert main(["docs", "-o", str(tmp_path / "docs"), "-q"]) == 0
    written = {path.name: path.read_text() for path in (tmp_path / "docs").iterdir()}
    assert written == reference_pages()


@pytest.mark.parametrize("name", ["PythonExecutable", "PythonExecutable.md"])
def test_one_page(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One page is printed on stdout as it is."""
    assert main(["docs", name]) == 0
    assert capsys.readouterr().out == reference_pages()["PythonExecutable.md"]


def test_one_page_into_a_folder(tmp_path: Path) -> None:
    """A page that is named is the only one that is written."""
    assert main(["docs", "globals", "-o", str(tmp_path)]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["globals.md"]


def test_unknown_page(capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown page is refused with the nearest one."""
    assert main(["docs", "PythonExecutabel"]) == 2
    assert "did you mean PythonExecutable?" in capsys.readouterr().err


RULE = """
Made = record(
    # Its name.
    name = str,
)

def rule(name: str, *, count: int = 3) -> Made:
    '''Does it.

    Args:
        name: Of it.
        count: How often.

    Returns:
        A `Made`.
    '''
"""
PUBLIC = """'''The rule.'''

load("//private:rule.star", "Made", _rule = "rule")
load("//private:gone.star", "gone")
load("@oxidize//testing.star", "analyze")

rule = _rule
Made2 = Made
Gone = gone
_own = 3
"""


def test_pages_of_rules(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--rules gives a page for each file of rules: functions and records, wherever defined."""
    (tmp_path / "private").mkdir()
    (tmp_path / "private/rule.star").write_text(RULE)
    (tmp_path / "rule.star").write_text(PUBLIC)
    (tmp_path / "rule_test.star").write_text("")
    assert main(["docs", "--rules", str(tmp_path)]) == 0
    page = capsys.readouterr().out
    assert "# rule\n\nThe rule.\n" in page
    assert 'load("//rule.star", "rule", "Made2")' in page
    assert "rule(name, *, count = 3)" in page
    assert "| `count` | `int` | `3` | How often. |" in page
    assert "Returns a `Made`." in page
    assert "| `name` | `str` | Its name. |" in page


@pytest.mark.parametrize(("text", "told"), [(None, "no .star files"), ("def (", "line 1")])
def test_no_rules(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None, told: str
) -> None:
    """A folder without rules, or with a file that is no Starlark, is refused."""
    if text:
        (tmp_path / "a.star").write_text(text)
    assert main(["docs", "--rules", str(tmp_path)]) == 2
    assert told in capsys.readouterr().err
