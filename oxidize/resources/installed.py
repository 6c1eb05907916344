"""The installed distribution: a .dist-info folder of a site-packages tree, understood."""

from __future__ import annotations

import email.parser
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from attrs import evolve, frozen

from oxidize.errors import ActionError, Diagnostic
from oxidize.resources.record import RecordError, Row, parse_record

# What tells of the machine, the way and the time of an installation, or signs a file that is
# written anew; pip and uv write these.
_ABOUT_INSTALLATION = frozenset(
    {
        "INSTALLER",
        "REQUESTED",
        "direct_url.json",
        "RECORD.jws",
        "RECORD.p7s",
        "uv_build.json",
        "uv_cache.json",
    }
)
_AGAIN = "install it again; RECORD is what tells which files belong to a distribution"


@frozen
class Installed:
    """One distribution: its name as it writes it, and its RECORD by path in the tree."""

    name: str
    version: str
    folder: str
    record: Mapping[str, Row]
    requires: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The name as indexes compare names."""
        return canonical(self.name)

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    def owns(self, path: str) -> bool:
        """Whether a file is its own."""
        return path in self.record or path.startswith(self.folder + "/")


def canonical(name: str) -> str:
    """A distribution's name, as indexes compare names."""
    return re.sub(r"[-_.]+", "-", name).lower()


def find_installed(tree: Mapping[str, Path]) -> tuple[Installed, ...]:
    """All distributions at the top of a tree, by folder. Raises ActionError for damage."""
    tops = {path.partition("/")[0] for path in tree if "/" in path}
    folders = sorted(top for top in tops if top.endswith(".dist-info"))
    return tuple(_read(folder, tree) for folder in folders)


def about_installation(path: str) -> bool:
    """Whether a file tells how a distribution was installed, rather than what it is."""
    folder, _, name = path.partition("/")
    return folder.endswith(".dist-info") and name in _ABOUT_INSTALLATION


def _read(folder: str, tree: Mapping[str, Path]) -> Installed:
    # Folder names have the name's and the version's dashes replaced.
    shown = folder.removesuffix(".dist-info").replace("-", " ", 1)
    metadata = tree.get(f"{folder}/METADATA")
    if metadata is None:
        raise _damaged(shown, folder, "has no METADATA")
    text = metadata.read_text(encoding="utf-8", errors="replace")
    headers = email.parser.HeaderParser().parsestr(text)
    name, version = headers.get("Name", "").strip(), headers.get("Version", "").strip()
    if not name or not version:
        raise _damaged(shown, folder, "has a damaged METADATA: it tells no name and version")
    record = tree.get(f"{folder}/RECORD")
    if record is None:
        raise _damaged(f"{name} {version}", folder, "has no RECORD")
    try:
        rows = parse_record(record.read_bytes())
    except RecordError as error:
        message = f"has a damaged RECORD: {error}"
        raise _damaged(f"{name} {version}", folder, message) from error
    if f"{folder}/METADATA" not in rows:
        message = "has a damaged RECORD: it doesn't name the distribution's own METADATA"
        raise _damaged(f"{name} {version}", folder, message)
    requires = tuple(str(each) for each in headers.get_all("Requires-Dist", ()))
    return Installed(name, version, folder, rows, requires)


def _damaged(who: str, folder: str, what: str) -> ActionError:
    return ActionError(
        Diagnostic("OX0421", f"{who} {what}", notes=(f"looked in {folder}",), help=_AGAIN)
    )


def with_rows(each: Installed, rows: Iterable[Row]) -> Installed:
    """The same distribution with other rows."""
    return evolve(each, record={row.path: row for row in rows})
