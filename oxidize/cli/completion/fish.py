"""The script for fish."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from oxidize.cli.completion.table import Command, Option, Value

_HEAD = """\
# Completion of oxidize for fish. To use it: oxidize completion fish | source

function __oxidize_verb
    set -l words (commandline -opc)
    test (count $words) -gt 1; and test $words[2] = $argv[1]
end

function __oxidize_no_verb
    test (count (commandline -opc)) -eq 1
end

function __oxidize_targets
    set -l words (commandline -opc)
    set -l given
    set -l take 0
    for word in $words
        if test $take = 1
            set -a given $word
            set take 0
        else if contains -- $word --path --var --var-env
            set -a given $word
            set take 1
        else if string match -qr '^--(path|var|var-env)=' -- $word
            set -a given $word
        end
    end
    $words[1] targets --names --offline $given 2>/dev/null </dev/null
end

complete -c oxidize -f
complete -c oxidize -n __oxidize_no_verb -l help -d 'Show all verbs'
complete -c oxidize -n __oxidize_no_verb -l version -d 'Show the version'
"""


def fish_script(commands: Sequence[Command]) -> str:
    """The script."""
    names = " ".join(each.name for each in commands)
    lines = [f"{_FISH} -n __oxidize_no_verb -a {c.name} -d {_quote(c.help)}" for c in commands]
    lines.append(f"{_FISH} -n __oxidize_no_verb -a help -d 'Show how a verb is used'")
    lines.append(f"{_FISH} -n '__oxidize_verb help' -a {_quote(names)}")
    for command in commands:
        lines += _lines(command)
    return _HEAD + "\n".join(lines) + "\n"


_FISH = "complete -c oxidize"


def _lines(command: Command) -> Iterator[str]:
    condition = f"-n '__oxidize_verb {command.name}'"
    for each in command.options:
        yield f"{_FISH} {condition} {_flags(each)} -d {_quote(each.help)}{_taken(each.value)}"
    if command.argument:
        yield f"{_FISH} {condition}{_given(command.argument)}"


def _flags(option: Option) -> str:
    return " ".join(
        f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}" for flag in option.flags
    )


def _taken(value: Value | None) -> str:
    """What an option takes: files are told by -r -F, all else by -x."""
    if value is None:
        return ""
    return " -r -F" if value.source == "files" else f" -x{_given(value)}"


def _given(value: Value) -> str:
    match value.source:
        case "choices":
            return f" -a {_quote(' '.join(value.choices))}"
        case "targets":
            return " -a '(__oxidize_targets)'"
        case "folders":
            return " -a '(__fish_complete_directories)'"
        case "files":
            return " -F"
        case _:
            return ""


def _quote(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
