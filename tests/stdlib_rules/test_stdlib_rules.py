"""The rule library: its own tests, and what every rule has."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from oxidize.cli.main import main
from oxidize.paths import rules_folder
from oxidize.starlark.rule_pages import rule_pages
from tests.e2e.space import REPOSITORY

FILES = [
    *sorted(rules_folder().glob("*.star")),
    *sorted(rules_folder().glob("private/*.star")),
]


def test_own_tests(capsys: pytest.CaptureFixture[str]) -> None:
    """All tests of the library that are written in Starlark pass."""
    code = main(["test", "--path", str(rules_folder()), "--json", "//..."])
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [event for event in events[:-1] if event["outcome"] != "passed"] == []
    assert code == 0
    assert {event["file"] for event in events[:-1]} == {
        f"//tests:{path.name}" for path in rules_folder().glob("tests/*_test.star")
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_documented(path: Path) -> None:
    """Each file says what it is, and each public function what it takes and what it gives."""
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree)
    for each in tree.body:
        if isinstance(each, ast.FunctionDef) and not each.name.startswith("_"):
            doc = ast.get_docstring(each) or ""
            arguments = [*each.args.posonlyargs, *each.args.args, *each.args.kwonlyargs]
            assert [a.arg for a in arguments if f"\n    {a.arg}: " not in doc] == [], each.name
            nothing = isinstance(each.returns, ast.Constant) and each.returns.value is None
            assert each.returns is not None, each.name
            assert nothing or "\nReturns:\n" in doc, each.name


def test_pages() -> None:
    """docs/rules is what `oxidize docs --rules stdlib_rules -o docs/rules` writes."""
    committed = {path.name: path.read_text() for path in (REPOSITORY / "docs/rules").iterdir()}
    assert committed == rule_pages(rules_folder(), "@oxidize")
