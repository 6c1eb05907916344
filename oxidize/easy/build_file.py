"""The build.star that somebody would write for recipes, with comments for who reads on."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from itertools import chain, count

from attrs import evolve

from oxidize.easy.recipe import Recipe

_WIDTH = 100
_START = "import sys; {}; sys.exit(main())"
_NOT_IN_TARGETS = re.compile(r"[^A-Za-z0-9_.+-]")
_NOT_IN_FILES = re.compile(r"[/\\:\x00-\x1f\x7f]")


def build_file(programs: Sequence[Recipe], target: str | None = None) -> str:
    """A build.star with one target for each program, the first being the default.

    `target` names the target of a single program, in place of what its name makes of it.
    """
    named = dict(_named(programs, target))
    first = next(iter(named))
    if len(programs) > 1 and all(each.start for each in programs):
        parts = [*_shared(named)]
    else:
        parts = [part for name, each in named.items() for part in _single(name, each, first)]
    return "\n\n".join([_head(first), *parts]) + "\n"


def file_name(name: str) -> str:
    """A name that a program's file can have, and that leads to no other folder."""
    plain = _NOT_IN_FILES.sub("_", name).strip().lstrip("-")
    return "program" if plain in ("", ".", "..") else plain


def _named(programs: Sequence[Recipe], target: str | None) -> Iterator[tuple[str, Recipe]]:
    """Names that targets can have, each once, and recipes whose names files can have."""
    if target:
        yield target, programs[0]
        return
    taken: set[str] = set()
    for each in programs:
        plain = _NOT_IN_TARGETS.sub("_", each.name).lstrip(".+-") or "program"
        numbered = (f"{plain}_{number}" for number in count(2))
        name = next(name for name in chain([plain], numbered) if name not in taken)
        taken.add(name)
        yield name, evolve(each, name=file_name(each.name))


def _head(target: str) -> str:
    return "\n".join(
        (
            "# Written by `oxidize init`; yours to change.",
            "#",
            f"#     oxidize build           makes build/<triple>/debug/{target}/",
            "#     oxidize run -- ARGS     makes the program and runs it",
        )
    )


def _single(target: str, recipe: Recipe, default: str) -> Iterator[str]:
    """A function that makes the program, and its target."""
    function = f"make_{re.sub(r'[^A-Za-z0-9_]', '_', target)}"
    command = _START.format(recipe.start) if recipe.start else recipe.run_command
    setting = ""
    if recipe.run_module:
        setting = f"run_module = {_quote(recipe.run_module)}"
    elif command:
        setting = f"run_command = {_quote(command)}"
    if recipe.run_command and "\n" in recipe.run_command:
        yield f"CODE = {_block(recipe.run_command)}"
        setting = "run_command = CODE"
    yield _function(f"def {function}():", _quote(recipe.name), setting, recipe)
    yield _register(target, function, default=target == default)


def _shared(programs: dict[str, Recipe]) -> Iterator[str]:
    """One function for the scripts of a project, and their targets."""
    first = next(iter(programs.values()))
    wanted = evolve(first, requirements=_united([each.requirements for each in programs.values()]))
    setting = f"run_command = {_quote(_START)}.format(start)"
    yield _function("def make(name, start):", "name", setting, wanted)
    lines = ["# `oxidize build NAME` makes another one than the first."]
    for target, each in programs.items():
        call = f"lambda: make({_quote(each.name)}, {_quote(each.start or '')})"
        lines.append(_register(target, call, default=each.name == first.name))
    yield "\n".join(lines)


def _united(requirements: list[tuple[str, ...]]) -> tuple[str, ...]:
    """The requirements of scripts of one project: they differ in its extras only."""
    extras = [
        extra.strip()
        for each in requirements
        for extra in each[0].partition("[")[2].rstrip("]").split(",")
    ]
    named = ", ".join(dict.fromkeys(filter(None, extras)))
    return (f".[{named}]" if named else ".", *requirements[0][1:])


def _function(head: str, name: str, setting: str, recipe: Recipe) -> str:
    lines = [head, "    # The CPython that runs oxidize, with its standard library."]
    lines.append("    dist = default_python_distribution()")
    lines.append("    exe = dist.to_python_executable(")
    lines.append(f"        name = {name},")
    if setting:
        call = _call("config = dist.make_python_interpreter_config", [setting], 8)
        lines.append(f"{call},")
    else:
        lines.append("        # Without a config that says what to run, it gives a prompt.")
    lines.append("    )")
    for comment, before, texts, after in _steps(recipe):
        lines += [*_comment(comment), _adding(before, texts, after)]
    return "\n".join([*lines, "    return exe"])


def _steps(recipe: Recipe) -> Iterator[tuple[str, str, Sequence[str], str]]:
    """What goes into the program: a comment, and a call that has a list in it."""
    if recipe.requirements:
        pinned = "The first build pins the versions of all packages in oxidize.lock."
        comment = "\n".join((f"{recipe.because}. {pinned}", *recipe.hints))
        yield comment, "pip_install([", recipe.requirements, "])"
    if recipe.packages:
        comment = "Modules and packages of this folder, with the data files in packages."
        yield comment, 'read_package_root(path = ".", packages = [', recipe.packages, "])"
    for module, file in recipe.modules.items():
        call = f"make_python_module_source({_quote(module)}, FileContent(path = {_quote(file)}))"
        yield f"{file}, under a name that can be imported.", call, (), ""


def _adding(before: str, texts: Sequence[str], after: str) -> str:
    """A line that adds something to the program; a list that is too long has a line for each."""
    before, after = f"    exe.add_python_resources(exe.{before}", f"{after})"
    line = f"{before}{', '.join(map(_quote, texts))}{after}"
    if len(line) <= _WIDTH or not texts:
        return line
    rows = "".join(f"        {_quote(text)},\n" for text in texts)
    return f"{before}\n{rows}    {after}"


def _register(target: str, function: str, *, default: bool) -> str:
    arguments = [_quote(target), function, *(["default = True"] if default else [])]
    return _call("register_target", arguments, 0)


def _comment(text: str) -> list[str]:
    wrapper = textwrap.TextWrapper(
        _WIDTH,
        initial_indent="    # ",
        subsequent_indent="    # ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line for each in text.splitlines() for line in wrapper.wrap(each)]


def _call(function: str, arguments: Sequence[str], indent: int) -> str:
    """A call on one line, or with one argument on each if that gets too long."""
    blanks = " " * indent
    line = f"{blanks}{function}({', '.join(arguments)})"
    if len(line) < _WIDTH:
        return line
    lines = "".join(f"{blanks}    {argument},\n" for argument in arguments)
    return f"{blanks}{function}(\n{lines}{blanks})"


def _quote(text: str) -> str:
    """A Starlark string literal."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\x00"}
    return '"' + "".join(escapes.get(char, char) for char in text) + '"'


def _block(text: str) -> str:
    """A Starlark string literal over several lines."""
    escaped = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'"""\\\n{escaped.rstrip()}\n"""'
