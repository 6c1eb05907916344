"""A script as something to pack: its file, the modules beside it, and what it depends on."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

from oxidize.errors import Diagnostic, UsageError
from oxidize.packages.inline_metadata import check_python, read_inline_metadata
from oxidize.starlark.easy import Recipe

_SUFFIXES = (".py", ".pyw")
# The name of a script whose own name is a package's.
_MODULE = "oxidize_script"
_COOKIE = re.compile(r"(?m)^([ \t\f]*#.*?coding[:=][ \t]*)[-\w.]+")


@frozen
class Script:
    """A script to pack, and the modules beside it that it imports."""

    path: Path
    beside: tuple[str, ...]
    dependencies: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What its program is called unless told."""
        return self.path.stem if self.path.suffix in _SUFFIXES else self.path.name

    def recipe(self) -> Recipe:
        """What goes into its program."""
        own = self.path.stem
        package = any((self.path.parent / own).glob("__init__.*"))
        if self.path.suffix == ".py" and own.isidentifier() and not package:
            packages = tuple(sorted({own, *self.beside}))
            return Recipe(own, packages, requirements=self.dependencies)
        # Where the name can't be imported, or means something else.
        module = _MODULE if package else re.sub(r"\W", "_", own)
        source = {module: _text(self.path.read_bytes())}
        return Recipe(module, tuple(sorted(self.beside)), source, self.dependencies)


def read_script(path: Path, python: str) -> Script:
    """Looks at a script, for a version of Python. Raises UsageError if it can't be packed."""
    if not path.is_file():
        raise UsageError(Diagnostic("OX0811", f"there is no script {path}"))
    tree = _parse(path)
    metadata = read_inline_metadata(path, _text(path.read_bytes()))
    check_python(str(path), metadata.requires_python, python)
    found: dict[str, Path] = {}
    _follow(path.parent, tree, found)
    beside = (name for name, place in found.items() if place != path)
    return Script(path, tuple(sorted(beside)), metadata.dependencies)


def _parse(path: Path) -> ast.Module:
    try:
        return ast.parse(path.read_bytes(), str(path))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        message = getattr(error, "msg", None) or str(error)
        raise UsageError(Diagnostic("OX0812", f"{path}:{line}: {message}")) from error


def _text(source: bytes) -> str:
    """The source of a script that could be parsed, as UTF-8 would have it."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    text = source.decode(encoding).replace("\r\n", "\n")
    return text if encoding.startswith("utf-8") else _COOKIE.sub(r"\1utf-8", text, count=1)


def _follow(folder: Path, tree: ast.Module, found: dict[str, Path]) -> None:
    """Adds the top-level names beside the script that a module imports, and what those import."""
    for name in _imported(tree):
        if name in found:
            continue
        package, module = folder / name, folder / f"{name}.py"
        if any(package.glob("__init__.*")) or (not module.exists() and any(package.glob("*.py"))):
            found[name] = package
            for file in sorted(package.rglob("*.py")):
                _follow(folder, _parse(file), found)
        elif module.is_file():
            found[name] = module
            _follow(folder, _parse(module), found)


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
