"""Checks of arguments that Starlark's own type annotations can't express."""

from __future__ import annotations

from collections.abc import Mapping

from oxidize.objects.member import Member, Parameter
from oxidize.objects.problem import refuse
from oxidize.suggest import choice, did_you_mean


def check_choices(member: Member, arguments: Mapping[str, object]) -> None:
    """Refuses a value that isn't among its parameter's choices."""
    for each in member.parameters:
        value = arguments.get(each.name)
        if each.type.choices and value is not None and value not in each.type.choices:
            _refuse(member, each, value)


def _refuse(member: Member, parameter: Parameter, value: object) -> None:
    known = [str(each) for each in parameter.type.choices]
    quoted = choice(known) if isinstance(value, str) else " or ".join(known)
    shown = f'"{value}"' if isinstance(value, str) else str(value)
    refuse(
        "OX0208",
        f"{parameter.name} of {member.name}() must be {quoted}, not {shown}",
        argument=parameter.name,
        help=did_you_mean(str(value), known),
    )
