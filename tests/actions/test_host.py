"""Reading an installed CPython: what its updates, and those of the system, lead to."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from attrs import define

from oxidize.actions.registry import KINDS
from oxidize.distributions import probe
from oxidize.errors import EnvironmentProblem
from oxidize.executor.result import BuildResult
from oxidize.graph.action import Action, Artifact, Output
from oxidize.graph.tree import Tree
from tests import pythons
from tests.actions.compiling import TRIPLE
from tests.executor.space import Space


@define
class Host:
    """An installation of its own: the running CPython with one module, which needs a library."""

    space: Space
    folder: Path

    def library(self, name: str, answer: int, *needs: str) -> None:
        """Installs, or updates, a library of the system."""
        self._compile(f"lib{name}.so", f"int {name}(void) {{ return {answer}; }}", *needs)

    def module(self, name: str, library: str) -> None:
        """Installs an extension module."""
        text = f"int {library}(void); int PyInit_{name}(void) {{ return {library}(); }}"
        self._compile(f"extensions/{name}.so", text, f"-l{library}")

    def _compile(self, file: str, text: str, *flags: str) -> None:
        out = self.folder / file
        out.parent.mkdir(exist_ok=True)
        source = self.folder / "source.c"
        source.write_text(text)
        where = (f"-L{self.folder}", f"-Wl,--disable-new-dtags,-rpath,{self.folder}")
        gcc = (pythons.need_tool("gcc"), "-shared", "-fPIC", "-Wl,--no-as-needed")
        subprocess.run([*gcc, source, *where, *flags, "-o", out], check=True)

    def imported(self) -> Action:
        """The action that reads it."""
        said = subprocess.run([sys.executable, "-IS", probe.__file__], capture_output=True)
        facts = json.loads(said.stdout)
        (self.folder / "stdlib").mkdir(exist_ok=True)
        facts["stdlib"] = str(self.folder / "stdlib")
        facts["extensions"] = str(self.folder / "extensions")
        described: tuple[Artifact, ...] = (self.space.write("description.json", json.dumps(facts)),)
        listed = Action("host-libraries", TRIPLE, {}, {"description": described})
        inputs = {"description": described, "libraries": (listed.output("libraries"),)}
        return Action("host-import", TRIPLE, {}, inputs)

    def build(self) -> tuple[BuildResult, dict[str, bytes]]:
        """What happened, and the libraries that are carried."""
        self.space.kinds = KINDS
        output: Output = self.imported().output("libraries")
        result = self.space.build(output)
        assert not result.failures, result.failures[0].diagnostic
        store = self.space.store
        tree = Tree.decode(store.path(result.built(output).digest).read_bytes())
        return result, {e.path: store.path(e.digest).read_bytes() for e in tree.entries}


@pytest.fixture
def host(tmp_path: Path) -> Host:
    folder = tmp_path / "host"
    folder.mkdir()
    return Host(Space(tmp_path / "space"), folder)


def test_updates_of_libraries(host: Host) -> None:
    """A library of the system that is updated in place, under the same name, is carried anew."""
    host.library("thing", 1)
    host.module("uses", "thing")
    result, before = host.build()
    assert (result.ran, "lib/libthing.so" in before) == (2, True)
    assert host.build()[0].ran == 0
    host.library("thing", 2)
    result, after = host.build()
    assert result.ran == 1
    assert after["lib/libthing.so"] != before["lib/libthing.so"]


def test_updates_that_need_more(host: Host) -> None:
    """A library whose update needs another library brings that along."""
    host.library("thing", 1)
    host.module("uses", "thing")
    assert "lib/libmore.so" not in host.build()[1]
    host.library("more", 3)
    host.library("thing", 2, "-lmore")
    assert "lib/libmore.so" in host.build()[1]


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("#!/bin/sh\necho hello\n", "it said: hello"),
        (f'#!/bin/sh\necho noise\nexec {sys.executable} "$@"\n', "it said: noise"),
        ("#!/bin/sh\necho broken >&2\nexit 3\n", "it said: broken"),
        ("no program", "can't run"),
        ("#!/bin/sh\n", ""),
    ],
)
def test_no_python(tmp_path: Path, script: str, said: str) -> None:
    """What isn't a Python, or says more than it should, is refused with what it said."""
    python = tmp_path / "python3"
    python.write_text(script)
    python.chmod(0o755)
    space = Space(tmp_path / "space", KINDS)
    with pytest.raises(EnvironmentProblem, match="doesn't describe itself") as caught:
        space.build(Action("host-probe", TRIPLE, {"python": str(python)}).output("description"))
    assert said in "\n".join(caught.value.diagnostic.notes)
