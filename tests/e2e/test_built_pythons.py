"""Programs of CPythons that `oxidize distribution build` built here, from their real sources."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from oxidize.actions import zig
from oxidize.distributions.source_manifest import shipped_text
from oxidize.executor.locks import exclusively
from tests import pythons
from tests.conftest import Emulator
from tests.distributions.archives import Archive, pack
from tests.e2e.space import Space
from tests.e2e.standalone_project import of_archive, write_build_file
from tests.installers.test_oci import unpacked
from tests.packages.wheels import make_wheel

GNU, MUSL = "x86_64-unknown-linux-gnu", "x86_64-unknown-linux-musl"
_PROGRAM = """
import asyncio, concurrent.futures, decimal, sys, xml.etree.ElementTree, zlib

with concurrent.futures.ThreadPoolExecutor() as pool:
    squares = list(pool.map(lambda n: n * n, range(3)))
print(sys.version.split()[0], decimal.Decimal(1) / 7, squares)
print(zlib.decompress(zlib.compress(b"xxx")), xml.etree.ElementTree.fromstring("<a>b</a>").text)
print(asyncio.run(asyncio.sleep(0, "slept")))
"""
_SAID = """3.13.5 0.1428571428571428571428571429 [0, 1, 4]
b'xxx' b
slept
"""
_IN_CONTAINER = """
import os, pwd, sys

licences = os.listdir("/usr/share/licenses/app")
name = pwd.getpwuid(os.getuid()).pw_name
print(*sys.argv[1:], os.getuid(), name, licences, sorted(os.listdir("/")))
"""
_PACKAGES = """
def packages(app):
    product = make_product(
        "App",
        "1.0",
        publisher = "Example",
        contact = "Example <app@example.org>",
        summary = "App",
        package = "app",
        services = [make_service("appd")],
    )
    files = FileManifest()
    files.add_installer(app.to_installer("apk", product = product))
    settings = {"arguments": ["usual"]}
    files.add_installer(app.to_installer("oci", product = product, settings = settings))
    return files

