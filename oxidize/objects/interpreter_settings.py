"""The table of interpreter settings: one row is the argument, its check and its documentation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from oxidize.objects.member import Parameter, setting

_FLAG = bool | None
_TEXT = str | None
_LIST = Sequence[str] | None

# None keeps what CPython's isolated configuration says; docs/reference shows the whole table.
INTERPRETER_SETTINGS: tuple[Parameter, ...] = (
    # What runs: at most one of the three; none of them gives a prompt, or runs standard input.
    setting("run_module", _TEXT, None, "Module to run, as `python -m` does."),
    setting("run_command", _TEXT, None, "Code to run, as `python -c` does."),
    setting("run_filename", _TEXT, None, "Script, folder or zip file to run, on the user's disk."),
    setting("optimization_level", Literal[0, 1, 2] | None, None, "Like `-O` (1) and `-OO` (2)."),
    # Isolation: a program doesn't change with its user's Python settings.
    setting("isolated", _FLAG, None, "Ignore the environment and the user's site folder (`-I`)."),
    setting("use_environment", _FLAG, None, "Honour `PYTHON*` environment variables."),
    setting("site_import", _FLAG, False, "Import `site` at start; False is like `-S`."),
    # Importing.
    setting("filesystem_importer", _FLAG, True, "Also import from `sys.path`, after the program."),
    setting("write_bytecode", _FLAG, None, "Cache bytecode of modules on disk; False is `-B`."),
    # Text and streams: the same on every machine, whatever its locale.
    setting("utf8_mode", _FLAG, True, "UTF-8 for files, streams and names (`-X utf8`)."),
    setting("configure_locale", _FLAG, True, "Take LC_CTYPE from the user's locale."),
    setting("buffered_stdio", _FLAG, None, "Buffer the standard streams; False is like `-u`."),
    setting("configure_c_stdio", _FLAG, True, "Set the buffering of C's standard streams too."),
    # Behaviour.
    setting("install_signal_handlers", _FLAG, True, "Ctrl-C and broken pipes, as in `python`."),
    setting("hash_seed", int | None, None, "Fixed seed of str hashes; None gives a random one."),
    setting("inspect", _FLAG, None, "Give a prompt after the program has run (`-i`)."),
    setting("quiet", _FLAG, None, "No version and copyright before a prompt (`-q`)."),
    setting("sys_frozen", _FLAG, True, "Set `sys.frozen`, which some packages look for."),
    # Finding faults.
    setting("verbose", _FLAG, None, "Tell each import on standard error (`-v`)."),
    setting("fault_handler", _FLAG, None, "Show a traceback on a crash (`-X faulthandler`)."),
    setting("development_mode", _FLAG, None, "Further checks and warnings (`-X dev`)."),
    setting("warn_options", _LIST, None, "Warning filters, each as after `-W`."),
    setting("x_options", _LIST, None, "Implementation options, each as after `-X`."),
)
