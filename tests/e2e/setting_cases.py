"""What each interpreter setting does: programs with settings, and what these must print."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen


@frozen
class Case:
    """A program with `settings` that runs `code`, and what it must print. `FOLDER` in it is the
    program's folder, where the file `beside.py` is."""

    settings: Mapping[str, object]
    code: str
    out: str
    env: Mapping[str, str] = field(factory=dict)
    args: tuple[str, ...] = ()
    stdin: str = ""
    err: str = ""
    """Part of what goes to standard error; nothing else may be there if it is empty."""

    def __str__(self) -> str:
        return ",".join(f"{key}={value}" for key, value in self.settings.items())


def case(code: str, out: str, *, env: Mapping[str, str] | None = None, **rest: object) -> Case:
    """A case whose further arguments are settings, but for args, stdin and err."""
    own = {key: rest.pop(key) for key in ("args", "stdin", "err") if key in rest}
    return Case(rest, code, out, env or {}, **own)  # type: ignore[arg-type]


FLAGS = "import sys; print(sys.flags.{0})"
SIGNALS = """
lines = dict(line.split(":\\t", 1) for line in open("/proc/self/status") if ":\\t" in line)
print(int(lines["SigIgn"], 16) >> 12 & 1, int(lines["SigCgt"], 16) >> 1 & 1)
"""
MALLOC = """
import ctypes, sys
class Info(ctypes.Structure):
    _fields_ = [(n, ctypes.c_size_t) for n in "arena o s hblks hblkhd u fs used fo keep".split()]
libc, api = ctypes.CDLL(None), ctypes.pythonapi
libc.mallinfo2.restype = Info
def used():
    info = libc.mallinfo2()
    return info.used + info.hblkhd
take = api.{0}
take.restype, take.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
before = used()
for _ in range(20_000):
    taken = take({1})
print(used() - before > 20_000 * {1}, sys.getallocatedblocks() > 0)
"""
HOOKS = """
import ctypes, sys
take = ctypes.pythonapi.PyMem_Malloc
take.restype, take.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
print(ctypes.string_at(take(8), 8) == b"\\xcd" * 8, sys.getallocatedblocks() > 0)
"""
C_STDOUT = "import ctypes, os; ctypes.CDLL(None).printf(b'from C\\n'); os._exit(0)"
START = "import multiprocessing as m; print(m.get_start_method(True), m.get_start_method())"
COERCED = "import os; print(os.environ.get('LC_CTYPE'))"
ON_DISK = """
import sys
sys.path.insert(0, 'FOLDER')
try:
    import beside
except ImportError as error:
    print(error.name)
"""

