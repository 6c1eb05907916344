"""Locations of resources, as scripts spell them."""

from __future__ import annotations

import json

from oxidize.objects.file_name import is_long_path
from oxidize.objects.problem import refuse
from oxidize.resources.placement import FORMS, beside, is_location
from oxidize.suggest import did_you_mean


def check_location(text: str, argument: str) -> None:
    """Refuses what isn't a location."""
    if is_location(text):
        if is_long_path(beside(text)):
            refuse("OX0224", "the folder's name is too long", argument=argument)
        return
    known = ("in-memory", "extracted", "filesystem-relative:lib")
    refuse(
        "OX0224",
        f"{json.dumps(text, ensure_ascii=False)} is no location",
        argument=argument,
        notes=(f"locations are {FORMS}", "a folder is relative, and lies beside the program"),
        help=did_you_mean(text, known),
    )
