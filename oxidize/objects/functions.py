"""The functions that build files find among their globals."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from oxidize.lookup import is_file, is_runnable
from oxidize.objects.callback import Callback, Calls
from oxidize.objects.context import Context
from oxidize.objects.distribution import PythonDistribution
from oxidize.objects.host_source import host_artifacts
from oxidize.objects.member import exposed
from oxidize.objects.problem import refuse
from oxidize.objects.script_type import Text
from oxidize.suggest import did_you_mean
from oxidize.triples import TRIPLES
from oxidize.versions import PYTHON_VERSIONS, meant_version

_Flavor = Literal["auto", "host", "standalone", "standalone_dynamic", "standalone_static"]


@exposed()
def default_python_distribution(
    context: Context,
    flavor: _Flavor = "auto",
    build_target: str | None = None,
    python_version: str | None = None,
    python: str | None = None,
) -> PythonDistribution:
    """The CPython to embed.

    Args:
        flavor: Which source it comes from. "auto" takes the CPython that runs oxidize.
        build_target: Triple to build for; by default `BUILD_TARGET_TRIPLE`.
        python_version: Version such as "3.13"; by default whatever the source has.
        python: Path of an interpreter to take, in place of the one that runs oxidize.
    """
    triple = context.settings.triple if build_target is None else build_target
    if triple != context.settings.host_triple:
        _check_triple(triple)
    if flavor.startswith("standalone"):
        _needs_standalone(f'flavor = "{flavor}"', "flavor")
    if triple != context.settings.host_triple:
        _needs_standalone(f"building for {triple}", "build_target")
    if python_version is not None:
        _check_version(context, python_version, python)
    if python is not None and context.reach.root is not None:
        refuse(
            "OX0129",
            "the code of a library can't name an interpreter, which the build would run",
            argument="python",
            help="take a PythonDistribution as an argument",
        )
    path = _interpreter(context, python)
    return PythonDistribution(context=context, artifacts=host_artifacts(context, str(path)))


def _interpreter(context: Context, python: str | None) -> Path:
    path = context.settings.interpreter if python is None else context.path(python, "python")
    if python == "" or not is_file(path):
        refuse(
            "OX0503",
            f'there is no Python interpreter "{path if python else ""}"',
            argument="python",
            help=_interpreter_help(path, python or ""),
        )
    if not is_runnable(path):
        refuse("OX0515", f'"{path}" can\'t be executed, so it is no Python', argument="python")
    return path


def _interpreter_help(path: Path, python: str) -> str | None:
    """The interpreter in a folder, or the one that a command's name finds."""
    inside = path / "bin" / "python"
    if python and is_file(inside):
        return f'write python = "{python.rstrip("/")}/bin/python"'
    # Imported late: it brings all the archive formats.
    from shutil import which

    found = which(python) if python and "/" not in python else None
    return f'write python = "{found}"' if found else None


def _check_triple(triple: str) -> None:
    if triple in TRIPLES:
        return
    refuse(
        "OX0504",
        f'unknown target triple "{triple}"',
        argument="build_target",
        notes=(f"known triples: {', '.join(TRIPLES)}",),
        help=_vendor_help(triple) or did_you_mean(triple, TRIPLES),
    )


def _vendor_help(triple: str) -> str | None:
    """The known triple that lacks its vendor, as other tools leave it out."""
    parts = triple.split("-")
    for known in TRIPLES:
        machine, _, *rest = known.split("-")
        if parts == [machine, *rest]:
            return f'did you mean "{known}"?'
    return None


def _needs_standalone(what: str, argument: str) -> None:
    refuse(
        "OX0501",
        f"{what} needs a standalone distribution; not available yet",
        argument=argument,
        help="what works is the host's own CPython, for the host's own triple",
    )


def _check_version(context: Context, version: str, python: str | None) -> None:
    if python is not None:
        refuse(
            "OX0215",
            "python_version and python are both given, but the interpreter decides its version",
            argument="python_version",
        )
    known = context.settings.host_python_version
    if version not in (known, *PYTHON_VERSIONS):
        refuse(
            "OX0502",
            f"oxidize knows no CPython {json.dumps(version, ensure_ascii=False)}",
            argument="python_version",
            notes=(f"known versions: {', '.join(PYTHON_VERSIONS)}",),
            help=meant_version(version),
        )
    if version != known:
        refuse(
            "OX0502",
            f"CPython {version} needs a standalone distribution; not available yet",
            argument="python_version",
            notes=(f"the CPython that runs oxidize is {known}",),
            help="give python = the path of an interpreter of that version",
        )


@exposed(each_pass=True)
def register_target(
    context: Context, name: str, fn: Callback, depends: Sequence[str] = (), default: bool = False
) -> Calls[None]:
    """Gives a name to something that can be built.

    Args:
        name: The target's name, for the command line and for `depends`.
        fn: Makes the target's value; called only if the target is wanted, with the values of
            `depends` as positional arguments.
        depends: Names of targets whose values the function takes.
        default: Build this target when none is asked for. The last such target wins; if there is
            none, the first target is the default.
    """
    return context.targets.register(name, depends, default)


@exposed()
def set_build_path(context: Context, path: str) -> None:
    """Says where outputs go, in place of the folder `build` beside the build file.

    Args:
        path: The folder; relative to the build file's folder.
    """
    if context.handle.target:
        help = "call set_build_path() outside of target functions"
        refuse("OX0228", "the function of a target sets the build path", help=help)
    if context.reach.root is not None:
        refuse("OX0228", "the code of a library sets the build path", help="the build file may")
    context.build_path = context.path(path)


@exposed()
def resolve_targets(context: Context) -> None:
    """Does nothing: targets are resolved after the build file has been read."""


@exposed()
def resolve_target(context: Context, target: str) -> None:
    """Does nothing: name the target in another one's `depends` to get its value.

    Args:
        target: The target's name.
    """


@exposed(decides=True)
def print(context: Context, *values: Text) -> None:
    """Writes values, separated by blanks, to standard error.

    Args:
        values: What to write.
    """
    context.emit_print(" ".join(values))
