"""What each interpreter setting does in a running program."""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from attrs import field, frozen

from oxidize.objects.interpreter_settings import INTERPRETER_SETTINGS
from tests import pythons
from tests.e2e.reconfigured import Reconfigurable, values
from tests.e2e.space import Space, run


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

# tests/runtime/test_settings_fields.py shows these: they take another system or a debug build.
VALUES_ONLY = {"dump_refs", "show_ref_count", "pathconfig_warnings"}
# Tests of their own, below.
OTHERS = {
    "config_profile",
    "oxidized_importer",
    "parse_argv",
    "run_command",
    "run_module",
    "terminfo_resolution",
    "write_modules_directory_env",
}


def test_all_settings_are_tested() -> None:
    """Each setting is in a case, or among the exceptions."""
    tested = {key for each in CASES for key in each.settings} | VALUES_ONLY | OTHERS
    assert tested == {row.name for row in INTERPRETER_SETTINGS}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the programs are."""
    folder = tmp_path_factory.mktemp("settings").resolve()
    script = "import sys\nprint('script', sys.argv)\n"
    (folder / "beside.py").write_text(script)
    (folder / "odd.py").write_text(f"this is no Python\n{script}")
    return folder


@pytest.mark.parametrize("each", CASES, ids=str)
def test_effect(each: Case, folder: Path, reconfigurable: Reconfigurable) -> None:
    """The setting does what it says."""
    program = folder / "program"

    def told(text: str) -> str:
        names = {"PROGRAM": str(program), "FOLDER": str(folder), "HERE": str(folder)}
        for name, path in names.items():
            text = text.replace(name, path)
        return text

    runs = any(key.startswith("run_") for key in each.settings)
    code = {} if runs else {"run_command": told(each.code)}
    reconfigurable.write(program, values({**code, **each.settings}))
    done = run(program, *each.args, env=each.env, stdin=each.stdin.encode(), cwd=folder)
    encoding = str(each.settings.get("stdio_encoding", "utf-8"))
    assert done.stdout.decode(encoding) == told(each.out)
    err = done.stderr.decode()
    assert each.err in err if each.err else err == ""


def test_without_own_importer(folder: Path, reconfigurable: Reconfigurable) -> None:
    """Without the importer, everything comes from sys.path, and nothing from the program."""
    find = "import sysconfig; print(sysconfig.get_paths()['stdlib'])"
    library = subprocess.run([pythons.need("3.13"), "-c", find], capture_output=True, check=True)
    settings = {"module_search_paths": ["$ORIGIN", library.stdout.decode().strip()]}
    code = "import sys, json; print(json.__file__, len(sys.meta_path)); import probe"
    config = values({**settings, "oxidized_importer": False, "run_command": code})
    done = run(reconfigurable.write(folder / "program", config))
    assert done.stdout.startswith(library.stdout.strip() + b"/json/__init__.py 3\n")
    assert done.stderr.decode().endswith("No module named 'probe'\n")
    config = values({**settings, "oxidized_importer": False, "run_module": "beside"})
    done = run(reconfigurable.write(folder / "program", config), "x")
    assert done.stdout.decode() == f"script ['{folder}/beside.py', 'x']\n"


def test_main_module_on_disk(space: Space) -> None:
    """The main module may lie beside the program, in a folder that the build file names."""
    space.write(
        "build.star",
        """
def make():
    dist = default_python_distribution()
    config = dist.make_python_interpreter_config(
        run_module = "plugin", module_search_paths = ["$ORIGIN/lib"]
    )
    return dist.to_python_executable("app", config = config)

register_target("app", make)
""",
    )
    space.build("app")
    folder = space.outputs("app")
    (folder / "lib").mkdir()
    (folder / "lib/plugin.py").write_text("import json; print(json.dumps(__name__))\n")
    assert run(folder / "app").stdout == b'"__main__"\n'


# ---- what is looked for late, and told at the end ----


def description(name: str) -> bytes:
    """A terminal that can do nothing, as a compiled description."""
    names = f"{name}|of a test".encode() + b"\0"
    return struct.pack("<6h", 0o432, len(names), 0, 0, 0, 0) + names


TERMINAL = """
import os, subprocess, sys
if sys.argv[1:] == ["readline"]:
    import readline
