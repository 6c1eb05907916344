"""What a project says of itself in pyproject.toml, setup.cfg and setup.py; nothing is executed."""

from __future__ import annotations

import configparser
import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from attrs import define, field

from oxidize.lookup import is_file, read_text
from oxidize.packages.entry_points import of_lines, of_poetry, of_tables, of_text, read_config
from oxidize.packages.setup_py import SetupCall, read_setup_call

_T = TypeVar("_T")
_CARET = re.compile(r"\^\s*(\d+)((?:\.\d+)*)")
# What says where a project gets a name or entry points from, beside [project] itself.
_DYNAMIC_SCRIPTS = {"scripts", "gui-scripts", "entry-points"}


class UnreadableProject(Exception):
    """A file of the project can't be read; the message begins with the file's name."""


@define
class ProjectMetadata:
    """The project of a folder, whatever builds it: each property asks the files in turn.

    Reading raises UnreadableProject. What a file computes, and so can't be known without executing
    it, is as if it weren't said; `computed` names it.
    """

    folder: Path
    computed: list[str] = field(factory=list)

    @property
    def is_project(self) -> bool:
        """Whether the folder says that it is one."""
        return self.is_built or bool(self._project) or self.is_poetry

    @property
    def is_packaged(self) -> bool:
        """Whether it is meant to be installed: some only say what the scripts beside need."""
        if self.is_poetry:
            return self._poetry.get("package-mode") is not False
        return self.is_built or bool(self.scripts)

    @property
    def is_built(self) -> bool:
        """Whether it names a back end, or is of setuptools, which needs no naming."""
        has_setup = self._setup_cfg.has_section("metadata") and bool(self.pyproject)
        return "build-system" in self.pyproject or has_setup or is_file(self.folder / "setup.py")

    @property
    def is_poetry(self) -> bool:
        """Whether poetry's own tables say what it is, and no [project]."""
        return bool(self._poetry) and not self._project

    @cached_property
    def name(self) -> str | None:
        """Its name as it is spelled there, or None."""
        return (
            _text(self._project.get("name"))
            or _text(self._poetry.get("name"))
            or self._setup_cfg.get("metadata", "name", fallback=None)
            or _text(self._setup("name"))
        )

    @cached_property
    def requires_python(self) -> str:
        """A version specifier, or empty."""
        return (
            _text(self._project.get("requires-python"))
            or _without_caret(_text(_table(self._poetry, "dependencies").get("python")) or "")
            or self._setup_cfg.get("options", "python_requires", fallback="")
            or _text(self._setup("python_requires"))
            or ""
        )

    @property
    def dependencies(self) -> tuple[str, ...]:
        """What [project] names as such."""
        return tuple(map(str, _list(self._project.get("dependencies"))))

    @cached_property
    def scripts(self) -> Mapping[str, str]:
        """Name -> entry point; those with windows after those without."""
        rows = of_tables(_table(self._project, kind) for kind in ("scripts", "gui-scripts"))
        if rows or not self._scripts_elsewhere:
            return rows
        return (
            self._poetry_scripts()
            or self._dynamic_scripts()
            or self._setup_cfg_scripts()
            or self._setup_py_scripts()
        )

    @cached_property
    def pyproject(self) -> Mapping[str, Any]:
        """The whole pyproject.toml; empty if there is none."""
        text = self._content("pyproject.toml")
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise UnreadableProject(f"pyproject.toml is no TOML: {error}") from error

    @property
    def _project(self) -> Mapping[str, Any]:
        return _table(self.pyproject, "project")

    @property
    def _poetry(self) -> Mapping[str, Any]:
        return _table(self.pyproject, "tool", "poetry")

    @property
    def _scripts_elsewhere(self) -> bool:
        """Whether [project] leaves it to other files and tables to name scripts."""
        dynamic = set(map(str, _list(self._project.get("dynamic"))))
        return not self._project or bool(self._poetry) or bool(dynamic & _DYNAMIC_SCRIPTS)

    def _poetry_scripts(self) -> dict[str, str]:
        rows = _table(self._poetry, "scripts")
        points = {name: of_poetry(value) for name, value in rows.items()}
        return {name: point for name, point in points.items() if point}

    def _dynamic_scripts(self) -> dict[str, str]:
        """As setuptools takes them from files that pyproject.toml names."""
        entry = _table(self.pyproject, "tool", "setuptools", "dynamic", "entry-points")
        files = entry.get("file", [])
        names = [files] if isinstance(files, str) else _list(files)
        return self._listed(*map(str, names))

    def _setup_cfg_scripts(self) -> dict[str, str]:
        named = self._setup_cfg.get("options", "entry_points", fallback="")
        if named.startswith("file:"):
            return self._listed(named.removeprefix("file:").strip())
        section = "options.entry_points"
        known = self._setup_cfg.has_section(section)
        return of_lines(dict(self._setup_cfg.items(section)) if known else {})

    def _setup_py_scripts(self) -> dict[str, str]:
        points = self._setup("entry_points")
        if isinstance(points, str):
            return self._parsed("setup.py", points, of_text)
        return of_lines(points) if isinstance(points, Mapping) else {}

    def _listed(self, *names: str) -> dict[str, str]:
        """What entry_points.txt and such list."""
        text = "\n".join(map(self._content, names))
        return self._parsed(", ".join(names), text, of_text)

    def _parsed(self, name: str, text: str, parser: Callable[[str], _T]) -> _T:
        try:
            return parser(text)
        except configparser.Error as error:
            why = str(error).partition("\n")[0]
            raise UnreadableProject(f"{name} can't be read: {why}") from error

    @cached_property
    def _setup_cfg(self) -> configparser.ConfigParser:
        return self._parsed("setup.cfg", self._content("setup.cfg"), read_config)

    @cached_property
    def _setup_call(self) -> SetupCall:
        try:
            return read_setup_call(self._content("setup.py"))
        except SyntaxError as error:
            raise UnreadableProject(f"setup.py can't be read: {error}") from error

    def _setup(self, keyword: str) -> object:
        if keyword in self._setup_call.computed:
            self.computed.append(f"setup.py computes its {keyword}")
        return self._setup_call.values.get(keyword)

    def _content(self, name: str) -> str:
        """The content of a file of the project; empty if there is none."""
        try:
            return read_text(self.folder / name)
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as error:
            raise UnreadableProject(f"{name} can't be read: {error}") from error


def _without_caret(version: str) -> str:
    """A version specifier for what poetry writes; empty for what has no simple one."""
    if match := _CARET.fullmatch(version.strip()):
        return f">={match[1]}{match[2]},<{int(match[1]) + 1}"
    return version if version.strip()[:1] in ("<", ">", "!", "=") and "|" not in version else ""


def _table(outer: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    for name in names:
        found = outer.get(name)
        outer = found if isinstance(found, Mapping) else {}
    return outer


def _list(value: object) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
