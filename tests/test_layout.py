"""The layout of the code: no import cycles, and dependencies that point down."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "oxidize"
# What each part may import; parts that aren't named may import all.
ALLOWED = {
    "graph": {"graph", "errors"},
    "errors": set[str](),
    "fetch": {"fetch", "errors", "redaction"},
    "binary": {"binary"},
    "installers": {"binary", "errors", "installers", "triples"},
    "easy": {"easy", "packages", "python_source", "resources", "errors", "suggest"},
    "python_source": set[str](),
    "resources": {"resources", "binary", "graph", "errors", "suggest", "triples"},
    "sbom": {"sbom", "packages"},
    "triples": set[str](),
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


# What asks the disk. In `oxidize.lookup` the answers can be recorded, so that the memory of builds
# knows when it is out of date.
_ASKING = re.compile(
    r"access|exists|r?glob|is_(dir|file|symlink)|iterdir|listdir|l?stat|open|read_(bytes|text)"
    r"|readlink|realpath|resolve|samefile|scandir"
)
_LOAD_AND_ANALYSIS = (
    "objects/*",
    "starlark/*",
    "packages/local",
    "packages/lockfile",
    "packages/other_locks",
    "packages/project_metadata",
    "packages/requirement",
    "packages/requirement_file",
)
_OTHERS = {
    "objects/secret_functions": "secrets decide nothing, and are noted nowhere",
    "objects/globbing": "asks the entries of folders that were looked up, with their links",
    "starlark/build_file": "looked for before anything is remembered",
    "starlark/missing": "explains an error",
    "starlark/rule_pages": "of `oxidize docs`",
    "starlark/trial_files": "of `oxidize test`",
    "starlark/trial_patterns": "of `oxidize test`",
}


def test_reads_are_looked_up() -> None:
    """Load, analysis and discovery ask the disk nothing but through oxidize.lookup."""
    asking = set()
    for path in (path for each in _LOAD_AND_ANALYSIS for path in PACKAGE.glob(f"{each}.py")):
        name = path.relative_to(PACKAGE).with_suffix("").as_posix()
        if name not in _OTHERS:
            asking |= {f"{name}: {call}" for call in asks(ast.parse(path.read_text()))}
    for path in PACKAGE.glob("actions/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name == "discover":
                asking |= {f"{path.stem}: {call}" for call in asks(node)}
    # It explains an error.
    assert asking == {"starlark/labels: location.root.rglob"}


def asks(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            # A path's own `resolve` has no arguments.
            own = node.func.attr != "resolve" or not node.args
            if own and _ASKING.fullmatch(node.func.attr):
                yield ast.unparse(node.func)
