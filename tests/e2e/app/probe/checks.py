"""The checks. What one prints or returns is compared with what a test expects."""

import json
import os
import sys


def argv(*args):
    print(json.dumps([sys.argv[0], *args], ensure_ascii=False))


def code(number):
    return int(number)


def message():
    sys.exit("a last word")


def echo():
    sys.stdout.write(sys.stdin.read().upper())


def fail():
    from probe.faults import outer

    outer()


def fail_import():
    import probe.broken  # noqa: F401


def fail_thread():
    import threading

    from probe.faults import outer

    thread = threading.Thread(target=outer, name="worker")
    thread.start()
    thread.join()


def syntax():
    compile("x = (1", "given.py", "exec")


def wait():
    import time

    print("ready", flush=True)
    time.sleep(60)


def pipe():
    for _ in range(100_000):
        print("a line for a reader that has gone")


def resources():
    import pkgutil
    from importlib import resources

    root = resources.files("probe")
    note = root / "data" / "note.txt"
    with resources.as_file(note) as path:
        copied = path.read_text(encoding="utf-8")
    print(
        json.dumps(
            {
                "text": note.read_text(encoding="utf-8"),
                "bytes": (root / "data" / "deep" / "raw.bin").read_bytes().hex(),
                "names": sorted(p.name for p in (root / "data").iterdir()),
                "sources": sorted(p.name for p in root.iterdir() if p.name != "__pycache__"),
                "kinds": [note.is_file(), note.is_dir(), (root / "data").is_dir()],
                "missing": (root / "nothing").is_file(),
                "as_file": copied,
                "get_data": pkgutil.get_data("probe", "data/note.txt").decode(),
                "lines": list(note.open(encoding="utf-8")),
            },
            sort_keys=True,
        )
    )


def modules():
    import pkgutil

    import probe
    import spaces.inner.thing

    print(
        json.dumps(
            {
                "iter": [m.name for m in pkgutil.iter_modules(probe.__path__)],
                "walk": [m.name for m in pkgutil.walk_packages(spaces.__path__, "spaces.")],
                "namespace": spaces.inner.thing.HERE,
                "namespace_file": getattr(spaces, "__file__", None),
                "top": {"probe", "json"} <= {m.name for m in pkgutil.iter_modules()},
            }
        )
    )


def identity():
    import importlib.util
    import inspect

    import plain
    import plain.part as part

    base = sys.executable
    spec = importlib.util.find_spec("plain.part")
    main = sys.modules["__main__"]
    print(
        json.dumps(
            {
                "file": part.__file__ == base + "/plain/part.py",
                "package": [os.path.dirname(plain.__file__)] == list(plain.__path__),
                "code": part.double.__code__.co_filename == part.__file__,
                "spec": spec.origin == part.__file__ and spec.has_location,
                "main": [main.__spec__.name, main.__spec__.origin == base + "/probe/__main__.py"],
                "source": "the line of double" in inspect.getsource(part.double),
                "stdlib_source": "def dumps" in inspect.getsource(json.dumps),
                "cached": part.__cached__.endswith(sys.implementation.cache_tag + ".pyc"),
                "frozen": [sys.frozen, sys.oxidized],
                "utf8": [sys.flags.utf8_mode, sys.stdout.encoding],
                "stdlib_code": json.dumps.__code__.co_filename == json.__file__,
            }
        )
    )


def imports(*names):
    import importlib

    failed = {}
    for name in names:
        try:
            importlib.import_module(name)
        except ImportError as error:
            failed[name] = str(error)
    print(json.dumps(failed))


def extensions():
    import bz2
    import ctypes
    import decimal
    import hashlib
    import lzma
    import sqlite3
    import ssl
    import zlib

    database = sqlite3.connect(":memory:")
    callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda n: n + 1)
    data = b"again and " * 100
    print(
        json.dumps(
            {
                "sqlite": database.execute("select 6 * 7").fetchone()[0],
                "ctypes": callback(41),
                "squeezed": all(m.decompress(m.compress(data)) == data for m in (bz2, lzma, zlib)),
                "decimal": str(decimal.Decimal(1) / 3),
                "sha": hashlib.sha256(b"").hexdigest()[:8],
                "ssl": ssl.OPENSSL_VERSION.startswith("OpenSSL"),
            }
        )
    )


def everything(*without):
    """Imports every top-level module of the standard library that isn't known to do things."""
    import contextlib
    import importlib
    import io

    noisy = {"antigravity", "this", "idlelib", "test", "turtledemo", "ensurepip", "turtle"}
    noisy |= {"tkinter", "_tkinter", "nis", *without}
    failed = {}
    for name in sorted(sys.stdlib_module_names - noisy):
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                importlib.import_module(name)
        except Exception as error:
            failed[name] = f"{type(error).__name__}: {error}"
    print(json.dumps(failed))


def plugin(folder):
    """A folder put on sys.path at run time, whose module imports what is inside and outside."""
    sys.path.insert(0, folder)
    import extra

    print(extra.VALUE, extra.__file__)


def codecs():
    import encodings

    words = {"cp932": "日本", "idna": "bücher", "cp1252": "é", "utf_16": "a", "punycode": "é"}
    back = {name: word.encode(name).decode(name) == word for name, word in words.items()}
    back["escape"] = b"\\u00e9".decode("unicode_escape") == "é"
    back["sig"] = b"\xef\xbb\xbfa".decode("utf-8-sig") == "a"
    back["rot"] = __import__("codecs").encode("a", "rot13") == "n"
    print(json.dumps({"codecs": back, "path": bool(list(encodings.__path__))}))


def square(number):
    return number * number


class Shape:
    def __init__(self, sides):
        self.sides = sides


def count(shape, queue):
    queue.put(shape.sides)


def multiprocess(method):
    """A pool, a process with a class of the program, and shared memory."""
    import multiprocessing
    from multiprocessing import shared_memory

    context = multiprocessing.get_context(method)
    with context.Pool(2) as pool:
        squares = pool.map(square, range(4))
    queue = context.Queue()
    process = context.Process(target=count, args=(Shape(3), queue))
    process.start()
    sides = queue.get(timeout=30)
    process.join()
    block = shared_memory.SharedMemory(create=True, size=8)
    block.close()
    block.unlink()
    print(json.dumps([squares, sides, process.exitcode]))


def children():
    """sys.executable as an interpreter, and as the program."""
    import subprocess

    def out(*arguments, **options):
        command = [sys.executable, *arguments]
        return subprocess.run(command, capture_output=True, text=True, **options).stdout

    print(
        json.dumps(
            {
                "code": out("-c", "import sys; print(sys.argv)", "x"),
                "isolated": out("-Ic", "import sys; print(sys.flags.isolated)"),
                "options": out("-X", "utf8", "-OO", "-c", "import sys; print(sys.flags.optimize)"),
                "module": out("-m", "probe", "code_text"),
                "stdlib": out("-m", "json.tool", "--compact", input="[1,  2]"),
                "again": out("argv", "y"),
            }
        )
    )


def code_text():
    print("as a module")


def closed_stderr():
    os.close(2)
    sys.stderr = None
    raise ValueError("nobody hears")


def random_module():
    import random

    print(random.__file__)


def many_extensions():
    """Loads all extension modules with few file descriptors to spare."""
    import resource

    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
    everything()


def execute(text):
    exec(text, {})
