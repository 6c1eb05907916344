"""Amounts as people read and write them: numbers, sizes of files, and spans of time."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from oxidize.executor.result import BuildResult

_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*([A-Za-z]*)")
_SIZES = {
    "": 1,
    "B": 1,
    **{f"{letter}B": 1000**power for power, letter in enumerate("KMGT", 1)},
    **{f"{letter}IB": 1024**power for power, letter in enumerate("KMGT", 1)},
}
_SPANS = {"s": 1, "min": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}


def plural(number: int, noun: str) -> str:
    """A number of things."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def size_text(number: int) -> str:
    """For people: 999 B, 1.0 kB, 12.7 MB."""
    value, units = float(number), ["GB", "MB", "kB"]
    if number < 1000:
        return f"{number} B"
    value /= 1000
    while value >= 1000 and len(units) > 1:
        value /= 1000
        units.pop()
    return f"{value:.1f} {units[-1]}"


def size(text: str) -> int:
    """Bytes, for argparse: 5GB, 1.5 GiB, 700000; capitals or not."""
    match = _AMOUNT.fullmatch(text.strip())
    if match is None or match[2].upper() not in _SIZES:
        raise argparse.ArgumentTypeError(f"{text!r} is no size such as 5GB, 500MB or 2GiB")
    return int(float(match[1]) * _SIZES[match[2].upper()])


def span(text: str) -> float:
    """Seconds, for argparse: 30d, 12h, 2w."""
    match = _AMOUNT.fullmatch(text.strip())
    if match is None or match[2] not in _SPANS:
        raise argparse.ArgumentTypeError(f"{text!r} is no span of time such as 30d, 12h or 2w")
    return float(match[1]) * _SPANS[match[2]]


def counts(result: BuildResult) -> str:
    """How many actions ran and how many didn't need to."""
    return f"{result.ran} ran, {result.cached} cached, {result.seconds:.1f} s"