register_target("packages", packages, depends = ["app"])
"""
_SPEEDUPS = "from markupsafe import _speedups; print(_speedups._escape_inner('<'))\n"
# numpy's own libraries need each other; the second extension module needs those of the first.
_NUMPY = """
import sys
import numpy
import numpy.linalg._umath_linalg
import numpy.random
print(numpy.linalg.solve([[2.0, 0.0], [0.0, 4.0]], [2.0, 4.0]), sys.platform)
"""


@pytest.fixture(scope="session")
def built(shared_cache: Path, sources: Path) -> Callable[[str], Archive]:
    """Triple -> an archive of CPython 3.13 with zlib alone, built once for all workers."""
    pythons.need_tool("make")

    def build(triple: str) -> Archive:
        space = Space(shared_cache.with_name("from-sources"), shared_cache)
        space.root.mkdir(exist_ok=True)
        with exclusively(space.root / f"{triple}.lock"):
            folder = space.root / triple
            if not folder.is_dir():
                _build_python(space, triple, sources).rename(folder)
        (path,) = folder.glob("*.tar.zst")
        return Archive.of(path)

    return build


def _build_python(space: Space, triple: str, sources: Path) -> Path:
    """The folder with the archive alone."""
    data = json.loads(shipped_text())
    data["sources"] = [each for each in data["sources"] if each["name"] in ("cpython", "zlib")]
    manifest = space.write(f"{triple}.json", json.dumps(data))
    out = space.root / f"new-{triple}"
    where = ("--manifest", manifest, "--sources", sources, "--offline", "-o", out)
    what = ("--python", "3.13", "--target-triple", triple)
    env = {"OXIDIZE_CONFIG_DIR": str(space.root / f"config-{triple}")}
    succeeds(space, "distribution", "build", *what, *where, env=env)
    return out


def succeeds(space: Space, *arguments: str | Path, env: dict[str, str]) -> str:
    done = space.oxidize(*arguments, env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout


def program(
    space: Space, archive: Archive, triple: str, source: str, *requirements: str
) -> tuple[Path, dict[str, object]]:
    """A program of that source, and what `analyze` says that it needs."""
    space.write("app/__init__.py", "")
    space.write("app/__main__.py", source)
    write_build_file(space, of_archive(archive), "app", *requirements)
    # It compiles bytecode: what is for musl isn't expected to run here.
    env = pythons.on_path("3.13")
    succeeds(space, "build", "--target-triple", triple, env=env)
    (path,) = space.root.glob("build/*/debug/app/app")
    return path, json.loads(succeeds(space, "analyze", path, "--json", env=env))


def said(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, env={}, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_glibc(space: Space, built: Callable[[str], Archive]) -> None:
    """A CPython that was built here makes programs for each Linux with glibc 2.17 or newer, which
    do what Python does and load extension modules of wheels."""
    source = _PROGRAM + _SPEEDUPS
    path, analysis = program(space, built(GNU), GNU, source, "markupsafe==3.0.2")
    assert said(path) == f"{_SAID}&lt;\n"
    assert analysis["needs"] == {"GLIBC": "2.17"}


def test_static_musl(space: Space, built: Callable[[str], Archive]) -> None:
    """Of one with musl linked in, they need nothing of the system."""
    path, analysis = program(space, built(MUSL), MUSL, _PROGRAM)
    assert said(path) == _SAID
    assert analysis["needs"] == {}


def test_packages_for_containers(
    space: Space, built: Callable[[str], Archive], tmp_path: Path
) -> None:
    """Of such a program alone are an image, which an OCI runtime runs, and a package for Alpine,
    which needs no other."""
    program(space, built(MUSL), MUSL, _IN_CONTAINER)
    with (space.root / "build.star").open("a") as file:
        file.write(_PACKAGES)
    env = pythons.on_path("3.13")
    succeeds(space, "build", "packages", "--target-triple", MUSL, env=env)
    folder = space.outputs("packages")
    out = run_image(folder / "app-1.0-amd64.oci.tar", tmp_path)
    assert out == "usual 65532 nobody ['LICENCES'] ['dev', 'etc', 'proc', 'sys', 'tmp', 'usr']\n"
    # Three streams, one after the other: they are one for gzip.
    data = gzip.decompress((folder / "app-1.0-r0.x86_64.apk").read_bytes())
    with tarfile.open(fileobj=io.BytesIO(data), ignore_zeros=True) as archive:
        names = {each.name for each in archive if each.isfile()}
        info = archive.extractfile(".PKGINFO")
        upgrade = archive.extractfile(".post-upgrade")
        assert info is not None
        assert upgrade is not None
        lines = info.read().decode().splitlines()
        assert "systemctl try-restart appd.service" in upgrade.read().decode()
    assert {"usr/bin/app", "usr/share/licenses/app/LICENCES"} <= names
    assert {"pkgname = app", "pkgver = 1.0-r0", "arch = x86_64"} <= set(lines)
    assert not [line for line in lines if line.startswith("depend")]


def run_image(image: Path, folder: Path) -> str:
    """What the program of an image writes when runc runs it."""
    runc = pythons.need_tool("runc")
    if os.geteuid() != 0:
        pythons.missing("root, for runc")
    bundle = unpacked(image, folder / "image")
    config = json.loads((bundle / "config.json").read_text())
    # umoci means it for people.
    config["process"]["terminal"] = False
    (bundle / "config.json").write_text(json.dumps(config))
    name = f"oxidize-{os.getpid()}"
    return said(runc, "--root", folder / "runc", "run", "--bundle", bundle, name)


def test_bill_of_materials(space: Space, built: Callable[[str], Archive]) -> None:
    """What is known of the libraries that it was built with gets into bills of materials."""
    space.write("app.py", _PROGRAM)
    write_build_file(space, of_archive(built(MUSL)), "app")
    env = pythons.on_path("3.13")
    asked = ("licenses", "--sbom", "cyclonedx", "--target-triple", MUSL)
    rows = json.loads(succeeds(space, *asked, env=env))["components"]
    (zlib,) = (each for each in rows if each["name"] == "zlib")
    (version,) = (
        each["version"] for each in json.loads(shipped_text())["sources"] if each["name"] == "zlib"
    )
    assert zlib["version"] == version
    assert zlib["licenses"] == [{"expression": "Zlib"}]
    assert zlib["cpe"].startswith(f"cpe:2.3:a:zlib:zlib:{version}:")
    (musl,) = (each for each in rows if each["name"] == "musl")
    assert musl["version"] == zig.musl_version()
    texts = succeeds(space, "licenses", "--target-triple", MUSL, env=env)
    assert f"\n  zlib {version} (Zlib)\n" in texts
    assert f"\n  musl {zig.musl_version()} (MIT)\n" in texts
    assert "Copyright © 2005-2020 Rich Felker, et al." in texts


def test_pure_wheels(space: Space, built: Callable[[str], Archive]) -> None:
    """Such a program, which loads no extension modules, gets the pure wheel of a package that has
    one for musl, too."""
    wheels = {"py3-none-any": "alpha.py", "py3-none-musllinux_1_2_x86_64": "alpha.so"}
    for tag, file in wheels.items():
        make_wheel(space.root / "house", "alpha", "1.0", {file: "name = __file__"}, tag=tag)
    source = "import alpha, os; print(os.path.basename(alpha.name))"
    path, _ = program(space, built(MUSL), MUSL, source, "--no-index", "-f", "house", "alpha")
    assert said(path) == "alpha.py\n"


def with_shared_musl(archive: Archive, path: Path) -> Archive:
    """The same objects, described as those of programs that musl's own loader loads."""
    data = zstandard.ZstdDecompressor().stream_reader(archive.path.read_bytes()).read()
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        files = {each.name: tar.extractfile(each) for each in tar if each.isfile()}
        contents = {name: file.read() for name, file in files.items() if file is not None}
    described = json.loads(contents["python/PYTHON.json"])
    described["crt_features"] = ["musl-dynamic"]
    described["python_extension_module_loading"] = ["builtin", "shared-library"]
    return pack({**contents, "python/PYTHON.json": json.dumps(described).encode()}, path)


def test_shared_musl(
    space: Space,
    built: Callable[[str], Archive],
    emulator: Emulator,
    tmp_path: Path,
) -> None:
    """Of one for musl's own loader, they load extension modules whose libraries need each other,
    and say which musl they need."""
    archive = with_shared_musl(built(MUSL), tmp_path / built(MUSL).path.name)
    path, analysis = program(space, archive, MUSL, _NUMPY, "numpy>=2.1")
    assert said(*emulator("x86_64", "musl"), path) == "[1. 1.] linux\n"
    assert analysis["needs"] == {"musl": "1.2.5"}
    assert analysis["releases"] == {"Alpine": "3.20"}
