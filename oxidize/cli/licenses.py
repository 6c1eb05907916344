"""`oxidize licenses`: the licences of what a target holds, or its bill of materials."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from oxidize.cli.console import Console
from oxidize.cli.options import (
    BuildOptions,
    add_build_options,
    add_project_options,
    add_talk_options,
    apply_talk_options,
    build_options,
)
from oxidize.cli.parser import Parser
from oxidize.cli.places import from_here
from oxidize.errors import Diagnostic, UsageError

if TYPE_CHECKING:
    from oxidize.cli.project import Project
    from oxidize.graph.action import Artifact
    from oxidize.objects.sboms import Contents


def configure(parser: Parser) -> None:
    """Arguments of `licenses`."""
    parser.add_argument(
        "target", metavar="TARGET", nargs="?", help="what to tell of (default: the default target)"
    )
    parser.add_argument(
        "--sbom", choices=("cyclonedx", "spdx"), help="the bill of materials, in that format"
    )
    parser.add_argument(
        "-o", "--output", metavar="FILE", type=Path, help="a file to write, not stdout"
    )
    add_project_options(parser)
    add_build_options(parser)
    add_talk_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Builds what knows of them, which isn't all of the target."""
    from oxidize.cli.project import Project

    apply_talk_options(args, console)
    options = build_options(args)
    if args.output and args.output.is_dir():
        raise UsageError(Diagnostic("OX0814", f"{args.output} is a folder"))
    project = Project.load(options.project, console)
    (name,) = project.analyze([args.target] if args.target else [])
    contents = _contents(project, name)
    wanted = (contents.sbom(args.sbom),) if args.sbom else contents.licences()
    texts = _built(project, name, wanted, options, console)
    if texts is None:
        return 1
    _write(b"\n\n".join(texts), args.output, console)
    return 0


def _contents(project: Project, name: str) -> Contents:
    """What the target holds. Raises UsageError for one that has nothing to do with Python."""
    from oxidize.objects.executable import PythonExecutable
    from oxidize.objects.file_manifest import FileManifest
    from oxidize.objects.installer import Installer

    value = project.session.value(name)
    kinds: Mapping[type, Callable[..., Contents]] = {
        PythonExecutable: lambda each: each.contents(),
        FileManifest: lambda each: each.contents(name=name),
        Installer: lambda each: each.contents(),
    }
    found = next((read(value) for kind, read in kinds.items() if isinstance(value, kind)), None)
    if found is None or not (found.programs or found.trees):
        raise UsageError(
            Diagnostic(
                "OX1178",
                f"nothing is known of what the target {name} holds: there is no program in it",
                help="name the target of a program, of files with one, or of an installer",
            )
        )
    return found


def _built(
    project: Project,
    name: str,
    wanted: tuple[Artifact, ...],
    options: BuildOptions,
    console: Console,
) -> list[bytes] | None:
    """The bytes of files; None if they can't be made, which is told."""
    from oxidize.cli.building import make_executor, tell_failures
    from oxidize.cli.locking import LockOptions, ensure_locked
    from oxidize.cli.watching import watching

    scope = project.scope("licenses", [name])
    with watching(scope, options, console, project.phases, quiet=True) as emit:
        executor = make_executor(scope, options, emit, project.session)
        ensure_locked(project.session, executor, LockOptions(options.locked), console)
        result = executor.build(wanted)
        if not result.failures:
            return [executor.read(each) for each in wanted]
    tell_failures(result, console)
    return None


def _write(data: bytes, output: Path | None, console: Console) -> None:
    from oxidize.executor.files import write_atomically
    from oxidize.executor.problems import disk_errors

    if output is None:
        print(data.decode("utf-8"), end="", file=console.stdout)
        return
    with disk_errors(output, cache=False):
        write_atomically(output, data)
    console.say(f"wrote {from_here(output.absolute())}")
