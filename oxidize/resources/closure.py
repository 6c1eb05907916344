"""The closure: which installed distributions some names need, by what METADATA says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from packaging.requirements import InvalidRequirement, Requirement

from oxidize.errors import ActionError, Diagnostic
from oxidize.resources.installed import Installed, canonical
from oxidize.suggest import did_you_mean


def closure(
    installed: Sequence[Installed],
    wanted: Sequence[str],
    environment: Mapping[str, str],
    warn: Callable[[str], None],
) -> tuple[Installed, ...]:
    """The distributions that `wanted` (names with extras and markers) name, and all they need.

    Raises ActionError for a name that isn't installed. What a distribution needs and isn't
    installed is only warned about: overriding a dependency away is the user's right.
    """
    known = {each.key: each for each in installed}
    extras: dict[str, set[str]] = {}
    absent: dict[str, Installed] = {}
    asked_for = (Requirement(text) for text in wanted)
    waiting = [_checked(each, known) for each in asked_for if _applies(each, environment)]
    while waiting:
        requirement = waiting.pop()
        key = canonical(requirement.name)
        asked = {canonical(extra) for extra in requirement.extras}
        if key in extras and asked <= extras[key]:
            continue
        extras.setdefault(key, set()).update(asked)
        for needed in _needed(known[key], extras[key], environment):
            if canonical(needed.name) in known:
                waiting.append(needed)
            else:
                absent.setdefault(needed.name, known[key])
    for name, each in absent.items():
        warn(f"{each} needs {name}, which isn't installed")
    return tuple(each for each in installed if each.key in extras)


def _applies(requirement: Requirement, environment: Mapping[str, str]) -> bool:
    marker = requirement.marker
    return marker is None or marker.evaluate({**environment, "extra": ""})


def _checked(requirement: Requirement, known: Mapping[str, Installed]) -> Requirement:
    if canonical(requirement.name) not in known:
        raise ActionError(
            Diagnostic(
                "OX0422",
                f"{requirement.name} is wanted, but it isn't installed",
                help=did_you_mean(canonical(requirement.name), known),
            )
        )
    return requirement


def _needed(
    each: Installed, extras: set[str], environment: Mapping[str, str]
) -> Iterator[Requirement]:
    for text in each.requires:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            # Old distributions have lines that were never valid; installers pass over them too.
            continue
        if requirement.marker is None or any(
            requirement.marker.evaluate({**environment, "extra": extra}) for extra in ("", *extras)
        ):
            yield requirement
