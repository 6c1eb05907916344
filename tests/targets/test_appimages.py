"""AppImages for other machines."""

from __future__ import annotations

import subprocess

from tests import pythons
from tests.distributions.archives import Archive
from tests.distributions.debian import Debian
from tests.e2e.space import Space
from tests.e2e.standalone_project import of_archive

TRIPLE = "aarch64-unknown-linux-gnu"
BUILD = """
load("@oxidize//installers.star", "appimage", "product")

def make():
    dist = {distribution}
    exe = dist.to_python_executable(
        name = "app",
        config = dist.make_python_interpreter_config(run_module = "app"),
    )
    exe.add_python_resources(exe.read_package_root(path = CWD, packages = ["app"]))
    return appimage(exe, product("App", "1.0", publisher = "Example", summary = "App"))

register_target("app", make)
"""


def test_another_machine(space: Space, debian: tuple[Debian, Archive], mirror: str) -> None:
    """One for aarch64 is built here; there, it writes its files, whose program runs."""
    qemu, _ = pythons.need_qemu("aarch64"), pythons.need_tool("mksquashfs")
    root, archive = debian
    space.write("app.py", "import platform, sys; print(platform.machine(), *sys.argv[1:])\n")
    space.write("build.star", BUILD.replace("{distribution}", of_archive(archive)))
    env = {"OXIDIZE_MIRROR": mirror, **pythons.on_path("3.11")}
    space.build("--target-triple", TRIPLE, env=env)
    image = space.outputs("app") / "app-1.0-aarch64.AppImage"
    # Without the rest of such a system: what it runs would need qemu, too.
    extracted = subprocess.run(
        [*qemu, image, "--appimage-extract"], cwd=space.root, capture_output=True, check=True
    )
    assert extracted.stdout == b"squashfs-root\n"
    program = space.root / "squashfs-root" / "AppRun"
    done = subprocess.run([*qemu, "-L", root.root, program, "x"], capture_output=True, check=True)
    assert done.stdout == b"aarch64 x\n"
