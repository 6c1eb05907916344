"""The script for zsh."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from oxidize.cli.completion.table import Command, Option, Value

_HEAD = """\
#compdef oxidize
# Completion of oxidize for zsh. To use it, after compinit: source <(oxidize completion zsh)

_oxidize_targets() {
    local -a given names
    local word take=
    for word in "${(@)words[1,CURRENT-1]}"; do
        if [[ -n $take ]]; then
            given+=("$word")
            take=
        elif [[ $word == (--path|--var|--var-env) ]]; then
            given+=("$word")
            take=1
        elif [[ $word == --(path|var|var-env)=* ]]; then
            given+=("$word")
        fi
    done
    given=("${(Q)oxidize_command/#\\~/$HOME}" targets --names --offline "${(@Q)given}")
    names=(${(f)"$("${(@)given}" 2>/dev/null </dev/null)"})
    compadd -a names
}

_oxidize() {
    local oxidize_command=$words[1]
    local -a verbs
    verbs=(
"""

_REST = """\
    )
    if (( CURRENT == 2 )); then
        _describe verb verbs
        return
    fi
    local verb=$words[2]
    (( CURRENT-- ))
    shift words
    case $verb in
    help) _describe verb verbs ;;
"""

_END = """\
    esac
}

compdef _oxidize oxidize
"""


def zsh_script(commands: Sequence[Command]) -> str:
    """The script."""
    verbs = [(each.name, each.help) for each in commands]
    verbs += [("help", "Show how a verb is used"), ("--version", "Show the version")]
    described = "".join(f"        {_quote(f'{name}:{help_}')}\n" for name, help_ in verbs)
    return _HEAD + described + _REST + "".join(map(_case, commands)) + _END


def _case(command: Command) -> str:
    specs = [*(spec for each in command.options for spec in _option(each)), *_arguments(command)]
    lines = " \\\n".join(f"            {spec}" for spec in specs)
    return f"    {command.name})\n        _arguments -s \\\n{lines}\n        ;;\n"


def _option(option: Option) -> Iterator[str]:
    help_ = re.sub(r"([\[\]:\\])", r"\\\1", option.help)
    for flag in option.flags:
        equals = "=" if option.value and flag.startswith("--") else ""
        yield _quote(f"*{flag}{equals}[{help_}]{_action(option.value)}")


def _arguments(command: Command) -> Iterator[str]:
    if command.argument:
        place = "*" if command.repeated else "1"
        yield _quote(f"{place}{_action(command.argument)}")
    if command.passes:
        yield "'*:argument of the program:_files'"


def _action(value: Value | None) -> str:
    match value:
        case None:
            return ""
        case Value(source="choices", choices=choices):
            return f":value:({' '.join(choices)})"
        case Value(source="targets"):
            return ":target:_oxidize_targets"
        case Value(source="folders"):
            return ":folder:_path_files -/"
        case Value(source="files"):
            return ":file:_files"
        case _:
            return ":value: "


def _quote(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
