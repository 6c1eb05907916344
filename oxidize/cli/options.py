"""The options that verbs share, and their typed form."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from attrs import frozen

from oxidize.cli.console import Console
from oxidize.cli.parser import Parser, positive
from oxidize.errors import Diagnostic, UsageError
from oxidize.lookup import exists
from oxidize.suggest import did_you_mean
from oxidize.triples import TRIPLES, host_triple

SANDBOX_VARIABLE = "OXIDIZE_SANDBOX"


@frozen
class ProjectOptions:
    """Which build file is meant, and what it is evaluated with."""

    path: Path
    triple: str
    release: bool
    variables: Mapping[str, str | None]
    offline: bool = False
    wheelhouse: tuple[Path, ...] = ()

    @property
    def flavour(self) -> str:
        """As in paths of outputs."""
        return "release" if self.release else "debug"


@frozen
class WatchOptions:
    """What is told, and written, of a build; `events` is a path or `-`."""

    explain: bool = False
    events: str = ""
    profile: Path | None = None


@frozen
class BuildOptions:
    """A project, and how to build it."""

    project: ProjectOptions
    jobs: int
    keep_going: bool
    locked: bool = False
    watch: WatchOptions = WatchOptions()
    sandbox: bool = True


def add_talk_options(parser: Parser) -> None:
    """How much to say and in which form."""
    group = parser.add_argument_group("what is said")
    group.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        help="whether to write in colour (default: on a terminal)",
    )
    group.add_argument(
        "--message-format",
        choices=("text", "json"),
        default="text",
        help="json: one object per line, for programs",
    )
    group.add_argument("-q", "--quiet", action="count", default=0, help="only errors")
    group.add_argument(
        "-v", "--verbose", action="count", default=0, help="also what was in the cache"
    )


def add_project_options(parser: Parser) -> None:
    """Which build file, and the values that it sees."""
    parser.set_defaults(offline=False, wheelhouse=[])  # for verbs that install nothing
    group = parser.add_argument_group("the build file")
    group.add_argument(
        "--path",
        metavar="DIR",
        type=Path,
        default=Path(),
        help="where build.star is, or below it (default: the current folder)",
    )
    add_target_options(group)
    group.add_argument(
        "--var", metavar="NAME=VALUE", action="append", default=[], help="a value for VARS"
    )
    group.add_argument(
        "--var-env",
        metavar="NAME=VARIABLE",
        action="append",
        default=[],
        help="a value for VARS from an environment variable; None if that isn't set",
    )


def add_target_options(group: argparse._ActionsContainer) -> None:
    """For what it is built."""
    group.add_argument("--target-triple", metavar="T", help="build for that system")
    group.add_argument(
        "--release",
        action="store_true",
        help="smaller: without the names of functions, which debuggers show",
    )


def add_build_options(parser: Parser) -> None:
    """How actions are run."""
    # For verbs that build by the way.
    parser.set_defaults(dry_run=False, explain=False, events="", profile=None)
    group = parser.add_argument_group("how it is built")
    group.add_argument(
        "-k", "--keep-going", action="store_true", help="build what a failure leaves possible"
    )
    add_run_options(group)
    group = add_library_options(parser)
    group.add_argument(
        "--wheelhouse",
        metavar="DIR",
        type=Path,
        action="append",
        default=[],
        help="a folder of wheels, in addition to indexes",
    )
    group.add_argument(
        "--locked", action="store_true", help="an error if oxidize.lock would change"
    )


def add_run_options(group: argparse._ArgumentGroup) -> None:
    """How many actions run at once, and what their commands see."""
    group.add_argument(
        "-j", "--jobs", metavar="N", type=positive, default=_processors(), help="actions at once"
    )
    group.add_argument(
        "--no-sandbox",
        action="store_true",
        help="let commands of actions see all files and the network (also: OXIDIZE_SANDBOX=0)",
    )


def add_watch_options(parser: Parser) -> None:
    """What is told of a build beside progress; and of one that isn't carried out."""
    group = parser.add_argument_group("what is told of the build")
    group.add_argument(
        "-n", "--dry-run", action="store_true", help="only say what would run; write nothing"
    )
    group.add_argument("--explain", action="store_true", help="say why actions run")
    group.add_argument(
        "--events", metavar="FILE", default="", help="write what happens as JSON lines; -: stdout"
    )
    group.add_argument(
        "--profile", metavar="FILE", type=Path, help="write what ran when, as a Chrome trace"
    )


