"""Units of services and their accounts, as systemd itself reads them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from oxidize.installers.systemd import Unit, accounts
from tests import pythons

# Each with something that means more to systemd than the letter itself.
TEXTS = ("Notes: \"5 %\" of $HOME, %h & 'more'", "It ends in \\", "C:\\new\\", "#; =")


@pytest.mark.parametrize("text", TEXTS)
def test_accounts(tmp_path: Path, text: str) -> None:
    """systemd makes an account whatever describes it, which it keeps, but for colons."""
    (tmp_path / "etc").mkdir()
    told = tmp_path / "notes.conf"
    told.write_text(accounts([Unit("notesd", text, ("/usr/bin/notes",), user="notes")]))
    tool = pythons.need_tool("systemd-sysusers")
    subprocess.run([tool, f"--root={tmp_path}", told], check=True, capture_output=True)
    name, _, _, _, description, _, _ = (tmp_path / "etc/passwd").read_text().split(":")
    assert (name, description) == ("notes", text.replace(":", ";"))


@pytest.mark.parametrize("text", TEXTS)
def test_units(tmp_path: Path, text: str) -> None:
    """systemd finds nothing to mind in a unit, and reads what was meant."""
    program = tmp_path / "no$te%s {5}"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    url = "https://example.org/a%20b/'$c'"
    unit = tmp_path / "notesd.service"
    unit.write_text(Unit(unit.stem, text, (str(program), text, ""), documentation=url).text())
    tool = pythons.need_tool("systemd-analyze")
    env = {**os.environ, "SYSTEMD_LOG_LEVEL": "debug", "SYSTEMD_UNIT_PATH": f"{tmp_path}:"}
    done = subprocess.run([tool, "verify", unit], capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr
    _, _, read = done.stdout.partition("-> Unit notesd.service:\n")
    rows = [line.strip() for line in read.partition("-> Unit")[0].splitlines()]
    assert f"Description: {text}" in rows
    assert f"Documentation: {url}" in rows
    words = [str(program).replace("$", "\\$"), _shown(text.replace("$", "$$")), ""]
    assert "Command Line: " + " ".join(f'"{each}"' for each in words) in rows


def _shown(text: str) -> str:
    return "".join(f"\\{each}" if each in '"\\$`' else each for each in text)
