"""PYTHON.json: what a standalone archive says of itself, in versions 7 and 8 of its format.

docs/distributions.md tells which members are read. What is there and isn't as it should be is
refused with the member's name; what isn't known is passed over.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Literal, TypeVar

from attrs import field, frozen

NAME = "PYTHON.json"
VERSIONS = ("7", "8")

_T = TypeVar("_T")


class BadArchiveContent(Exception):
    """The archive isn't a distribution, or not one that can be embedded; says why."""


@frozen
class Link:
    """A library that something is linked with; `path` is that of a static or dynamic one."""

    name: str
    kind: Literal["static", "dynamic", "framework", "system"]
    path: str = ""


@frozen
class Variant:
    """One way to have an extension module; paths are relative to the archive's folder.

    `shared_library` is its file where it isn't built in.
    """

    name: str
    links: tuple[Link, ...]
    shared_library: str
    licences: tuple[str, ...]
    """SPDX identifiers."""
    licence_paths: tuple[str, ...]


@frozen
class PythonJson:
    """What it says, as far as oxidize needs it; paths are relative to the archive's folder."""

    triple: str
    python: str
    """Version of CPython, such as "3.13.5"."""
    options: str
    """How it was built: "pgo+lto"; "" says nothing special."""
    platform_tag: str
    abi_tag: str
    extension_suffixes: tuple[str, ...]
    link_mode: str
    loading: tuple[str, ...]
    """Which extension modules its interpreter can load: "builtin", "shared-library"."""
    features: tuple[str, ...]
    """What it needs of the C library: "glibc-max-symbol-version:2.17"."""
    interpreter: str
    stdlib: str
    include: str
    test_packages: tuple[str, ...]
    object_format: str
    """"elf", or "llvm-bitcode:22.1.3"."""
    libpython_static: str
    libpython_shared: str
    links: tuple[Link, ...]
    """Of the interpreter's core."""
    extensions: Mapping[str, tuple[Variant, ...]]
    licence: str
    """Path of CPython's own licence."""
    macos: str = ""
    """The oldest macOS that it is for: "11.0"; "" for other systems."""
    absent: Mapping[str, str] = field(factory=dict)
    """Extension modules that it was built without -> the reason."""
    library_versions: Mapping[str, str] = field(factory=dict)
    """Libraries that it was built with, as far as it tells -> their versions."""
    magic: bytes = b""
    """What its bytecode starts with; empty where it doesn't tell."""

    @property
    def glibc(self) -> str:
        """The newest version of glibc that it needs symbols of: "2.17"; "" without glibc."""
        prefix = "glibc-max-symbol-version:"
        found = (each.removeprefix(prefix) for each in self.features if each.startswith(prefix))
        return next(found, "")

    @property
    def bitcode(self) -> str:
        """The version of LLVM whose bitcode its objects are: "22.1.3"; "" for machine code."""
        kind, _, version = self.object_format.partition(":")
        # Some archives have a stray % there.
        return version.lstrip("%") if kind == "llvm-bitcode" else ""

    def default_variants(self) -> Iterator[Variant]:
        """Of each extension module the first variant: the one that its own interpreter has."""
        return (variants[0] for variants in self.extensions.values())

    def builtin(self) -> tuple[str, ...]:
        """Names of modules that are part of libpython, sorted."""
        return tuple(sorted(v.name for v in self.default_variants() if not v.shared_library))