def add_library_options(parser: Parser) -> argparse._ArgumentGroup:
    """Whether what isn't there may be fetched."""
    group = parser.add_argument_group("packages and libraries")
    group.add_argument("--offline", action="store_true", help="never open a connection")
    return group


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def apply_talk_options(args: argparse.Namespace, console: Console) -> None:
    """Tells the console; colour and form it knows already."""
    console.verbosity = args.verbose - args.quiet


def project_options(args: argparse.Namespace) -> ProjectOptions:
    """The typed form. Raises UsageError."""
    variables = _variables(args.var, args.var_env, os.environ)
    triple = args.target_triple or host_triple()
    check_triple(triple)
    if not exists(args.path):
        raise UsageError(Diagnostic("OX0803", f"--path {args.path}: there is no such folder"))
    _check_wheelhouse(args.wheelhouse)
    return ProjectOptions(
        args.path, triple, args.release, variables, args.offline, tuple(args.wheelhouse)
    )


def build_options(args: argparse.Namespace) -> BuildOptions:
    """The typed form. Raises UsageError."""
    return BuildOptions(
        project_options(args),
        args.jobs,
        args.keep_going,
        args.locked,
        _watch_options(args),
        sandbox=has_sandbox(args),
    )


def has_sandbox(args: argparse.Namespace) -> bool:
    """Whether commands of actions are kept from what they didn't declare."""
    return not args.no_sandbox and os.environ.get(SANDBOX_VARIABLE) != "0"


def _watch_options(args: argparse.Namespace) -> WatchOptions:
    if args.dry_run and (args.events or args.profile):
        message = "with --dry-run nothing happens, so there are no --events and no --profile"
        raise UsageError(Diagnostic("OX0823", message))
    return WatchOptions(args.explain, args.events, args.profile)


def _variables(
    given: Sequence[str], named: Sequence[str], environ: Mapping[str, str]
) -> dict[str, str | None]:
    """The values of VARS. Raises UsageError for what isn't a pair, and for a name given twice."""
    variables: dict[str, str | None] = {}
    for option, items in (("--var", given), ("--var-env", named)):
        for item in items:
            name, value = _pair(option, item)
            if name in variables:
                message = f"{option} {item}: there is a value for {name} already"
                raise UsageError(Diagnostic("OX0820", message, help="give each name once"))
            variables[name] = value if option == "--var" else environ.get(value)
    return variables


def _pair(option: str, item: str) -> tuple[str, str]:
    name, equals, value = item.partition("=")
    if not name or not equals:
        what = "VALUE" if option == "--var" else "VARIABLE"
        message = f"{option} {item}: not of the form NAME={what}"
        help = f"write {option} {item}={what}" if name and not equals else None
        raise UsageError(Diagnostic("OX0804", message, help=help))
    return name, value


def _check_wheelhouse(folders: Sequence[Path]) -> None:
    for folder in folders:
        if not folder.is_dir():
            raise UsageError(
                Diagnostic("OX0803", f"--wheelhouse {folder}: there is no such folder")
            )


def check_triple(triple: str) -> None:
    """Raises UsageError for a triple that oxidize doesn't know."""
    if triple not in TRIPLES:
        raise UsageError(
            Diagnostic(
                "OX0504",
                f"unknown target triple {triple}",
                notes=(f"known: {', '.join(TRIPLES)}",),
                help=did_you_mean(triple, TRIPLES, "{}"),
            )
        )
