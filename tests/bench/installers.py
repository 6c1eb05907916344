"""The measurements of installers: `make bench` prints one row per format, of samples/hello.

Those for Windows have the same file in them, as if it were a program for Windows: what they do with
it, they do with any.
"""

from __future__ import annotations

import resource
import shutil
import tempfile
import time
from pathlib import Path

from tests.bench.measure import HELLO, paired
from tests.distributions.debian_sources import DECODER_ARCHIVES, fetch_sources
from tests.e2e.space import Space

TARGETS = """
load("@oxidize//installers.star", "menu_entry", "product")

def described():
    return product(
        "Hello",
        "1.0",
        publisher = "Example",
        summary = "Greets",
        contact = "Example <team@example.org>",
        identifier = "org.example.hello",
        icon = "icon.svg",
        menu = menu_entry(),
    )

def other():
    files = FileManifest()
    files.add_path("hello.exe", strip_prefix = "")
    return files

register_target("other", other)
SETTINGS = {format: {"program": "hello.exe"} for format in ["msi", "nsis", "msix"]}
SETTINGS["wheel"] = {"platform": "manylinux_2_99_x86_64"}
PROGRAM = ["tar.gz", "tar.zst", "zip", "deb", "rpm", "arch", "appimage", "snap", "flatpak", "wheel"]

def register(format, contents):
    def make(files):
        settings = SETTINGS.get(format, {})
        return files.to_installer(format, product = described(), settings = settings)

    register_target(format, make, depends = [contents])

[register(each, "hello") for each in PROGRAM]
[register(each, "other") for each in ["msi", "nsis", "msix"]]
"""
ICON = '<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256"/>'
LINUX = ("tar.gz", "tar.zst", "zip", "deb", "rpm", "arch", "appimage", "snap", "flatpak", "wheel")
WINDOWS = ("msi", "nsis", "msix")


def spent() -> float:
    """CPU seconds of all commands so far, and of theirs."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def row(space: Space, mirror: str, target: str, *words: str) -> Path:
    """Prints the figures of one, made of a program that is built, with tools that are there."""

    def build(name: str) -> None:
        space.build(name, "--release", *words, env={"OXIDIZE_MIRROR": mirror})

    build(target)
    space.write("hello/edited.py", f"FOR = {target!r}\n")
    with (space.root / "hello.exe").open("ab") as file:
        file.write(target.encode())
    build("hello" if target in LINUX else "other")
    cpu, began = spent(), time.perf_counter()
    build(target)
    wall, cpu = time.perf_counter() - began, spent() - cpu
    (made,) = next(space.root.glob(f"build/*/release/{target}")).iterdir()
    print(f"{target:9} {wall:7.1f} {cpu:7.1f} {made.stat().st_size / 1e6:8.1f}", flush=True)
    return made


def start_up(image: Path, program: Path) -> None:
    """An AppImage against the program that is in it."""
    ours, theirs, wall, cpu = paired([image], [program])
    print(f"start of the AppImage {ours * 1000:.0f} ms, of the program {theirs * 1000:.0f} ms")
    print(f"ratio of wall {wall:.2f}, of CPU {cpu:.2f}")


def main() -> None:
    """Measures all, with the toolchain warm."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        mirror = folder / "mirror"
        (mirror / "fetched").mkdir(parents=True)
        sources = fetch_sources(mirror / "fetched", tuple(DECODER_ARCHIVES))
        (mirror / "sources").symlink_to(sources)
        space = Space(folder / "project", folder / "cache")
        space.copy(HELLO)
        space.write("icon.svg", ICON)
        space.write("build.star", (HELLO / "build.star").read_text() + TARGETS)
        space.build("--release")
        program = space.outputs("hello", "release") / "hello"
        shutil.copy(program, space.root / "hello.exe")
        print(f"program   {program.stat().st_size / 1e6:24.1f}\nformat     wall s   CPU s  size MB")
        made = {each: row(space, mirror.as_uri(), each) for each in LINUX}
        for each in WINDOWS:
            row(space, mirror.as_uri(), each, "--target-triple", "x86_64-pc-windows-msvc")
        start_up(made["appimage"], program)


if __name__ == "__main__":
    main()
