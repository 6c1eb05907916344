"""`oxidize why`: says who put a file or module into what a target writes."""

from __future__ import annotations

import argparse
import os
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from oxidize.cli.console import Console
from oxidize.cli.options import (
    BuildOptions,
    add_project_options,
    add_talk_options,
    apply_talk_options,
    project_options,
)
from oxidize.cli.parser import Parser
from oxidize.errors import Diagnostic, UsageError

if TYPE_CHECKING:
    from oxidize.cli.project import Project
    from oxidize.cli.why.answer import Answer
    from oxidize.executor.recall import Recall
    from oxidize.graph.target import TargetOutputs


def configure(parser: Parser) -> None:
    """Arguments of `why`."""
    parser.add_argument("target", metavar="TARGET", help="a target that is built")
    parser.add_argument("what", metavar="PATH", help="a module, or the path of a file")
    parser.add_argument("--json", action="store_true", help="all of it, for programs")
    add_project_options(parser)
    add_talk_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Evaluates the build file and asks the cache; builds, fetches and asks nobody anything."""
    from oxidize.cli.building import make_executor
    from oxidize.cli.project import Project

    apply_talk_options(args, console)
    options = project_options(args)
    project = Project.look(options, console)
    ((target, outputs),) = project.analyze([args.target]).items()
    scope, building = project.scope("why", [target]), BuildOptions(options, 1, False)
    executor = make_executor(scope, building, lambda event: None, project.session)
    recall = executor.recall(outputs.files.values())
    if recall.missing:
        raise _not_built(target, recall)
    answer = _answer(project, recall, target, outputs, args.what)
    _tell(answer, project, args, console)
    return 0 if answer.ways else 1


def _answer(
    project: Project, recall: Recall, target: str, outputs: TargetOutputs, what: str
) -> Answer:
    from oxidize.cli.why.answer import Answer
    from oxidize.cli.why.near import near
    from oxidize.cli.why.trace import Tracer
    from oxidize.executor.store import Lost

    wanted = _inside(what, project.folder_of(target))
    tracer = Tracer(project.session, recall, wanted)
    try:
        ways = tuple(tracer.ways(target, outputs))
    except Lost as error:
        raise _not_built(target, recall) from error
    if ways:
        return Answer(target, what, ways)
    return Answer(target, what, (), tuple(tracer.left_out), near(wanted, tracer.names))


def _inside(what: str, folder: Path) -> str:
    """A path in the target's folder as seen from there; others as they are."""
    there = Path(os.path.abspath(what))  # noqa: PTH100 (links stay)
    if there.is_relative_to(folder) and there != folder:
        return there.relative_to(folder).as_posix()
    return str(PurePosixPath(what))


def _not_built(target: str, recall: Recall) -> UsageError:
    from oxidize.executor.blame import name_of

    notes = tuple(f"not in the cache: {name_of(each)}" for each in recall.missing[:1])
    return UsageError(
        Diagnostic(
            "OX0841",
            f"the target {target} isn't built, or has changed since it was",
            notes=notes,
            help=f"build it first: oxidize build {target}",
        )
    )


def _tell(answer: Answer, project: Project, args: argparse.Namespace, console: Console) -> None:
    if args.json or console.json:
        from oxidize.cli.why.document import document

        console.document(document(answer))
    else:
        from oxidize.cli.why.text import as_text

        print(as_text(answer, console.color), file=console.stdout)
