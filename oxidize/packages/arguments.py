"""Arguments of pip_install(): requirements and options as pip spells them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, field
from packaging.utils import canonicalize_name

from oxidize.lookup import exists, neighbours
from oxidize.packages import requirement_file
from oxidize.packages.choice import Options
from oxidize.packages.places import Locations
from oxidize.packages.problem import Rejected
from oxidize.packages.request import Call, Import, Wanted
from oxidize.packages.requirement import read_project, read_requirement
from oxidize.suggest import did_you_mean

if TYPE_CHECKING:
    from oxidize.objects.reach import Reach

_LONG = {
    "-r": "--requirement",
    "-c": "--constraint",
    "-i": "--index-url",
    "-f": "--find-links",
}
_FLAGS = ("--no-index", "--pre", "--require-hashes")
_VALUED = (
    "--requirement",
    "--constraint",
    "--index-url",
    "--extra-index-url",
    "--find-links",
    "--no-binary",
    "--only-binary",
)
_INSTEAD = {
    "-e": "leave it out: what a program holds can't be edited",
    "--editable": "leave it out: what a program holds can't be edited",
    "-U": "newer versions are taken by: oxidize lock --upgrade",
    "--upgrade": "newer versions are taken by: oxidize lock --upgrade",
    "--user": "leave it out: packages go into the program",
    "-t": "leave it out: packages go into the program",
    "--target": "leave it out: packages go into the program",
    "--prefix": "leave it out: packages go into the program",
    "--trusted-host": "set the environment variable UV_INSECURE_HOST",
    "--proxy": "set the environment variable HTTPS_PROXY",
    "--cert": "set the environment variable SSL_CERT_FILE",
    "--no-deps": "leave it out, and take .only([...]) of the collection",
    "--python-version": "the distribution decides it: default_python_distribution()",
    "--platform": "the command line decides it: --target-triple",
}


@define
class Reader:
    """Collects what arguments and the files that they name ask for."""

    reach: Reach
    """Where relative paths start, and what they may not leave."""
    wanted: list[Wanted] = field(factory=list)
    constraints: list[str] = field(factory=list)
    options: Options = field(factory=Options)
    locations: Locations = field(factory=Locations)
    imports: list[Import] = field(factory=list)
    open_files: list[Path] = field(factory=list)
    """Files that are being read, each included by the one before it."""

    def read(self, args: Sequence[str]) -> None:
        """Reads arguments. Raises Rejected."""
        rest = list(args)
        while rest:
            word = rest.pop(0)
            if word.startswith("-"):
                self._option(word, rest)
            else:
                self.wanted.append(read_requirement(word, self.reach))

    def call(self) -> Call:
        """What was read."""
        return Call(
            tuple(self.wanted),
            tuple(dict.fromkeys(self.constraints)),
            self.options,
            self.locations,
            tuple(dict.fromkeys(self.imports)),
        )

    def _option(self, word: str, rest: list[str]) -> None:
        if parts := re.fullmatch(r"(--?[a-z-]+)\s+(.*)", word):
            words = f'"{parts[1]}", "{parts[2]}"'
            raise Rejected("OX0902", f'"{word}" is one string', help=f"write two: {words}")
        name, equals, value = word.partition("=")
        if word[:2] in ("-r", "-c", "-i", "-f") and len(word) > 2:
            name, equals, value = word[:2], "=", word[2:]
        long = _LONG.get(name, name)
        if long in _FLAGS and not equals:
            self._flag(long)
        elif long in _VALUED:
            if not equals and not rest:
                raise Rejected("OX0902", f"{name} needs a value after it")
            self._valued(long, value if equals else rest.pop(0))
        else:
            raise _unknown(name)

    def _flag(self, name: str) -> None:
        if name == "--no-index":
            self.locations |= Locations(no_index=True)
        elif name == "--pre":
            self.options |= Options(pre=True)

    def _valued(self, name: str, value: str) -> None:
        if not value:
            raise Rejected("OX0902", f"the value of {name} is empty")
        handlers: dict[str, Callable[[str], None]] = {
            "--requirement": lambda v: requirement_file.read_requirements(self, v),
            "--constraint": lambda v: requirement_file.read_constraints(self, v),
            "--index-url": lambda v: self._places(Locations(index_url=_index(v))),
            "--extra-index-url": lambda v: self._places(Locations(extra_index_urls=(_index(v),))),
            "--find-links": self._find_links,
            "--no-binary": lambda v: self._chosen(Options(no_binary=_names(v))),
            "--only-binary": lambda v: self._chosen(Options(only_binary=_names(v))),
        }
        handlers[name](value)

    def _places(self, more: Locations) -> None:
        self.locations |= more

    def _chosen(self, more: Options) -> None:
        self.options |= more

    def _find_links(self, value: str) -> None:
        if "://" not in value:
            path = self.reach.path(value, "args")
            if not exists(path):
                help_ = did_you_mean(path.name, neighbours(path))
                raise Rejected("OX0209", f'there is no folder "{value}"', help=help_)
            value = str(path)
        self._places(Locations(find_links=(value,)))


def _index(value: str) -> str:
    if "://" not in value:
        raise Rejected("OX0902", f'"{value}" is not the URL of an index', help="write https://...")
    return value


def _names(value: str) -> frozenset[str]:
    names = (name.strip() for name in value.split(","))
    return frozenset(name if name == ":all:" else canonicalize_name(name) for name in names if name)


def _unknown(name: str) -> Rejected:
    known = [*_FLAGS, *_VALUED]
    longer = [f"did you mean {each}?" for each in known if each.startswith(name)]
    help_ = _INSTEAD.get(name) or did_you_mean(name, known, "{}") or next(iter(longer), None)
    return Rejected(
        "OX0902",
        f"pip_install() has no option {name}",
        notes=() if help_ else (f"options: {', '.join(known)}",),
        help=help_,
    )


def read_arguments(args: Sequence[str], reach: Reach, project: Path | None = None) -> Call:
    """What arguments ask for, and a project's folder. Raises Rejected, and what `reach` does."""
    reader = Reader(reach)
    reader.read(args)
    if project is not None:
        reader.wanted.append(read_project(project))
    return reader.call()
