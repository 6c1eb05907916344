"""Archives for macOS: the CPython that a wheel of panda3d carries, in the layout of the published
ones. It is python.org's, of both architectures; the standard library is that of this machine, of
the same minor version."""

from __future__ import annotations

import json
import re
import runpy
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attrs import define

from oxidize.binary.load_commands import MachO
from oxidize.binary.relocate import relocated
from oxidize.binary.universal import thin
from tests import pythons
from tests.distributions.archives import Archive, described, pack

# Minor version -> that of the CPython in the wheel for it.
VERSIONS = {"3.11": "3.11.9", "3.12": "3.12.10", "3.13": "3.13.11"}
TRIPLES = ("aarch64-apple-darwin", "x86_64-apple-darwin")
_WHEEL = "panda3d==1.10.16"
_FOLDER = "deploy_libs"
_SYSCONFIG = "_sysconfigdata__darwin_darwin"


@define
class Panda:
    """What the wheel has, unpacked."""

    root: Path
    python: Path
    minor: str

    @classmethod
    def fetched(cls, folder: Path, minor: str) -> Panda:
        """Downloads the wheel, and unpacks what is CPython's."""
        python, abi = pythons.need(minor), f"cp{minor.replace('.', '')}"
        folder.mkdir(parents=True, exist_ok=True)
        words = ["--no-deps", "--only-binary=:all:", "--platform", "macosx_11_0_universal2"]
        words += ["--python-version", minor, "--abi", abi, "--implementation", "cp"]
        done = subprocess.run(
            [sys.executable, "-m", "pip", "download", "-q", *words, "-d", folder, _WHEEL],
            check=False,
        )
        if done.returncode:
            pythons.missing(f"the wheel of {_WHEEL} for macOS")
        (wheel,) = folder.glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if name.startswith(f"{_FOLDER}/"):
                    archive.extract(name, folder)
        wheel.unlink()
        return cls(folder / _FOLDER, python, minor)

    def full(self, path: Path, triple: str) -> Archive:
        """A full archive with a shared libpython."""
        machine = triple.partition("-")[0]
        files = {f"python/{name}": each for name, each in self._files(machine)}
        return pack(
            {"python/PYTHON.json": json.dumps(self._description(triple)).encode(), **files}, path
        )

    def _files(self, machine: str) -> Iterator[tuple[str, Path | bytes]]:
        stdlib, include = self._folders()
        lib = f"install/lib/python{self.minor}"
        skipped = {"test", "idlelib", "ensurepip", "site-packages", "lib2to3"}
        for file in stdlib.rglob("*"):
            relative = file.relative_to(stdlib)
            local = relative.name.startswith("_sysconfigdata")
            if file.suffix in (".py", ".txt") and skipped.isdisjoint(relative.parts) and not local:
                yield f"{lib}/{relative}", file
        yield f"{lib}/{_SYSCONFIG}.py", self.root / f"{_SYSCONFIG}.py"
        names = {file.name for file in self._libraries()}
        for file in self._extensions():
            data = relocated(file.read_bytes(), machine, names, "@loader_path/../..")
            yield f"{lib}/lib-dynload/{file.name}", data
        for file in self._libraries():
            yield f"install/lib/{file.name}", thin(file.read_bytes(), machine)
        for file in include.rglob("*.h"):
            if file.name != "pyconfig.h":
                yield f"install/include/python{self.minor}/{file.relative_to(include)}", file
        yield f"install/include/python{self.minor}/pyconfig.h", self._config(include / "pyconfig.h")
        yield f"install/bin/python{self.minor}", b"no program"
        yield "licenses/LICENSE.cpython.txt", stdlib / "LICENSE.txt"

    def _folders(self) -> tuple[Path, Path]:
        """The standard library and the headers of this machine's CPython."""
        code = (
            "import sysconfig as s; print(s.get_path('stdlib'), s.get_path('include'), sep='\\n')"
        )
        said = subprocess.run([self.python, "-c", code], capture_output=True, text=True, check=True)
        stdlib, include = said.stdout.splitlines()
        return Path(stdlib), Path(include)

    def _config(self, here: Path) -> bytes:
        """pyconfig.h of macOS: the macros of this machine's, with the values that `configure` found
        there, which the sysconfig data has."""
        found = runpy.run_path(str(self.root / f"{_SYSCONFIG}.py"))["build_time_vars"]
        lines = []
        for line in here.read_text().splitlines():
            macro = re.match(r"\s*(?:#\s*define (\w+)\b.*|/\* #undef (\w+) \*/)$", line)
            name = macro and (macro[1] or macro[2])
            if name and name != "Py_PYCONFIG_H":
                value = found.get(name, 0)
                line = f"#define {name} {value}" if value not in (0, "") else ""
            lines.append(line)
        return "\n".join(lines).encode() + b"\n"

    def _extensions(self) -> list[Path]:
        return sorted(self.root.glob("*.so"))

    def _libraries(self) -> list[Path]:
        return sorted(self.root.glob("*.dylib"))

    def _description(self, triple: str) -> dict[str, Any]:
        machine, tag = triple.partition("-")[0], self.minor.replace(".", "")
        lib, suffix = f"install/lib/python{self.minor}", f".cpython-{tag}-darwin.so"
        oldest = {MachO(thin(f.read_bytes(), machine)).machine for f in self._libraries()}
        assert oldest == {machine}
        extensions: dict[str, list[dict[str, Any]]] = {
            "sys": [{"in_core": True, "init_fn": "NULL", "links": []}]
        }
        for file in self._extensions():
            name = file.name.partition(".")[0]
            extensions[name] = [
                {
                    "in_core": False,
                    "init_fn": f"PyInit_{name}",
                    "links": [],
                    "shared_lib": f"{lib}/lib-dynload/{file.name}",
                }
            ]
        return described(
            target_triple=triple,
            python_version=VERSIONS[self.minor],
            python_exe=f"install/bin/python{self.minor}",
            python_abi_tag=f"cp{tag}",
            python_platform_tag=f"macosx-11.0-{machine}",
            python_paths={"stdlib": lib, "include": f"install/include/python{self.minor}"},
            python_suffixes={"extension": [suffix, ".abi3.so", ".so"]},
            libpython_link_mode="shared",
            crt_features=["libSystem"],
            apple_sdk_deployment_target="11.0",
            build_info={
                "core": {
                    "objs": [],
                    "links": [{"name": "CoreFoundation", "framework": True}],
                    "shared_lib": f"install/lib/libpython{self.minor}.dylib",
                },
                "object_file_format": "mach-o",
                "extensions": extensions,
            },
        )
