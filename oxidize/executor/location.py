"""Where the cache directory is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

# The folder's layout; a change of it gets a new number, and old and new live side by side.
LAYOUT = "v1"


def cache_folder(environ: Mapping[str, str]) -> Path:
    """The user's cache directory: shared by all projects and processes."""
    if own := environ.get("OXIDIZE_CACHE_DIR"):
        return Path(own).absolute()
    # The XDG rules say that a relative path there is to be ignored.
    if (shared := environ.get("XDG_CACHE_HOME")) and Path(shared).is_absolute():
        return Path(shared) / "oxidize"
    home = environ.get("HOME") or environ.get("USERPROFILE")
    return (Path(home) if home else Path.home()) / ".cache" / "oxidize"


def libraries_folder(environ: Mapping[str, str]) -> Path:
    """Where fetched rule libraries are, each in a folder named by its archive's sha256."""
    return cache_folder(environ) / LAYOUT / "libraries"
