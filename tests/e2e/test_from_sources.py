"""`oxidize distribution build`: archives from sources, and what is wrong with what it is given."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from oxidize.fetch.unpack import unpack
from tests import pythons
from tests.distributions.tiny_sources import VERSION, write_archive, write_sources
from tests.e2e.space import Space

ARM, MUSL = "aarch64-unknown-linux-gnu", "x86_64-unknown-linux-musl"
MAC = "aarch64-apple-darwin"
BUILD = ("distribution", "build", "--python", "3.13")


@pytest.fixture
def config(tmp_path: Path) -> dict[str, str]:
    """A catalogue of its own, and no mirror."""
    return {"OXIDIZE_CONFIG_DIR": str(tmp_path / "config")}


@pytest.fixture
def tiny(space: Space) -> Sequence[str | Path]:
    """The arguments that name sources which are built in no time."""
    pythons.need_tool("make")
    manifest = write_sources(space.root / "sources")
    return ("--manifest", manifest, "--sources", manifest.parent)


def succeeds(space: Space, env: Mapping[str, str], *arguments: str | Path) -> str:
    done = space.oxidize(*arguments, env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def fails(space: Space, env: Mapping[str, str], code: str, *arguments: str | Path) -> str:
    done = space.oxidize(*arguments, env=env)
    assert done.returncode != 0
    assert f"error[{code}]" in done.stderr, done.stderr
    return done.stderr


def named(folder: Path, triple: str = ARM, flavour: str = "noopt") -> Path:
    return folder / f"cpython-{VERSION}+local-{triple}-{flavour}-full.tar.zst"


def test_an_archive(
    space: Space, config: dict[str, str], tiny: Sequence[str | Path], tmp_path: Path
) -> None:
    """An archive has what published ones have, and says what it is, also what it lacks; it is in
    the catalogue at once."""
    document = json.loads(
        succeeds(space, config, *BUILD, "--target-triple", ARM, *tiny, "--json", "-q")
    )
    description = document["description"]
    assert description["builtin"] == ["_thing", "sys", "zlib"]
    assert description["omitted"]["_ssl"] == "the manifest of sources has no openssl"
    assert {"_tkinter", "zlib", "_crypt"} & {*description["omitted"]} == {"_tkinter"}
    assert description["components"] == {
        "zlib": {"licence": "Zlib", "texts": ["LICENSE.zlib.txt"], "version": "1.3"}
    }
    (row,) = json.loads(succeeds(space, config, "distribution", "list", "--json"))["rows"]
    assert (row["triple"], row["version"], row["tag"]) == (ARM, VERSION, "local")
    unpack(named(space.root), tmp_path / "archive")
    top = tmp_path / "archive" / "python"
    said = json.loads((top / "PYTHON.json").read_text())
    assert said["python_bytecode_magic_number"] == "f30d0d0a"
    assert said["python_stdlib_test_packages"] == ["test"]
    info = said["build_info"]
    assert info["core"]["objs"] == ["build/Python/core.o"]
    (thing,), (zlib,) = info["extensions"]["_thing"], info["extensions"]["zlib"]
    assert thing["links"] == [{"name": "extra", "path_static": "build/lib/libextra.a"}]
    assert zlib["links"] == [{"name": "z", "path_static": "build/lib/libz.a"}]
    for path in (*thing["objs"], *zlib["objs"], *zlib["license_paths"], info["inittab_source"]):
        assert (top / path).is_file(), path
    assert (top / "install/bin/python3").readlink() == Path("python3.13")
    # None of those for tests, which CPython 3.11 installs whatever it is told.
    loaded = (top / "install/lib/python3.13/lib-dynload").iterdir()
    assert [path.name for path in loaded] == ["README.txt"]


def test_an_archive_for_macos(
    space: Space, config: dict[str, str], tiny: Sequence[str | Path], tmp_path: Path
) -> None:
    """One for macOS has a shared libpython, and says which macOS it is for."""
    document = json.loads(
        succeeds(space, config, *BUILD, "--target-triple", MAC, *tiny, "--json", "-q")
    )
    description = document["description"]
    assert (description["link_mode"], description["libc"]) == ("shared", "macOS-11.0")
    omitted = description["omitted"]
    assert omitted["_scproxy"].startswith("it needs a framework")
    assert omitted["_curses"] == "ncurses can't be built for that system yet"
    assert "_uuid" not in omitted
    unpack(named(space.root, MAC), tmp_path / "archive")
    top = tmp_path / "archive" / "python"
    said = json.loads((top / "PYTHON.json").read_text())
    assert said["libpython_link_mode"] == "shared"
    assert said["python_platform_tag"] == "macosx-11.0-arm64"
    assert said["crt_features"] == ["libSystem"]
    assert said["apple_sdk_deployment_target"] == "11.0"
    core = said["build_info"]["core"]
    assert (top / core["shared_lib"]).name == "libpython3.13.dylib"
    assert (top / core["shared_lib"]).is_file()
    assert "static_lib" not in core


def test_the_same_bytes(
    space: Space, config: dict[str, str], tiny: Sequence[str | Path], tmp_path: Path
) -> None:
    """Another cache, in another folder, gives the same archive; a cached one isn't built again."""
    other = Space(space.root, tmp_path / "another" / "cache")
    for each, place in ((space, "one"), (other, "two")):
        succeeds(each, config, *BUILD, "--target-triple", MUSL, *tiny, "-o", place)
    name = named(Path(), MUSL, "noopt+static").name
    one, two = (space.root / place / name for place in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    told = succeeds(space, config, *BUILD, "--target-triple", MUSL, *tiny, "-o", "one", "-v")
    assert f"pack CPython {VERSION} for {MUSL} (cached)" in told


def test_other_sources(
    space: Space, config: dict[str, str], tiny: Sequence[str | Path], tmp_path: Path
) -> None:
    """A file that isn't the pinned one is an error, and so is one that is nowhere."""
    space = Space(space.root, tmp_path / "cache")
    file = space.root / "sources" / "zlib-1.3.tar.xz"
    write_archive(file, {"LICENSE": "another"})
    told = fails(space, config, "OX0132", *BUILD, "--target-triple", ARM, *tiny)
    assert "zlib-1.3.tar.xz isn't the file that is pinned" in told
    file.unlink()
    told = fails(space, config, "OX0545", *BUILD, "--target-triple", ARM, *tiny)
    assert "nothing tells where zlib-1.3.tar.xz is" in told
    assert list(space.root.glob("*.zst")) == []


def test_mirrors(
    space: Space, config: dict[str, str], tiny: Sequence[str | Path], tmp_path: Path
) -> None:
    """A mirror has sources by their files' names."""
    mirror = tmp_path / "mirror"
    shutil.copytree(space.root / "sources", mirror / "sources")
    env = {**config, "OXIDIZE_MIRROR": mirror.as_uri()}
    succeeds(space, env, *BUILD, "--target-triple", ARM, *tiny[:2], "--offline")


def test_no_program(
    space: Space, config: dict[str, str], tiny: Sequence[str | Path], tmp_path: Path
) -> None:
    """What builds need of the machine is told, all of it, before anything is built."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("sh", "sed", "grep"):
        (programs / name).symlink_to(pythons.need_tool(name))
    env = {**config, "PATH": str(programs)}
    told = fails(space, env, "OX0542", *BUILD, "--target-triple", ARM, *tiny)
    assert "awk, make: not on PATH" in told
    assert "[1/" not in told


@pytest.mark.parametrize(
    ("code", "arguments", "message"),
    [
        ("OX0541", ("--python", "3.12"), "the manifest has: 3.13.99"),
        (
            "OX0541",
            ("--target-triple", "x86_64-pc-windows-msvc"),
            "there are: aarch64-apple-darwin",
        ),
        ("OX0504", ("--target-triple", "x86_64-linux"), "unknown target triple"),
        ("OX0823", ("--target-triple", ARM, "--dynamic"), "--dynamic is for musl"),
        ("OX0823", ("--target-triple", MAC, "--lto"), "--lto isn't for macOS"),
        ("OX0540", ("--manifest", "nowhere"), "can't be read: No such file"),
        ("OX0540", ("--manifest", "build.star"), "it isn't JSON"),
        ("OX0803", ("--sources", "nowhere"), "there is no such folder"),
        ("OX0803", ("--flavour", "lto"), "--flavour isn't for build"),
    ],
)
def test_what_can_not_be_built(
    space: Space,
    config: dict[str, str],
    tiny: Sequence[str | Path],
    code: str,
    arguments: Sequence[str],
    message: str,
) -> None:
    """What there is no recipe for, or that isn't understood, is an error at once."""
    space.write("build.star", "")
    assert message in fails(space, config, code, *BUILD, *tiny, *arguments)


def test_what_is_missing_afterwards(space: Space, config: dict[str, str]) -> None:
    """A CPython without an extension module that it was to have is no distribution."""
    pythons.need_tool("make")
    text = 'struct _inittab _PyImport_Inittab[] = {\n    {"_thing", PyInit__thing},\n};\n'
    manifest = write_sources(space.root / "sources", {"Modules/config.c": text})
    arguments = ("--manifest", manifest, "--sources", manifest.parent, "--target-triple", ARM)
    told = fails(space, config, "OX0544", *BUILD, *arguments)
    assert "it has no zlib" in told