else:
    import curses
    curses.setupterm("oxide")
child = "import ctypes; getenv = ctypes.CDLL(None).getenv; getenv.restype = ctypes.c_char_p; "
child += "print(getenv(b'TERMINFO_DIRS'))"
inherited = subprocess.run([sys.executable, "-c", child], capture_output=True).stdout.decode()
print("found", os.environ.get("TERMINFO_DIRS"), inherited.strip())
"""


def test_terminals(folder: Path, reconfigurable: Reconfigurable) -> None:
    """Folders of terminal descriptions count for curses, unless the user names others; neither
    the program's environment nor its children's has them."""
    (folder / "terms/o").mkdir(parents=True)
    (folder / "terms/o/oxide").write_bytes(description("oxide"))

    def told(resolution: str, env: Mapping[str, str] | None = None) -> str:
        settings = {"terminfo_resolution": resolution, "run_command": TERMINAL}
        done = run(reconfigurable.write(folder / "program", values(settings)), env=env)
        return done.stdout.decode() or done.stderr.decode().splitlines()[-1]

    assert told("static:/nowhere:$ORIGIN/terms") == "found None None\n"
    missing = "_curses.error: setupterm: could not find terminal"
    assert told("none") == told("dynamic") == missing
    own = {"TERMINFO_DIRS": "/nowhere"}
    assert told("static:$ORIGIN/terms", own) == missing
    own = {"TERMINFO_DIRS": str(folder / "terms")}
    assert told("none", own) == f"found {folder}/terms b'{folder}/terms'\n"


def test_terminals_of_the_system(
    folder: Path, reconfigurable: Reconfigurable, root_only: None
) -> None:
    """By default, descriptions in the usual folders of other systems are found too."""
    program = reconfigurable.write(folder / "program", values({"run_command": TERMINAL}))
    (folder / "oxide").write_bytes(description("oxide"))
    place = "/usr/local/share/terminfo/o"
    script = f'mount -t tmpfs tmpfs /usr/local/share; mkdir -p {place}; cp oxide {place}; exec "$0"'
    done = subprocess.run(
        ["unshare", "-m", "sh", "-ec", script, program], cwd=folder, capture_output=True, check=True
    )
    assert done.stdout == b"found None None\n"


def test_readline_finds_terminals(folder: Path, reconfigurable: Reconfigurable) -> None:
    """readline looks for its terminal while it is imported, in the same folders, which are gone
    afterwards."""
    strace = pythons.need_tool("strace")
    settings = {"terminfo_resolution": "static:/here/they/are", "run_command": TERMINAL}
    program = reconfigurable.write(folder / "program", values(settings))
    options = ("-e", "trace=%file", "-o", str(folder / "trace"))
    done = run(strace, *options, str(program), "readline", env={"TERM": "oxide-2"})
    assert done.stdout == b"found None None\n"
    assert '"/here/they/are' in (folder / "trace").read_text()


@pytest.mark.parametrize("ending", ["pass", "raise SystemExit(3)", "1 / 0"])
def test_loaded_modules(ending: str, tmp_path: Path, reconfigurable: Reconfigurable) -> None:
    """However the program ends, the names of its modules are written to a new file each time; the
    main module's is its own."""
    settings = {"write_modules_directory_env": "MODULES", "run_module": "probe.loading"}
    program = reconfigurable.write(tmp_path / "program", values(settings))
    out = tmp_path / "out"
    out.mkdir()
    for _ in range(2):
        assert run(program, ending, env={"MODULES": str(out)}).stdout == b"loaded\n"
    assert run(program, ending).stdout == b"loaded\n"
    first, second = (path.read_text() for path in sorted(out.glob("modules-*")))
    assert first == second
    names = first.splitlines()
    assert names == sorted(set(names))
    assert {"probe", "probe.loading", "decimal", "sys", "late"} <= set(names)
    assert not {"__main__", "json"} & set(names)
    done = run(program, "pass", env={"MODULES": "/nowhere"})
    assert (done.returncode, done.stdout) == (0, b"loaded\n")
    assert done.stderr.startswith(b"can't write the list of loaded modules to /nowhere/modules-")


