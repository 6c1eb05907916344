"""A script as something to pack: its file, the modules beside it, and what it depends on."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

from oxidize.errors import Diagnostic, UsageError
from oxidize.starlark.easy import Recipe
from oxidize.starlark.inline_metadata import check_python, read_inline_metadata


@frozen
class Script:
    """A script to pack, and the modules beside it that it imports."""

    path: Path
    beside: tuple[str, ...]
    dependencies: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What its program is called unless told."""
        return self.path.stem

    @property
    def module(self) -> str:
        """The name under which the script is packed."""
        return re.sub(r"\W", "_", self.path.stem)

    def recipe(self) -> Recipe:
        """What goes into its program."""
        own = self.path.stem
        if own.isidentifier():
            packages = tuple(sorted({own, *self.beside}))
            return Recipe(self.module, packages, requirements=self.dependencies)
        source = {self.module: self.path.read_text(encoding="utf-8")}
        return Recipe(self.module, tuple(sorted(self.beside)), source, self.dependencies)


def read_script(path: Path, python: str) -> Script:
    """Looks at a script, for a version of Python. Raises UsageError if it can't be packed."""
    if not path.is_file():
        raise UsageError(Diagnostic("OX0811", f"there is no script {path}"))
    tree = _parse(path)
    text = path.read_text(encoding="utf-8", errors="replace")
    metadata = read_inline_metadata(path, text)
    check_python(str(path), metadata.requires_python, python)
    found: dict[str, None] = {}
    _follow(path.parent, tree, found)
    found.pop(path.stem, None)
    return Script(path, tuple(sorted(found)), metadata.dependencies)


def _parse(path: Path) -> ast.Module:
    try:
        return ast.parse(path.read_bytes(), str(path))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        message = getattr(error, "msg", None) or str(error)
        raise UsageError(Diagnostic("OX0812", f"{path}:{line}: {message}")) from error


def _follow(folder: Path, tree: ast.Module, found: dict[str, None]) -> None:
    """Adds the top-level names beside the script that a module imports, and what those import."""
    for name in _imported(tree):
        if name in found:
            continue
        package, module = folder / name, folder / f"{name}.py"
        if package.is_dir() and any(package.glob("*.py")):
            found[name] = None
            for file in sorted(package.rglob("*.py")):
                _follow(folder, _parse(file), found)
        elif module.is_file():
            found[name] = None
            _follow(folder, _parse(module), found)


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
