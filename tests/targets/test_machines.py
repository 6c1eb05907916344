"""Programs for machines that fewer people have, run as those would."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest

from tests import pythons
from tests.distributions.archives import Archive
from tests.distributions.debian import Debian
from tests.e2e.space import Space
from tests.e2e.test_cross import project


@pytest.mark.parametrize("machine", ["ppc64le", "s390x"])
def test_other_machines(
    machine: str, space: Space, debians: Callable[[str], tuple[Debian, Archive]]
) -> None:
    """Programs for other machines, also for one with the other order of bytes, say what plain
    Python says; with an extension module from a file of theirs."""
    qemu, python = pythons.need_qemu(machine), pythons.need("3.11")
    debian, archive = debians(machine)
    project(space, archive)
    done = space.build("--target-triple", debian.triple)
    assert "app needs glibc 2." in done.stderr
    program = (*qemu, "-L", str(debian.root), str(space.outputs("app") / "app"))
    plain = subprocess.run([python, "-m", "app"], cwd=space.root, capture_output=True, check=True)
    ran = subprocess.run(program, capture_output=True, check=True)
    assert ran.stdout == plain.stdout
