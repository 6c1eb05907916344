"""pylock.toml (PEP 751), as uv and other tools write it, in terms of our lock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from packaging.markers import Marker
from packaging.tags import Tag
from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from oxidize.packages.lockfile import Package
from oxidize.packages.other_locks import files_of
from oxidize.resources.environment import marker_environment
from oxidize.triples import TRIPLES


def packages_of(data: Mapping[str, Any], minor: str) -> tuple[Package, ...]:
    """Its packages, as far as they matter for that Python. Raises KeyError and TypeError."""
    found = (_package(row, minor) for row in data.get("packages", ()))
    return tuple(sorted(package for package in found if package is not None))


def _package(row: Mapping[str, Any], minor: str) -> Package | None:
    marker = narrowed(row.get("marker", ""), minor)
    if marker is None:
        return None
    direct = row.get("archive", {})
    hashes = (each["hashes"]["sha256"] for each in files_of(row) if _fits(each, minor))
    return Package(
        row["name"],
        row.get("version", ""),
        marker,
        direct.get("url", ""),
        direct.get("path") or row.get("directory", {}).get("path", ""),
        tuple(sorted(set(hashes))),
    )


def narrowed(marker: str, minor: str) -> str | None:
    """The marker for one Python: "" when it holds on every system, None when on none."""
    answers = _answers(marker, minor)
    if answers == {True}:
        return ""
    if True not in answers:
        return None
    if " or " in marker or "(" in marker:
        return marker
    return " and ".join(p for p in marker.split(" and ") if _answers(p, minor) != {True})


def _answers(marker: str, minor: str) -> set[bool]:
    if not marker:
        return {True}
    parsed = Marker(marker)
    return {parsed.evaluate(dict(each)) for each in _environments(minor)}


def _environments(minor: str) -> Iterable[Mapping[str, str]]:
    return (
        {**marker_environment(triple, f"{minor}.{patch}"), "extra": ""}
        for triple in TRIPLES
        for patch in (0, 99)
    )


def pure_wheels(data: Mapping[str, Any], minor: str) -> dict[str, str]:
    """Of packages with wheels for some systems and one for all: its sha256 -> its URL. Raises
    KeyError and TypeError."""
    found = {}
    for row in data.get("packages", ()):
        wheels = [file for file in row.get("wheels", ()) if _fits(file, minor)]
        pure = [file for file in wheels if all(tag.platform == "any" for tag in _tags(file))]
        if pure and pure != wheels:
            # Of several, that for newer Pythons.
            best = max(pure, key=_file_name)
            found[best["hashes"]["sha256"]] = str(best["url"])
    return found


def _fits(file: Mapping[str, Any], minor: str) -> bool:
    """Whether a file isn't a wheel for another Python."""
    tags = _tags(file)
    return not tags or any(_suits(tag.interpreter, tag.abi, minor) for tag in tags)


def _tags(file: Mapping[str, Any]) -> frozenset[Tag]:
    """What a wheel is for; nothing of other files."""
    try:
        return parse_wheel_filename(_file_name(file))[3]
    except InvalidWheelFilename:
        return frozenset()


def _file_name(file: Mapping[str, Any]) -> str:
    return str(file.get("name") or Path(file.get("url") or file.get("path", "")).name)


def _suits(interpreter: str, abi: str, minor: str) -> bool:
    number = int(minor.split(".")[1])
    own = f"cp3{number}"
    if interpreter.startswith("cp3") and abi == "abi3":
        return int(interpreter[3:] or 0) <= number
    if interpreter == own:
        return abi in (own, "none")
    major, rest = interpreter[:3], interpreter[3:]
    return major == "py3" and (not rest or (rest.isdigit() and int(rest) <= number))
