"""The automatic collection: at most once a day, after a build, of a cache that is too large."""

from __future__ import annotations

from pathlib import Path

from oxidize.upkeep.census import total
from oxidize.upkeep.choice import Limits
from oxidize.upkeep.collector import Collected, Collector

# What was used so lately stays. Uses are noted once a day.
_SPARED = 2 * 86_400


def collect_if_large(root: Path, limit: int, kept: int) -> Collected | None:
    """What went to leave `kept` bytes, if there were more than the limit. Raises OSError."""
    if total(root) <= limit:
        return None
    return Collector(root, Limits(size=kept), spared=_SPARED).collect()
