"""A recipe: what one program runs and holds, as far as a script, project or folder tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from attrs import evolve, field, frozen

from oxidize.errors import Diagnostic, UsageError
from oxidize.suggest import did_you_mean


@frozen
class Recipe:
    """One program: its name, what it runs, and what goes in.

    It runs a module, or code, or what a statement imports as `main`; else it gives a prompt.
    `packages` are top-level names of the folder, and `modules` files of it under the names of
    modules. `requirements` are arguments of pip_install(), and `because` says where they come from;
    `hints` are sentences about them.
    """

    name: str
    run_module: str | None = None
    run_command: str | None = None
    start: str | None = None
    packages: tuple[str, ...] = ()
    modules: Mapping[str, str] = field(factory=dict)
    requirements: tuple[str, ...] = ()
    because: str = ""
    hints: tuple[str, ...] = ()

    def with_packages(self, requirements: tuple[str, ...]) -> Recipe:
        """The same with more to install."""
        if not requirements:
            return self
        because = self.because if self.requirements else "Packages that were asked for"
        return evolve(self, requirements=self.requirements + requirements, because=because)


@frozen
class Source:
    """What was looked at, and its programs: the one that is meant comes first.

    `certain` is false if there are several, and none is more likely to be meant than another.
    """

    title: str
    programs: tuple[Recipe, ...]
    certain: bool = True

    def the_one(self) -> Recipe:
        """The program that is meant. Raises UsageError if that isn't certain."""
        if not self.certain:
            names = [each.name for each in self.programs]
            raise which_script("which script is to be packed?", self.title, names)
        return self.programs[0]


def called(path: Path) -> str:
    """How messages call what is to be packed; the current folder may have been meant unsaid."""
    return "this folder" if path == Path() else str(path)


def which_script(
    message: str, title: str, names: Sequence[str], asked: str | None = None
) -> UsageError:
    """The error for a script that has to be named, or was and isn't there."""
    help_ = did_you_mean(asked, names, "{}") if asked else f"name one: --script {names[0]}"
    notes = (f"{title} has these: {', '.join(names)}",) if names else ()
    return UsageError(Diagnostic("OX0816", message, notes=notes, help=help_))


def choose(title: str, names: Sequence[str], asked: str | None, likely: str | None) -> list[str]:
    """All names, the one that is meant first; only that one if it was asked for by name.

    Raises UsageError for one that isn't there.
    """
    if asked is not None:
        if asked not in names:
            raise which_script(f"there is no script {asked}", title, names, asked)
        return [asked]
    return sorted(names, key=lambda name: name != likely)
