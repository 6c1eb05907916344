"""A project whose program is one module or package, with a standalone CPython."""

from __future__ import annotations

import json

from tests.distributions.archives import Archive
from tests.e2e.space import Space

_BUILD_FILE = """
def make():
    dist = {distribution}
    exe = dist.to_python_executable(
        "app",
        config = dist.make_python_interpreter_config(run_module = "{module}"),
    )
    exe.add_python_resources(exe.read_package_root(path = ".", packages = ["{module}"]))
    if {packages}:
        exe.add_python_resources(exe.pip_install({packages}))
    return exe

register_target("app", make)
"""


def of_archive(archive: Archive) -> str:
    """The distribution that an archive is."""
    return f'PythonDistribution(sha256 = "{archive.sha256}", local_path = "{archive.path}")'


def of_catalogue(minor: str) -> str:
    """The one of a version that the catalogue has."""
    return f'default_python_distribution("standalone", python_version = "{minor}")'


def write_build_file(space: Space, distribution: str, module: str, *packages: str) -> None:
    """`packages` are arguments of pip_install."""
    text = _BUILD_FILE.format(
        distribution=distribution, module=module, packages=json.dumps(packages)
    )
    space.write("build.star", text)
