"""Writes PYTHON.json: what an archive that was built here says of itself, in version 8."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from oxidize.distributions.python_build import PythonBuild
from oxidize.distributions.recipes.recipe import licence_path
from oxidize.distributions.recipes.target import MACOS, RecipeTarget

_PYTHON_LICENCE = "Python-2.0.1"
_RELEASE_LEVELS = {"a": 0xA, "b": 0xB, "rc": 0xC, "": 0xF}


@frozen
class LinkedLibrary:
    """A library that was built for it, and what it is licensed by."""

    name: str
    licence: str
    version: str
    archives: tuple[str, ...]
    """Names after -l."""


@frozen
class Describing:
    """Writes the description of one CPython."""

    build: PythonBuild
    target: RecipeTarget
    version: str
    libraries: tuple[LinkedLibrary, ...]
    absent: Mapping[str, str]
    object_format: str
    sdk: str = ""
    """Of macOS, the version of the headers that it was built with."""

    def document(self) -> str:
        """All of it."""
        members = {**self._about(), **self._python(), **self._linking(), **self._build_info()}
        return json.dumps(members, indent=1, sort_keys=True) + "\n"

    @property
    def _tag(self) -> str:
        return "cp" + self.build.minor.replace(".", "")

    def _about(self) -> dict[str, Any]:
        return {
            "version": "8",
            "target_triple": self.target.triple,
            "build_options": self.target.flavour,
            "licenses": [_PYTHON_LICENCE],
            "license_path": licence_path("cpython"),
            "absent_extensions": dict(sorted(self.absent.items())),
            "library_versions": {each.name: each.version for each in self.libraries},
        }

    def _python(self) -> dict[str, Any]:
        build, tag = self.build, self._tag
        return {
            "python_version": self.version,
            "python_major_minor_version": build.minor,
            "python_tag": tag,
            "python_abi_tag": tag,
            "python_platform_tag": self.target.platform_tag,
            "python_implementation_name": "cpython",
            "python_implementation_version": self.version,
            "python_implementation_hex_version": _hex_version(self.version),
            "python_implementation_cache_tag": f"cpython-{tag.removeprefix('cp')}",
            "python_bytecode_magic_number": build.magic_number(),
            "python_exe": f"install/bin/python{build.minor}",
            "python_paths": _paths(build.minor, "install"),
            "python_paths_abstract": _paths(build.minor, "{base}"),
            "python_config_vars": dict(build.config_variables),
            "python_stdlib_platform_config": _platform_config(build),
            "python_stdlib_test_packages": build.test_packages(),
            "python_suffixes": {
                "bytecode": [".pyc"],
                "debug_bytecode": [".pyc"],
                "optimized_bytecode": [".pyc"],
                "extension": [build.extension_suffix, ".abi3.so", ".so"],
                "source": [".py"],
            },
        }

    def _linking(self) -> dict[str, Any]:
        shared = [] if self.target.static else ["shared-library"]
        return {
            "libpython_link_mode": "shared" if self.target.darwin else "static",
            "python_symbol_visibility": "global-default",
            "python_extension_module_loading": ["builtin", *shared],
            "crt_features": list(_features(self.target)),
            **(self._apple() if self.target.darwin else {}),
        }

    def _apple(self) -> dict[str, Any]:
        return {
            "apple_sdk_canonical_name": f"macosx{self.sdk}",
            "apple_sdk_deployment_target": MACOS,
            "apple_sdk_platform": "macosx",
            "apple_sdk_version": self.sdk,
        }

    def _build_info(self) -> dict[str, Any]:
        build, target = self.build, self.target
        library = f"install/lib/libpython{build.minor}.{target.libpython}"
        return {
            "build_info": {
                "core": {
                    "objs": [f"build/{each}" for each in build.core_objects()],
                    "links": [self._link(each) for each in build.core_links()],
                    "shared_lib" if target.darwin else "static_lib": library,
                },
                "extensions": {name: [self._extension(name)] for name in sorted(build.inittab)},
                "inittab_object": "build/Modules/config.o",
                "inittab_source": "build/Modules/config.c",
                "inittab_cflags": ["-fPIC", "-DNDEBUG", "-DPy_BUILD_CORE"],
                "object_file_format": self.object_format,
            }
        }

    def _extension(self, name: str) -> dict[str, Any]:
        objects = self.build.objects(name)
        links = [self._link(each) for each in self.build.links(name)]
        used = [each for link in links for each in self._libraries(link["name"])]
        return {
            "in_core": not objects,
            "init_fn": self.build.inittab[name],
            "objs": [f"build/{each}" for each in objects],
            "links": links,
            "required": not objects,
            "variant": "libedit" if name == "readline" else "default",
            "licenses": sorted({each.licence for each in used}),
            "license_paths": sorted({licence_path(each.name) for each in used}),
            "license_public_domain": bool(used) and all(e.licence == "blessing" for e in used),
        }

    def _link(self, name: str) -> dict[str, Any]:
        if name.endswith(".a"):
            file = name.rpartition("/")[2]
            plain = file.removeprefix("lib").removesuffix(".a")
            return {"name": plain, "path_static": f"build/lib/{file}"}
        if self._libraries(name):
            return {"name": name, "path_static": f"build/lib/lib{name}.a"}
        return {"name": name, "system": True}

    def _libraries(self, link: str) -> list[LinkedLibrary]:
        return [each for each in self.libraries if link in each.archives]


def _features(target: RecipeTarget) -> Iterator[str]:
    if target.darwin:
        yield "libSystem"
    elif target.static:
        yield "static"
    elif target.musl:
        yield "musl-dynamic"
    else:
        yield from ("glibc-dynamic", f"glibc-max-symbol-version:{target.glibc}")


def _paths(minor: str, base: str) -> dict[str, str]:
    lib, include = f"{base}/lib/python{minor}", f"{base}/include/python{minor}"
    return {
        "data": base,
        "include": include,
        "platinclude": include,
        "platlib": f"{lib}/site-packages",
        "platstdlib": lib,
        "purelib": f"{lib}/site-packages",
        "scripts": f"{base}/bin",
        "stdlib": lib,
    }


def _platform_config(build: PythonBuild) -> str:
    """The folder of the standard library's Makefile."""
    start = f"{build.stdlib}/config-"
    found = (path for path in build.files if path.startswith(start))
    return next((path.rpartition("/")[0] for path in found), "")


def _hex_version(version: str) -> str:
    found = re.fullmatch(r"(\d+)\.(\d+)\.(\d+)(?:(a|b|rc)(\d+))?", version)
    assert found is not None, version
    major, minor, micro = (int(found[number]) for number in (1, 2, 3))
    level, serial = _RELEASE_LEVELS[found[4] or ""], int(found[5] or 0)
    return hex(major << 24 | minor << 16 | micro << 8 | level << 4 | serial)
