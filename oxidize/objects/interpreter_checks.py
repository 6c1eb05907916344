"""What interpreter settings are refused for: values that can't be, and pairs that contradict."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Mapping

from oxidize.objects.problem import refuse
from oxidize.suggest import did_you_mean

_RUN = ("run_module", "run_command", "run_filename")
_MODULE = re.compile(r"\w+(\.\w+)*")
_LARGEST_SEED = 2**32 - 1
_STATIC = "static:"
# CPython looks at these before it looks at a configuration's options.
_OPTION_SETTINGS = {"dev": "development_mode", "utf8": "utf8_mode"}

# (setting, its value, another, its value, why not both); None as a value is any but None and [].
_CONTRADICTIONS: tuple[tuple[str, bool | None, str, bool | None, str], ...] = (
    ("isolated", True, "use_environment", True, "an isolated interpreter ignores the environment"),
    (
        "isolated",
        True,
        "user_site_directory",
        True,
        "an isolated interpreter ignores the user's site folder",
    ),
    ("configure_locale", False, "coerce_c_locale", None, "it is part of configuring the locale"),
    (
        "filesystem_importer",
        False,
        "module_search_paths",
        None,
        "only the filesystem importer looks at sys.path",
    ),
    (
        "filesystem_importer",
        False,
        "python_path_env",
        None,
        "only the filesystem importer looks at sys.path",
    ),
    ("filesystem_importer", False, "oxidized_importer", False, "no module could be imported"),
    (
        "allocator_mem",
        True,
        "allocator_pymalloc_arena",
        True,
        "arenas are pymalloc's, which that domain isn't to use",
    ),
    (
        "allocator_obj",
        True,
        "allocator_pymalloc_arena",
        True,
        "arenas are pymalloc's, which that domain isn't to use",
    ),
)


def check_settings(given: Mapping[str, object]) -> None:
    """Refuses settings, of which none is None, that can't work."""
    for name, value in given.items():
        _check_text(name, value)
    _check_what_runs(given)
    _check_numbers(given)
    _check_terminfo(given)
    _check_variable(given)
    for name in ("filesystem_encoding", "stdio_encoding"):
        if name in given:
            _check_encoding(name, str(given[name]))
    _check_options(given)
    for row in _CONTRADICTIONS:
        _check_contradiction(given, *row)


def _texts(value: object) -> Iterable[object]:
    return value if isinstance(value, (list, tuple)) else [value]


def _check_text(name: str, value: object) -> None:
    if any("\0" in str(text) for text in _texts(value)):
        refuse("OX0214", f"{name} can't hold a NUL character", argument=name)


def _check_what_runs(given: Mapping[str, object]) -> None:
    runs = [name for name in _RUN if name in given]
    if len(runs) > 1:
        refuse(
            "OX0215",
            f"{runs[0]} and {runs[1]} are both given, but a program runs one thing",
            argument=runs[1],
            help="keep one of run_module, run_command and run_filename",
        )
    module = given.get("run_module")
    if isinstance(module, str) and (module.endswith(".py") or not _MODULE.fullmatch(module)):
        refuse(
            "OX0214",
            f'run_module must be the dotted name of a module, not "{module}"',
            argument="run_module",
            help=_module_help(module),
        )


def _module_help(module: str) -> str | None:
    name = module.removesuffix(".py").strip("./").replace("/", ".")
    return f'write run_module = "{name}"' if _MODULE.fullmatch(name) else None


def _check_numbers(given: Mapping[str, object]) -> None:
    seed = given.get("hash_seed")
    if isinstance(seed, int) and not 0 <= seed <= _LARGEST_SEED:
        message = f"hash_seed must lie between 0 and {_LARGEST_SEED}, not be {seed}"
        refuse("OX0214", message, argument="hash_seed")


def _check_terminfo(given: Mapping[str, object]) -> None:
    value = str(given.get("terminfo_resolution", "none"))
    if value in ("dynamic", "none") or value.removeprefix(_STATIC) not in ("", value):
        return
    refuse(
        "OX0208",
        f'terminfo_resolution must be "dynamic", "none" or "static:" and folders, not "{value}"',
        argument="terminfo_resolution",
        help='name folders, separated by colons: "static:$ORIGIN/terminfo"'
        if value.startswith("static")
        else did_you_mean(value, ("dynamic", "none")),
    )


def _check_variable(given: Mapping[str, object]) -> None:
    value = str(given.get("write_modules_directory_env", "V"))
    if not value or "=" in value:
        refuse(
            "OX0214",
            f'"{value}" can\'t be the name of an environment variable',
            argument="write_modules_directory_env",
        )


def _check_encoding(name: str, encoding: str) -> None:
    try:
        found = codecs.lookup(encoding)
    except (LookupError, ValueError):
        from encodings.aliases import aliases

        known = sorted({*aliases, *aliases.values()})
        help = did_you_mean(encoding.replace("-", "_"), known)
        refuse("OX0240", f'there is no encoding "{encoding}"', argument=name, help=help)
    from _multibytecodec import MultibyteIncrementalDecoder

    if not getattr(found, "_is_text_encoding", True):
        refuse("OX0240", f'"{encoding}" isn\'t an encoding of text', argument=name)
    decoder = found.incrementaldecoder
    if isinstance(decoder, type) and issubclass(decoder, MultibyteIncrementalDecoder):
        refuse(
            "OX0241",
            f'"{encoding}" can\'t be used yet when the interpreter starts',
            argument=name,
            notes=("its codec is an extension module",),
            help=f'in the program, write sys.stdout.reconfigure(encoding="{encoding}")'
            if name == "stdio_encoding"
            else None,
        )


def _check_options(given: Mapping[str, object]) -> None:
    for option in _texts(given.get("x_options", ())):
        own = _OPTION_SETTINGS.get(str(option).partition("=")[0])
        if own is not None:
            refuse(
                "OX0242",
                f'"{option}" has no effect among x_options',
                argument="x_options",
                help=f"write {own} = {not str(option).endswith('=0')}",
            )


def _check_contradiction(
    given: Mapping[str, object],
    first: str,
    first_value: bool | None,
    second: str,
    second_value: bool | None,
    why: str,
) -> None:
    if _is(given.get(first), first_value) and _is(given.get(second), second_value):
        is_ = "is given" if second_value is None else f"is {second_value}"
        refuse(
            "OX0215",
            f"{second} {is_}, but {first} is {first_value}: {why}",
            argument=second,
            help=f"leave out one of {first} and {second}",
        )


def _is(given: object, value: bool | None) -> bool:
    return given not in (None, [], ()) if value is None else given is value
