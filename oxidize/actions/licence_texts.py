"""The licences of an installer's programs: one file, of the texts that write-licenses made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from oxidize.actions.kind import ActionContext
from oxidize.installers.archive import Member


def licence_text(context: ActionContext) -> str:
    """The texts in the role "licences", one after the other; "" if there are none."""
    return "\n\n".join(each.read_text("utf-8") for each in context.inputs("licences"))


def licence_file(context: ActionContext) -> Iterator[Member]:
    """The file that has them, at the path that the parameter `licences` names; none without any."""
    if text := licence_text(context):
        path: Path = context.scratch / "licences"
        path.write_text(text, encoding="utf-8")
        yield Member(str(context.params["licences"]), path, False)
