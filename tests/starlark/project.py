"""A project in a temporary folder, for tests of build files."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

from attrs import define, field

from oxidize.errors import BuildFileError, Diagnostic
from oxidize.graph.action import Action, Artifact, Output
from oxidize.starlark.project_file import read_project_file
from oxidize.starlark.session import Session, Settings

TRIPLE = "x86_64-unknown-linux-gnu"

HELLO = """
    def make_hello():
        dist = default_python_distribution()
        exe = dist.to_python_executable(
            name = "hello",
            config = dist.make_python_interpreter_config(run_module = "hello"),
        )
        exe.add_python_resources(exe.read_package_root(path = ".", packages = ["hello"]))
        return exe

    register_target("hello", make_hello, default = True)
    register_target("archive", lambda hello: hello.to_installer("tar.gz"), depends = ["hello"])
"""


def made_by(artifact: Artifact) -> Action:
    """The action that makes an artifact."""
    assert isinstance(artifact, Output)
    return artifact.action


@define
class Project:
    """A folder with a build file; `printed` is what it printed."""

    folder: Path
    printed: list[str] = field(factory=list)

    def write(self, name: str, text: str = "") -> Path:
        """Writes a file, without the indentation that all its lines share."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    def settings(self, *, triple: str = TRIPLE, host: str = TRIPLE) -> Settings:
        """Settings for the project's build file."""
        path = self.folder / "build.star"
        return Settings(
            path,
            triple,
            host,
            False,
            sys.executable,
            {"color": "blue", "none": None},
            libraries=read_project_file(self.folder, self.folder / "fetched"),
        )

    def library(self, name: str, text: str) -> None:
        """Adds a library in a folder of its own beside the project's, with one file of its name."""
        folder = self.folder.parent / f"{self.folder.name}-libraries" / name
        folder.mkdir(parents=True)
        (folder / f"{name}.star").write_text(textwrap.dedent(text), encoding="utf-8")
        with (self.folder / "oxidize.toml").open("a", encoding="utf-8") as file:
            file.write(f'[libraries.{name}]\npath = "{folder.as_posix()}"\n')

    def load(self, build_file: str) -> Session:
        """Loads the build file with this text."""
        self.write("build.star", build_file)
        return Session.load(self.settings(), self.printed.append)

    def refused(self, build_file: str) -> Diagnostic:
        """The diagnostic that loading or analysing all targets ends with."""
        try:
            session = self.load(build_file)
            session.analyze(list(session.targets))
        except BuildFileError as error:
            return error.diagnostic
        raise AssertionError("the build file wasn't refused")
