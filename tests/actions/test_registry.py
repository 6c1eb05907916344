"""The registry: every kind that there is, under its own mnemonic."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

from oxidize import actions
from oxidize.actions.kind import Kind
from oxidize.actions.registry import KINDS


def test_mnemonics() -> None:
    """Each kind is found under the mnemonic that it gives itself."""
    assert {mnemonic: kind.mnemonic for mnemonic, kind in KINDS.items()} == {m: m for m in KINDS}


def test_complete() -> None:
    """No kind is missing."""
    found = set()
    for module in pkgutil.iter_modules(actions.__path__, "oxidize.actions."):
        members = inspect.getmembers(importlib.import_module(module.name), inspect.isclass)
        found |= {c.mnemonic for _, c in members if issubclass(c, Kind) and hasattr(c, "mnemonic")}
    assert found == set(KINDS)
