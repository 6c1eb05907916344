"""What a project says of itself in pyproject.toml, setup.cfg and setup.py; nothing is executed."""

from __future__ import annotations

import configparser
import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from attrs import define, field

from oxidize.packages.setup_py import SetupCall, read_setup_call

KINDS = ("console_scripts", "gui_scripts")
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
        """Whether something builds a distribution of the folder."""
        return (
            "build-system" in self.pyproject
            or bool(self._project)
            or self.is_poetry
            or (self.folder / "setup.py").is_file()
        )

    @property
    def is_packaged(self) -> bool:
        """Whether it is meant to be installed: some only say what the scripts beside need."""
        if self.is_poetry and self._poetry.get("package-mode") is False:
            return False
        built = "build-system" in self.pyproject or (self.folder / "setup.py").is_file()
        return built or self.is_poetry or bool(self.scripts)

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
        rows = _scripts_of(self._project, "scripts", "gui-scripts")
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
        points = {name: _poetry_entry(value) for name, value in rows.items()}
        return {name: point for name, point in points.items() if point}

    def _dynamic_scripts(self) -> dict[str, str]:
        """As setuptools takes them from files that pyproject.toml names."""
        entry = _table(self.pyproject, "tool", "setuptools", "dynamic", "entry-points")
        files = entry.get("file", [])
        names = [files] if isinstance(files, str) else _list(files)
        return _entry_points("\n".join(self._content(str(name)) for name in names))

    def _setup_cfg_scripts(self) -> dict[str, str]:
        config = self._setup_cfg
        named = config.get("options", "entry_points", fallback="")
        if named.startswith("file:"):
            return _entry_points(self._content(named.removeprefix("file:").strip()))
        found: dict[str, str] = {}
        for kind in KINDS:
            lines = config.get("options.entry_points", kind, fallback="").splitlines()
            found = _rows(lines) | found
        return found

    def _setup_py_scripts(self) -> dict[str, str]:
        points = self._setup("entry_points")
        if isinstance(points, str):
            return _entry_points(points)
        found: dict[str, str] = {}
        if isinstance(points, Mapping):
            for kind in KINDS:
                rows = points.get(kind, ())
                found = _rows(rows.splitlines() if isinstance(rows, str) else _list(rows)) | found
        return found

    @cached_property
    def _setup_cfg(self) -> configparser.ConfigParser:
        return _config("setup.cfg", self._content("setup.cfg"))

    @cached_property
    def _setup_call(self) -> SetupCall:
        try:
            return read_setup_call(self._content("setup.py"))
        except (SyntaxError, ValueError) as error:
            raise UnreadableProject(f"setup.py can't be read: {error}") from error

    def _setup(self, keyword: str) -> object:
        if keyword in self._setup_call.computed:
            self.computed.append(f"setup.py computes its {keyword}")
        return self._setup_call.values.get(keyword)

    def _content(self, name: str) -> str:
        """The content of a file of the project; empty if there is none."""
        try:
            return (self.folder / name).read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as error:
            raise UnreadableProject(f"{name} can't be read: {error}") from error


def _config(name: str, text: str) -> configparser.ConfigParser:
    config = configparser.ConfigParser(interpolation=None, strict=False)
    config.optionxform = str  # type: ignore[assignment, method-assign]
    try:
        config.read_string(text)
    except configparser.Error as error:
        why = str(error).partition("\n")[0]
        raise UnreadableProject(f"{name} can't be read: {why}") from error
    return config


def _entry_points(text: str) -> dict[str, str]:
    """Of an entry_points.txt."""
    config = _config("its list of entry points", text)
    found: dict[str, str] = {}
    for kind in KINDS:
        if config.has_section(kind):
            found = dict(config.items(kind)) | found
    return found


def _rows(lines: Iterable[object]) -> dict[str, str]:
    """Of lines such as "name = module:function"."""
    parts = (str(line).partition("=") for line in lines)
    return {name.strip(): point.strip() for name, equals, point in parts if equals}


def _scripts_of(table: Mapping[str, Any], *kinds: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for kind in kinds:
        found = {name: str(point) for name, point in _table(table, kind).items()} | found
    return found


def _poetry_entry(value: object) -> str | None:
    """The entry point that poetry's scripts spell in several ways; None for a script's file."""
    if not isinstance(value, Mapping):
        return str(value)
    point = value.get("reference", value.get("callable"))
    if point is None or value.get("type", "console") != "console":
        return None
    extras = ", ".join(map(str, _list(value.get("extras"))))
    return f"{point} [{extras}]" if extras else str(point)


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
