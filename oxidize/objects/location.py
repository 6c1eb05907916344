"""Locations of resources, as scripts spell them."""

from __future__ import annotations

from oxidize.objects.problem import refuse
from oxidize.resources.placement import FORMS, is_location
from oxidize.suggest import did_you_mean


def check_location(text: str, argument: str) -> None:
    """Refuses what isn't a location."""
    if is_location(text):
        return
    known = ("in-memory", "extracted", "filesystem-relative:lib")
    refuse(
        "OX0224",
        f'"{text}" is no location',
        argument=argument,
        notes=(f"locations are {FORMS}", "a folder is relative, and lies beside the program"),
        help=did_you_mean(text, known),
    )
