"""Converts lengths, by a table that lies beside this module."""

import json
from importlib.resources import files

FACTORS = json.loads((files(__name__) / "factors.json").read_text(encoding="utf-8"))


def convert(value, unit, wanted):
    return value * FACTORS[unit] / FACTORS[wanted]
