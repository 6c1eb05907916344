"""The language as data for editors: names, signatures, documentation and values to choose from."""

from __future__ import annotations

import json
from collections.abc import Sequence

from oxidize.objects.language import Language, ObjectType
from oxidize.objects.language import language as own_language
from oxidize.objects.member import Member, Parameter
from oxidize.starlark.prelude import literal, signature

FORMAT = 1


def completions(language: Language | None = None) -> str:
    """The document of a language, or of oxidize's own, as docs/editors.md describes it."""
    shown = language or own_language()
    document = {
        "format": FORMAT,
        "values": [
            {"kind": "value", "name": each.name, "type": each.spelling, "doc": each.doc}
            for each in shown.values.values()
        ],
        "functions": [_member(each, "function") for each in shown.functions.values()],
        "types": [_type(each, shown) for each in shown.types.values()],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _type(each: ObjectType, language: Language) -> dict[str, object]:
    return {
        "kind": "type",
        "name": each.name,
        "doc": each.doc,
        "buildable": each.buildable,
        "made_by": language.makers(each.name),
        "values": [
            {"kind": "value", "name": field.name, "type": field.type.spelling, "doc": field.doc}
            for field in each.fields.values()
        ],
        "methods": [_member(member, "method") for member in each.members.values()],
    }


def _member(member: Member, kind: str) -> dict[str, object]:
    return {
        "kind": kind,
        "name": member.name,
        "signature": f"{member.name}({signature(member)}) -> {member.returns.spelling}",
        "doc": member.doc,
        "returns": member.returns.spelling,
        "parameters": _parameters(member.parameters),
    }


def _parameters(parameters: Sequence[Parameter]) -> list[dict[str, object]]:
    return [
        {
            "name": each.name,
            "type": each.type.spelling,
            "doc": each.doc,
            "required": each.required,
            "default": None if each.required or each.variadic else literal(each.default),
            "keyword_only": each.keyword_only,
            "variadic": each.variadic,
            "choices": [literal(value) for value in each.type.choices],
        }
        for each in parameters
    ]
