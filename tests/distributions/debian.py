"""Archives for other machines: Debian's CPython in the layout of the published ones."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attrs import define

from tests import pythons
from tests.distributions.apt import Apt
from tests.distributions.archives import Archive, described, pack

MINOR = "3.11"
# Machine -> Debian's names of it: of the architecture, and of its folders.
_NAMES = {
    "aarch64": ("arm64", "aarch64-linux-gnu"),
    "ppc64le": ("ppc64el", "powerpc64le-linux-gnu"),
    "s390x": ("s390x", "s390x-linux-gnu"),
}
_PACKAGES = (
    *("libpython3.11-dev", "libpython3.11-stdlib", "libpython3.11-minimal", "python3.11-minimal"),
    *("zlib1g-dev", "libexpat1-dev", "libc6"),
)


@define
class Debian:
    """CPython 3.11 of Debian 12 for some machine, unpacked; and what programs need to be run."""

    root: Path
    machine: str

    @property
    def triple(self) -> str:
        """Of the machine."""
        return f"{self.machine}-unknown-linux-gnu"

    @property
    def _multiarch(self) -> str:
        return _NAMES[self.machine][1]

    def fetch(self, folder: Path) -> None:
        """Downloads the packages, whose signatures apt checks, and unpacks them."""
        dpkg, architecture = pythons.need_tool("dpkg"), _NAMES[self.machine][0]
        self.root.mkdir(exist_ok=True)
        for package in Apt.made(folder, architecture).packages(*_PACKAGES):
            subprocess.run([dpkg, "-x", package, self.root], check=True)
        # Where the kernel looks for the loader; qemu's root isn't the root of links.
        for link in self.root.glob("lib*/ld*"):
            if link.is_symlink() and (target := link.readlink()).is_absolute():
                link.unlink()
                link.symlink_to(Path("..") / target.relative_to("/"))

    def full(self, path: Path) -> Archive:
        """A full archive, linked statically but for some extension modules."""
        files = {f"python/{name}": each for name, each in self._files()}
        return pack({"python/PYTHON.json": json.dumps(self._description()).encode(), **files}, path)

    def _files(self) -> Iterator[tuple[str, Path | bytes]]:
        lib, include = self.root / "usr/lib", self.root / "usr/include"
        stdlib, skipped = lib / f"python{MINOR}", {"test", "idlelib", "ensurepip"}
        for file in stdlib.rglob("*"):
            relative = file.relative_to(stdlib)
            if file.suffix in (".py", ".txt") and skipped.isdisjoint(relative.parts):
                yield f"install/lib/python{MINOR}/{relative}", file
        for file in self._extensions():
            yield f"install/lib/python{MINOR}/lib-dynload/{file.name}", file
        headers = include / f"python{MINOR}"
        for file in headers.rglob("*.h"):
            relative = file.relative_to(headers)
            if relative.name != "pyconfig.h":
                yield f"install/include/python{MINOR}/{relative}", file
        # Debian's own includes the one of the machine.
        config = include / self._multiarch / f"python{MINOR}" / "pyconfig.h"
        yield f"install/include/python{MINOR}/pyconfig.h", config
        yield f"install/bin/python{MINOR}", self.root / f"usr/bin/python{MINOR}"
        yield f"install/lib/libpython{MINOR}.a", self._config / f"libpython{MINOR}.a"
        for name in ("libz.a", "libexpat.a"):
            yield f"build/lib/{name}", lib / self._multiarch / name
        yield "licenses/LICENSE.cpython.txt", stdlib / "LICENSE.txt"

    @property
    def _config(self) -> Path:
        return self.root / f"usr/lib/python{MINOR}/config-{MINOR}-{self._multiarch}"

    def _extensions(self) -> list[Path]:
        folder = self.root / f"usr/lib/python{MINOR}/lib-dynload"
        return sorted(folder.glob("*.so"))

    def _description(self) -> dict[str, Any]:
        lib, suffix = f"install/lib/python{MINOR}", f".cpython-311-{self._multiarch}.so"
        config = (self._config / "config.c").read_text()
        builtin = re.findall(r'^\s*\{"(\w+)", ', config, re.MULTILINE)
        extensions: dict[str, list[dict[str, Any]]] = {
            name: [{"in_core": True, "init_fn": f"PyInit_{name}", "links": []}] for name in builtin
        }
        for file in self._extensions():
            name = file.name.partition(".")[0]
            place = f"{lib}/lib-dynload/{file.name}"
            extensions[name] = [
                {
                    "in_core": False,
                    "init_fn": f"PyInit_{name}",
                    "links": [],
                    "shared_lib": place,
                }
            ]
        static = [{"name": n, "path_static": f"build/lib/lib{n}.a"} for n in ("z", "expat")]
        system = [{"name": n, "system": True} for n in ("m", "dl", "pthread", "util")]
        return described(
            target_triple=self.triple,
            python_version="3.11.2",
            python_exe=f"install/bin/python{MINOR}",
            python_paths={"stdlib": lib, "include": f"install/include/python{MINOR}"},
            python_suffixes={"extension": [suffix, ".abi3.so", ".so"]},
            crt_features=["glibc-dynamic", "glibc-max-symbol-version:2.36"],
            build_info={
                "core": {"objs": [], "links": [*static, *system]},
                "object_file_format": "elf",
                "extensions": extensions,
            },
        )
