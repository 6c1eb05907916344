"""The answer: how something got into a target, or what left it out (docs/why.md)."""

from __future__ import annotations

from typing import Literal

from attrs import field, frozen

from oxidize.errors import Origin


@frozen
class Link:
    """One station of the way; `path` is what the thing is called there, if that is known."""

    kind: Literal["target", "action", "source"]
    label: str
    mnemonic: str = ""
    path: str = ""
    origin: Origin | None = None


@frozen
class Step:
    """Something that was applied to a collection of resources, or that left something out of it."""

    text: str
    origin: Origin | None = None


@frozen
class Asked:
    """A requirement, and the distribution that has it; "" for the build file."""

    requirement: str
    by: str = ""


@frozen
class Distribution:
    """An installed distribution, and how it was asked for, from the build file on."""

    name: str
    version: str
    asked: tuple[Asked, ...] = ()

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


@frozen
class Way:
    """How it got in; `call` is that of the build file which the collection or file comes from, and
    `added` the one that added the collection to the program or the files."""

    kind: Literal["module", "file"]
    name: str
    chain: tuple[Link, ...]
    call: Origin | None = None
    added: Origin | None = None
    location: str = ""
    distribution: Distribution | None = None
    steps: tuple[Step, ...] = ()


@frozen
class Answer:
    """All ways; if there are none, what left it out, and similar names that are there."""

    target: str
    path: str
    ways: tuple[Way, ...]
    left_out: tuple[Step, ...] = field(default=())
    near: tuple[str, ...] = field(default=())
