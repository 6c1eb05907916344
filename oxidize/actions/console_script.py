"""console-script: the main module of a script that an installed distribution brings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from configparser import ConfigParser
from configparser import Error as ConfigError
from pathlib import Path
from typing import ClassVar

from attrs import frozen
from packaging.requirements import Requirement

from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.distributions.description import Description
from oxidize.errors import ActionError, Diagnostic
from oxidize.graph.action import Value
from oxidize.packages.entry_point import MODULE, EntryPoint
from oxidize.resources.closure import closure
from oxidize.resources.environment import marker_environment
from oxidize.resources.installed import Installed, canonical, find_installed
from oxidize.suggest import did_you_mean

# How many scripts a message lists.
_MOST_NAMES = 20


@frozen
class _Script:
    """A row of entry_points.txt; `extras` are those that its owner was asked for with."""

    name: str
    value: str
    owner: Installed
    extras: frozenset[str] | None


class ConsoleScript(Kind):
    """tree/N: in the form of site-packages; distribution: the CPython to embed -> `tree`.

    `script`: its name. `wanted`: for each tree, the distributions (with extras) that it was asked
    for; none means all.
    """

    mnemonic: ClassVar[str] = "console-script"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"tree": "tree"}

    def run(self, context: ActionContext) -> None:
        """Looks the script up, and writes its main module."""
        script = _find(str(context.params["script"]), list(_scripts(context)))
        entry = EntryPoint.parse(script.value)
        if entry is None:
            raise ActionError(
                Diagnostic(
                    "OX0431",
                    f'the script {script.name} of {script.owner} is "{script.value}", which names '
                    "no function",
                    help="write a main module of your own, and name it as run_module",
                )
            )
        if script.extras is not None and (lacking := set(entry.extras) - script.extras):
            name = f"{script.owner.name}[{','.join(sorted(lacking))}]"
            context.warn(f"the script {script.name} needs {name}, which wasn't asked for")
        text = entry.main()
        (context.output("tree") / f"{MODULE}.py").write_text(text, encoding="utf-8")


def _find(name: str, scripts: Sequence[_Script]) -> _Script:
    found = next((each for each in scripts if each.name == name), None)
    if found is not None:
        return found
    names = list(dict.fromkeys(each.name for each in scripts))
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    known = f"scripts: {', '.join(names[:_MOST_NAMES])}{more}" if names else "they have no scripts"
    raise ActionError(
        Diagnostic(
            "OX0430",
            f'these packages bring no script "{name}"',
            notes=(known,),
            help=did_you_mean(name, names),
        )
    )


def _scripts(context: ActionContext) -> Iterator[_Script]:
    """All scripts: those with a console first, and in each kind, what was asked for first."""
    owners = list(_owners(context))
    for section in ("console_scripts", "gui_scripts"):
        for rows, owner, extras in owners:
            if rows.has_section(section):
                for name, value in rows.items(section):
                    yield _Script(name, value, owner, extras)


def _owners(
    context: ActionContext,
) -> Iterator[tuple[ConfigParser, Installed, frozenset[str] | None]]:
    description = Description.load(context.input("distribution"))
    environment = marker_environment(description.triple, description.version)
    wanted = context.params["wanted"]
    assert isinstance(wanted, Sequence)
    for number, each in enumerate(wanted):
        tree = context.tree(f"tree/{number}")
        installed = find_installed(tree)
        asked = _requirements(each)
        if asked:
            # The compile action warns of what is missing.
            installed = closure(installed, [str(r) for r in asked], environment, lambda text: None)
        order = [canonical(requirement.name) for requirement in asked]
        extras = _extras(asked)
        for owner in sorted(installed, key=lambda owner: _rank(order, owner.key)):
            yield _rows(owner, tree), owner, extras.get(owner.key)


def _requirements(wanted: Value) -> list[Requirement]:
    assert isinstance(wanted, Sequence)
    return [Requirement(str(text)) for text in wanted]


def _extras(asked: Sequence[Requirement]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for each in asked:
        key = canonical(each.name)
        found[key] = found.get(key, frozenset()) | each.extras
    return found


def _rank(order: Sequence[str], key: str) -> int:
    return order.index(key) if key in order else len(order)


def _rows(owner: Installed, tree: Mapping[str, Path]) -> ConfigParser:
    rows = ConfigParser(delimiters=("=",), interpolation=None, strict=False)
    rows.optionxform = str  # type: ignore[assignment,method-assign]
    path = f"{owner.folder}/entry_points.txt"
    if path in tree:
        try:
            rows.read_string(tree[path].read_text(encoding="utf-8"))
        except (ConfigError, UnicodeDecodeError) as error:
            message = f"{owner} has a damaged entry_points.txt: {error}".splitlines()[0]
            raise ActionError(Diagnostic("OX0421", message)) from error
    return rows
