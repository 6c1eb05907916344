"""Each folder here is a wrong build: `build.star`, what it loads, and the message it must get.

An `oxidize.toml` beside it is used; nothing is fetched.

`targets.txt`, if there is one, names the targets to ask for; otherwise all are analysed.
`triple.txt` says what is built for, if that isn't x86_64 Linux. After a wanted change of messages,
write them anew and read the difference:

    OXIDIZE_REGENERATE=1 python -m pytest tests/failing
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest
from attrs import evolve

from oxidize.cli.render import render_text
from oxidize.codes import TITLES
from oxidize.errors import BuildFileError
from oxidize.starlark.project_file import read_project_file
from oxidize.starlark.session import Session, Settings

HERE = Path(__file__).parent
TRIPLE = "x86_64-unknown-linux-gnu"
FOLDERS = sorted(each.parent for each in HERE.glob("*/build.star"))
# Codes of build files that no folder here can give, and why.
ELSEWHERE = {
    "OX0112": "there is no build file: tests/starlark/test_session.py",
    "OX0212": "of messages of Starlark's that nobody has met: tests/starlark/test_diagnose.py",
    **dict.fromkeys(("OX0831", "OX0832", "OX0833"), "of tests: tests/cli/test_test.py"),
    "OX0225": "the build asks a function: tests/e2e/placement/test_deciding.py",
    "OX0227": "the build asks a function: tests/e2e/placement/test_deciding.py",
    **dict.fromkeys(("OX0528", "OX0529"), "an archive is needed: tests/e2e/test_cross.py"),
    "OX1121": "the system lacks a program: tests/installers/test_system_tools.py",
    **dict.fromkeys(
        ("OX1161", "OX1162", "OX1163", "OX1166", "OX1167", "OX1168"),
        "keys aren't kept: tests/e2e/test_signing_refused.py",
    ),
    "OX0223": "virtual environments aren't kept: tests/objects/test_virtualenv.py",
}
# How load and analysis refuse; UsageErrors of the same folders are the command line's.
REFUSAL = re.compile(
    r"(?:refuse|Rejected|scene\.diagnostic|BuildFileError\(\s*Diagnostic)\(\s*\"(OX\d{4})\""
)


def failure(folder: Path) -> BuildFileError:
    settings = Settings(
        folder / "build.star", TRIPLE, TRIPLE, False, sys.executable, host_python_version="3.11"
    )
    targets, triple = folder / "targets.txt", folder / "triple.txt"
    with pytest.raises(BuildFileError) as caught:
        if triple.exists():
            settings = evolve(settings, triple=triple.read_text().strip())
        settings = evolve(settings, libraries=read_project_file(folder, folder / "fetched"))
        session = Session.load(settings, lambda text: None)
        asked = targets.read_text().split() if targets.exists() else list(session.targets)
        session.analyze(asked)
    return caught.value


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_wrong_build_gets_its_message(folder: Path) -> None:
    """A wrong build file gets exactly the expected message, with a known code and exit code 2."""
    error = failure(folder)
    assert error.exit_code == 2
    assert error.diagnostic.code in TITLES
    rendered = render_text(error.diagnostic, color=False, base=folder)
    rendered = rendered.replace(f"{folder}{os.sep}", "").replace(str(folder), ".")
    expected = folder / "expected.txt"
    if os.environ.get("OXIDIZE_REGENERATE"):
        expected.write_text(rendered, encoding="utf-8")
    assert rendered == expected.read_text(encoding="utf-8")


def test_each_code_of_build_files_is_here() -> None:
    """Each code that load or analysis can give has a folder, or a reason to be tested elsewhere."""
    package = HERE.parents[1] / "oxidize"
    sources = (
        p for part in ("objects", "starlark", "packages") for p in package.rglob(f"{part}/**/*.py")
    )
    given = {code for path in sources for code in REFUSAL.findall(path.read_text(encoding="utf-8"))}
    here = {(each / "expected.txt").read_text()[6:12] for each in FOLDERS}
    missing = given - here - ELSEWHERE.keys()
    assert not missing, (
        "add a folder with a wrong build.star for each of these, and its expected.txt"
    )
    assert not ELSEWHERE.keys() & here
    assert len(given) > 50
