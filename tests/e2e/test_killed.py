"""Builds that are killed or interrupted: the next one is as if nothing had been."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from oxidize.actions.registry import KINDS
from oxidize.executor.location import LAYOUT
from oxidize.executor.locks import try_lock
from oxidize.installers.oci import Image, write_oci
from oxidize.upkeep.verifier import Verifier
from tests import pythons
from tests.binary.macho import compile_for
from tests.binary.test_universal import thin_file
from tests.distributions.archives import Archive
from tests.distributions.tiny_sources import write_sources
from tests.distributions.windows import TRIPLE, Windows
from tests.e2e.signing_keys import PASSWORD, Certificates, unsigned_library
from tests.e2e.space import Space
from tests.executor.killing import BETWEEN
from tests.packages import wheels

BUILD_FILE = """
HOUSE = ["--no-index", "-f", "house"]

def place(policy, resource):
    name = getattr(resource, "name", "")
    if name == "alpha":
        return resource.with_settings(location = "filesystem-relative:lib")
    return resource.with_settings(include = name != "app.spare")

def make():
    dist = default_python_distribution()
    policy = dist.make_python_packaging_policy()
    policy.register_resource_callback(place)
    exe = dist.to_python_executable(
        name = "app",
        packaging_policy = policy,
        packed_resources_load_mode = "binary-relative-memory-mapped:app.resources",
        licenses_filename = "LICENSES",
        config = dist.make_python_interpreter_config(run_module = "app"),
    )
    data = FileManifest()
    data.add_file(FileContent(filename = "data.txt", content = "data"), directory = "app")
    packages = exe.pip_install(["alpha", "./mine"] + HOUSE)
    exe.add_python_resources(exe.read_package_root(path = ".", packages = ["app"]))
    exe.add_python_resources(exe.make_python_package_data(data))
    exe.add_python_resource(exe.make_python_module_source("made", "text = 'made'"))
    exe.add_python_resources(packages)
    exe.add_python_resources(packages.console_script("alpha"))
    files = FileManifest()
    files.add_python_resource("bin", exe)
    files.add_python_resources("bin", exe.pip_install(["beta"] + HOUSE))
    return files

def make_archive():
    exe = default_python_distribution().to_python_executable(name = "app")
    files = FileManifest()
    files.add_python_resources("lib", exe.pip_install(["alpha"] + HOUSE))
    files.add_python_resources("lib", exe.pip_install(["beta"] + HOUSE))
    files.add_file(FileContent(filename = "notes", content = "text"))
    return files.to_installer("tar.gz", "app")

def make_standalone():
    dist = PythonDistribution(sha256 = "{sha256}", local_path = "{path}")
    files = FileManifest()
    exe = dist.to_python_executable(name = "app")
    files.add_python_resources("lib", exe.pip_install(["alpha"] + HOUSE))
    return files

def make_universal():
    both = AppleUniversalBinary("both")
    for machine in ("aarch64", "x86_64"):
        both.add_path(machine + ".dylib")
    return both

def make_image():
    dist = PythonDistribution(sha256 = "{sha256}", local_path = "{path}")
    app = make_product("App", "1.0", publisher = "Example", summary = "App")
    exe = dist.to_python_executable(name = "app")
    return exe.to_installer("oci", product = app, settings = {"base": "base.tar"})

def make_wheel():
    exe = PythonDistribution(sha256 = "{sha256}", local_path = "{path}").to_python_executable("app")
    app = make_product("App", "1.0", publisher = "Example", summary = "App")
    platform = "manylinux_2_99_x86_64"
    return exe.to_installer("wheel", product = app, settings = {"platform": platform})

def make_package():
    files = FileManifest()
    files.add_file(FileContent(filename = "notes", content = "text"))
    who = "Example <a@example.org>"
    product = make_product("Notes", "1.0", publisher = "Example", summary = "Notes", contact = who)
    return files.to_installer("deb", product = product)

def make_appimage():
    exe = PythonDistribution(sha256 = "{sha256}", local_path = "{path}").to_python_executable("app")
    app = make_product("App", "1.0", publisher = "Example", summary = "App", icon = "icon.svg")
    return exe.to_installer("appimage", product = app)

def make_sbom(app):
    files = FileManifest()
    files.add_file(app.sbom())
    return files

def make_mac():
    files = FileManifest()
    files.add_path("tool", strip_prefix = "")
    product = make_product(
        "Tool",
        "1.0",
        publisher = "Example",
        summary = "Tool",
        icon = "icon.svg",
        menu = make_menu_entry(),
    )
    made = FileManifest()
    for format in ["dmg", "pkg"]:
        made.add_installer(files.to_installer(format, product = product))
    return made

