"""The layout of the code: no import cycles, and dependencies that point down."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "oxidize"
# What each part may import; parts that aren't named may import all.
ALLOWED = {
    "graph": {"graph", "errors"},
    "errors": set[str](),
    "fetch": {"fetch", "errors", "redaction"},
    "binary": {"binary"},
    "installers": {"installers"},
    "easy": {"easy", "packages", "python_source", "resources", "errors", "suggest"},
    "python_source": set[str](),
    "resources": {"resources", "binary", "graph", "errors", "suggest"},
}


def modules() -> dict[str, Path]:
    found = {}
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = path
    return found


def imports(path: Path) -> Iterator[str]:
    """What a module imports when it is imported, as opposed to for types or in functions."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def cycle(graph: Mapping[str, set[str]]) -> list[str]:
    """Some modules that need each other, if there are any."""
    left = dict(graph)
    while left:
        free = [name for name, needs in left.items() if not needs & left.keys()]
        if not free:
            return sorted(left)
        for name in free:
            del left[name]
    return []


def test_no_import_cycles() -> None:
    """No module of oxidize imports, through others, itself."""
    known = modules()
    graph = {
        name: {needed for needed in imports(path) if needed in known and needed != name}
        for name, path in known.items()
    }
    for name, needs in graph.items():
        # A module's package is initialised before it, and is no dependency of its own.
        graph[name] = {needed for needed in needs if not name.startswith(needed + ".")}
    assert cycle(graph) == []


def test_dependencies_point_down() -> None:
    """The parts at the bottom know nothing of those above."""
    for name, path in modules().items():
        part = name.split(".")[1] if "." in name else ""
        if part in ALLOWED:
            used = {n.split(".")[1] for n in imports(path) if n.startswith("oxidize.")}
            assert used <= ALLOWED[part], name
