"""Builds of programs for Windows."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from tests import pythons
from tests.distributions.archives import Archive
from tests.distributions.windows import TRIPLE
from tests.e2e.space import Space

BUILD_FILE = """
def make():
    dist = PythonDistribution(sha256 = "{sha256}", local_path = "{path}")
    exe = dist.to_python_executable(
        "app",
        packaging_policy = dist.make_python_packaging_policy({policy}),
        config = dist.make_python_interpreter_config(run_module = "{module}"),
        {settings}
    )
    exe.add_python_resources(exe.pip_install({packages}))
    exe.add_python_resources(exe.read_package_root(path = ".", packages = {own}))
    return exe

register_target("app", make)
"""


def build(
    space: Space,
    archive: Archive,
    module: str,
    *packages: str,
    settings: str = "",
    policy: str = "",
    beside: tuple[str, ...] = (),
) -> Path:
    """The program of a module, which may have others beside it."""
    python = pythons.need(re.findall(r"cpython-(3\.\d+)", archive.path.name)[0])
    text = BUILD_FILE.format(
        sha256=archive.sha256,
        path=archive.path,
        module=module,
        packages=json.dumps(packages),
        own=json.dumps([module, *beside]),
        settings=settings,
        policy=policy,
    )
    space.write("build.star", text)
    # Of the same version, it compiles.
    path = f"{python.parent}:{os.environ['PATH']}"
    done = space.oxidize("build", "--target-triple", TRIPLE, env={"PATH": path})
    assert done.returncode == 0, done.stderr
    return space.outputs("app") / "app.exe"
