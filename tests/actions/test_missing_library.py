"""Installers that bring no C library: programs that need one which isn't there are refused."""

from __future__ import annotations

import pytest

from oxidize.binary.portability import Part, Portability
from oxidize.graph.action import Action
from tests.executor.space import Space

TREE = {"folders": (), "names": (), "executable": (), "texts": {}, "links": {}, "licences": "l"}
FLATPAK = {"id": "org.example.app", "machine": "x86_64", "branch": "b", "runtime_repo": ""}


@pytest.mark.parametrize(
    ("mnemonic", "params", "output", "needs", "said"),
    [
        ("oci-image", {"image": {}}, "image", {"GLIBC": "2.36"}, "it needs GLIBC 2.36"),
        ("squashfs-image", {"base": "core22"}, "image", {"GLIBC": "2.36"}, "core22 has 2.35"),
        ("flatpak-bundle", {"flatpak": FLATPAK}, "bundle", {"musl": ""}, "the program needs musl"),
    ],
)
def test_refused(
    space: Space,
    mnemonic: str,
    params: dict[str, object],
    output: str,
    needs: dict[str, str],
    said: str,
) -> None:
    """The build says what is needed, and how a program that runs is built."""
    told = space.write("needs", Portability((Part("app", "app", needs),)).dump())
    action = Action(mnemonic, "test", {**TREE, **params}, {"needs": (told,)})  # type: ignore[dict-item]
    (failure,) = space.build(action.output(output)).failures
    assert said in failure.diagnostic.message
    assert "distribution" in str(failure.diagnostic.help)
