"""The closure: which installed distributions some names need, by what METADATA says."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence

from attrs import frozen
from packaging.requirements import InvalidRequirement, Requirement

from oxidize.errors import ActionError, Diagnostic
from oxidize.resources.installed import Installed, canonical
from oxidize.suggest import did_you_mean


@frozen
class Link:
    """A distribution, and the requirement that asks for it: of `by`, or of nobody's."""

    installed: Installed
    requirement: Requirement
    by: Link | None = None


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
    absent: dict[str, Installed] = {}
    found = {link.installed.key for link in _links(installed, wanted, environment, absent)}
    for name, each in absent.items():
        warn(f"{each} needs {name}, which isn't installed")
    return tuple(each for each in installed if each.key in found)


def asked_by(
    installed: Sequence[Installed],
    wanted: Sequence[str],
    environment: Mapping[str, str],
    key: str,
) -> tuple[Link, ...]:
    """A shortest way from what is wanted to the distribution of that key, its own link last; empty
    if none leads there. Raises ActionError as `closure` does."""
    links = _links(installed, wanted, environment, {})
    link = next((each for each in links if each.installed.key == key), None)
    way: list[Link] = []
    while link is not None:
        way.insert(0, link)
        link = link.by
    return tuple(way)


def _links(
    installed: Sequence[Installed],
    wanted: Sequence[str],
    environment: Mapping[str, str],
    absent: dict[str, Installed],
) -> Iterator[Link]:
    """All that is needed, nearest first, and again for further extras; fills `absent`."""
    known = {each.key: each for each in installed}
    extras: dict[str, set[str]] = {}
    asked_for = (Requirement(text) for text in wanted)
    applying = (_checked(each, known) for each in asked_for if _applies(each, environment))
    waiting = deque(Link(known[canonical(each.name)], each) for each in applying)
    while waiting:
        link = waiting.popleft()
        key = link.installed.key
        asked = {canonical(extra) for extra in link.requirement.extras}
        if key in extras and asked <= extras[key]:
            continue
        yield link
        extras.setdefault(key, set()).update(asked)
        for needed in _needed(link.installed, extras[key], environment):
            if found := known.get(canonical(needed.name)):
                waiting.append(Link(found, needed, link))
            else:
                absent.setdefault(needed.name, link.installed)


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