register_target("app", make)
register_target("appimage", make_appimage)
register_target("sbom", make_sbom, depends = ["app"])
register_target("image", make_image)
register_target("wheel", make_wheel)
register_target("package", make_package)
register_target("mac", make_mac)
register_target("archive", make_archive)
register_target("standalone", make_standalone)
register_target("universal", make_universal)
"""

TARGETS = (
    *("app", "appimage", "archive", "image", "mac", "package", "sbom", "standalone", "universal"),
    "wheel",
)
# What builds a distribution of sources, and the kinds of actions that nothing else takes.
DISTRIBUTION = (
    *("distribution", "build", "--python", "3.13", "--target-triple", "aarch64-unknown-linux-gnu"),
    *("--manifest", "sources/manifest.json", "--sources", "sources", "-o", "build/archives"),
)
# What makes installers for Windows, and the kinds of actions that nothing else takes.
WINDOWS_FILE = """
def make():
    files, made = FileManifest(), FileManifest()
    files.add_file(FileContent(filename = "tool.exe", content = "MZ"))
    product = make_product("Tool", "1.0", publisher = "Example", summary = "T", icon = "icon.svg")
    for format in ["msi", "msix", "nsis"]:
        settings = {"program": "tool.exe"}
        made.add_installer(files.to_installer(format, product = product, settings = settings))
    return made

register_target("windows", make)
"""
WINDOWS = ("build", "windows", "--target-triple", "x86_64-pc-windows-msvc")
OF_WINDOWS = ("msi-package", "msix-package", "nsis-setup")
OF_DISTRIBUTIONS = ("build-source", "pack-distribution")
# A flatpak, which takes seconds each time that anything of its program changes.
FLATPAK_FILE = """
def none(policy, resource):
    return resource.with_settings(include = False)

def make():
    dist = PythonDistribution(sha256 = "{sha256}", local_path = "{path}")
    policy = dist.make_python_packaging_policy(extension_module_filter = "minimal")
    policy.register_resource_callback(none)
    exe = dist.to_python_executable("app", packaging_policy = policy)
    name = "org.example.app"
    app = make_product("App", "1.0", publisher = "Example", summary = "App", identifier = name)
    return exe.to_installer("flatpak", product = app)

register_target("flatpak", make)
"""
OF_FLATPAKS = ("flatpak-bundle",)
# What signs, for Windows and macOS.
SIGNING_FILE = """
SIGNER = code_signer_from_pfx_file("keys/code.pfx", secret_from_file("password"))
SIGNER.activate()

def make():
    dist = PythonDistribution(sha256 = "{sha256}", local_path = "{path}")
    exe = dist.to_python_executable(name = "app")
    files = FileManifest()
    files.add_file(FileContent("free.dll"))
    files.add_file(FileContent("tool", "tool.dylib").sign(SIGNER))
    files.add_python_resources("lib", exe.pip_install(["alpha", "--no-index", "-f", "house"]))
    return files

