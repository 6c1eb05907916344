"""Tidying an installed tree: what names the installing machine goes, so that bytes are the same."""

from __future__ import annotations

import base64
import configparser
import contextlib
import csv
import io
import shutil
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from oxidize.binary.load_commands import MachoError
from oxidize.binary.universal import is_universal, thin

_NOTES = ("INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json", "uv_build.json")
_SCRIPT_FOLDERS = ("bin", "Scripts")
_ENDINGS = ("", ".exe", "-script.py")


def tidy(folder: Path, python: str, machine: str = "") -> None:
    """Removes launchers of scripts, installers' notes and caches, with their rows in RECORD; and of
    universal files of macOS, what is for other machines than one, if it is named."""
    (folder / ".lock").unlink(missing_ok=True)
    for cache in list(folder.rglob("__pycache__")):
        shutil.rmtree(cache)
    removed = _scripts(folder, python)
    for info in sorted(folder.glob("*.dist-info")):
        removed |= {info / name for name in _NOTES}
    for path in removed:
        path.unlink(missing_ok=True)
    thinned = dict(_thinned(folder, machine)) if machine else {}
    for info in sorted(folder.glob("*.dist-info")):
        _rewrite(info / "RECORD", folder, thinned)


def _scripts(folder: Path, python: str) -> set[Path]:
    """Launchers: those of entry points, and scripts that start with the interpreter's path."""
    names = {name for info in folder.glob("*.dist-info") for name in _entry_points(info)}
    found = set()
    for place in _SCRIPT_FOLDERS:
        for path in (folder / place).glob("*"):
            launcher = any(path.name == name + ending for name in names for ending in _ENDINGS)
            if path.is_file() and (launcher or _starts_with_interpreter(path, python)):
                found.add(path)
    return found


def _entry_points(info: Path) -> list[str]:
    parser = configparser.ConfigParser(delimiters=("=",), interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read(info / "entry_points.txt", encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        return []
    groups = ("console_scripts", "gui_scripts")
    return [name for group in groups if parser.has_section(group) for name in parser[group]]


def _starts_with_interpreter(path: Path, python: str) -> bool:
    with path.open("rb") as file:
        head = file.read(1024)
    return head.startswith(b"#!") and python.encode() in head


def _thinned(folder: Path, machine: str) -> Iterator[tuple[str, list[str]]]:
    """Writes universal files anew, for one machine: (path, row of RECORD)."""
    for file in sorted(folder.rglob("*")):
        if file.suffix not in (".so", ".dylib") or not is_universal(file.read_bytes()):
            continue
        # Of what has no code for the machine, nothing could be loaded anyway.
        with contextlib.suppress(MachoError):
            data = thin(file.read_bytes(), machine)
            file.write_bytes(data)
            path = file.relative_to(folder).as_posix()
            digest = base64.urlsafe_b64encode(sha256(data).digest()).decode().rstrip("=")
            yield path, [path, f"sha256={digest}", str(len(data))]


def _rewrite(record: Path, folder: Path, changed: Mapping[str, list[str]]) -> None:
    """Keeps the rows of files that are there, sorted."""
    with record.open(newline="", encoding="utf-8") as file:
        rows = [changed.get(row[0], row) for row in csv.reader(file) if row]
    kept = sorted(row for row in rows if _exists(folder, row[0]))
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(kept)
    record.write_text(out.getvalue(), encoding="utf-8", newline="")


def _exists(folder: Path, name: str) -> bool:
    return (folder / name).exists()
