"""Each folder here is a wrong build: `build.star`, what it loads, and the message it must get.

An `oxidize.toml` beside it is used; nothing is fetched.

`targets.txt`, if there is one, names the targets to ask for; otherwise all are analysed. After a
wanted change of messages, write them anew and read the difference:

    OXIDIZE_REGENERATE=1 python -m pytest tests/failing
"""

from __future__ import annotations

import os
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


def failure(folder: Path) -> BuildFileError:
    settings = Settings(
        folder / "build.star", TRIPLE, TRIPLE, False, sys.executable, host_python_version="3.11"
    )
    targets = folder / "targets.txt"
    with pytest.raises(BuildFileError) as caught:
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
