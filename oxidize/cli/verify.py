"""`oxidize verify`: builds targets twice, under unlike conditions, and compares every byte."""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from oxidize.cli.amounts import plural
from oxidize.cli.building import make_executor
from oxidize.cli.console import Console
from oxidize.cli.locking import LockOptions, ensure_locked
from oxidize.cli.options import (
    BuildOptions,
    add_build_options,
    add_project_options,
    add_talk_options,
    apply_talk_options,
    build_options,
)
from oxidize.cli.parser import Parser
from oxidize.cli.progress import progress_for
from oxidize.cli.reasons import values
from oxidize.cli.rebuilding import SURROUNDINGS, Rebuild
from oxidize.errors import Diagnostic, UsageError
from oxidize.redaction import all_without_credentials, without_credentials

if TYPE_CHECKING:
    from oxidize.cli.comparing import Compared
    from oxidize.cli.project import Project
    from oxidize.executor.culprits import Culprit

FORMAT = 1
# More of what differs, --json tells.
_SHOWN = 8


def configure(parser: Parser) -> None:
    """Arguments of `verify`."""
    parser.add_argument(
        "targets", metavar="TARGET", nargs="*", help="what to build (default: the default target)"
    )
    parser.add_argument("--json", action="store_true", help="all of it, for programs")
    parser.add_argument(
        "--keep", metavar="DIR", type=Path, help="builds in that folder, and leaves both there"
    )
    add_project_options(parser)
    add_build_options(parser)
    add_talk_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Builds twice; tells what differs. 0: nothing; 1: something, or a build failed."""
    from oxidize.cli.comparing import compare
    from oxidize.cli.project import Project
    from oxidize.executor.culprits import Finished, culprits

    apply_talk_options(args, console)
    options = build_options(args)
    project = Project.load(options.project, console)
    names = list(project.analyze(args.targets))
    _lock(project, options, console)
    outputs = _outputs(project)
    with _place(args.keep) as place:
        builds = [Rebuild(place / each.folder, each) for each in SURROUNDINGS]
        folders = []
        for number, build in enumerate(builds, 1):
            folder = build.copy(project.folder, project.folder / outputs.parent)
            console.say(f"build {number} of {len(builds)}, in {folder}")
            words = [*names, *_options(args, options, jobs=_jobs(options.jobs, number))]
            if code := build.run(words, folder, console.stderr):
                console.say(f"build {number} failed, so there is nothing to compare")
                return code
            folders.append(folder / outputs)
        compared = compare(names, *folders)
        found = culprits(*(Finished.of(build.store) for build in builds))
    if args.json or console.json:
        console.document(all_without_credentials(_document(compared, found)))
    else:
        _tell(compared, found, console)
    return 0 if all(each.same for each in compared) else 1


def _lock(project: Project, options: BuildOptions, console: Console) -> None:
    """Resolves once, so that both builds install the same."""
    with progress_for(console, quiet=True) as progress:
        executor = make_executor(project.scope("verify", ()), options, progress, project.session)
        ensure_locked(project.session, executor, LockOptions(options.locked), console)


def _outputs(project: Project) -> Path:
    """Where outputs go, from the project's folder. Raises UsageError."""
    place = Path(os.path.normpath(project.session.build_path))
    if not place.is_relative_to(project.folder):
        message = f"outputs go to {place}, which is outside of the project"
        help_ = "two builds would write there: let set_build_path() name a folder of the project"
        raise UsageError(Diagnostic("OX0803", message, help=help_))
    return Path(os.path.relpath(project.outputs, project.folder))


@contextmanager
def _place(keep: Path | None) -> Iterator[Path]:
    """An empty folder. Raises UsageError."""
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="oxidize-verify-") as folder:
            yield Path(folder).resolve()
        return
    if keep.exists() and not (keep.is_dir() and not any(keep.iterdir())):
        message = f"--keep {keep}: there is something already"
        raise UsageError(Diagnostic("OX0803", message, help="name a folder that isn't there yet"))
    yield keep.resolve()


def _jobs(asked: int, number: int) -> int:
    """The second build does one thing after the other; or two at once, if the first does that."""
    return asked if number == 1 else 1 if asked > 1 else 2


def _options(args: argparse.Namespace, options: BuildOptions, *, jobs: int) -> list[str]:
    """The options of `build` that give the same targets in another folder."""
    project = options.project
    words = ["--locked", "--jobs", str(jobs), "--target-triple", project.triple]
    words += ["--release"] * project.release + ["--offline"] * project.offline
    words += ["--keep-going"] * options.keep_going + ["--no-sandbox"] * (not options.sandbox)
    for folder in project.wheelhouse:
        words += ["--wheelhouse", str(folder.absolute())]
    for option, items in (("--var", args.var), ("--var-env", args.var_env)):
        words += [f"{option}={item}" for item in items]
    words += ["-q"] * args.quiet + ["-v"] * args.verbose
    return [*words, "--color", args.color, "--message-format", args.message_format]


def _document(compared: Sequence[Compared], found: Sequence[Culprit]) -> dict[str, object]:
    return {
        "format": FORMAT,
        "same": all(each.same for each in compared),
        "files": [
            {
                "target": each.target,
                "path": each.path,
                "same": each.same,
                "sha256": list(each.hashes),
                "differences": each.differences,
            }
            for each in compared
        ],
        "actions": [
            {
                "mnemonic": each.mnemonic,
                "label": each.label,
                "outputs": dict(each.outputs),
                "asked": {name: list(pair) for name, pair in each.parts.items()},
            }
            for each in found
        ],
    }


def _tell(compared: Sequence[Compared], found: Sequence[Culprit], console: Console) -> None:
    lines: list[str] = []
    for each in compared:
        if each.same:
            lines.append(f"same     {each.hashes[0][:12]}  {each.target}: {each.path}")
        else:
            lines.append(f"differs  {'':12}  {each.target}: {each.path}")
            lines += _shown(each.differences)
    different = sum(not each.same for each in compared)
    if different:
        lines += ["", *_blame(found)]
    print(without_credentials("\n".join(lines)), file=console.stdout)
    verdict = f"{different} of them differ" if different else "the same in both builds"
    console.say(f"{plural(len(compared), 'file')}, {verdict}")


def _blame(found: Sequence[Culprit]) -> Iterator[str]:
    if not found:
        yield "no action accounts for it: both builds did the same, and wrote it differently"
    for each in found:
        name = f"{each.label} ({each.mnemonic})"
        if each.outputs:
            yield f"{name} gave different bytes for the same inputs:"
            for output, inside in each.outputs.items():
                yield f"  its output {output}"
                yield from _shown(inside)
        else:
            yield f"{name} was asked for differently:"
            yield from _shown([f"{part}: {_both(*pair)}" for part, pair in each.parts.items()])


def _shown(items: Sequence[str]) -> Iterator[str]:
    yield from (f"    {item}" for item in items[:_SHOWN])
    if len(items) > _SHOWN:
        yield f"    and {len(items) - _SHOWN} more"


def _both(one: str, two: str) -> str:
    return " and ".join(values(one or None, two or None))
