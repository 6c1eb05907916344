"""Building sources: what is kept of them, and what is told when it fails."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from oxidize.actions.registry import KINDS
from oxidize.distributions.recipes.libraries import LIBRARIES
from oxidize.distributions.recipes.recipe import WORK, Edit, Keep, Recipe
from oxidize.distributions.recipes.target import RecipeTarget
from oxidize.distributions.source_manifest import read_source_manifest, shipped_text
from oxidize.errors import ActionError
from oxidize.graph.action import Action, SourceFile
from oxidize.graph.tree import Tree
from tests.distributions.tiny_sources import write_archive
from tests.executor.space import Space

TRIPLE = "x86_64-unknown-linux-gnu"
SOURCES = {"configure": "#!/bin/sh\necho $* > configured\n", "LICENSE": "mine"}


def recipe(*commands: tuple[str, ...], keep: tuple[Keep, ...] = (), **more: Any) -> Recipe:
    usual = {"licence": "MIT", "licence_file": "LICENSE"}
    return Recipe(commands=commands, keep=keep, **{**usual, **more})


def result(
    space: Space, recipe: Recipe, sources: Mapping[str, str] = SOURCES
) -> Mapping[str, bytes]:
    """The files that are kept. Raises ActionError."""
    archive = space.root / "thing.tar.xz"
    write_archive(archive, sources)
    about = {"name": "thing", "libc": "glibc-2.17", "host": TRIPLE, "host_libc": "glibc-2.17"}
    action = Action(
        "build-source",
        TRIPLE,
        {**recipe.params(), **about, "with_python": False},
        {"source": (SourceFile(str(archive)),)},
    )
    built = space.build(action.output("result"))
    for failure in built.failures:
        raise failure
    tree = Tree.decode(space.bytes(action.output("result"), built))
    return {each.path: space.store.read(each.digest) for each in tree.entries}


def refused(space: Space, recipe: Recipe, sources: Mapping[str, str] = SOURCES) -> ActionError:
    with pytest.raises(ActionError) as caught:
        result(space, recipe, sources)
    assert caught.value.diagnostic.code == "OX0543"
    return caught.value


def test_what_is_kept(space: Space) -> None:
    """Commands run in the sources, edited; of what they write, what matches is kept; and no text of
    it tells in which folder that was."""
    found = result(
        space,
        recipe(
            ("./configure", f"--prefix={WORK}/a"),
            keep=(Keep("source", "config*", "etc"),),
            edits=(Edit("configure", "$*", "edited $*"),),
        ),
    )
    assert found["etc/configured"] == b"edited --prefix=/build/a\n"
    assert found["licenses/LICENSE.thing.txt"] == b"mine"
    assert {*found} == {"etc/configure", "etc/configured", "licenses/LICENSE.thing.txt"}


def test_a_failing_command(space: Space) -> None:
    """All that a command wrote is told, and how to run it again."""
    sources = {**SOURCES, "configure": "#!/bin/sh\nseq 1 5000\necho no luck >&2\nexit 3\n"}
    error = refused(space, recipe(("./configure",)), sources)
    assert error.diagnostic.message == "thing can't be built: configure failed with exit code 3"
    assert error.output.startswith("1\n2\n")
    assert error.output.endswith("5000\nno luck\n")
    assert "to repeat it" in error.diagnostic.notes[0]


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        (recipe(edits=(Edit("configure", "another", "text"),)), "configure isn't what the recipe"),
        (recipe(keep=(Keep("source", "lib*.a", "lib"),)), "its commands wrote no lib*.a"),
        (recipe(licence_file="COPYING"), "its sources have no COPYING"),
        (recipe(("no-such-program",)), "can't run no-such-program: there is no such program"),
    ],
)
def test_other_sources(space: Space, recipe: Recipe, message: str) -> None:
    """Sources that aren't those that the recipe is for are an error, which says why."""
    assert message in refused(space, recipe).diagnostic.message


def test_an_archive_that_leads_out(space: Space) -> None:
    """Nothing of an archive lands outside of the action's folder."""
    error = refused(space, recipe(), {"../../out": ""})
    assert "the archive of its sources can't be unpacked" in error.diagnostic.message


def test_a_real_library(tmp_path: Path, sources: Path) -> None:
    """zlib is built by zig alone, for another machine, and in another folder to the same bytes."""
    target = RecipeTarget("aarch64-unknown-linux-gnu", TRIPLE)
    manifest = read_source_manifest(shipped_text(), tuple(LIBRARIES))
    archive = sources / manifest.libraries()["zlib"].file
    about = {"name": "zlib", "libc": target.libc, "host": TRIPLE, "host_libc": "glibc-2.17"}
    found = []
    for name in ("one", "another/folder"):
        (tmp_path / name).mkdir(parents=True)
        space = Space(tmp_path / name)
        space.kinds = KINDS
        action = Action(
            "build-source",
            target.triple,
            {**LIBRARIES["zlib"](target).params(), **about, "with_python": False},
            {"source": (SourceFile(str(archive)),)},
        )
        space.deliver(zlib=action.output("result"))
        files = (path for path in (space.out / "zlib").rglob("*") if path.is_file())
        found.append({path.relative_to(space.out): path.read_bytes() for path in files})
    assert found[0] == found[1]
    library = found[0][Path("zlib/lib/libz.a")]
    assert library.startswith(b"!<arch>")
    assert b"\x7fELF\x02\x01\x01" in library
    assert (183).to_bytes(2, "little") == library[library.index(b"\x7fELF") + 18 :][:2]
