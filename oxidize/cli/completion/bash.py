"""The script for bash, from version 3.2 on."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from oxidize.cli.completion.table import Command, Value

_HEAD = """\
# Completion of oxidize for bash. To use it: eval "$(oxidize completion bash)"

_oxidize_words() {
    COMPREPLY=($(compgen -W "$1" -- "$current"))
}

_oxidize_paths() {
    local IFS=$'\\n'
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen "$1" -- "$current"))
}

# The words before the current one. Bash splits --name=value in three.
_oxidize_before() {
    local word glued=
    before=()
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        if [[ ( $word == = || $glued ) && ${#before[@]} -gt 0 ]]; then
            before[${#before[@]}-1]+=$word
        else
            before+=("$word")
        fi
        [[ $word == = ]] && glued=1 || glued=
    done
}

_oxidize_targets() {
    local given=() take= word
    for word in "${before[@]}"; do
        if [[ $take ]]; then
            given+=("$word")
            take=
        else
            case "$word" in
            --path | --var | --var-env) given+=("$word"); take=1 ;;
            --path=* | --var=* | --var-env=*) given+=("$word") ;;
            esac
        fi
    done
    given=("${COMP_WORDS[0]/#\\~/$HOME}" targets --names --offline "${given[@]}")
    _oxidize_words "$("${given[@]}" 2>/dev/null </dev/null)"
}

"""


def bash_script(commands: Sequence[Command]) -> str:
    """The script."""
    verbs = " ".join(each.name for each in commands)
    cases = "".join(map(_case, commands))
    return (
        _HEAD
        + textwrap.dedent(
            f"""\
        _oxidize() {{
            local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}} before
            _oxidize_before
            COMPREPLY=()
            if ((COMP_CWORD == 1)); then
                _oxidize_words "{verbs} help --help --version"
                return
            fi
            if [[ $current == = ]]; then
                current=
            elif [[ $previous == = ]]; then
                previous=${{COMP_WORDS[COMP_CWORD-2]}}
            fi
            if [[ " ${{before[*]}} " == *" -- "* ]]; then
                _oxidize_paths -f
                return
            fi
            case "${{COMP_WORDS[1]}}" in
            help) _oxidize_words "{verbs}" ;;
        """
        )
        + (f"{cases}    esac\n}}\n\ncomplete -F _oxidize oxidize\n")
    )


def _case(command: Command) -> str:
    flags = " ".join(flag for each in command.options for flag in each.flags)
    valued = "".join(
        f"        {' | '.join(each.flags)}) {_do(each.value)} ;;\n"
        for each in command.options
        if each.value
    )
    return (
        f"    {command.name})\n"
        f'        case "$previous" in\n'
        f"{valued}"
        f"        *)\n"
        f"            if [[ $current == -* ]]; then\n"
        f'                _oxidize_words "{flags}"\n'
        f"            else\n"
        f"                {_do(command.argument)}\n"
        f"            fi\n"
        f"            ;;\n"
        f"        esac\n"
        f"        ;;\n"
    )


def _do(value: Value | None) -> str:
    match value:
        case Value(source="choices", choices=choices):
            return f'_oxidize_words "{" ".join(choices)}"'
        case Value(source="files"):
            return "_oxidize_paths -f"
        case Value(source="folders"):
            return "_oxidize_paths -d"
        case Value(source="targets"):
            return "_oxidize_targets"
        case _:
            return ":"
