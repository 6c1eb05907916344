"""The answer for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from oxidize.cli.excerpt import printable
from oxidize.cli.places import from_here
from oxidize.cli.render import render_place
from oxidize.cli.why.answer import Answer, Distribution, Link, Step, Way
from oxidize.columns import width
from oxidize.errors import Origin
from oxidize.redaction import without_credentials


def as_text(answer: Answer, color: bool) -> str:
    """All ways, or why there is none."""
    if not answer.ways:
        return "\n".join(_absence(answer))
    return "\n\n".join("\n".join(_way(each, answer.target, color)) for each in answer.ways)


def _absence(answer: Answer) -> Iterator[str]:
    yield f"{_told(answer.path)} is not in {answer.target}"
    if answer.left_out:
        yield from ("", "left out by", *_steps(answer.left_out))
    if answer.near:
        yield from ("", "did you mean", *(f"  {_told(name)}" for name in answer.near))


def _way(way: Way, target: str, color: bool) -> Iterator[str]:
    place = f", {way.location}" if way.location else ""
    owner = f", of {way.distribution}" if way.distribution else ""
    yield f"the {way.kind} {_told(way.name)} is in {target}{place}{owner}"
    yield from ("", *_chain(way.chain))
    if way.call:
        yield from ("", render_place(way.call.span, color))
    if way.added and way.call and way.added.span.line != way.call.span.line:
        yield from ("", "added by", render_place(way.added.span, color))
    if way.steps:
        yield from ("", "applied to the collection", *_steps(way.steps))
    if way.distribution and way.distribution.asked:
        yield from ("", *_asked(way.distribution))


def _chain(chain: Sequence[Link]) -> Iterator[str]:
    cells = [(_label(link), link.path if link.kind == "action" else "") for link in chain]
    first, second = (max(map(width, column)) for column in zip(*cells, strict=True))
    for (label, path), link in zip(cells, chain, strict=True):
        line = f"  {_padded(label, first)}  {_padded(path, second)}  {_place(link.origin)}"
        yield line.rstrip()


def _padded(text: str, wide: int) -> str:
    return _told(text) + " " * (wide - width(text))


def _label(link: Link) -> str:
    return link.label if link.kind == "action" else f"{link.kind} {link.label}"


def _steps(steps: Sequence[Step]) -> Iterator[str]:
    for each in steps:
        yield f"  {_told(each.text)}  {_place(each.origin)}".rstrip()


def _asked(distribution: Distribution) -> Iterator[str]:
    yield f"{distribution} is asked for"
    for each in distribution.asked:
        by = each.by or "the build file"
        yield f"  by {by}: {_told(each.requirement)}"


def _place(origin: Origin | None) -> str:
    if origin is None:
        return ""
    return f"{from_here(origin.span.file)}:{origin.span.line}"


def _told(text: str) -> str:
    return printable(without_credentials(text))