register_target("signed", make)
"""
SIGNING = ("build", "signed", "--target-triple", TRIPLE)
OF_SIGNING = ("apple-sign-file", "authenticode-sign", "authenticode-sign-tree")
ICON = '<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256"/>'
# How many points in each kind of action; `make killed` says 20.
POINTS = int(os.environ.get("KILLS", "2"))


def make_project(space: Space, archive: Archive, tool: Path, mirror: Path) -> Space:
    """A small program, an archive and a folder that take an action of every kind."""
    (space.root / "mirror").symlink_to(mirror)
    text = BUILD_FILE.replace("{sha256}", archive.sha256).replace("{path}", str(archive.path))
    space.write("build.star", text)
    space.write("app/__main__.py", "import alpha, mine\nprint(alpha.version, mine.version)\n")
    space.write("app/spare.py", "")
    space.write("app/data.txt", "data")
    wheels.make_wheel(space.root / "house", "alpha", "1.0", scripts={"alpha": "alpha:main"})
    wheels.make_wheel(space.root / "house", "beta", "1.0")
    wheels.make_project(space.root / "mine", "mine")
    for machine in ("aarch64", "x86_64"):
        (space.root / f"{machine}.dylib").write_bytes(thin_file(machine))
    shutil.copy(tool, space.root / "tool")
    space.write("icon.svg", ICON)
    with (space.root / "base.tar").open("wb") as out:
        write_oci([], {}, Image("x86_64", ("/bin/sh",), "base"), space.root, out)
    (space.root / "layer.tar.gz").unlink()
    return space


@pytest.fixture(scope="module")
def whole(
    tmp_path_factory: pytest.TempPathFactory,
    shared_cache: Path,
    full_archive: Archive,
    mirror: str,
) -> Space:
    """The program, built in one go."""
    for tool in ("mksquashfs", "xorriso"):
        pythons.need_tool(tool)
    folder = tmp_path_factory.mktemp("whole")
    (folder / "tool.c").write_text("int main(void) { return 0; }\n")
    compile_for("aarch64", shared_cache, folder / "made", folder / "tool.c")
    space = Space(folder, shared_cache)
    make_project(space, full_archive, folder / "made", Path(urlsplit(mirror).path))
    space.build(*TARGETS, env=config(space))
    return space


@pytest.fixture
def fresh(whole: Space, tmp_path: Path, full_archive: Archive) -> Space:
    """The program, to be built in an empty cache, which has what zig compiled for any program."""
    return make_fresh(whole, tmp_path, full_archive)


@pytest.fixture(scope="module")
def built(whole: Space, tmp_path_factory: pytest.TempPathFactory, full_archive: Archive) -> Space:
    """The program, built with a cache of its own."""
    space = make_fresh(whole, tmp_path_factory.mktemp("built"), full_archive)
    space.build(*TARGETS, env=config(space))
    return space


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Space, Space]:
    """Two that were built of sources, each with a cache of its own."""
    pythons.need_tool("make")
    one, two = (make_distribution(tmp_path_factory.mktemp(name)) for name in ("one", "two"))
    return one, two


@pytest.fixture(scope="module")
def signed(
    tmp_path_factory: pytest.TempPathFactory,
    windows: tuple[Windows, Archive],
    certificates: Certificates,
    whole: Space,
) -> tuple[Space, Space]:
    """Two projects whose files are signed, each with a cache of its own."""
    archive, spaces = windows[1], []
    pythons.need_tool("osslsigncode")
    for name in ("one", "two"):
        folder = tmp_path_factory.mktemp(name)
        space = Space(folder, folder / "cache")
        text = SIGNING_FILE.replace("{sha256}", archive.sha256)
        space.write("build.star", text.replace("{path}", str(archive.path)))
        space.write("password", PASSWORD)
        shutil.copytree(certificates.folder, folder / "keys")
        shutil.copy(whole.root / "tool", folder / "tool")
        unsigned_library(windows[0], folder / "free.dll")
        wheels.make_wheel(folder / "house", "alpha", "1.0")
        done = space.oxidize(*SIGNING)
        assert done.returncode == 0, done.stderr
        spaces.append(space)
    return spaces[0], spaces[1]


@pytest.fixture(scope="module")
def windows_installers(tmp_path_factory: pytest.TempPathFactory) -> tuple[Space, Space]:
    """Two projects of installers for Windows, each with a cache of its own."""
    for tool in ("wixl", "msibuild", "makensis"):
        pythons.need_tool(tool)
    one, two = (Space(folder, folder / "cache") for folder in map(tmp_path_factory.mktemp, "ab"))
    for space in (one, two):
        space.write("build.star", WINDOWS_FILE)
        space.write("icon.svg", ICON)
        space.build(*WINDOWS[1:])
    return one, two


@pytest.fixture(scope="module")
def flatpaks(
    tmp_path_factory: pytest.TempPathFactory, full_archive: Archive, whole: Space
) -> tuple[Space, Space]:
    """Two projects of a flatpak, each with a cache of its own."""
    pythons.need_tool("flatpak")
    one, two = (Space(folder, folder / "cache") for folder in map(tmp_path_factory.mktemp, "ab"))
    for space in (one, two):
        text = FLATPAK_FILE.replace("{sha256}", full_archive.sha256)
        space.write("build.star", text.replace("{path}", str(full_archive.path)))
        zig = Path(LAYOUT) / "tools" / "zig"
        shutil.copytree(whole.cache / zig, space.cache / zig, symlinks=True)
        space.build("flatpak", env=config(space))
    return one, two


def make_distribution(folder: Path) -> Space:
    space = Space(folder, folder / "cache")
    write_sources(folder / "sources")
    done = space.oxidize(*DISTRIBUTION, env=config(space))
    assert done.returncode == 0, done.stderr
    return space


def config(space: Space) -> dict[str, str]:
    """Where the user's catalogue is, and the mirror."""
    return {
        "OXIDIZE_CONFIG_DIR": str(space.root / "config"),
        "OXIDIZE_MIRROR": (space.root / "mirror").as_uri(),
    }


def make_fresh(whole: Space, folder: Path, archive: Archive) -> Space:
    (folder / "project").mkdir()
    space = Space(folder / "project", folder / "cache")
    make_project(space, archive, whole.root / "tool", (whole.root / "mirror").resolve())
    zig = Path(LAYOUT) / "tools" / "zig"
    shutil.copytree(whole.cache / zig, space.cache / zig, symlinks=True)
    return space


def entries(space: Space) -> list[dict[str, Any]]:
    """What actions left, all that a cache has."""
    files = (space.cache / LAYOUT / "actions").glob("*/*")
    return [read_entry(path) for path in files]


