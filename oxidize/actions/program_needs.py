"""What the programs of an installer need of a system, by what embed told of each."""

from __future__ import annotations

from oxidize.actions.kind import InputContext
from oxidize.binary.portability import Needs, Portability, newest


def program_needs(context: InputContext) -> Needs:
    """What satisfies all of the programs whose portability is in the role `needs`."""
    every = (Portability.load(each.read_text("utf-8")) for each in context.inputs("needs"))
    return newest(each.needs for each in every)
