"""Fixtures shared by all tests: one cache of built things for the whole run."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from oxidize.executor.locks import exclusively
from tests import pythons
from tests.distributions import panda as panda3d
from tests.distributions.apt import Apt
from tests.distributions.archives import Archive, Synthesis
from tests.distributions.debian import Debian
from tests.distributions.debian_sources import ARCHIVES, DECODER_ARCHIVES, fetch_sources
from tests.distributions.windows import RELEASES, Windows
from tests.e2e.space import APP, Space
from tests.e2e.wine import Wine
from tests.installers.apple import Apple

# A busy machine is no failure.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")
# What takes minutes and tells little more: `make targets`.
collect_ignore = [] if os.environ.get("TARGETS") else ["targets"]


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache directory that all tests and all workers of this run share.

    OXIDIZE_TEST_CACHE names one that stays, for single tests again and again: compiling the
    libraries of a target for the first time takes minutes.
    """
    if named := os.environ.get("OXIDIZE_TEST_CACHE"):
        Path(named).mkdir(parents=True, exist_ok=True)
        return Path(named).absolute() / "oxidize-cache"
    base = tmp_path_factory.getbasetemp()
    root = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    return root / "oxidize-cache"


@pytest.fixture(scope="session")
def full_archive(shared_cache: Path) -> Archive:
    """A standalone archive of CPython 3.13, made once for all workers."""
    folder = shared_cache.with_name("archives")
    folder.mkdir(exist_ok=True)
    path = folder / "full.tar.zst"
    with exclusively(folder / "lock"):
        if not path.is_file():
            synthesis = Synthesis.of("3.13", folder, shared_cache / "v1" / "tools" / "zig")
            synthesis.full(folder / "made.tar.zst").path.rename(path)
    return Archive.of(path)


# Machines that Debian calls by other names.
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
# What wheels take for granted where this package is.
_BESIDE = {"libc6": ("libstdc++6", "libgcc-s1")}


@pytest.fixture(scope="session")
def debians(shared_cache: Path) -> Callable[[str], tuple[Debian, Archive]]:
    """Machine -> CPython 3.11 for it, and a standalone archive of it, made once for all workers."""

    def fetched(machine: str) -> tuple[Debian, Archive]:
        folder = shared_cache.with_name(f"debian-{machine}")
        folder.mkdir(exist_ok=True)
        debian = Debian(folder / "root", machine)
        path = folder / f"cpython-3.11.2+20260814-{debian.triple}-noopt-full.tar.zst"
        with exclusively(folder / "lock"):
            if not path.is_file():
                debian.fetch(folder)
                debian.full(folder / "made.tar.zst").path.rename(path)
        return debian, Archive.of(path)

    return fetched


Emulator = Callable[[str, str], Sequence[str | Path]]


@pytest.fixture(scope="session")
def emulator(shared_cache: Path) -> Emulator:
    """A machine, and Debian's package of a C library ("libc6", "musl") -> what is written before a
    program to run it: qemu, with that of Debian 13, which is fetched once for all workers."""

    def fetched(machine: str, package: str) -> Sequence[str | Path]:
        qemu = pythons.need_qemu(machine)
        folder = shared_cache.with_name(f"{package}-{machine}")
        folder.mkdir(exist_ok=True)
        with exclusively(folder / "lock"):
            if not (folder / "root").is_dir():
                architecture = _ARCHITECTURES.get(machine, machine)
                apt, new = Apt.made(folder, architecture, suites="trixie"), folder / "new"
                for file in apt.packages(package, *_BESIDE.get(package, ())):
                    subprocess.run([pythons.need_tool("dpkg"), "-x", file, new], check=True)
                new.rename(folder / "root")
        return (*qemu, "-L", folder / "root" / "usr")

    return fetched


@pytest.fixture(scope="session")
def debian(debians: Callable[[str], tuple[Debian, Archive]]) -> tuple[Debian, Archive]:
    """That of aarch64."""
    return debians("aarch64")


