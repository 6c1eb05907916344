"""What the program of tests/e2e/test_windows.py can be asked; `python -m checks NAME` says the
same."""

import sys


def extensions() -> None:
    """Modules of CPython that are DLLs, with libraries of their own."""
    import asyncio
    import bz2
    import ctypes
    import decimal
    import hashlib
    import lzma
    import sqlite3
    import ssl
    import xml.etree.ElementTree as ElementTree

    from markupsafe import _speedups, escape

    print(ssl.create_default_context().check_hostname, ssl.OPENSSL_VERSION_INFO[0])
    print(sqlite3.connect(":memory:").execute("select 6 * 7").fetchone())
    print(hashlib.sha256(b"x").hexdigest(), bz2.decompress(bz2.compress(b"a")))
    print(lzma.decompress(lzma.compress(b"b")), decimal.Decimal("1.1") * 3)
    print(ElementTree.fromstring("<a>b</a>").text, escape("<a>"), _speedups.__name__)
    print(asyncio.run(asyncio.sleep(0, "slept")))
    print(ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda x: x + 1)(41))


def errors() -> None:
    """An exception that nothing catches."""
    from checks import deeper

    deeper.fail()


def data() -> None:
    """Data of a package, by all ways to it."""
    import importlib.resources
    import inspect
    import os
    import pkgutil

    import checks
    from checks import deeper

    folder = importlib.resources.files("checks")
    print(folder.joinpath("data.txt").read_text(), pkgutil.get_data("checks", "data.txt"))
    with importlib.resources.as_file(folder / "data.txt") as path:
        print(path.name, path.read_text())
    with open(os.path.join(os.path.dirname(deeper.__file__), "data.txt")) as file:
        print(file.read())
    print(inspect.getsource(deeper.fail))
    print("deeper" in [each.name for each in pkgutil.iter_modules(checks.__path__)])


def children() -> None:
    """Processes of multiprocessing and of subprocess."""
    import multiprocessing
    import subprocess

    context = multiprocessing.get_context("spawn")
    with context.Pool(2) as pool:
        print(pool.map(abs, [-1, 2, -3]))
    code = "import sys; print(sys.argv)"
    print(subprocess.run([sys.executable, "-c", code, "x"], capture_output=True, text=True).stdout)
    print(subprocess.run([sys.executable, "-c", "raise SystemExit(9)"]).returncode)


def streams() -> None:
    """Arguments, input, output and the exit code."""
    print(sys.argv[1:], sys.stdin.read(), "äöü €")
    print("to stderr", file=sys.stderr)
    raise SystemExit(7)


def damaged() -> None:
    """Extension modules that are damaged, one after the other."""
    import importlib

    for name in sys.argv[2:]:
        try:
            importlib.import_module(f"checks.{name}")
        except ImportError as error:
            print(error)


def handles() -> None:
    """What ctypes finds of modules that this program has loaded itself."""
    import ctypes

    kernel = ctypes.WinDLL("kernel32")
    kernel.GetModuleHandleW.restype = ctypes.c_void_p
    version = ctypes.pythonapi.Py_GetVersion
    version.restype = ctypes.c_char_p
    print(version().decode() == sys.version)
    print(kernel.GetModuleHandleW("python311.dll") == sys.dllhandle == ctypes.pythonapi._handle)
    path = ctypes.create_unicode_buffer(1000)
    kernel.GetModuleFileNameW(ctypes.c_void_p(sys.dllhandle), path, 1000)
    print(path.value.startswith(sys.executable + "\\"))


if __name__ == "__main__":
    {each.__name__: each for each in (extensions, errors, data, children, streams, damaged, handles)}[
        sys.argv[1]
    ]()
