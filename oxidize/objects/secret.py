"""Secret: a text that must not be shown or kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from attrs import define, field

from oxidize.objects.base import ScriptObject


@define(eq=False, kw_only=True)
class Secret(ScriptObject):
    """A text that is handed on without being shown, logged or cached, as a password is."""

    SHOWN: ClassVar[str] = "<secret>"
    text: str = field(repr=False)


def revealed(values: Mapping[str, str | Secret]) -> tuple[dict[str, str], frozenset[str]]:
    """The texts, and the names of those that are secret."""
    texts = {k: v.text if isinstance(v, Secret) else v for k, v in values.items()}
    return texts, frozenset(k for k, v in values.items() if isinstance(v, Secret))