@pytest.fixture(scope="session")
def pandas(shared_cache: Path) -> Callable[[str], Mapping[str, Archive]]:
    """Minor version of CPython -> standalone archives for macOS by triple, made once for all
    workers."""

    def made(minor: str) -> Mapping[str, Archive]:
        folder = shared_cache.with_name(f"panda-{minor}")
        folder.mkdir(exist_ok=True)
        start = f"cpython-{panda3d.VERSIONS[minor]}+20260814"
        paths = {
            triple: folder / f"{start}-{triple}-pgo+lto-full.tar.zst" for triple in panda3d.TRIPLES
        }
        with exclusively(folder / "lock"):
            if not all(path.is_file() for path in paths.values()):
                found = panda3d.Panda.fetched(folder / "wheel", minor)
                for triple, path in paths.items():
                    found.full(folder / "made.tar.zst", triple).path.rename(path)
        return {triple: Archive.of(path) for triple, path in paths.items()}

    return made


@pytest.fixture(scope="session")
def panda(pandas: Callable[[str], Mapping[str, Archive]]) -> Mapping[str, Archive]:
    """Those of CPython 3.11."""
    return pandas("3.11")


@pytest.fixture(scope="session")
def apple(shared_cache: Path) -> Apple:
    """Another reader of what macOS runs and installs."""
    return Apple.installed(shared_cache.with_name("apple-platform"))


@pytest.fixture(scope="session")
def windows_of(shared_cache: Path) -> Callable[[str], tuple[Windows, Archive]]:
    """Minor version -> CPython for Windows, and a standalone archive of it, made once for all
    workers."""

    def fetched(minor: str) -> tuple[Windows, Archive]:
        release, folder = RELEASES[minor], shared_cache.with_name(f"windows-{minor}")
        folder.mkdir(exist_ok=True)
        path, zig_cache = folder / release.archive, shared_cache / "v1" / "tools" / "zig"
        with exclusively(folder / "lock"):
            if not path.is_file():
                made = Windows.fetched(folder, zig_cache, release).full(folder / "made.tar.zst")
                made.path.rename(path)
        return Windows(folder / "root", zig_cache, release), Archive.of(path)

    return fetched


@pytest.fixture(scope="session")
def windows(windows_of: Callable[[str], tuple[Windows, Archive]]) -> tuple[Windows, Archive]:
    """CPython 3.11 for Windows, and a standalone archive of it."""
    return windows_of("3.11")


@pytest.fixture(scope="session")
def wine(shared_cache: Path, windows: tuple[Windows, Archive]) -> Wine:
    """wine, with a Windows of its own that all workers share."""
    prefix = shared_cache.with_name("wine")
    with exclusively(prefix.with_suffix(".lock")):
        if not prefix.is_dir():
            Wine.made(prefix.with_suffix(".made"), windows[0].entropy).prefix.rename(prefix)
    return Wine(prefix)


@pytest.fixture(scope="session")
def probes(tmp_path_factory: pytest.TempPathFactory, shared_cache: Path) -> Callable[[str], Path]:
    """CPython version -> the program of tests/e2e/app, alone in a folder."""
    built: dict[str, Path] = {}

    def build(minor: str) -> Path:
        if minor not in built:
            python = pythons.need(minor)
            space = Space(tmp_path_factory.mktemp("probe"), shared_cache)
            space.copy(APP)
            space.build("--var", f"PYTHON={python}")
            alone = tmp_path_factory.mktemp("alone") / "probe"
            shutil.copy(space.outputs("probe") / "probe", alone)
            shutil.rmtree(space.root)
            built[minor] = alone
        return built[minor]

    return build


@pytest.fixture(scope="session")
def sources(shared_cache: Path) -> Path:
    """A folder with the sources of CPython 3.13 and zlib, fetched once for all workers."""
    return _fetched(shared_cache, "sources", ("cpython 3.13.5", "zlib"))


@pytest.fixture(scope="session")
def all_sources(shared_cache: Path) -> Path:
    """A folder with all sources that there are recipes for."""
    return _fetched(shared_cache, "all-sources", tuple(ARCHIVES))


@pytest.fixture(scope="session")
def mirror(shared_cache: Path) -> str:
    """A mirror for OXIDIZE_MIRROR that has the source of what AppImages begin with."""
    sources = _fetched(shared_cache, "decoder", tuple(DECODER_ARCHIVES))
    folder = shared_cache.with_name("mirror")
    folder.mkdir(exist_ok=True)
    with exclusively(folder / "lock"):
        if not (folder / "sources").is_dir():
            (folder / "sources").symlink_to(sources)
    return folder.as_uri()


def _fetched(shared_cache: Path, name: str, sources: Sequence[str]) -> Path:
    folder = shared_cache.with_name(name)
    folder.mkdir(exist_ok=True)
    with exclusively(folder / "lock"):
        return fetch_sources(folder, sources)
