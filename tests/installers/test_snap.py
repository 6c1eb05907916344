"""Snaps: what they say, within snapd's limits."""

from __future__ import annotations

import json

import pytest
from attrs import evolve

from oxidize.installers.snap import SnapApp, SnapDescription

NOTES = SnapDescription(
    name="notes",
    version="1.0",
    title="N" * 40,
    summary="S" * 78,
    description="ö" * 4096,
    licence="MIT",
    machine="x86_64",
    base="core24",
    grade="stable",
    confinement="strict",
    apps=[SnapApp("notes", ["bin/notes"], plugs=["network", "x11"])],
)


def test_limits() -> None:
    """Texts may be as long as snapd lets them be, and no longer."""
    assert [*NOTES.problems(), *NOTES.setting_problems()] == []
    for what in ("title", "summary", "description"):
        (problem,) = evolve(NOTES, **{what: getattr(NOTES, what) + "s"}).problems()
        assert f"the {what} of a snap has up to" in problem


@pytest.mark.parametrize("base", ["none", "no such base!", "b" * 41, "core_24"])
def test_base(base: str) -> None:
    """A base that can't be the name of a snap is found, or that has no programs."""
    assert len([*evolve(NOTES, base=base).setting_problems()]) == 1


@pytest.mark.parametrize("plug", ["", "Home", "1st", "two--hyphens", "home-"])
def test_plug(plug: str) -> None:
    """A plug that can't be the name of an interface is found."""
    told = evolve(NOTES, apps=[SnapApp("notes", ["bin/notes"], plugs=["home", plug])])
    assert len([*told.setting_problems()]) == 1


@pytest.mark.parametrize(
    ("licence", "said"),
    [("MIT OR Apache-2.0", "MIT OR Apache-2.0"), ("MIT AND LicenseRef-Proprietary", None)],
)
def test_licence(licence: str, said: str | None) -> None:
    """A licence that SPDX's list hasn't, which is all that snapd takes, is left out."""
    assert json.loads(evolve(NOTES, licence=licence).text()).get("license") == said
