"""`oxidize lock`: resolves what all targets ask for into oxidize.lock."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import asdict, frozen

from oxidize.cli.amounts import plural
from oxidize.cli.building import make_executor
from oxidize.cli.console import Console
from oxidize.cli.locking import LockOptions, ensure_locked, write_lock
from oxidize.cli.options import (
    add_build_options,
    add_project_options,
    add_talk_options,
    apply_talk_options,
    build_options,
)
from oxidize.cli.parser import Parser
from oxidize.cli.progress import progress_for
from oxidize.errors import Diagnostic, UsageError
from oxidize.suggest import did_you_mean

if TYPE_CHECKING:
    from oxidize.packages.lockfile import Lock, Section


def configure(parser: Parser) -> None:
    """Arguments of `lock`."""
    parser.add_argument(
        "--upgrade",
        metavar="NAME",
        nargs="*",
        help="take newer versions of these packages; of all if none is named",
    )
    add_project_options(parser)
    add_build_options(parser)
    add_talk_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Resolves; tells what changed."""
    from oxidize.cli.project import Project
    from oxidize.packages.lockfile import Lock

    apply_talk_options(args, console)
    options = build_options(args)
    project = Project.load(options.project, console)
    targets = tuple(project.session.targets)
    project.session.analyze(targets)
    path = project.session.settings.lock_file
    before = Lock.load(path)
    upgrade = _upgrade(args.upgrade, before, options.locked)
    with progress_for(console, quiet=True) as progress:
        scope = project.scope("lock", targets)
        executor = make_executor(scope, options, progress, project.session)
        done = ensure_locked(
            project.session, executor, LockOptions(options.locked, upgrade), console
        )
    after = Lock.load(path)
    if not options.locked:
        after = _prune(path, after, targets)
    changes = list(_changes(before, after))
    # Targets often share packages.
    for line in dict.fromkeys(map(str, changes)):
        console.say(f"  {line}")
    console.result(
        f"{path.name} is up to date" if before == after else f"wrote {path.name}: {_size(after)}",
        event="locked",
        path=str(path),
        resolved=done,
        changes=[asdict(each) for each in changes],
    )
    return 0


def _upgrade(names: Sequence[str] | None, lock: Lock, locked: bool) -> tuple[str, ...] | None:
    if names is None:
        return None
    from packaging.utils import canonicalize_name

    if locked:
        raise UsageError(Diagnostic("OX0803", "--upgrade and --locked exclude each other"))
    known = {package.name for section in lock.sections for package in section.packages}
    for name in names:
        if canonicalize_name(name) not in known:
            raise UsageError(
                Diagnostic(
                    "OX0803",
                    f"--upgrade {name}: oxidize.lock has no such package",
                    help=did_you_mean(canonicalize_name(name), known, "{}"),
                )
            )
    return tuple(canonicalize_name(name) for name in names)


def _prune(path: Path, lock: Lock, targets: Sequence[str]) -> Lock:
    """Without the sections of targets that are no more."""
    kept = lock.only(["", *targets])
    if kept != lock:
        write_lock(path, kept)
    return kept


@frozen
class _Change:
    """Another version of a package, for a target and a minor version of Python.

    None is for one that wasn't there, or isn't any more.
    """

    target: str
    python: str
    package: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        if self.before is None:
            return f"{self.package} {self.after} (new)"
        if self.after is None:
            return f"{self.package} {self.before} (removed)"
        return f"{self.package} {self.before} -> {self.after}"


def _changes(before: Lock, after: Lock) -> Iterator[_Change]:
    for section in after.sections:
        old = _versions(before.get(section.target, section.python))
        new = _versions(section)
        for name in sorted(old.keys() | new.keys()):
            was, now = old.get(name), new.get(name)
            if was != now:
                yield _Change(section.target, section.python, name, was, now)


def _versions(section: Section | None) -> dict[str, str]:
    versions: dict[str, list[str]] = {}
    for package in section.packages if section else ():
        versions.setdefault(package.name, []).append(package.version or "local")
    return {name: ", ".join(found) for name, found in versions.items()}


def _size(lock: Lock) -> str:
    packages = {package.name for section in lock.sections for package in section.packages}
    return f"{plural(len(packages), 'package')}, {plural(len(lock.sections), 'section')}"
