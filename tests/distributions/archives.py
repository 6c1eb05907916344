"""Standalone archives for tests: an installed CPython in the layout of the published ones."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import lief
import zstandard
from attrs import define, frozen

from oxidize.actions import zig
from oxidize.distributions import probe as script
from oxidize.distributions.glibc import is_glibc
from oxidize.distributions.host import Probe
from tests import pythons

TRIPLE = "x86_64-unknown-linux-gnu"
# Those of the runtime: for others, zig would build more of its own libraries.
_FLAGS = ("-O2", "-g0", "-fno-sanitize=undefined")
# Modules that are built in, as all of a published archive are, and a library that one needs. What
# stands in for _curses and readline tells which folders of terminals a library would be told.
_MODULE = """
#include <Python.h>
int oxidize_answer(void);
static PyObject *answer(PyObject *self, PyObject *unused)
{
    return PyLong_FromLong(oxidize_answer());
}
static PyMethodDef methods[] = {{"answer", answer, METH_NOARGS, NULL}, {NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_answer", NULL, 0, methods};
PyMODINIT_FUNC PyInit__answer(void) { return PyModule_Create(&module); }

static PyObject *told(PyObject *self, PyObject *unused)
{
    return Py_BuildValue("z", getenv("TERMINFO_DIRS"));
}
static PyMethodDef curses_methods[] = {
    {"initscr", told, METH_NOARGS, NULL}, {"setupterm", told, METH_NOARGS, NULL}, {NULL}};
static struct PyModuleDef curses = {PyModuleDef_HEAD_INIT, "_curses", NULL, 0, curses_methods};
PyMODINIT_FUNC PyInit__curses(void) { return PyModule_Create(&curses); }

static struct PyModuleDef readline = {PyModuleDef_HEAD_INIT, "readline", NULL, 0, NULL};
PyMODINIT_FUNC PyInit_readline(void)
{
    PyObject *module = PyModule_Create(&readline);
    PyModule_AddObject(module, "told", told(NULL, NULL));
    return module;
}
"""
_BUILT_IN = ("_answer", "_curses", "readline")
_LIBRARY = "int oxidize_answer(void) { return 42; }\n"
# Modules whose libraries the archive carries; others' are left behind.
_CARRIED = ("zlib", "_ctypes", "_ssl", "_hashlib", "_sqlite3", "_bz2", "_lzma", "_uuid")


@frozen
class Archive:
    """A file, and what it is pinned by."""

    path: Path
    sha256: str

    @classmethod
    def of(cls, path: Path) -> Archive:
        return cls(path, hashlib.sha256(path.read_bytes()).hexdigest())


def pack(files: Mapping[str, Path | bytes | str], path: Path) -> Archive:
    """Packs files, links (texts) and bytes into a new archive, as its ending says."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, each in files.items():
            info = tarfile.TarInfo(name)
            if isinstance(each, str):
                info.type, info.linkname = tarfile.SYMTYPE, each
                tar.addfile(info)
                continue
            data = each if isinstance(each, bytes) else each.read_bytes()
            info.size = len(data)
            info.mode = 0o755 if "/bin/" in name else 0o644
            tar.addfile(info, io.BytesIO(data))
    data = zstandard.ZstdCompressor(level=1).compress(buffer.getvalue())
    path.write_bytes(data)
    return Archive.of(path)


def described(**members: Any) -> dict[str, Any]:
    """A PYTHON.json of version 8 that names as little as possible."""
    return {
        "version": "8",
        "target_triple": TRIPLE,
        "build_options": "pgo+lto",
        "python_version": "3.13.5",
        "python_platform_tag": "linux-x86_64",
        "python_abi_tag": "cp313",
        "python_suffixes": {"extension": [".cpython-313-x86_64-linux-gnu.so", ".abi3.so", ".so"]},
        "libpython_link_mode": "static",
        "python_extension_module_loading": ["builtin", "shared-library"],
        "crt_features": ["glibc-dynamic", "glibc-max-symbol-version:2.17"],
        "python_exe": "install/bin/python3.13",
        "python_paths": {
            "stdlib": "install/lib/python3.13",
            "include": "install/include/python3.13",
        },
        "python_stdlib_test_packages": ["test"],
        "license_path": "licenses/LICENSE.cpython.txt",
        "build_info": {
            "object_file_format": "elf",
            "core": {"objs": [], "links": []},
            "extensions": {"sys": [{"in_core": True, "init_fn": "NULL", "links": []}]},
        },
        **members,
    }


@define
class Synthesis:
    """Makes full archives of an installed CPython with a static libpython."""

    python: Path
    scratch: Path
    zig_cache: Path
    probe: Probe

    @classmethod
    def of(cls, minor: str, scratch: Path, zig_cache: Path) -> Synthesis:
        python = pythons.need(minor)
        said = subprocess.run([python, "-IS", script.__file__], capture_output=True, check=True)
        return cls(python, scratch, zig_cache, Probe(json.loads(said.stdout)))

    def full(self, path: Path) -> Archive:
        """As published: everything linked statically, LLVM bitcode among its objects."""
        files = {f"python/{name}": each for name, each in self._files().items()}
        data = json.dumps(self._description()).encode()
        return pack({"python/PYTHON.json": data, **files}, path)

    def install_only(self, path: Path) -> Archive:
        """An installation, and nothing else."""
        files = {
            name.replace("install/", "python/", 1): each
            for name, each in self._files(shared=True).items()
            if name.startswith("install/") and not name.endswith(".a")
        }
        return pack(files, path)

    @property
    def _name(self) -> str:
        return f"python{self.probe.minor}"

    def _files(self, *, shared: bool = False) -> dict[str, Path | bytes | str]:
        lib = f"install/lib/{self._name}"
        files: dict[str, Path | bytes | str] = dict(self._stdlib(lib))
        files |= {f"{lib}/lib-dynload/{p.name}": p for p in self.probe.extensions.glob("*.so")}
        files |= {f"install/lib/{name}": p for name, p in self._libraries().items()}
        include = self.probe.include_folders()[0]
        for header in include.rglob("*.h"):
            files[f"install/include/{self._name}/{header.relative_to(include)}"] = header
        licence = self.probe.stdlib / "LICENSE.txt"
        files |= {"licenses/LICENSE.cpython.txt": licence, "licenses/LICENSE.answer.txt": b"Ask."}
        if shared:
            library = self.probe.libpython_shared()
            if library is None:
                pythons.missing(f"{self.python} with a shared libpython")
            assert library is not None
            files[f"install/lib/{library.name}"] = library
            files[f"install/bin/{self._name}"] = self._relocatable()
        else:
            files |= self._linked()
        files["install/bin/python3"] = self._name
        return files

    def _stdlib(self, lib: str) -> Iterator[tuple[str, Path]]:
        stdlib, skipped = self.probe.stdlib, {"site-packages", "test", "idlelib", "ensurepip"}
        for file in stdlib.rglob("*"):
            path = file.relative_to(stdlib)
            if file.suffix in (".py", ".txt") and skipped.isdisjoint(path.parts):
                yield f"{lib}/{path}", file

    def _libraries(self) -> dict[str, Path]:
        """What some of the extension modules need of the system."""
        found = {}
        for file in self.probe.extensions.glob("*.so"):
            if file.name.partition(".")[0] in _CARRIED:
                listed = subprocess.run(["ldd", file], capture_output=True, text=True, check=True)
                for line in listed.stdout.splitlines():
                    name, arrow, rest = line.strip().partition(" => ")
                    if arrow and not is_glibc(name) and not name.startswith("libpython"):
                        found[name] = Path(rest.rpartition(" (")[0])
        return found

    def _relocatable(self) -> Path:
        """The interpreter, which finds its libpython beside itself, as published ones do."""
        binary = lief.ELF.parse(self.probe.executable)
        assert binary is not None
        for entry in binary.dynamic_entries:
            if isinstance(entry, lief.ELF.DynamicEntryRunPath):
                entry.runpath = "$ORIGIN/../lib"
        program = self.scratch / self._name
        binary.write(str(program))
        program.chmod(0o755)
        return program

    def _linked(self) -> dict[str, Path | bytes | str]:
        """libpython with one more module, whose objects are bitcode, and what it needs."""
        archive = self.probe.libpython_archive()
        assert archive is not None
        libpython = self.scratch / archive.name
        shutil.copyfile(archive, libpython)
        subprocess.run([pythons.need_tool("strip"), "-g", libpython], check=True)
        module = self._compiled("answermodule", _MODULE)
        config = (archive.parent / "config.c").read_text()
        declared = "".join(f"extern PyObject *PyInit_{name}(void);" for name in _BUILT_IN)
        listed = "".join(f'{{"{name}", PyInit_{name}}},' for name in _BUILT_IN)
        config = config.replace("/* -- ADDMODULE MARKER 1 -- */", declared)
        config = config.replace("/* -- ADDMODULE MARKER 2 -- */", listed)
        inittab = self._compiled("config", config)
        self._zig("ar", "r", libpython, inittab, module)
        library = self.scratch / "libanswer.a"
        self._zig("ar", "rc", library, self._compiled("answer", _LIBRARY))
        program = self.scratch / self._name
        self._zig(
            *("cc", *self._target(), *_FLAGS, "-o", program, archive.parent / "python.o"),
            *("-Wl,--whole-archive", libpython, "-Wl,--no-whole-archive", library),
            *("-rdynamic", "-lm", "-ldl", "-lpthread", "-lutil"),
        )
        config_folder = f"{self._name}/{archive.parent.name}"
        return {
            f"install/bin/{self._name}": program,
            f"install/lib/{config_folder}/{libpython.name}": libpython,
            f"install/lib/{libpython.name}": f"{config_folder}/{libpython.name}",
            "build/lib/libanswer.a": library,
            "build/Modules/config.o": inittab,
        }

    def _compiled(self, name: str, text: str) -> Path:
        source, out = self.scratch / f"{name}.c", self.scratch / f"{name}.o"
        source.write_text(text)
        include = f"-I{self.probe.include_folders()[0]}"
        flags = (*_FLAGS, "-fPIC", "-flto", "-DPy_BUILD_CORE")
        self._zig("cc", *self._target(), *flags, include, "-c", source, "-o", out)
        assert out.read_bytes().startswith(b"BC\xc0\xde")
        return out

    def _target(self) -> tuple[str, str]:
        return "-target", zig.target(TRIPLE, "-".join(self.probe.data["libc"]))

    def _zig(self, *arguments: str | Path) -> None:
        cache = str(self.zig_cache)
        env = {"ZIG_GLOBAL_CACHE_DIR": cache, "ZIG_LOCAL_CACHE_DIR": cache, "PATH": "/usr/bin"}
        subprocess.run([zig.folder() / "zig", *arguments], env=env, check=True)

    def _description(self) -> dict[str, Any]:
        lib = f"install/lib/{self._name}"
        extensions = {
            name: [{"in_core": True, "init_fn": f"PyInit_{name}", "links": []}]
            for name in self.probe.data["builtin"]
        }
        for file in self.probe.extensions.glob("*.so"):
            name = file.name.partition(".")[0]
            extensions[name] = [
                {
                    "in_core": False,
                    "init_fn": f"PyInit_{name}",
                    "links": [],
                    "shared_lib": f"{lib}/lib-dynload/{file.name}",
                }
            ]
        for name in _BUILT_IN:
            extensions[name] = [{"in_core": True, "init_fn": f"PyInit_{name}", "links": []}]
        extensions["_answer"] = [
            {
                "in_core": False,
                "init_fn": "PyInit__answer",
                "objs": ["build/Modules/answermodule.o"],
                "links": [{"name": "answer", "path_static": "build/lib/libanswer.a"}],
                "licenses": ["MIT"],
                "license_paths": ["licenses/LICENSE.answer.txt"],
            }
        ]
        system = [{"name": n, "system": True} for n in ("m", "dl", "pthread", "util")]
        return described(
            python_version=self.probe.version,
            python_exe=f"install/bin/{self._name}",
            python_paths={"stdlib": lib, "include": f"install/include/{self._name}"},
            python_suffixes={"extension": list(self.probe.extension_suffixes)},
            crt_features=[
                "glibc-dynamic",
                f"glibc-max-symbol-version:{self.probe.data['libc'][1]}",
            ],
            build_info={
                # As published: for this triple the path is right, for others it isn't.
                "core": {"objs": [], "links": system, "static_lib": "install/lib/wrong.a"},
                "object_file_format": "llvm-bitcode:%22.1.8",
                "extensions": extensions,
            },
        )


def small(path: Path, description: Mapping[str, Any], **files: bytes | str | None) -> Archive:
    """A full archive with as little as can be read, `files` more, and less where they are None."""
    usual: dict[str, Path | bytes | str] = {
        "install/bin/python3.13": b"no program",
        "install/lib/libpython3.13.a": b"no archive",
        "install/lib/python3.13/os.py": b"",
        "install/lib/python3.13/test/test_os.py": b"",
        "install/include/python3.13/Python.h": b"",
        "licenses/LICENSE.cpython.txt": b"PSF",
    }
    whole = {**usual, **{name.replace("__", "/"): each for name, each in files.items()}}
    kept = {f"python/{name}": each for name, each in whole.items() if each is not None}
    return pack({"python/PYTHON.json": json.dumps(description).encode(), **kept}, path)
