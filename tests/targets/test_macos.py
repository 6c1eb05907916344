"""The samples, built for both architectures of macOS with a CPython of the catalogue."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.binary.macho import check_layout, wrong_pages
from tests.distributions.archives import Archive
from tests.distributions.panda import TRIPLES
from tests.e2e.space import REPOSITORY, Space

SAMPLES = {"hello": "hello", "cli": "rich", "science": "numpy"}


@pytest.mark.parametrize("flavour", ["debug", "release"])
@pytest.mark.parametrize("triple", TRIPLES)
@pytest.mark.parametrize("sample", SAMPLES)
def test_sample(
    sample: str,
    triple: str,
    flavour: str,
    panda: Mapping[str, Archive],
    shared_cache: Path,
    tmp_path: Path,
) -> None:
    """A sample becomes a program for macOS, whole and signed, that has its packages."""
    space = Space(tmp_path / sample, shared_cache)
    env = {"OXIDIZE_CONFIG_DIR": str(tmp_path / "config")}
    space.copy(REPOSITORY / "samples" / sample)
    imported = space.oxidize("distribution", "import", panda[triple].path, env=env)
    assert imported.returncode == 0, imported.stderr
    words = ["--release"] if flavour == "release" else []
    done = space.oxidize("build", *words, "--target-triple", triple, env=env)
    assert done.returncode == 0, done.stderr
    assert "needs macOS 11.0 or newer" in done.stderr
    (program,) = _programs(space.root, sample, triple, flavour)
    check_layout(program.read_bytes())
    assert wrong_pages(program.read_bytes()) == []
    said = json.loads(space.oxidize("inspect", "--json", program).stdout)
    assert SAMPLES[sample] in said["modules"]
    assert said["about"]["triple"] == triple


def _programs(root: Path, name: str, triple: str, flavour: str) -> list[Path]:
    return list(root.glob(f"build/{triple}/{flavour}/*/{name}"))