def read_entry(path: Path) -> dict[str, Any]:
    """What an action left."""
    return dict(json.loads(path.read_bytes().partition(b"\n")[2]))


def kind_of(row: dict[str, Any]) -> str:
    """The kind of the action."""
    return str(row["parts"]["action"].partition("/")[0])


def forget(space: Space, kind: str) -> None:
    """Removes what actions of that kind left."""
    for path in (space.cache / LAYOUT / "actions").glob("*/*"):
        if kind_of(read_entry(path)) == kind:
            path.unlink()


def made(space: Space) -> set[tuple[str, str]]:
    """The kind of each action, and what it made."""
    return {(kind_of(row), json.dumps(row["outputs"])) for row in entries(space)}


def outputs(space: Space) -> dict[str, bytes]:
    """All files in the project's output folder."""
    folder = space.root / "build"
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def assert_sound(space: Space, whole: Space) -> None:
    """Outputs and cache are those of an undisturbed build, and nothing else is left."""
    assert outputs(space) == outputs(whole)
    assert made(space) <= made(whole)
    root = space.cache / LAYOUT
    assert Verifier(root).verify().dropped == ()
    assert list((root / "scratch").iterdir()) == []
    # A lock whose holder was killed is nobody's.
    for lock in (root / "locks").iterdir():
        held = try_lock(lock)
        assert held, lock
        held.release()


@pytest.mark.parametrize(
    "kind", sorted({*KINDS, BETWEEN} - {*OF_DISTRIBUTIONS, *OF_FLATPAKS, *OF_SIGNING, *OF_WINDOWS})
)
def test_killed_anywhere(built: Space, whole: Space, kind: str) -> None:
    """Wherever in an action of any kind a build is killed, or between them, its commands end, and
    the next one delivers the bytes of an undisturbed build."""
    assert_killable(built, whole, kind, "build", *TARGETS)


@pytest.mark.parametrize("kind", OF_WINDOWS)
def test_killed_in_installers_for_windows(
    windows_installers: tuple[Space, Space], kind: str
) -> None:
    """So does the build of installers for Windows."""
    assert_killable(*windows_installers, kind, *WINDOWS)


@pytest.mark.parametrize("kind", OF_FLATPAKS)
def test_killed_in_flatpaks(flatpaks: tuple[Space, Space], kind: str) -> None:
    """So does the build of a flatpak."""
    assert_killable(*flatpaks, kind, "build", "flatpak")


@pytest.mark.parametrize("kind", OF_DISTRIBUTIONS)
def test_killed_in_distributions(distributions: tuple[Space, Space], kind: str) -> None:
    """So does the build of a distribution."""
    space, whole = distributions
    assert_killable(space, whole, kind, *DISTRIBUTION)


@pytest.mark.parametrize("kind", OF_SIGNING)
def test_killed_in_signing(signed: tuple[Space, Space], kind: str) -> None:
    """So does a build that signs, which leaves no key behind."""
    space, whole = signed
    assert_killable(space, whole, kind, *SIGNING)
    assert list(space.cache.rglob("*.p12")) == []


def assert_killable(space: Space, whole: Space, kind: str, *arguments: str) -> None:
    module, env = "tests.e2e.killing_all", config(space)
    done = space.oxidize(kind, str(POINTS), *arguments, "-j1", module=module, env=env)
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)) == POINTS
    assert_sound(space, whole)
    space.oxidize("cache", "gc")
    assert list(space.cache.rglob(".oxidize-*")) == []


def test_every_kind(
    built: Space,
    distributions: tuple[Space, Space],
    windows_installers: tuple[Space, Space],
    signed: tuple[Space, Space],
    flatpaks: tuple[Space, Space],
) -> None:
    """What is built here takes actions of all kinds that there are."""
    spaces = (built, distributions[0], windows_installers[0], signed[0], flatpaks[0])
    rows = [row for space in spaces for row in entries(space)]
    assert {kind_of(row) for row in rows} == {*KINDS}


def test_interrupted_anywhere(fresh: Space, whole: Space) -> None:
    """Ctrl-C in the middle of real actions ends the build, and the next one is right."""
    for point in (
        "host-import/change:100",
        "install-packages/command:1",
        "link-runtime/command:1",
        "compile/command:1",
    ):
        forget(fresh, point.partition("/")[0])
        done = fresh.oxidize(
            point,
            "SIGINT",
            "build",
            *TARGETS,
            "-j1",
            module="tests.executor.killing",
            env=config(fresh),
        )
        assert done.returncode == 130, done.stderr
        assert done.stderr.splitlines()[-1] == "interrupted"
    fresh.build(*TARGETS, env=config(fresh))
    assert_sound(fresh, whole)
