"""Easy mode: the build file that somebody would write for a single script or project."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from attrs import field, frozen

# Not the program's name: what was resolved for one name is good for another.
TARGET = "program"


class Packable(Protocol):
    """What can be packed: a script or a project."""

    @property
    def name(self) -> str:
        """What its program is called unless told."""

    def recipe(self) -> Recipe:
        """What goes into its program."""


@frozen
class Recipe:
    """What goes into a program: packages of its folder, written modules, and requirements."""

    run_module: str
    packages: tuple[str, ...] = ()
    modules: Mapping[str, str] = field(factory=dict)
    requirements: tuple[str, ...] = ()

    def build_file(self, name: str) -> str:
        """A build.star for a program of that name."""
        steps = [f"pip_install([{_quoted(self.requirements)}])"] if self.requirements else []
        if self.packages:
            steps.append(f'read_package_root(path = ".", packages = [{_quoted(self.packages)}])')
        for module, source in self.modules.items():
            steps.append(f"make_python_module_source({_quote(module)}, {_quote(source)})")
        lines = [
            "def make():",
            "    dist = default_python_distribution()",
            "    exe = dist.to_python_executable(",
            f"        name = {_quote(name)},",
            "        config = dist.make_python_interpreter_config("
            f"run_module = {_quote(self.run_module)}),",
            "    )",
            *(f"    exe.add_python_resources(exe.{step})" for step in steps),
            "    return exe",
            "",
            f"register_target({_quote(TARGET)}, make)",
            "",
        ]
        return "\n".join(lines)


def _quoted(texts: tuple[str, ...]) -> str:
    return ", ".join(map(_quote, texts))


def _quote(text: str) -> str:
    """A Starlark string literal."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\x00"}
    return '"' + "".join(escapes.get(char, char) for char in text) + '"'
