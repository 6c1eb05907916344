"""The scanner and the selection: which file is which module, and which are taken."""

from __future__ import annotations

from oxidize.resources.layout import ModuleFlag
from oxidize.resources.scanner import Scan, scan
from oxidize.resources.selection import last, stages

SUFFIXES = (".cpython-313-x86_64-linux-gnu.so", ".abi3.so", ".so")


def flags(found: Scan) -> dict[str, int]:
    return {module.name: int(module.flags) for module in found.modules}


def test_modules_and_packages() -> None:
    """.py files are modules, __init__.py makes a package, a folder without one a namespace."""
    found = scan(["a/__init__.py", "a/b.py", "c/d/e.py", "f.py"], SUFFIXES)
    space = int(ModuleFlag.PACKAGE | ModuleFlag.NAMESPACE)
    assert flags(found) == {"a": 1, "a.b": 0, "c": space, "c.d": space, "c.d.e": 0, "f": 0}
    assert found.files == ()


def test_extension_modules() -> None:
    """An extension module is named without its suffix, the longest that fits."""
    names = ["p/__init__.py", "p/x.cpython-313-x86_64-linux-gnu.so", "p/y.abi3.so", "z.so"]
    found = scan(names, SUFFIXES)
    assert flags(found) == {"p": 1, "p.x": 4, "p.y": 4, "z": 4}


def test_data() -> None:
    """Everything else is data, and so is a .py file that can't be imported."""
    names = [
        "p/__init__.py",
        "p/a.txt",
        "p/my.file.py",
        "p/1-2/x.py",
        "p/libz-1f.so.1",
        "p/d/x.bin",
    ]
    found = scan(names, SUFFIXES)
    assert [m.name for m in found.modules] == ["p"]
    assert set(found.files) == set(names) - {"p/__init__.py"}


def test_names_outside_of_import_statements() -> None:
    """What only import_module() can name is a module, too: numbers, and names with hyphens."""
    found = scan(["p/__init__.py", "p/0001_first.py", "p/table17-0-0.py"], SUFFIXES)
    assert [m.name for m in found.modules] == ["p", "p.0001_first", "p.table17-0-0"]


def test_one_name_twice() -> None:
    """A package wins over a module, an extension module over source, as on sys.path."""
    found = scan(["a/__init__.py", "a.py", "b.so", "b.py"], SUFFIXES)
    assert [(m.name, m.path) for m in found.modules] == [("a", "a/__init__.py"), ("b", "b.so")]


PACKAGE = scan(
    ["p/__init__.py", "p/q/__init__.py", "p/q/r.py", "p/q/d.txt", "p/tests/__init__.py", "p/o.txt"],
    SUFFIXES,
)


def test_only() -> None:
    """only() keeps the named packages, with what is below and their data."""
    kept = last(stages(PACKAGE, ({"op": "only", "names": ("p.q",)},), include_test=True))
    assert [m.name for m in kept.modules] == ["p.q", "p.q.r"]
    assert kept.files == ("p/q/d.txt",)


def test_without() -> None:
    """without() drops the named packages, with what is below and their data."""
    kept = last(stages(PACKAGE, ({"op": "without", "names": ("p.q",)},), include_test=True))
    assert [m.name for m in kept.modules] == ["p", "p.tests"]
    assert kept.files == ("p/o.txt",)


def test_tests_are_left_out() -> None:
    """Packages of tests are dropped unless asked for."""
    kept = last(stages(PACKAGE, (), include_test=False))
    assert [m.name for m in kept.modules] == ["p", "p.q", "p.q.r"]