CASES = [
    # what runs
    case("unused", "script ['PROGRAM', 'x']\n", run_filename="$ORIGIN/beside.py", args=("x",)),
    case(
        "unused",
        "script ['PROGRAM']\n",
        run_filename="$ORIGIN/odd.py",
        skip_first_source_line=True,
    ),
    case("assert False; print(__debug__)", "False\n", optimization_level=1),
    case("def f(): 'doc'\nprint(f.__doc__, __debug__)", "None False\n", optimization_level=2),
    # isolation
    case(FLAGS.format("isolated"), "1\n"),
    case(FLAGS.format("isolated"), "0\n", isolated=False),
    case(FLAGS.format("ignore_environment"), "1\n", env={"PYTHONVERBOSE": "1"}),
    case(
        "import sys; print(sys.flags.ignore_environment, sys.flags.dont_write_bytecode)",
        "0 1\n",
        use_environment=True,
        env={"PYTHONDONTWRITEBYTECODE": "1"},
    ),
    case(
        "import faulthandler, sys; print(faulthandler.is_enabled(), hash('a'), sys.flags.dev_mode)",
        "True 3317679163313561855 True\n",
        use_environment=True,
        env={"PYTHONFAULTHANDLER": "1", "PYTHONHASHSEED": "3", "PYTHONDEVMODE": "1"},
    ),
    case(
        "import sys; print(sys.path)",
        "['/one', 'HERE/two', 'HERE']\n",
        use_environment=True,
        env={"PYTHONPATH": "/one:two:"},
    ),
    case("import sys; print(sys.path)", "[]\n", env={"PYTHONPATH": "/one"}),
    case(
        "import sys; print(sys.flags.no_site, 'site' in sys.modules, type(exit).__name__)",
        "0 True Quitter\n",
        site_import=True,
    ),
    case("import sys; print(sys.flags.no_site, 'site' in sys.modules)", "1 False\n"),
    case(
        "import site, sys; print(site.ENABLE_USER_SITE, sys.flags.no_user_site)",
        "True 0\n",
        site_import=True,
        user_site_directory=True,
        env={"HOME": "/nowhere"},
    ),
    # importing
    case(ON_DISK, "script ['PROGRAM']\n"),
    case(ON_DISK, "beside\n", filesystem_importer=False),
    case(
        "import sys; print(sys.path)",
        "['FOLDER/lib', '/x', '$HOME']\n",
        module_search_paths=["$ORIGIN/lib", "/x", "$HOME"],
        python_path_env="/unused",
    ),
    case("import sys; print(sys.path)", "['FOLDER/a', '/b']\n", python_path_env="$ORIGIN/a:/b"),
    case("import sys; print(sys.dont_write_bytecode)", "True\n", write_bytecode=False),
    case("import sys; print(sys.dont_write_bytecode)", "False\n"),
    case("import sys; print(sys.pycache_prefix)", "FOLDER/c\n", pycache_prefix="$ORIGIN/c"),
    case(
        "import _imp; print(_imp.check_hash_based_pycs)", "always\n", check_hash_pycs_mode="always"
    ),
    # paths
    case(
        "import ctypes; f = ctypes.pythonapi.Py_GetProgramName; f.restype = ctypes.c_wchar_p\n"
        "print(f())",
        "FOLDER/other\n",
        program_name="$ORIGIN/other",
    ),
    case(
        "import sys; print(sys.executable, sys._base_executable)",
        "FOLDER/py FOLDER/py\n",
        executable="$ORIGIN/py",
    ),
    case(
        "import sys; print(sys.executable == 'PROGRAM', sys._base_executable)",
        "True /b\n",
        base_executable="/b",
    ),
    case(
        "import sys; print(sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix)",
        "/p /p /e /e\n",
        home="/p:/e",
    ),
    case(
        "import sys; print(sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix)",
        "/a FOLDER/b /c /d\n",
        prefix="/a",
        base_prefix="$ORIGIN/b",
        exec_prefix="/c",
        base_exec_prefix="/d",
    ),
    case(
        "import sys; print(sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix)",
        "FOLDER FOLDER FOLDER FOLDER\n",
    ),
    # text and streams
    case(
        "import sys; print(sys.flags.utf8_mode, sys.stdout.encoding)",
        "1 utf-8\n",
        env={"LC_ALL": "C"},
    ),
    case(
        "import sys; print(sys.flags.utf8_mode, sys.getfilesystemencoding())",
        "0 ascii\n",
        utf8_mode=False,
        env={"LC_ALL": "C"},
    ),
    case(
        "import locale; print(locale.setlocale(locale.LC_CTYPE))",
        "C.UTF-8\n",
        env={"LC_ALL": "C.UTF-8"},
    ),
    case(
        "import locale; print(locale.setlocale(locale.LC_CTYPE))",
        "C\n",
        configure_locale=False,
        env={"LC_ALL": "C.UTF-8"},
    ),
    case(COERCED, "None\n", utf8_mode=False),
    case(COERCED, "C.UTF-8\n", utf8_mode=False, coerce_c_locale="C"),
    case(COERCED, "C.UTF-8\n", utf8_mode=False, coerce_c_locale="LC_CTYPE"),
    case(
        COERCED,
        "C.UTF-8\n",
        utf8_mode=False,
        coerce_c_locale="LC_CTYPE",
        coerce_c_locale_warn=True,
        err="Python detected LC_CTYPE=C",
    ),
    case(
        "import sys; print(sys.getfilesystemencoding())", "cp1252\n", filesystem_encoding="cp1252"
    ),
    case(
        "import sys; print(sys.getfilesystemencodeerrors())", "strict\n", filesystem_errors="strict"
    ),
    case("print('naïve ☃')", "naïve ?\n", stdio_encoding="cp1252", stdio_errors="replace"),
    case("print('é', flush=True); import os; print('kept', end=''); os._exit(0)", "é\n"),
    case("import os; print('kept', end=''); os._exit(0)", "kept", buffered_stdio=False),
    case(C_STDOUT, "from C\n", buffered_stdio=False),
    case(C_STDOUT, "", buffered_stdio=False, configure_c_stdio=False),
    case("print(1)", "1\n", legacy_windows_fs_encoding=True, legacy_windows_stdio=True),
    # behaviour
    case(SIGNALS, "1 1\n"),
    case(SIGNALS, "0 0\n", install_signal_handlers=False),
    case("print(hash('a'))", "3317679163313561855\n", hash_seed=3),
    case(
        "x = 1",
        "2\n",
        inspect=True,
        interactive=True,
        stdin="print(x + 1)\n",
        quiet=True,
        err=">>> ",
    ),
    case(
        "import sys; f = sys.flags; print(f.inspect, f.interactive, f.quiet)",
        "0 1 1\n",
        interactive=True,
        quiet=True,
    ),
    case("import sys; print(sys.argvb)", "[b'PROGRAM', b'\\xc3\\xbc']\n", argvb=True, args=("ü",)),
    case(
        "import sys; print(hasattr(sys, 'argvb'), hasattr(sys, '_MEIPASS'), sys.frozen)",
        "False False True\n",
    ),
    case(
        "import sys; print(hasattr(sys, 'frozen'), sys._MEIPASS)",
        "False FOLDER\n",
        sys_frozen=False,
        sys_meipass=True,
    ),
    case(
        "import sys; print(sys.argv[1:])",
        "['--multiprocessing-fork', 'a=1']\n",
        multiprocessing_auto_dispatch=False,
        args=("--multiprocessing-fork", "a=1"),
    ),
    case(START, "None fork\n"),
    case(START, "None fork\n", multiprocessing_start_method="none"),
    case(START, "None spawn\n", multiprocessing_start_method="spawn"),
    case(START, "None forkserver\n", multiprocessing_start_method="forkserver"),
    case(
        "import multiprocessing as m; m.set_start_method('fork'); print(m.get_start_method())",
        "fork\n",
        multiprocessing_start_method="spawn",
    ),
    # memory
    case(HOOKS, "False True\n"),
    case(HOOKS, "False True\n", allocator="default"),
    case(HOOKS, "False True\n", allocator="py-malloc"),
    case(HOOKS, "True True\n", allocator="py-malloc-debug"),
    case(HOOKS, "True True\n", allocator="debug"),
    case(HOOKS, "False False\n", allocator="malloc"),
    case(HOOKS, "True False\n", allocator="malloc-debug"),
    case(HOOKS, "True True\n", allocator_debug=True),
    case(HOOKS, "True False\n", allocator="debug", allocator_mem=True, allocator_obj=True),
    case(MALLOC.format("PyMem_RawMalloc", 64), "True True\n"),
    case(MALLOC.format("PyMem_RawMalloc", 64), "True True\n", allocator_raw=False),
    case(MALLOC.format("PyMem_Malloc", 64), "False True\n"),
    case(MALLOC.format("PyMem_Malloc", 64), "True True\n", allocator_mem=True),
    case(MALLOC.format("PyObject_Malloc", 64), "False True\n"),
    case(MALLOC.format("PyObject_Malloc", 64), "True True\n", allocator_obj=True),
    case(MALLOC.format("PyObject_Malloc", 400), "True True\n", allocator_pymalloc_arena=True),
    # finding faults
    case("import json", "", verbose=True, err="import 'json'"),
    case(
        "import locale; print(locale.setlocale(locale.LC_CTYPE))",
        "C.UTF-8\n",
        verbose=True,
        env={"LC_ALL": "C.UTF-8"},
        err="import 'locale'",
    ),
    case("import json", "", import_time=True, err="import time:"),
    case("import faulthandler; print(faulthandler.is_enabled())", "True\n", fault_handler=True),
    case("import tracemalloc; print(tracemalloc.is_tracing())", "True\n", tracemalloc=True),
    case("pass", "", malloc_stats=True, err="arena map"),
    case(
        "import sys; print(sys.flags.dev_mode, sys.warnoptions)",
        "True ['default']\n",
        development_mode=True,
    ),
    case(
        "import sys; print(b'' == '', sys.flags.bytes_warning)",
        "False 1\n",
        bytes_warning="warn",
        err="BytesWarning",
    ),
    case("try: b'' == ''\nexcept BytesWarning: print('raised')", "raised\n", bytes_warning="raise"),
    case(
        "import sys, warnings\ntry: warnings.warn('w')\nexcept UserWarning: print('raised')",
        "raised\n",
        warn_options=["ignore", "error::UserWarning"],
    ),
    case(
        "import sys, tracemalloc; print(sys._xoptions, tracemalloc.get_traceback_limit())",
        "{'one': 'é', 'tracemalloc': '7'} 7\n",
        x_options=["one=é", "tracemalloc=7"],
    ),
    case(FLAGS.format("debug"), "1\n", parser_debug=True),
]
