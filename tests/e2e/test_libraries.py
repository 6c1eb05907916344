"""Shared libraries of extension modules: found by name, in order, and in cycles."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests import pythons
from tests.e2e.space import Space, run

ONE, TWO = "libcycle-one-0123456789.so.1", "libcycle-two-0123456789.so.1"
SOURCES = {
    "one.c": "int two(int); int one(int n) { return n ? two(n - 1) + 1 : 0; }",
    "two.c": "int one(int); int two(int n) { return n ? one(n - 1) + 10 : 0; }",
    "tied.c": """
#include <Python.h>
int one(int);
static PyObject *count(PyObject *self, PyObject *n) {
    return PyLong_FromLong(one((int)PyLong_AsLong(n)));
}
static PyMethodDef methods[] = {{"count", count, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "tied", NULL, 0, methods};
PyMODINIT_FUNC PyInit_tied(void) { return PyModuleDef_Init(&def); }
""",
}
BUILD = """
def make():
    dist = default_python_distribution(python = VARS["PYTHON"])
    exe = dist.to_python_executable(
        name = "app",
        config = dist.make_python_interpreter_config(run_module = "main"),
        packaging_policy = dist.make_python_packaging_policy(resources_location = VARS["WHERE"]),
    )
    exe.add_python_resources(exe.read_package_root(path = ".", packages = ["main", "knot"]))
    return exe

register_target("app", make)
"""


def compile_knot(folder: Path, python: Path) -> None:
    """knot/tied.so needs one, which needs two, which needs one."""
    include = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('include'))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    for name, text in SOURCES.items():
        (folder / name).write_text(text)

    def link(source: str, out: str, *more: str) -> None:
        gcc = [pythons.need_tool("gcc"), "-shared", "-fPIC", f"-I{include}", source, "-o", out]
        flags = ("-Wl,-rpath,$ORIGIN", "-Wl,-z,now", f"-Wl,-soname,{Path(out).name}")
        subprocess.run([*gcc, *flags, *more], cwd=folder, check=True)

    link("two.c", TWO)
    link("one.c", ONE, TWO)
    link("two.c", TWO, ONE)
    link("tied.c", "tied.so", ONE)
    for name in (ONE, TWO, "tied.so"):
        shutil.move(folder / name, folder / "knot")


@pytest.mark.parametrize("where", ["in-memory", "extracted"])
def test_cycle(space: Space, where: str) -> None:
    """Two libraries that need each other are loaded together, also with few descriptors."""
    python = pythons.need("3.11")
    space.write("build.star", BUILD)
    space.write("main.py", "from knot import tied\nprint(tied.count(5))\n")
    space.write("knot/__init__.py", "")
    compile_knot(space.root, python)
    space.build("--var", f"PYTHON={python}", "--var", f"WHERE={where}")
    program = space.outputs("app") / "app"
    env = {"HOME": str(space.root)}
    assert run(program, env=env).stdout == b"23\n"
    limited = run("bash", "-c", f'ulimit -Sn 24; exec "{program}"', env=env)
    assert limited.stdout == b"23\n", limited.stderr.decode()
