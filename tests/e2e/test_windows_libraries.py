"""DLLs of extension modules of programs for Windows: in cycles, with forwarders, delayed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from attrs import frozen

from oxidize.binary.pe_file import DELAYED_IMPORTS, DIRECTORIES, SECTION, Pe
from tests.distributions.archives import Archive
from tests.distributions.windows import Windows, make_dll, make_import_library
from tests.e2e.space import Space
from tests.e2e.windows_builds import build
from tests.e2e.wine import Wine

EXTENSION = """
#include <Python.h>
int FUNCTION(int);
static PyObject *count(PyObject *self, PyObject *n) {
    return PyLong_FromLong(FUNCTION((int)PyLong_AsLong(n)));
}
static PyMethodDef methods[] = {{"count", count, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "NAME", NULL, 0, methods};
PyMODINIT_FUNC PyInit_NAME(void) { return PyModuleDef_Init(&def); }
"""
# Whichever of the two starts first calls the other.
TIED = """
#include <windows.h>
int OTHER(int);
static int started;
int THIS(int n) { return n ? OTHER(n - 1) + started : 0; }
BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, void *unused) {
    if (reason == DLL_PROCESS_ATTACH)
        started = 10 + OTHER(0);
    return TRUE;
}
"""
# What a linker makes of delayed imports: a table, and a function that loads the DLL.
LATE = """
#include <windows.h>
__attribute__((used)) static const char name[] = "later.dll", function[] = "\\0\\0later";
__attribute__((used)) static HMODULE module;
__attribute__((used)) static int (*addresses[2])(int);
__attribute__((used)) static const void *names[2];
__asm__(".section .rdata\\n.globl delayed\\ndelayed:\\n.long 1\\n.rva name\\n.rva module\\n"
        ".rva addresses\\n.rva names\\n.zero 44\\n");
int late(int n) {
    if (module == NULL) {
        module = LoadLibraryExA(name, NULL, 0);
        addresses[0] = (int (*)(int))GetProcAddress(module, function + 2);
    }
    return addresses[0](n);
}
"""
# They have variables of threads, for which they are extracted, and ask for a DLL in memory.
SPUN = """
#include <windows.h>
int OTHER(int);
static _Thread_local volatile int turns[4];
int THIS(int n) {
    int found = GetModuleHandleA("back.dll") != NULL;
    return n > 1 ? OTHER(n - 1) + found : turns[n] + found;
}
"""
CODE = """
import sys
for name in sys.argv[1:]:
    try:
        module = __import__(f"app.{name}", fromlist=["count"])
        print(name, module.count(3))
    except ImportError as error:
        print(error)
