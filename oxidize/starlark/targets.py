"""The targets of a session: what the build file registered, and the values made so far."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from attrs import frozen

from oxidize.errors import BuildFileError, Diagnostic, Origin, Span
from oxidize.suggest import did_you_mean

# A target's name is also the name of its output folder.
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*")


@frozen
class TargetInfo:
    """One registered target; `origin` is the call of register_target."""

    name: str
    depends: tuple[str, ...]
    default: bool
    origin: Origin | None


def default_target(targets: Iterable[TargetInfo]) -> str | None:
    """The last target marked as default, else the first one."""
    known = list(targets)
    marked = [each.name for each in known if each.default]
    return marked[-1] if marked else known[0].name if known else None


def unknown_target(name: str, known: Iterable[str]) -> BuildFileError:
    """The error for a target asked for on the command line."""
    names = tuple(known)
    return BuildFileError(
        Diagnostic(
            "OX0301",
            f'there is no target "{name}"',
            notes=(f"targets: {', '.join(names)}",),
            help=did_you_mean(name, names),
        )
    )


def not_buildable(
    target: TargetInfo, kind: str, buildable: Iterable[str], users: tuple[str, ...]
) -> BuildFileError:
    """The error for a target whose value, of type `kind`, only other targets could use."""
    notes = [f"types that can be built: {', '.join(buildable)}"]
    if users:
        notes.append(f"targets that use it: {', '.join(users)}")
    message = f'target "{target.name}" is a {kind}, which can\'t be built'
    return BuildFileError(Diagnostic("OX0303", message, notes=tuple(notes)).at(target.origin))


def check_depends(targets: Iterable[TargetInfo]) -> None:
    """Raises BuildFileError for unknown dependencies and for cycles."""
    known = {each.name: each for each in targets}
    for each in known.values():
        for name in each.depends:
            if name not in known:
                raise _unknown_dependency(each, name, known)
    _check_cycles(known)


def closure(names: Iterable[str], targets: dict[str, TargetInfo]) -> set[str]:
    """The targets and all that they depend on."""
    found: set[str] = set()
    open_names = list(names)
    while open_names:
        name = open_names.pop()
        if name not in found:
            found.add(name)
            open_names += targets[name].depends
    return found


def _unknown_dependency(target: TargetInfo, name: str, known: Iterable[str]) -> BuildFileError:
    return BuildFileError(
        Diagnostic(
            "OX0304",
            f'target "{target.name}" depends on "{name}", which isn\'t registered',
            _span(target),
            help=did_you_mean(name, known),
        )
    )


def _check_cycles(known: Mapping[str, TargetInfo]) -> None:
    """Depth first, each target once, and without recursion: chains may be longer than the stack."""
    checked: set[str] = set()
    for root in known:
        path: dict[str, Iterator[str]] = {root: iter(known[root].depends)}
        while path:
            name = next(reversed(path))
            below = next(path[name], None)
            if below is None:
                path.popitem()
                checked.add(name)
            elif below in path:
                raise _cycle(known[below], list(path))
            elif below not in checked:
                path[below] = iter(known[below].depends)


def _cycle(target: TargetInfo, path: list[str]) -> BuildFileError:
    chain = " -> ".join([*path[path.index(target.name) :], target.name])
    message = f'target "{target.name}" depends on itself'
    return BuildFileError(Diagnostic("OX0305", message, _span(target), notes=(chain,)))


def _span(target: TargetInfo) -> Span | None:
    return target.origin.span if target.origin else None
