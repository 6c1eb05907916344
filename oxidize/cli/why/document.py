"""The answer as JSON, as docs/why.md has it."""

from __future__ import annotations

from oxidize.cli.why.answer import Answer, Link, Way
from oxidize.errors import Origin
from oxidize.redaction import all_without_credentials

FORMAT = 1


def document(answer: Answer) -> object:
    """All of it, made of what JSON can hold."""
    fields = {
        "format": FORMAT,
        "target": answer.target,
        "path": answer.path,
        "ways": [_way(each) for each in answer.ways],
        "left_out": [{"why": each.text, "origin": _place(each.origin)} for each in answer.left_out],
        "near": list(answer.near),
    }
    return all_without_credentials(fields)


def _way(way: Way) -> dict[str, object]:
    owner = way.distribution
    return {
        "kind": way.kind,
        "name": way.name,
        "location": way.location or None,
        "distribution": {"name": owner.name, "version": owner.version} if owner else None,
        "chain": [_link(each) for each in way.chain],
        "origin": _place(way.call),
        "added": _place(way.added),
        "steps": [{"step": each.text, "origin": _place(each.origin)} for each in way.steps],
        "requirements": [
            {"requirement": each.requirement, "by": each.by or None}
            for each in (owner.asked if owner else ())
        ],
    }


def _link(link: Link) -> dict[str, object]:
    return {
        "kind": link.kind,
        "label": link.label,
        "mnemonic": link.mnemonic or None,
        "path": link.path or None,
        "origin": _place(link.origin),
    }


def _place(origin: Origin | None) -> dict[str, object] | None:
    if origin is None:
        return None
    span = origin.span
    return {"file": span.file, "line": span.line, "column": span.column}
