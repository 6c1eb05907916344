"""The table of interpreter settings: one row is the argument, its check and its documentation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from oxidize.objects.member import Parameter, setting

_FLAG = bool | None
_TEXT = str | None
_LIST = Sequence[str] | None

_ALLOCATOR = Literal[
    "not-set", "default", "debug", "malloc", "malloc-debug", "py-malloc", "py-malloc-debug"
]
_FILE_ERRORS = Literal["strict", "surrogateescape", "surrogatepass"]
_STREAM_ERRORS = Literal[
    "strict",
    "ignore",
    "replace",
    "backslashreplace",
    "namereplace",
    "xmlcharrefreplace",
    "surrogateescape",
    "surrogatepass",
]
_RESOLUTION = Literal["dynamic", "none"]
_START_METHOD = Literal["auto", "none", "fork", "forkserver", "spawn"]

# None keeps what the profile says; docs/interpreter.md has both profiles and their reasons.
INTERPRETER_SETTINGS: tuple[Parameter, ...] = (
    # What runs: at most one of the three; none of them gives a prompt, or runs standard input.
    setting("run_module", _TEXT, None, "Module to run, as `python -m` does."),
    setting("run_command", _TEXT, None, "Code to run, as `python -c` does."),
    setting("run_filename", _TEXT, None, "Script, folder or zip file to run, on the user's disk."),
    setting("optimization_level", Literal[0, 1, 2] | None, None, "Like `-O` (1) and `-OO` (2)."),
    setting(
        "parse_argv",
        _FLAG,
        None,
        "Take the first arguments for options of `python`. None: in the profile `python`.",
    ),
    setting("skip_first_source_line", _FLAG, None, "Pass over the script's first line (`-x`)."),
    # Isolation: a program doesn't change with its user's Python settings.
    setting(
        "config_profile",
        Literal["isolated", "python"],
        "isolated",
        "What settings are that are None: as fits a program of its own, or as in `python`.",
    ),
    setting("isolated", _FLAG, None, "Ignore the environment and the user's site folder (`-I`)."),
    setting("use_environment", _FLAG, None, "Honour `PYTHON*` environment variables."),
    setting("site_import", _FLAG, None, "Import `site` at start. None: in the profile `python`."),
    setting("user_site_directory", _FLAG, None, "Let `site` add the user's folder; False is `-s`."),
    # Importing.
    setting("oxidized_importer", bool, True, "Import from the program itself, before all else."),
    setting("filesystem_importer", bool, True, "Also import from `sys.path`, after the program."),
    setting("module_search_paths", _LIST, None, "Folders that are `sys.path`. `$ORIGIN` counts."),
    setting(
        "python_path_env",
        _TEXT,
        None,
        "What PYTHONPATH would say: folders for `sys.path`, if `module_search_paths` is not given. "
        "`$ORIGIN` counts.",
    ),
    setting("write_bytecode", _FLAG, None, "Cache bytecode of modules on disk; False is `-B`."),
    setting("pycache_prefix", _TEXT, None, "Where that cache is. `$ORIGIN` counts."),
    setting(
        "check_hash_pycs_mode",
        Literal["always", "never", "default"] | None,
        None,
        "Which hash-based bytecode on disk is compared with its source.",
    ),
    # Paths: None gives the program, its folder, or what another of them says.
    setting(
        "program_name", _TEXT, None, "The program's path as CPython knows it. `$ORIGIN` counts."
    ),
    setting("executable", _TEXT, None, "`sys.executable`: the program. `$ORIGIN` counts."),
    setting(
        "base_executable", _TEXT, None, "`sys._base_executable`: `executable`. `$ORIGIN` counts."
    ),
    setting("home", _TEXT, None, "As PYTHONHOME: the program's folder. `$ORIGIN` counts."),
    setting("prefix", _TEXT, None, "`sys.prefix`: `home`. `$ORIGIN` counts."),
    setting("base_prefix", _TEXT, None, "`sys.base_prefix`: `prefix`. `$ORIGIN` counts."),
    setting("exec_prefix", _TEXT, None, "`sys.exec_prefix`: `home`. `$ORIGIN` counts."),
    setting(
        "base_exec_prefix", _TEXT, None, "`sys.base_exec_prefix`: `exec_prefix`. `$ORIGIN` counts."
    ),
    setting(
        "pathconfig_warnings", _FLAG, None, "Tell on standard error of paths that aren't found."
    ),
    # Text and streams: the same on every machine, whatever its locale.
    setting(
        "utf8_mode",
        _FLAG,
        None,
        "UTF-8 for files, streams and names (`-X utf8`). None: on in the profile `isolated`.",
    ),
    setting("configure_locale", _FLAG, None, "Take LC_CTYPE from the user's locale. None: on."),
    setting(
        "coerce_c_locale",
        Literal["LC_CTYPE", "C"] | None,
        None,
        'Replace the C locale by a UTF-8 one: where the user has it ("LC_CTYPE"), or always ("C").',
    ),
    setting("coerce_c_locale_warn", _FLAG, None, "Tell on standard error when that is done."),
    setting("filesystem_encoding", _TEXT, None, "Encoding of names of files."),
    setting(
        "filesystem_errors", _FILE_ERRORS | None, None, "What names outside of that encoding do."
    ),
    setting("stdio_encoding", _TEXT, None, "Encoding of the standard streams."),
    setting(
        "stdio_errors", _STREAM_ERRORS | None, None, "What text outside of that encoding does."
    ),
    setting("buffered_stdio", _FLAG, None, "Buffer the standard streams; False is like `-u`."),
    setting(
        "configure_c_stdio",
        _FLAG,
        None,
        "Set the buffering of C's standard streams too. None: on.",
    ),
    setting("legacy_windows_fs_encoding", _FLAG, None, "Windows: the ANSI code page for names."),
    setting("legacy_windows_stdio", _FLAG, None, "Windows: the console as an ordinary file."),
    # Behaviour.
    setting(
        "install_signal_handlers",
        _FLAG,
        None,
        "Ctrl-C and broken pipes are exceptions, as in `python`. None: on.",
    ),
    setting("hash_seed", int | None, None, "Fixed seed of str hashes; None gives a random one."),
    setting("inspect", _FLAG, None, "Give a prompt after the program has run (`-i`)."),
    setting("interactive", _FLAG, None, "Take standard input for a terminal, whatever it is."),
    setting("quiet", _FLAG, None, "No version and copyright before a prompt (`-q`)."),
    setting("argvb", bool, False, "Set `sys.argvb`: the arguments as bytes."),
    setting("sys_frozen", bool, True, "Set `sys.frozen`, which some packages look for."),
    setting("sys_meipass", bool, False, "Set `sys._MEIPASS` to the program's folder."),
    setting(
        "multiprocessing_auto_dispatch",
        bool,
        True,
        "Started by multiprocessing, run its child instead of the application.",
    ),
    setting(
        "multiprocessing_start_method",
        _START_METHOD,
        "auto",
        "How multiprocessing starts processes unless told; `auto` and `none`: as CPython would.",
    ),
    setting(
        "terminfo_resolution",
        str,
        "dynamic",
        "Where curses and readline look for terminals first: in the system's folders (`dynamic`), "
        "nowhere (`none`), or in `static:FOLDER:FOLDER...`. `$ORIGIN` counts.",
    ),
    setting(
        "tls_roots_resolution",
        _RESOLUTION,
        "dynamic",
        "Where `ssl` finds the certificates that the system trusts: where systems have them, if "
        "OpenSSL's own paths have none (`dynamic`), or only in these (`none`).",
    ),
    setting(
        "zoneinfo_resolution",
        _RESOLUTION,
        "dynamic",
        "Where `zoneinfo` finds time zones: also where systems have them, after the folders that "
        "CPython was configured for (`dynamic`), or only in these (`none`).",
    ),
    # Memory.
    setting("allocator", _ALLOCATOR | None, None, "CPython's memory allocators."),
    setting("allocator_raw", bool, True, "Raw memory from C's malloc, as CPython has it anyway."),
    setting("allocator_mem", bool, False, "The `mem` domain from C's malloc, not from pymalloc."),
    setting("allocator_obj", bool, False, "Objects from C's malloc, not from pymalloc."),
    setting("allocator_pymalloc_arena", bool, False, "The arenas of pymalloc from C's malloc."),
    setting("allocator_debug", bool, False, "Check each use of memory, with CPython's hooks."),
    # Finding faults.
    setting("verbose", _FLAG, None, "Tell each import on standard error (`-v`)."),
    setting("import_time", _FLAG, None, "Tell each import's time on standard error."),
    setting("fault_handler", _FLAG, None, "Show a traceback on a crash (`-X faulthandler`)."),
    setting("tracemalloc", _FLAG, None, "Trace where memory is allocated (`-X tracemalloc`)."),
    setting("malloc_stats", _FLAG, None, "Tell of memory on standard error at the end."),
    setting("development_mode", _FLAG, None, "Further checks and warnings (`-X dev`)."),
    setting(
        "bytes_warning",
        Literal["none", "warn", "raise"] | None,
        None,
        "Comparing bytes with str: like `-b` (warn) and `-bb` (raise).",
    ),
    setting("warn_options", _LIST, None, "Warning filters, each as after `-W`."),
    setting("x_options", _LIST, None, "Implementation options, each as after `-X`."),
    setting("parser_debug", _FLAG, None, "Tell what the parser does (`-d`; debug builds)."),
    setting("dump_refs", _FLAG, None, "Tell of all objects at the end (builds that trace them)."),
    setting("show_ref_count", _FLAG, None, "Tell the count of references (debug builds)."),
    setting(
        "write_modules_directory_env",
        _TEXT,
        None,
        "Environment variable that names a folder; the names of all modules that were loaded are "
        "written there at the end, to a new file `modules-*`.",
    ),
)

# What None means, where CPython's own profile says otherwise or where it is the runtime's to know.
PROFILES: Mapping[str, Mapping[str, bool]] = {
    "isolated": {
        "configure_c_stdio": True,
        "configure_locale": True,
        "install_signal_handlers": True,
        "site_import": False,
        "utf8_mode": True,
    },
    "python": {"site_import": True},
}
