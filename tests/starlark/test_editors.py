"""What editors get: the stub and the table of completions, from the tables of the language."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

from oxidize.objects.language import language
from oxidize.starlark.completions import completions
from oxidize.starlark.stub import editor_stub

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def test_the_committed_files_are_fresh() -> None:
    """docs/reference has what `oxidize docs --stubs` and `--completions` write."""
    stub = (REFERENCE / "stubs" / "__init__.py").read_text(encoding="utf-8")
    table = (REFERENCE / "completions.json").read_text(encoding="utf-8")
    assert (stub, table) == (editor_stub(), completions())


def test_the_stub_has_everything() -> None:
    """The stub has all values, functions, types and methods, documented with their arguments."""
    body = ast.parse(editor_stub()).body
    named = {node.name: node for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    values = {node.target.id for node in body if isinstance(node, ast.AnnAssign)}  # type: ignore[union-attr]
    known = language()
    assert named.keys() == known.functions.keys() | known.types.keys()
    assert values == known.values.keys()
    for name, each in known.types.items():
        owner = named[name]
        methods = {m.name: m for m in owner.body if isinstance(m, ast.FunctionDef)}
        assert methods.keys() - {"__init__"} == each.members.keys()
        for member in each.members.values():
            doc = ast.get_docstring(methods[member.name]) or ""
            assert all(f"\n    {parameter.name}: " in doc for parameter in member.parameters)


def test_type_checkers_read_the_stub(tmp_path: Path) -> None:
    """The stub is right for mypy in its strictest form, which finds misuse by it."""
    lines = {
        'default_python_distribution(flavor = "auto").to_python_executable(name = "a")': None,
        'FileContent(path = VARS["a"], executable = True)': None,
        'default_python_distribution(flavor = "odd")': "arg-type",
        "default_python_distribution().instal()": "attr-defined",
        "FileManifest().add_path()": "call-arg",
        "FileContent(pth = 1)": "call-arg",
    }
    (tmp_path / "stub.pyi").write_text(editor_stub(), encoding="utf-8")
    text = "\n".join(["from stub import *", *lines])
    (tmp_path / "build.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "stub.pyi", "build.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    found = re.findall(r"^(\S+?):(\d+): error: .*\[(\S+)\]$", done.stdout, re.MULTILINE)
    expected = [("build.py", str(n), code) for n, code in enumerate(lines.values(), 2) if code]
    assert found == expected


def test_the_table_of_completions() -> None:
    """The table gives signatures, defaults and choices as scripts write them."""
    table = json.loads(completions())
    functions = {each["name"]: each for each in table["functions"]}
    flavor = functions["default_python_distribution"]["parameters"][0]
    assert (flavor["name"], flavor["default"]) == ("flavor", '"auto"')
    assert '"standalone_static"' in flavor["choices"]
    executable = next(each for each in table["types"] if each["name"] == "PythonExecutable")
    assert executable["made_by"] == ["PythonDistribution.to_python_executable()"]
    installer = next(each for each in executable["methods"] if each["name"] == "to_installer")
    assert installer["signature"] == (
        "to_installer(format: str, name: str | None = None, product: Product | None = None, "
        "settings: dict[str, typing.Any] = {}) -> Installer"
    )
    assert [each["required"] for each in installer["parameters"]] == [True, *[False] * 3]
    assert {each["name"] for each in table["values"]} == language().values.keys()
