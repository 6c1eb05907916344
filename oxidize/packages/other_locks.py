"""Locks of other tools: pylock.toml (PEP 751) and uv.lock, as far as analysis reads them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from oxidize.graph.digest import Digest
from oxidize.lookup import read, read_text
from oxidize.packages.problem import Rejected
from oxidize.packages.request import Import, Wanted
from oxidize.packages.requirement import check_credentials

# Markers of PEP 751 that ask for a choice of extras or groups.
_CHOICE = re.compile(r"\b(extras|dependency_groups)\b")


def read_pylock(path: Path) -> list[Wanted]:
    """The pins of a pylock.toml. Raises Rejected."""
    data = _load(path)
    try:
        return [_pin(path, row) for row in data["packages"]]
    except (KeyError, TypeError, AttributeError) as error:
        raise Rejected("OX0903", f"{path.name} lacks {error}") from error


def _pin(path: Path, row: Mapping[str, Any]) -> Wanted:
    name, marker = canonicalize_name(row["name"]), row.get("marker", "")
    if _CHOICE.search(marker):
        raise Rejected(
            "OX0903",
            f"{path.name} leaves a choice of extras or groups to whoever installs {name}",
            help="export a lock in which they are chosen",
        )
    direct = row.get("archive", {})
    hashes = {each["hashes"]["sha256"] for each in files_of(row)}
    if not hashes or "path" in direct:
        raise _local(path, name)
    if direct:
        check_credentials(name, direct["url"])
    spec = f" @ {direct['url']}" if direct else f"=={row['version']}"
    return Wanted(name, (), spec, marker, hashes=tuple(sorted(hashes)), place=path.name, final=True)


def files_of(row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The files of a package in a pylock.toml."""
    others = (row[kind] for kind in ("sdist", "archive") if row.get(kind))
    return [*row.get("wheels", ()), *others]


def _local(path: Path, name: str) -> Rejected:
    return Rejected(
        "OX0903",
        f"{path.name} has {name} from a folder or from version control, without a hash",
        help=f'leave it out there, and name it here: "{name} @ ./PATH"',
    )


def read_uv_lock(path: Path) -> Import:
    """What the project of a uv.lock needs. Raises Rejected."""
    data = _load(path)
    packages = data.get("package", ())
    own = [row for row in packages if _is_own(row)]
    for row in packages:
        source = row.get("source", {})
        if row not in own and not {"registry", "url"} & source.keys():
            raise _local(path, str(row.get("name")))
        check_credentials(str(row.get("name")), str(source.get("url", "")))
    if len(own) != 1:
        raise Rejected(
            "OX0903", f"{path.name} is not that of one project", help="export it: uv export -o ..."
        )
    roots = tuple(_root(row) for row in own[0].get("dependencies", ()))
    return Import(path, roots, f"sha256:{Digest.of(read(path)).hash}")


def _is_own(row: Mapping[str, Any]) -> bool:
    return any(row.get("source", {}).get(kind) == "." for kind in ("virtual", "editable"))


def _root(row: Mapping[str, Any]) -> str:
    extras = tuple(sorted(row.get("extra", ())))
    return Wanted(canonicalize_name(row["name"]), extras, marker=row.get("marker", "")).selector


def _load(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(read_text(path))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Rejected("OX0903", f"{path.name} can't be read: {error}") from error
