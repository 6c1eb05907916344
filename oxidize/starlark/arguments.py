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
    message = f"{parameter.name} of {member.name}() must be"
    if isinstance(value, str):
        known = [str(each) for each in parameter.type.choices]
        help = did_you_mean(value, known)
        refuse(
            "OX0208",
            f'{message} {choice(known)}, not "{value}"',
            argument=parameter.name,
            help=help,
        )
    shown = ", ".join(str(each) for each in parameter.type.choices)
    refuse("OX0208", f"{message} one of {shown}, not {value}", argument=parameter.name)
