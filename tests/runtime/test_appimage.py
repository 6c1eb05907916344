"""The runtime of AppImages and its reader of squashfs, under AddressSanitizer and UBSan."""

from __future__ import annotations

import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from oxidize.distributions.decoder import decoder_source
from oxidize.fetch.unpack import unpack
from oxidize.installers.appimage import SHARED, write_appimage
from oxidize.paths import runtime_folder
from tests import pythons
from tests.e2e.space import run
from tests.runtime.building import SANITIZE

PROBE = Path(__file__).with_name("squashfs_probe.c")
# gcc fears for texts that are cut off on purpose.
FLAGS = ("-std=gnu11", "-O1", "-g", "-Wall", "-Wextra", "-Werror", "-Wno-format-truncation")
# Parts that aren't compressed: damage reaches what reads them.
PLAIN = ("-noI", "-noD", "-noF")


@pytest.fixture(scope="module")
def decoder(tmp_path_factory: pytest.TempPathFactory, mirror: str) -> tuple[Path, Path]:
    """The folder of zstd's header, and its decoder compiled."""
    folder = tmp_path_factory.mktemp("zstd")
    archive = Path(urlsplit(mirror).path, "sources", decoder_source().file)
    unpack(archive, folder / "unpacked")
    (top,) = (folder / "unpacked").iterdir()
    source = top / "build/single_file_libs/zstddeclib-in.c"
    gcc, out = pythons.need_tool("gcc"), folder / "zstd.o"
    subprocess.run([gcc, "-O1", f"-I{top / 'lib'}", "-c", source, "-o", out], check=True)
    return top / "lib", folder / "zstd.o"


def link(decoder: tuple[Path, Path], out: Path, *sources: Path) -> Path:
    headers, zstd = decoder
    flags = (*FLAGS, *SANITIZE, f"-I{headers}")
    subprocess.run([pythons.need_tool("gcc"), *flags, *sources, zstd, "-o", out], check=True)
    return out


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory, decoder: tuple[Path, Path]) -> Path:
    """The walking program."""
    sources = runtime_folder().joinpath("appimage").glob("squashfs*.c")
    return link(decoder, tmp_path_factory.mktemp("reader") / "probe", PROBE, *sources)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of several blocks, with and without a fragment, of zeros, empty; links; and a folder
    with more names than one block of metadata holds."""
    tree = tmp_path_factory.mktemp("tree") / "tree"
    (tree / "many").mkdir(parents=True)
    for number in range(300):
        name = f"a-name-that-takes-its-room-{number:04}"
        (tree / "many" / name).write_text(str(number))
    text = b"".join(b"%d " % number for number in range(4000))
    for name, data in (("long", text), ("whole", text[:8192]), ("zeros", bytes(9000)), ("no", b"")):
        (tree / name).write_bytes(data)
    (tree / "link").symlink_to("many/../long")
    (tree / "AppRun").write_text('#!/bin/sh\necho "$@"; cat "$APPDIR/long" | wc -c; exit 3\n')
    (tree / "AppRun").chmod(0o755)
    return tree


def image_of(tree: Path, path: Path, *options: str, compression: str = "zstd") -> Path:
    always = ("-noappend", "-no-progress", "-quiet", "-no-xattrs", "-b", "4096")
    words = (*always, "-comp", compression, *options)
    mksquashfs = pythons.need_tool("mksquashfs")
    subprocess.run([mksquashfs, tree, path, *words], check=True, capture_output=True)
    return path


def walk(reader: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    words = [str(reader), *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("options", [(), PLAIN, ("-no-fragments",)], ids=" ".join)
def test_reads_what_was_written(
    reader: Path, tree: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    """All that mksquashfs writes is found, to the last byte."""
    done = walk(reader, image_of(tree, tmp_path / "image", *options))
    files = [path for path in tree.rglob("*") if path.is_file() and not path.is_symlink()]
    written = sum(len(path.read_bytes().replace(b"\0", b"")) for path in files)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"2 folders, {len(files)} files, 1 links, {written} bytes\n"


@pytest.mark.parametrize("options", [(), PLAIN], ids=" ".join)
@pytest.mark.parametrize("seed", range(2))
def test_damage_never_reads_outside(
    reader: Path, tree: Path, tmp_path: Path, seed: int, options: tuple[str, ...]
) -> None:
    """No damage or truncation makes the reader touch a byte outside the image."""
    done = walk(reader, image_of(tree, tmp_path / "image", *options), seed, 2000)
    assert (done.returncode, done.stderr) == (0, "")


def test_other_compression(reader: Path, tree: Path, tmp_path: Path) -> None:
    """An image that it can't read is refused by what it is."""
    done = walk(reader, image_of(tree, tmp_path / "image", compression="gzip"))
    assert (done.returncode, done.stderr) == (1, "its file system isn't compressed by zstd\n")


def test_no_complaint(decoder: tuple[Path, Path], tree: Path, tmp_path: Path) -> None:
    """A whole AppImage makes no memory error: writing, finding and taking out its files."""
    runtime = runtime_folder()
    sources = (*runtime.joinpath("appimage").glob("*.c"), *(runtime / name for name in SHARED))
    linked = link(decoder, tmp_path / "runtime", *sources)
    program = tmp_path / "program"
    with program.open("wb") as out:
        write_appimage(linked.read_bytes(), image_of(tree, tmp_path / "image"), out)
    program.chmod(0o755)
    env = {"OXIDIZE_EXTRACT_DIR": str(tmp_path / "files"), "ASAN_OPTIONS": "detect_leaks=0"}
    for _ in range(2):
        done = run(program, "a", "b c", env=env)
        assert (done.returncode, done.stderr) == (3, b"")
        assert done.stdout.split() == [b"a", b"b", b"c", b"%d" % (tree / "long").stat().st_size]
    done = run(program, "--appimage-extract", env=env, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    subprocess.run(["diff", "-r", "--no-dereference", tree, tmp_path / "squashfs-root"], check=True)
