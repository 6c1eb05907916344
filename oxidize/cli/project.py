"""A project: its build file, evaluated for what the command line asks for."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from oxidize.cli.console import Console
from oxidize.cli.loading import load_session
from oxidize.cli.options import ProjectOptions
from oxidize.cli.phases import Phases
from oxidize.cli.scope import Scope
from oxidize.errors import BuildFileError
from oxidize.graph.target import TargetOutputs
from oxidize.objects.prompter import Nobody, Prompter
from oxidize.starlark.build_file import find_build_file
from oxidize.starlark.session import Session, Settings
from oxidize.triples import host_triple

if TYPE_CHECKING:
    from oxidize.distributions.catalogue import Catalogue


def project_settings(options: ProjectOptions, path: Path) -> Settings:
    """What a session of that build file is told."""
    return Settings(
        path=path,
        triple=options.triple,
        host_triple=host_triple(),
        release=options.release,
        host_python=sys.executable,
        variables=options.variables,
        offline=options.offline,
        wheelhouse=options.wheelhouse,
        catalogue=_catalogue,
        find_python=_installed_python,
    )


def _catalogue() -> Catalogue:
    """Read when a build file asks for what could be in it."""
    from oxidize.executor.catalogues import catalogue

    return catalogue(os.environ)


def _installed_python(minor: str) -> Path | None:
    """Looked for when no other one compiles."""
    from oxidize.cli.installed_python import installed_python

    return installed_python(minor)


def project_folder(start: Path) -> Path:
    """The folder of the build file; a rule library has none, and is named itself.

    Raises BuildFileError.
    """
    try:
        return find_build_file(start).parent
    except BuildFileError:
        if start.is_dir():
            return start.absolute()
        raise


@frozen
class Project:
    """A loaded build file, and where the outputs of its targets go."""

    folder: Path
    options: ProjectOptions
    session: Session
    phases: Phases

    @classmethod
    def load(
        cls, options: ProjectOptions, console: Console, prompter: Prompter | None = None
    ) -> Project:
        """Finds and evaluates the build file. Raises OxidizeError."""
        path = find_build_file(options.path)
        settings = project_settings(options, path)
        folder = path.absolute().parent
        phases = Phases()
        with phases.phase("load"):
            session = load_session(settings, console, prompter)
        return cls(folder, options, session, phases)

    @classmethod
    def look(cls, options: ProjectOptions, console: Console) -> Project:
        """The same, but opens no connection and asks nobody anything."""
        return cls.load(evolve(options, offline=True), console, Nobody())

    def analyze(self, names: Sequence[str]) -> Mapping[str, TargetOutputs]:
        """The outputs of the named targets, or of the default one. Raises OxidizeError."""
        resolved = self.session.resolve(names)
        # What they depend on is analysed too, but only what was asked for is delivered.
        with self.phases.phase("analyze"):
            analyzed = self.session.analyze(resolved)
        for name in resolved:
            self.session.check_buildable(name)
        return {name: analyzed[name] for name in resolved}

    def folder_of(self, target: str) -> Path:
        """Where that target's outputs are."""
        return self.outputs / target

    @property
    def outputs(self) -> Path:
        """The folder with a folder for each target."""
        return self.session.build_path / self.options.triple / self.options.flavour

    def scope(self, verb: str, targets: Sequence[str]) -> Scope:
        """What a verb builds of it."""
        options = self.options
        return Scope(verb, self.folder, tuple(targets), options.triple, options.flavour)
