"""The executor of `distribution`'s verbs: over the user's cache, without a project."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path

from oxidize.actions.registry import KINDS
from oxidize.cli.options import has_sandbox
from oxidize.executor.cache import ActionCache
from oxidize.executor.events import Event
from oxidize.executor.executor import Executor
from oxidize.executor.filecache import FileCache
from oxidize.executor.location import LAYOUT, cache_folder
from oxidize.executor.sandbox import Sandbox
from oxidize.executor.store import Store


def make_executor(args: argparse.Namespace, emit: Callable[[Event], None]) -> Executor:
    """As the options say. A sandbox hides the current folder, the cache and the user's home."""
    root = cache_folder(os.environ) / LAYOUT
    hidden = (Path.cwd(), root, Path(os.environ.get("HOME") or "/"))
    return Executor(
        Store(root),
        ActionCache(root / "actions"),
        FileCache(root / "files", str(root)),
        KINDS,
        jobs=args.jobs,
        emit=emit,
        sandbox=Sandbox(hidden) if has_sandbox(args) else None,
    )
