"""Easy mode: the build file that somebody would write for a single script."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

from oxidize.errors import Diagnostic, UsageError

_INLINE = re.compile(r"(?m)^# /// script\s*$(?P<body>(?:\n#(?: .*)?$)*?)\n# ///\s*$")


@frozen
class Script:
    """A script to pack: its file, and the modules beside it that it imports."""

    path: Path
    beside: tuple[str, ...]

    @property
    def module(self) -> str:
        """The name under which the script is packed."""
        return re.sub(r"\W", "_", self.path.stem)

    def build_file(self, name: str) -> str:
        """A build.star for a program of that name."""
        source = self.path.read_text(encoding="utf-8")
        own = self.path.stem
        packages = sorted({own, *self.beside}) if own.isidentifier() else sorted(self.beside)
        lines = [
            "def make():",
            "    dist = default_python_distribution()",
            "    exe = dist.to_python_executable(",
            f"        name = {_quote(name)},",
            "        config = dist.make_python_interpreter_config("
            f"run_module = {_quote(self.module)}),",
            "    )",
        ]
        if packages:
            names = ", ".join(map(_quote, packages))
            lines.append(
                "    exe.add_python_resources(exe.read_package_root("
                f'path = ".", packages = [{names}]))'
            )
        if not own.isidentifier():
            lines.append(
                "    exe.add_python_resources(exe.make_python_module_source("
                f"{_quote(self.module)}, {_quote(source)}))"
            )
        lines += ["    return exe", "", f"register_target({_quote(name)}, make)", ""]
        return "\n".join(lines)


def _quote(text: str) -> str:
    """A Starlark string literal."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\x00"}
    return '"' + "".join(escapes.get(char, char) for char in text) + '"'


def read_script(path: Path) -> Script:
    """Looks at a script. Raises UsageError when it isn't one that can be packed."""
    if path.is_dir():
        raise UsageError(
            Diagnostic(
                "OX0811",
                f"{path} is a folder, not a script",
                help="name a .py file, or write a build.star there and run oxidize build",
            )
        )
    if not path.is_file():
        raise UsageError(Diagnostic("OX0811", f"there is no script {path}"))
    tree = _parse(path)
    _refuse_dependencies(path)
    found: dict[str, None] = {}
    _follow(path.parent, tree, found)
    found.pop(path.stem, None)
    return Script(path, tuple(sorted(found)))


def _parse(path: Path) -> ast.Module:
    try:
        return ast.parse(path.read_bytes(), str(path))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        message = getattr(error, "msg", None) or str(error)
        raise UsageError(Diagnostic("OX0812", f"{path}:{line}: {message}")) from error


def _refuse_dependencies(path: Path) -> None:
    import tomllib

    match = _INLINE.search(path.read_text(encoding="utf-8", errors="replace"))
    if match is None:
        return
    lines = [line[2:] for line in match["body"].splitlines()]
    try:
        block = tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError as error:
        text = f"{path}: its inline metadata is no TOML: {error}"
        raise UsageError(Diagnostic("OX0812", text)) from error
    if block.get("dependencies"):
        names = ", ".join(map(str, block["dependencies"]))
        raise UsageError(
            Diagnostic(
                "OX0813",
                f"{path} needs {names}, and pack doesn't install packages yet",
                help="copy them beside the script, where it can import them",
            )
        )


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