def read_python_json(path: Path) -> PythonJson:
    """Raises BadArchiveContent, and OSError."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadArchiveContent(f"{NAME} isn't JSON: {error}") from error
    if not isinstance(data, dict):
        raise BadArchiveContent(f"{NAME} isn't an object")
    version = data.get("version")
    if version not in VERSIONS:
        known = " and ".join(VERSIONS)
        raise BadArchiveContent(f"{NAME} is of version {version!r}, and {known} are known")
    return _python(_Members(data, ""))


def _python(top: _Members) -> PythonJson:
    build = top.members("build_info")
    core = build.members("core")
    return PythonJson(
        triple=top.text("target_triple"),
        python=top.text("python_version"),
        options=top.text("build_options", top.text("optimizations", "")),
        platform_tag=top.text("python_platform_tag"),
        abi_tag=top.text("python_abi_tag", ""),
        extension_suffixes=top.members("python_suffixes").texts("extension"),
        link_mode=top.text("libpython_link_mode"),
        loading=top.texts("python_extension_module_loading"),
        features=top.texts("crt_features"),
        interpreter=top.path("python_exe"),
        stdlib=top.members("python_paths").path("stdlib"),
        include=top.members("python_paths").path("include"),
        test_packages=top.texts("python_stdlib_test_packages", ()),
        object_format=build.text("object_file_format"),
        libpython_static=core.path("static_lib", ""),
        libpython_shared=core.path("shared_lib", ""),
        links=_links(core),
        extensions=dict(_extensions(build.members("extensions"))),
        licence=top.path("license_path", ""),
        absent=top.pairs("absent_extensions"),
        library_versions=top.pairs("library_versions"),
        magic=top.hexadecimal("python_bytecode_magic_number"),
        macos=top.text("apple_sdk_deployment_target", ""),
    )


def _extensions(rows: _Members) -> Iterator[tuple[str, tuple[Variant, ...]]]:
    for name in sorted(rows.data):
        variants = tuple(_variant(name, each) for each in rows.objects(name))
        if not variants:
            raise rows.refused(name, "is empty")
        yield name, variants


def _variant(name: str, row: _Members) -> Variant:
    return Variant(
        name=name,
        links=_links(row),
        shared_library=row.path("shared_lib", ""),
        licences=row.texts("licenses", ()),
        licence_paths=row.paths("license_paths"),
    )


def _links(row: _Members) -> tuple[Link, ...]:
    return tuple(_link(each) for each in row.objects("links"))


def _link(row: _Members) -> Link:
    name = row.text("name")
    if path := row.path("path_static", ""):
        return Link(name, "static", path)
    if path := row.path("path_dynamic", ""):
        return Link(name, "dynamic", path)
    return Link(name, "framework" if row.flag("framework") else "system")


_MISSING: Any = object()


@frozen
class _Members:
    """The members of an object, typed; `where` is the object's own name, for messages."""

    data: Mapping[str, Any]
    where: str

    def refused(self, name: str, why: str) -> BadArchiveContent:
        return BadArchiveContent(f"{NAME}: {self.where}{name} {why}")

    def _get(self, name: str, kind: type[_T], default: _T, what: str) -> _T:
        value = self.data.get(name)
        if value is None:
            if default is _MISSING:
                raise self.refused(name, "is missing")
            return default
        if not isinstance(value, kind):
            raise self.refused(name, f"isn't {what}")
        return value

    def text(self, name: str, default: str = _MISSING) -> str:
        return self._get(name, str, default, "a string")

    def flag(self, name: str) -> bool:
        return self._get(name, bool, False, "true or false")

    def texts(self, name: str, default: tuple[str, ...] = _MISSING) -> tuple[str, ...]:
        found = self._get(name, list, _MISSING if default is _MISSING else list(default), "a list")
        if not all(isinstance(each, str) for each in found):
            raise self.refused(name, "isn't a list of strings")
        return tuple(found)

    def pairs(self, name: str) -> Mapping[str, str]:
        """Texts by text; none where there is no such member."""
        found = self._get(name, dict, {}, "an object")
        if not all(isinstance(each, str) for each in found.values()):
            raise self.refused(name, "isn't an object of strings")
        return found

    def hexadecimal(self, name: str) -> bytes:
        """Bytes; none where there is no such member."""
        try:
            return bytes.fromhex(self.text(name, ""))
        except ValueError as error:
            raise self.refused(name, "isn't hexadecimal digits") from error

    def path(self, name: str, default: str = _MISSING) -> str:
        """A path below the archive's folder."""
        return self.checked(name, self.text(name, default))

    def paths(self, name: str) -> tuple[str, ...]:
        return tuple(self.checked(name, path) for path in self.texts(name, ()))

    def checked(self, name: str, path: str) -> str:
        parts = PurePosixPath(path)
        if parts.is_absolute() or ".." in parts.parts:
            raise self.refused(name, f"leads out of the archive: {path}")
        return path

    def members(self, name: str) -> _Members:
        found = self._get(name, dict, _MISSING, "an object")
        return _Members(found, f"{self.where}{name}.")

    def objects(self, name: str) -> Iterator[_Members]:
        for number, each in enumerate(self._get(name, list, [], "a list")):
            if not isinstance(each, dict):
                raise self.refused(f"{name}[{number}]", "isn't an object")
            yield _Members(each, f"{self.where}{name}[{number}].")
