"""A site-packages tree: the distributions in it, the files to package, and who owns which."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from attrs import evolve, frozen

from oxidize.errors import ActionError, Diagnostic
from oxidize.resources.installed import Installed, about_installation, find_installed, with_rows
from oxidize.resources.record import Row, dump_record, matches

# A wheel's .data folder, and where an installer puts what is in it; other schemes are for tools
# that run at installation or compile against the distribution.
_DATA = re.compile(r"([^/]+)\.data/(\w+)/(.+)")
_PLACED = ("purelib", "platlib", "data")

# What sets up the environment that it lies in; a program has none.
_SET_UP = re.compile(r"[^/]+\.(pth|egg-link)|_virtualenv\.py")

Choose = Callable[[Sequence[Installed]], Sequence[Installed]]


@frozen
class SitePackages:
    """What to package: files by path, and the distributions whose RECORDs name them."""

    files: Mapping[str, Path]
    executables: frozenset[str]
    distributions: tuple[Installed, ...]

    def owners(self) -> dict[str, Installed]:
        """Path -> the first distribution that owns it; the others own the same bytes."""
        found: dict[str, Installed] = {}
        for each in self.distributions:
            for path in each.record:
                if path in self.files:
                    found.setdefault(path, each)
        folders = {each.folder: each for each in self.distributions}
        for path in self.files:
            if owner := folders.get(path.partition("/")[0]):
                found.setdefault(path, owner)
        return found

    def records(self) -> dict[str, bytes]:
        """Each RECORD's path -> its bytes, with the rows of the files that are there."""
        return {
            f"{each.folder}/RECORD": dump_record(
                row for row in each.record.values() if row.path in self.files
            )
            for each in self.distributions
        }

    def without(self, drop: Callable[[str], bool]) -> SitePackages:
        """The same without some files."""
        return evolve(self, files={p: f for p, f in self.files.items() if not drop(p)})


def read_site_packages(
    tree: Mapping[str, Path],
    executables: frozenset[str],
    choose: Choose = lambda installed: installed,
) -> SitePackages:
    """Takes the chosen distributions, and what no RECORD names. Raises ActionError for damage."""
    installed = tuple(_placed_rows(each) for each in find_installed(tree))
    moves = {path: _placed(path) for path in tree if not _is_left_over(path)}
    files = {new: tree[old] for old, new in moves.items() if new is not None}
    chosen = tuple(choose(installed))
    keys = {each.key for each in chosen}
    # What a distribution owns that isn't wanted goes, unless one that is wanted owns it too.
    unwanted = {p for each in installed if each.key not in keys for p in _claims(each, files)}
    unwanted -= {p for each in chosen for p in _claims(each, files)}
    kept = {path: file for path, file in sorted(files.items()) if path not in unwanted}
    runnable = frozenset(new for old, new in moves.items() if old in executables and new in kept)
    return SitePackages(kept, runnable, chosen)


def _claims(each: Installed, files: Mapping[str, Path]) -> Iterator[str]:
    return (path for path in files if each.owns(path))


def _is_left_over(path: str) -> bool:
    """Caches, remains of interrupted installations, what tells how something was installed, and
    what Python's start-up reads."""
    if "__pycache__/" in path or path.endswith((".pyc", ".pyo")) or path.startswith(("~", ".lock")):
        return True
    return about_installation(path) or _SET_UP.fullmatch(path) is not None


def _placed(path: str) -> str | None:
    """Where a file belongs; None for one that only an installation needs."""
    scheme = _DATA.fullmatch(path)
    if scheme is None:
        return path
    return scheme[3] if scheme[2] in _PLACED else None


def _placed_rows(each: Installed) -> Installed:
    rows = ((_placed(row.path), row) for row in each.record.values())
    return with_rows(each, (evolve(row, path=path) for path, row in rows if path is not None))


def refuse_collisions(site: SitePackages) -> None:
    """Raises ActionError for a path that two distributions ship with different bytes.

    In the tree, one of them has overwritten the other; their RECORDs still tell.
    """
    claims: dict[str, list[tuple[Installed, Row]]] = {}
    for each in site.distributions:
        for path, row in each.record.items():
            if path in site.files and row.hash:
                claims.setdefault(path, []).append((each, row))
    for path, rows in sorted(claims.items()):
        if len({row.hash for _, row in rows}) > 1 and not _all_match(rows, site.files[path]):
            raise _collision(path, [each for each, _ in rows])


def _all_match(rows: Sequence[tuple[Installed, Row]], file: Path) -> bool:
    return all(matches(row, file.read_bytes) for _, row in rows)


def _collision(path: str, owners: Sequence[Installed]) -> ActionError:
    name = path.rpartition("/")[0].replace("/", ".") or path
    return ActionError(
        Diagnostic(
            "OX0412",
            f"{' and '.join(map(str, owners))} both ship {path}, with different contents",
            help=f"do without one of them, or leave it out of both: .without([{_quoted(name)}])",
        )
    )


def _quoted(text: str) -> str:
    return f'"{text}"'


def differences(site: SitePackages) -> Iterator[str]:
    """What the files lack, and in what they differ, from what RECORDs say."""
    for each in site.distributions:
        rows = [row for row in each.record.values() if _is_inside(row.path)]
        missing = [row.path for row in rows if row.path not in site.files]
        if missing:
            yield f"{each} lacks {_some(missing)}, which its RECORD names"
        there = ((row, site.files[row.path]) for row in rows if row.path in site.files)
        changed = [row.path for row, file in there if not matches(row, file.read_bytes)]
        if changed:
            yield f"{each}: {_some(changed)} differs from what its RECORD says"


def _is_inside(path: str) -> bool:
    return not path.startswith(("/", "../", "bin/", "Scripts/")) and not _is_left_over(path)


def _some(paths: Sequence[str]) -> str:
    first = min(paths)
    return first if len(paths) == 1 else f"{first} and {len(paths) - 1} more"
