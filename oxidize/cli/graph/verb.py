"""`oxidize graph`: shows targets, the actions that make them, and the sources of these."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Container, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from oxidize.cli.console import Console
from oxidize.cli.options import (
    BuildOptions,
    add_project_options,
    add_talk_options,
    apply_talk_options,
    project_options,
)
from oxidize.cli.parser import Parser, positive

if TYPE_CHECKING:
    from oxidize.cli.graph.model import Graph
    from oxidize.cli.project import Project
    from oxidize.graph.action import Action, Artifact

_ENDINGS = {
    ".dot": "dot",
    ".gv": "dot",
    ".htm": "html",
    ".html": "html",
    ".json": "json",
    ".svg": "svg",
}


def configure(parser: Parser) -> None:
    """Arguments of `graph`."""
    parser.add_argument("targets", metavar="TARGET", nargs="*", help="default: all targets")
    parser.add_argument(
        "--format",
        choices=tuple(_FORMS),
        help="default: what the name of the file ends with, else text",
    )
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="write that file")
    parser.add_argument("--targets-only", action="store_true", help="without actions and sources")
    parser.add_argument(
        "--depth", metavar="N", type=positive, help="only what is that near to the targets"
    )
    parser.add_argument(
        "--state", action="store_true", help="mark actions that a build takes from the cache"
    )
    add_project_options(parser)
    add_talk_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Evaluates the build file and the targets' functions; builds, fetches and asks nothing."""
    from oxidize.cli.graph.read import read_graph, target_id
    from oxidize.cli.project import Project

    apply_talk_options(args, console)
    project = Project.look(project_options(args), console)
    session = project.session
    names = session.resolve(args.targets or list(session.targets))
    cached = _cached(project, names) if args.state else None
    graph = read_graph(session, names, actions=not args.targets_only, cached=cached)
    starts = [target_id(name) for name in names]
    if args.depth:
        graph = graph.within(starts, args.depth)
    form = _form(args, console)
    if form == "json" and not args.output:
        from oxidize.cli.graph.document import document

        console.document(document(graph, session.settings.path))
    else:
        _write(_FORMS[form](graph, project, starts), args.output, console)
    return 0


def _cached(
    project: Project, targets: Sequence[str]
) -> Callable[[Sequence[Artifact]], Container[Action]]:
    """Asks the cache, and writes nothing."""
    from oxidize.cli.building import make_executor

    scope, options = project.scope("graph", targets), BuildOptions(project.options, 1, False)
    executor = make_executor(scope, options, lambda event: None, project.session, dry=True)
    return lambda artifacts: executor.recall(artifacts).result.done


def _form(args: argparse.Namespace, console: Console) -> str:
    if args.format:
        return str(args.format)
    ending = args.output.suffix.lower() if args.output else ""
    return _ENDINGS.get(ending, "json" if console.json else "text")


def _write(text: str, output: Path | None, console: Console) -> None:
    from oxidize.executor.files import write_atomically
    from oxidize.executor.problems import disk_errors

    if output is None:
        print(text, end="", file=console.stdout)
        return
    with disk_errors(output, cache=False):
        write_atomically(output, text.encode())
    console.say(f"wrote {output}")


def _text(graph: Graph, project: Project, starts: list[str]) -> str:
    from oxidize.cli.graph.text import as_text

    return as_text(graph, starts)


def _dot(graph: Graph, project: Project, starts: list[str]) -> str:
    from oxidize.cli.graph.dot import as_dot

    return as_dot(graph)


def _json(graph: Graph, project: Project, starts: list[str]) -> str:
    from oxidize.cli.graph.document import as_json

    return as_json(graph, project.session.settings.path)


def _svg(graph: Graph, project: Project, starts: list[str]) -> str:
    from oxidize.cli.graph.svg import as_svg

    return as_svg(graph)


def _html(graph: Graph, project: Project, starts: list[str]) -> str:
    from oxidize.cli.graph.html import as_html

    return as_html(graph, project.session.settings.path)


_FORMS: Mapping[str, Callable[[Graph, Project, list[str]], str]] = {
    "text": _text,
    "dot": _dot,
    "json": _json,
    "svg": _svg,
    "html": _html,
}
