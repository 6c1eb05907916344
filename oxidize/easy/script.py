"""A script as something to pack: its file, the modules beside it, and what it depends on."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Mapping
from pathlib import Path

from attrs import evolve

from oxidize.easy.recipe import Recipe
from oxidize.errors import Diagnostic, UsageError
from oxidize.packages.inline_metadata import check_python, read_inline_metadata
from oxidize.python_source import parse
from oxidize.suggest import did_you_mean

_SUFFIXES = (".py", ".pyw")
# The name of a script whose own name is a package's.
_MODULE = "oxidize_script"


def read_script(path: Path, python: str) -> Recipe:
    """Looks at a script, for a version of Python. Raises UsageError if it can't be packed."""
    if not path.is_file():
        help_ = did_you_mean(str(path), map(str, path.parent.glob("*.py")), "{}")
        raise UsageError(Diagnostic("OX0811", f"there is no script {path}", help=help_))
    tree = _parse(path)
    metadata = read_inline_metadata(path, _text(path.read_bytes()))
    check_python(str(path), metadata.requires_python, python)
    beside = {name for name, place in imported_beside(path.parent, tree).items() if place != path}
    name = path.stem if path.suffix in _SUFFIXES else path.name
    because = f"What the inline metadata of {path.name} names"
    recipe = Recipe(name, requirements=metadata.dependencies, because=because)
    own = path.stem
    package = any((path.parent / own).glob("__init__.*"))
    if path.suffix == ".py" and own.isidentifier() and own != "__main__" and not package:
        return evolve(recipe, run_module=own, packages=tuple(sorted({own, *beside})))
    # Where the name can't be imported, or means something else.
    module = re.sub(r"\W", "_", own)
    if package or module in beside or not module[0].isalpha():
        module = _MODULE
    packages, modules = tuple(sorted(beside)), {module: path.name}
    return evolve(recipe, run_module=module, packages=packages, modules=modules)


def imported_beside(folder: Path, tree: ast.Module) -> Mapping[str, Path]:
    """Top-level names of the folder that a module imports, directly or through each other."""
    found: dict[str, Path] = {}
    _follow(folder, tree, found)
    return found


def _parse(path: Path) -> ast.Module:
    try:
        return parse(path.read_bytes(), str(path))
    except SyntaxError as error:
        message = f"{path}:{error.lineno or 1}: {error.msg}"
        raise UsageError(Diagnostic("OX0812", message)) from error
    except OSError as error:
        raise UsageError(Diagnostic("OX0812", f"{path} can't be read: {error}")) from error


def _text(source: bytes) -> str:
    """The source of a script that could be parsed."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    return source.decode(encoding).replace("\r\n", "\n")


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
