"""A program whose resources are placed: its build file, and what it tells."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from pathlib import Path

from tests.e2e.space import Space, run

BUILD = """
    def make():
        dist = default_python_distribution()
        policy = dist.make_python_packaging_policy({policy})
        {before}
        exe = dist.to_python_executable(
            name = "app",
            packaging_policy = policy,
            config = dist.make_python_interpreter_config(run_module = "app"{config}),
            {settings}
        )
        own = exe.read_package_root(path = ".", packages = ["app"])
        exe.add_python_resources(own{after})
        {more}
        return exe

    register_target("app", make, default = True)
    register_target("resources", lambda app: app.to_embedded_resources(), depends = ["app"])
    register_target("files", lambda app: app.to_file_manifest("bin"), depends = ["app"])
"""


def write(
    space: Space,
    functions: str = "",
    *,
    policy: str = "",
    before: str = "pass",
    settings: str = "",
    config: str = "",
    after: str = "",
    more: str = "pass",
) -> None:
    """Writes the build file, with something in its places."""
    made = textwrap.dedent(BUILD).format(
        policy=policy, before=before, settings=settings, config=config, after=after, more=more
    )
    space.write("build.star", textwrap.dedent(functions) + made)


def told(program: Path, *arguments: str) -> dict[str, str]:
    """What the program tells, run where nothing is but its own folder."""
    done = run(program, *arguments, cwd=Path("/"))
    assert done.returncode == 0, done.stderr.decode()
    found: dict[str, str] = json.loads(done.stdout)
    return found


def files(folder: Path) -> list[str]:
    """What a build wrote, apart from the program."""
    paths = (p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    return sorted(path for path in paths if path != "app")


def moved(space: Space, tmp_path: Path, target: str = "app") -> Path:
    """The outputs of a target, in another place."""
    place = tmp_path / "elsewhere"
    shutil.copytree(space.outputs(target), place)
    shutil.rmtree(space.root)
    return place


def plain(folder: Path, code: str, *flags: str) -> str:
    """What plain Python prints that has only a folder on its path."""
    script = f"import sys; sys.path[:0] = [{str(folder)!r}]; {code}"
    done = run(sys.executable, "-I", "-S", *flags, "-c", script)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().strip()