# ---- arguments ----

ARGV = "import sys; print(sys.argv)"


@pytest.mark.parametrize("profile", ["isolated", "python"])
@pytest.mark.parametrize(
    "settings",
    [
        {"run_command": ARGV},
        {"run_filename": "$ORIGIN/beside.py"},
        {"run_module": "probe.arguments"},
    ],
    ids=lambda settings: next(iter(settings)),
)
def test_arguments(
    profile: str, settings: Mapping[str, object], folder: Path, reconfigurable: Reconfigurable
) -> None:
    """sys.argv is how the program was called and all arguments, whatever it runs; where a command
    line of python is parsed, all but python's options."""
    program = reconfigurable.write(
        folder / "program", values({"config_profile": profile, **settings})
    )
    options = () if profile == "isolated" else ("-B", "-X", "dev", "--")
    for words in ((), ("one",), ("one", "-v", "two"), ("",)):
        done = run(program, *(options if words else ()), *words)
        expected = str([str(program), *words])
        assert done.stdout.decode().endswith(f"{expected}\n"), done.stderr.decode()


def test_standard_input(folder: Path, reconfigurable: Reconfigurable) -> None:
    """A program that runs nothing runs its standard input, with all arguments in sys.argv."""
    program = reconfigurable.write(folder / "program", values({}))
    done = run(program, "one", "two", stdin=f"{ARGV}\nexit(3)\n".encode())
    assert (done.returncode, done.stdout.decode()) == (3, f"{[str(program), 'one', 'two']}\n")


def test_as_python(folder: Path, reconfigurable: Reconfigurable) -> None:
    """With the profile python and nothing to run, the program is a python."""
    program = reconfigurable.write(folder / "program", values({"config_profile": "python"}))
    python = pythons.need("3.13")
    code = (
        "import sys, signal; print(sys.argv, sys.path[0], 'site' in sys.modules, sys.flags, "
        "signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGPIPE))"
    )
    env = {"PYTHONWARNINGS": "ignore", "PYTHONPATH": "/one", "LC_ALL": "C.UTF-8"}
    for words in (
        ("-c", code, "x"),
        ("-Obqs", "-c", code),
        ("-X", "utf8=0", "-Wd", "-c", code, "-v"),
        ("-S", "-c", code),
        ("-I", "-c", "import sys; print(sys.argv, sys.flags)"),
        ("beside.py", "x", "-c"),
        ("-m", "beside", "x"),
        ("-V",),
        ("-x", "odd.py"),
        ("-",),
        ("--nothing",),
    ):
        ours, theirs = (
            subprocess.run(
                [each, *words],
                capture_output=True,
                env=env,
                cwd=folder,
                input=b"import sys; print(sys.argv, sys.path[0])",
                check=False,
            )
            for each in (program, python)
        )
        assert (ours.stdout, ours.returncode) == (theirs.stdout, theirs.returncode), words


def test_current_folder(folder: Path, reconfigurable: Reconfigurable) -> None:
    """The current folder is on sys.path, as after `python -m`, in the profile python only."""
    code = "import sys; print(sys.path)"
    for profile, path in (("isolated", []), ("python", [str(folder)])):
        settings = {"config_profile": profile, "parse_argv": False, "run_module": "probe"}
        program = reconfigurable.write(folder / "program", values(settings))
        assert run(program, "execute", code, cwd=folder).stdout.decode() == f"{path}\n"


def test_command_line_has_precedence(folder: Path, reconfigurable: Reconfigurable) -> None:
    """With parse_argv, -c and -m take the place of what the program would run."""
    settings = {"parse_argv": True, "run_module": "probe.arguments", "inspect": True}
    program = reconfigurable.write(folder / "program", values(settings))
    assert run(program, "-c", "print('c')").stdout == b"c\n"
    assert run(program, "-m", "probe.arguments").stdout.decode().endswith("arguments.py']\n")
