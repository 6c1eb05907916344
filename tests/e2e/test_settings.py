"""What each interpreter setting does in a running program."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from oxidize.objects.interpreter_settings import INTERPRETER_SETTINGS
from tests import pythons
from tests.e2e.reconfigured import Reconfigurable, values
from tests.e2e.setting_cases import CASES, Case
from tests.e2e.space import Space, run
from tests.e2e.terminals import description

# tests/runtime/test_settings_fields.py shows these: they take another system or a debug build.
VALUES_ONLY = {"dump_refs", "show_ref_count", "pathconfig_warnings"}
# Tests of their own, below and in test_system_data.py.
OTHERS = {
    "config_profile",
    "oxidized_importer",
    "parse_argv",
    "run_command",
    "run_module",
    "terminfo_resolution",
    "tls_roots_resolution",
    "write_modules_directory_env",
    "zoneinfo_resolution",
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