"""
SAID = ["tied 30", "ahead 6", "numbered 6", "hurried 7", "spinning 3"]


@frozen
class Maker:
    """Makes DLLs in the folder of a package."""

    folder: Path
    windows: Windows

    def dll(self, name: str, source: str, exports: str, *needs: str) -> Path:
        """A DLL, which needs others that have been made or declared."""
        file = self.folder / f"{name}.dll"
        libraries = [self.folder / f"{each}.a" for each in needs]
        make_dll(self.windows.zig_cache, file, source, f"EXPORTS\n{exports}", *libraries)
        self.declare(name, exports)
        return file

    def declare(self, name: str, exports: str) -> None:
        """Has others need a DLL."""
        plain = "\n".join(line.partition("=")[0].split()[0] for line in exports.splitlines())
        text = f"LIBRARY {name}.dll\nEXPORTS\n{plain}"
        make_import_library(self.windows.zig_cache, self.folder / f"{name}.a", text)

    def extension(self, name: str, function: str, library: str) -> None:
        """An extension module, whose `count` calls a function of a DLL."""
        source = EXTENSION.replace("NAME", name).replace("FUNCTION", function)
        include = self.windows.root / "Include"
        config = self.folder / "pyconfig.h"
        shutil.copy(next((self.windows.root / "PC").glob("pyconfig.h*")), config)
        needs = [self.folder / f"{each}.a" for each in ("python311", library)]
        flags = (f"-I{include}", f"-I{self.folder}")
        made, exports = self.folder / f"{name}.dll", f"EXPORTS\nPyInit_{name}"
        make_dll(self.windows.zig_cache, made, source, exports, *flags, *needs)
        made.rename(made.with_suffix(".pyd"))


def make_all(make: Maker) -> None:
    """The DLLs and the extension modules that need them."""
    make.declare("python311", "PyModuleDef_Init\nPyLong_AsLong\nPyLong_FromLong")
    make.declare("two", "two")
    for this, other in (("one", "two"), ("two", "one")):
        source = TIED.replace("THIS", this).replace("OTHER", other)
        make.dll(this, source, this, other)
    make.extension("tied", "one", "one")

    make.dll("back", "int back(int n) { return 2 * n; }", "back @7")
    make.dll("front", "int unused;", "front=back.back\nnumber=back.#7")
    make.extension("ahead", "front", "front")
    make.extension("numbered", "number", "front")

    make.dll("later", "int later(int n) { return n + 4; }", "later")
    hurry(make.dll("late", LATE, "late\ndelayed DATA"))
    make.extension("hurried", "late", "late")

    make.declare("woven", "woven")
    for this, other in (("spun", "woven"), ("woven", "spun")):
        source = SPUN.replace("THIS", this).replace("OTHER", other)
        make.dll(this, source, this, other)
    make.extension("spinning", "spun", "spun")

    make.declare("worn", "worn")
    for this, other in (("thin", "worn"), ("worn", "thin")):
        source = TIED.replace("THIS", this).replace("OTHER", other)
        make.dll(this, source, this, other)
    cut(make.folder / "thin.dll")
    make.extension("frayed", "thin", "thin")

    make.declare("ripped", "ripped")
    make.declare("absent", "absent")
    make.dll("rip", "int ripped(int); int rip(int n) { return ripped(n); }", "rip", "ripped")
    source = "int rip(int); int absent(int); int ripped(int n) { return rip(n) + absent(n); }"
    make.dll("ripped", source, "ripped", "rip", "absent")
    make.extension("torn", "rip", "rip")


def hurry(file: Path) -> None:
    """Enters the table of delayed imports where loaders look for it."""
    data = bytearray(file.read_bytes())
    pe = Pe.of(bytes(data))
    (table,) = (each.address for each in pe.exports() if each.name == "delayed")
    at = pe.optional + DIRECTORIES + 8 * DELAYED_IMPORTS
    data[at : at + 8] = table.to_bytes(4, "little") + (64).to_bytes(4, "little")
    file.write_bytes(data)


def cut(file: Path) -> None:
    """Has its last section, which only loaders read, lie where the file has ended."""
    data = bytearray(file.read_bytes())
    pe = Pe.of(bytes(data))
    row = pe.table + SECTION.size * (len(pe.sections) - 1)
    data[row + 20 : row + 24] = len(data).to_bytes(4, "little")
    file.write_bytes(data)


@pytest.fixture(scope="module")
def package(
    tmp_path_factory: pytest.TempPathFactory, windows: tuple[Windows, Archive], shared_cache: Path
) -> Path:
    """A package with the DLLs."""
    made = tmp_path_factory.mktemp("made")
    make_all(Maker(made, windows[0]))
    folder = tmp_path_factory.mktemp("package") / "app"
    folder.mkdir()
    for file in made.iterdir():
        if file.suffix in (".dll", ".pyd"):
            shutil.copy(file, folder)
    (folder / "__init__.py").touch()
    (folder / "__main__.py").write_text(CODE)
    return folder


@pytest.mark.parametrize("where", ["in-memory", "extracted", "filesystem-relative:beside"])
def test_libraries(
    space: Space, wine: Wine, windows: tuple[Windows, Archive], package: Path, where: str
) -> None:
    """DLLs that need each other, that stand for functions of others, and that load others late are
    found wherever they are; of one that is missing or damaged, the error tells, and all else goes
    on."""
    shutil.copytree(package, space.root / "app")
    path = build(space, windows[1], "app", policy=f'resources_location = "{where}"')
    names = [*(each.split()[0] for each in SAID), "torn"]
    if where == "in-memory":
        names.insert(0, "frayed")
    ran = wine.run(path, *names)
    *said, torn = ran.stdout.splitlines()
    frayed = said.pop(0) if where == "in-memory" else ""
    assert (ran.stderr, said) == ("", SAID)
    if where == "in-memory":
        assert frayed.endswith("thin.dll can't be loaded: its sections are damaged")
        assert torn.startswith("app.torn: ")
        assert torn.endswith("it needs absent.dll, which neither this program nor the system has")
    else:
        assert "torn" in torn


NEIGHBOURS = """
import os
folder = os.path.dirname(os.path.dirname(__file__))
os.add_dll_directory(os.path.join(folder, "near"))
from app import asking
print(asking.count(3), sorted(os.listdir(os.path.join(folder, "near"))))
"""


def test_neighbours(space: Space, wine: Wine, windows: tuple[Windows, Archive]) -> None:
    """A package that tells Windows of another one's folder, whose DLLs its own need, finds it."""
    for name in ("app", "near"):
        space.write(f"{name}/__init__.py", "")
    space.write("app/data.txt", "data")
    space.write("app/__main__.py", NEIGHBOURS)
    make = Maker(space.root / "near", windows[0])
    make.declare("python311", "PyModuleDef_Init\nPyLong_AsLong\nPyLong_FromLong")
    make.dll("near", "int near_by(int n) { return n + 39; }", "near_by")
    make.extension("asking", "near_by", "near")
    (make.folder / "asking.pyd").rename(space.root / "app" / "asking.pyd")
    for file in make.folder.iterdir():
        if file.suffix not in (".dll", ".py"):
            file.unlink()
    path = build(space, windows[1], "app", beside=("near",))
    assert wine.run(path).stdout == "42 ['near.dll']\n"
