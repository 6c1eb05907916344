"""AppImages and snaps: what they hold, and that AppImages run wherever they are put."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from oxidize.executor.location import LAYOUT
from tests import pythons
from tests.e2e.space import Space, run

APPIMAGE = 'register_target("appimage", lambda app: appimage(app, notes()), depends = ["app"])'
BUILD = f"""
load(
    "@oxidize//installers.star",
    "appimage",
    "file_type",
    "menu_entry",
    "product",
    "service",
    "snap",
)

def notes():
    return product(
        "Field Notes",
        "1.2.0",
        publisher = "Example",
        summary = "Takes notes",
        licence = "MIT",
        icon = "icon.svg",
        menu = menu_entry(categories = ["Utility"]),
        file_types = [file_type("note", "Note")],
        services = [service("notesd", ["serve"], starts = False)],
    )

def make():
    dist = default_python_distribution()
    config = dist.make_python_interpreter_config(run_module = "notes")
    exe = dist.to_python_executable(name = "notes", config = config)
    exe.add_python_resources(exe.read_package_root(path = CWD, packages = ["notes"]))
    files = exe.to_file_manifest(".")
    files.add_file(FileContent(filename = "beside.txt", content = "beside\\n"))
    return files

register_target("app", make)
{APPIMAGE}
register_target("snap", lambda app: snap(app, notes(), plugs = ["network"]), depends = ["app"])
"""
ICON = '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>\n'
PROGRAM = """
import json, os, sys
told = {name: os.environ.get(name) for name in ("APPIMAGE", "APPDIR", "ARGV0", "OWD")}
facts = {"argv": sys.argv[1:], "stdin": sys.stdin.read(), "pid": os.getpid(), "program": sys.executable}
print(json.dumps({**facts, **told}))
sys.exit(7)
"""  # noqa: E501
# What is in the AppImage beside the program and its file.
FILES = {
    ".DirIcon",
    "AppRun",
    "field-notes.desktop",
    "field-notes.png",
    "usr/bin/notes",
    "usr/lib/field-notes/beside.txt",
    "usr/lib/field-notes/notes",
    "usr/share/applications/field-notes.desktop",
    "usr/share/icons/hicolor/256x256/apps/field-notes.png",
    "usr/share/icons/hicolor/scalable/apps/field-notes.svg",
    "usr/share/licenses/field-notes/LICENCES",
    "usr/share/mime/packages/field-notes.xml",
}


def write_project(space: Space) -> Space:
    space.write("build.star", BUILD)
    space.write("icon.svg", ICON)
    space.write("notes.py", PROGRAM)
    return space


def build(space: Space, mirror: str, *words: str) -> dict[str, Path]:
    """Ending of the name -> what was built."""
    space.build("appimage", "snap", *words, env={"OXIDIZE_MIRROR": mirror})
    paths = space.root.glob("build/*/debug/*/field-notes*")
    return {path.name.rpartition(".")[2]: path for path in paths}


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory, shared_cache: Path, mirror: str
) -> dict[str, Path]:
    """Both, built once."""
    pythons.need_tool("mksquashfs")
    space = write_project(Space(tmp_path_factory.mktemp("appimages"), shared_cache))
    return build(space, mirror)


@pytest.fixture
def image(built: dict[str, Path], tmp_path: Path) -> Path:
    """The AppImage, somewhere else."""
    place = tmp_path / "elsewhere" / "Notes"
    place.parent.mkdir()
    shutil.copy(built["AppImage"], place)
    return place


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """Where its files go; there is nothing else in the environment."""
    return {"OXIDIZE_EXTRACT_DIR": str(tmp_path / "files")}


def start(
    image: Path, env: dict[str, str], *arguments: str, stdin: bytes = b""
) -> dict[str, object]:
    """What the program says."""
    done = run(image, *arguments, env=env, cwd=image.parent, stdin=stdin)
    assert (done.returncode, done.stderr) == (7, b"")
    return dict(json.loads(done.stdout))


def fails(image: Path, env: dict[str, str], *arguments: str) -> str:
    """What it says of itself."""
    done = run(image, *arguments, env=env, cwd=image.parent)
    assert done.returncode == 127
    return done.stderr.decode()


def unsquashed(*words: str | Path) -> str:
    """What unsquashfs prints."""
    tool = pythons.need_tool("unsquashfs")
    return subprocess.run([tool, *words], capture_output=True, text=True, check=True).stdout


def files_of(folder: Path) -> set[str]:
    found = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return {str(path.relative_to(folder)) for path in found}


def test_runs(image: Path, env: dict[str, str]) -> None:
    """It needs nothing but itself, hands on arguments and input, and tells the program what
    AppImages tell."""
    said = start(image, env, "a", "--b c", "ö", stdin=b"typed")
    folder = Path(str(said["APPDIR"]))
    assert folder.parent == Path(env["OXIDIZE_EXTRACT_DIR"]) / "oxidize-programs"
    assert said == {
        "argv": ["a", "--b c", "ö"],
        "stdin": "typed",
        "pid": said["pid"],
        "program": str(folder / "usr/lib/field-notes/notes"),
        "APPIMAGE": str(image),
        "APPDIR": str(folder),
        "ARGV0": str(image),
        "OWD": str(image.parent),
    }
    assert files_of(folder) == FILES
    assert folder.stat().st_mode & 0o777 == 0o700


def test_is_the_process(image: Path, env: dict[str, str]) -> None:
    """The program takes its place: signals are sent to the program itself."""
    process = subprocess.Popen(
        [image], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=image.parent
    )
    out, _ = process.communicate(b"")
    assert json.loads(out)["pid"] == process.pid


def test_without_the_decoder(tmp_path: Path) -> None:
    """Where the source can't be had of what AppImages begin with, the error names the build file's
    line, the file, and where a mirror has it."""
    pythons.need_tool("mksquashfs")
    space = write_project(Space(tmp_path / "project", tmp_path / "cache"))
    done = space.oxidize("build", "appimage", "--offline")
    assert done.returncode == 36
    line = BUILD.splitlines().index(APPIMAGE) + 1
    assert f"build.star:{line}" in done.stderr
    assert "OX0523" in done.stderr
    assert "$OXIDIZE_MIRROR/sources/libzstd_" in done.stderr
    assert "AppImages begin with" in done.stderr


def test_second_start(image: Path, env: dict[str, str]) -> None:
    """Files stay as they are from start to start, and what is missing or cut off is mended."""
    folder = Path(str(start(image, env)["APPDIR"]))
    program, beside = (folder / "usr/lib/field-notes" / name for name in ("notes", "beside.txt"))
    before = program.stat()
    beside.unlink()
    (folder / ".DirIcon").unlink()
    start(image, env, "--appimage-extract-and-run", "b")
    assert program.stat() == before
    assert (beside.read_text(), files_of(folder)) == ("beside\n", FILES)
    os.truncate(program, 1000)
    start(image, env)
    assert program.stat().st_size == before.st_size


def test_at_once(image: Path, env: dict[str, str]) -> None:
    """Several that start for the first time at once all run."""
    command = [image]
    started = [
        subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        for _ in range(4)
    ]
    said = [(each.communicate()[0], each.returncode) for each in started]
    assert [code for _, code in said] == [7] * 4
    assert files_of(Path(json.loads(said[0][0])["APPDIR"])) == FILES


def test_private(image: Path, env: dict[str, str], tmp_path: Path) -> None:
    """A folder that others can write to, or that is a link, isn't used."""
    spoilt, cache, theirs = (
        Path(env["OXIDIZE_EXTRACT_DIR"]),
        tmp_path / "cache",
        tmp_path / "theirs",
    )
    (spoilt / "oxidize-programs").mkdir(parents=True)
    (spoilt / "oxidize-programs").chmod(0o777)
    for folder in (cache, theirs):
        folder.mkdir(mode=0o700)
    (cache / "oxidize-programs").symlink_to(theirs)
    said = Path(str(start(image, {**env, "XDG_CACHE_HOME": str(cache)})["APPDIR"]))
    assert said.parent == Path(f"/var/tmp/oxidize-programs-{os.geteuid()}")
    assert files_of(spoilt) == files_of(theirs) == set()
    shutil.rmtree(said)


def test_extracted(image: Path, env: dict[str, str], tmp_path: Path) -> None:
    """Its files can be taken out, by itself and by what reads such file systems."""
    done = run(image, "--appimage-extract", env=env, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, b"squashfs-root\n")
    assert files_of(tmp_path / "squashfs-root") == FILES
    offset = run(image, "--appimage-offset").stdout.decode().strip()
    unsquashed("-o", offset, "-d", tmp_path / "theirs", "-no-progress", image)
    own, theirs = tmp_path / "squashfs-root", tmp_path / "theirs"
    subprocess.run(["diff", "-r", "--no-dereference", own, theirs], check=True)
    (tmp_path / "one").mkdir()
    run(image, "--appimage-extract", "usr/share/app*", cwd=tmp_path / "one")
    assert files_of(tmp_path / "one" / "squashfs-root") == {
        "usr/share/applications/field-notes.desktop"
    }
    assert not Path(env["OXIDIZE_EXTRACT_DIR"]).exists()


def test_extracted_over_links(image: Path, env: dict[str, str], tmp_path: Path) -> None:
    """A link that somebody put where the files go isn't followed."""
    (tmp_path / "theirs").mkdir()
    (image.parent / "squashfs-root").symlink_to(tmp_path / "theirs")
    assert "can't make a folder squashfs-root" in fails(image, env, "--appimage-extract")
    assert list((tmp_path / "theirs").iterdir()) == []


def test_options(image: Path, env: dict[str, str]) -> None:
    """It explains its own options, and refuses others of that kind."""
    assert b"--appimage-extract [PATTERN]" in run(image, "--appimage-help").stderr
    assert b"type 2" in run(image, "--appimage-version").stderr
    said = fails(image, env, "--appimage-mount")
    assert said == f"{image}: --appimage-mount isn't an option: see --appimage-help\n"


@pytest.mark.parametrize("damage", ["flipped", "cut", "without"])
def test_damaged(image: Path, env: dict[str, str], damage: str) -> None:
    """One that isn't whole says so, and writes nothing."""
    offset = int(run(image, "--appimage-offset").stdout)
    data = bytearray(image.read_bytes())
    data[(offset + len(data)) // 2] ^= 1
    kept = {"flipped": len(data), "cut": len(data) - 100_000, "without": offset}[damage]
    image.write_bytes(data[:kept])
    assert f"{image}: damaged: " in fails(image, env)
    folder = Path(env["OXIDIZE_EXTRACT_DIR"])
    assert not folder.exists() or files_of(folder) == set()
    assert f"{image}: damaged: " in fails(image, env, "--appimage-extract")


def test_desktop(image: Path, env: dict[str, str]) -> None:
    """What desktops read of it is valid, and at the top."""
    check = pythons.need_tool("desktop-file-validate")
    folder = Path(str(start(image, env)["APPDIR"]))
    entry = folder / "usr/share/applications/field-notes.desktop"
    assert subprocess.run([check, entry], capture_output=True, check=True).stdout == b""
    lines = (folder / "field-notes.desktop").read_text().splitlines()
    assert {"Exec=notes %f", "Icon=field-notes", "X-AppImage-Version=1.2.0"} <= set(lines)
    assert (folder / ".DirIcon").read_bytes().startswith(b"\x89PNG")
    licences = (folder / "usr/share/licenses/field-notes/LICENCES").read_text()
    assert licences.startswith("This program contains\n\n  CPython ")
    assert "zstd, BSD-3-Clause" in licences
    assert "musl, MIT" in licences


def test_snap(built: dict[str, Path]) -> None:
    """A snap has what snapd reads of it, and the same files, which are root's."""
    snap = built["snap"]
    assert snap.name == "field-notes_1.2.0_amd64.snap"
    told = json.loads(unsquashed("-cat", snap, "meta/snap.yaml"))
    program, plugs = "usr/lib/field-notes/notes", ["network"]
    assert told.pop("apps") == {
        "field-notes": {"command": program, "plugs": plugs},
        "notesd": {
            "command": f"{program} serve",
            "daemon": "simple",
            "install-mode": "disable",
            "plugs": plugs,
            "restart-condition": "on-failure",
        },
    }
    assert told == {
        "name": "field-notes",
        "version": "1.2.0",
        "title": "Field Notes",
        "summary": "Takes notes",
        "description": "Takes notes",
        "license": "MIT",
        "architectures": ["amd64"],
        "base": "core24",
        "grade": "stable",
        "confinement": "strict",
    }
    entry = unsquashed("-cat", snap, "meta/gui/field-notes.desktop")
    assert "Icon=${SNAP}/meta/gui/icon.svg\n" in entry
    assert "Exec=field-notes %f\n" in entry
    rows = unsquashed("-ll", snap).splitlines()
    listed = [row.split()[:2] for row in rows if row.endswith("/usr/lib/field-notes/notes")]
    assert listed == [["-rwxr-xr-x", "root/root"]]


def test_the_same_bytes(
    built: dict[str, Path], shared_cache: Path, tmp_path: Path, mirror: str
) -> None:
    """Built elsewhere, with another cache and other permissions, both have the same bytes."""
    space = Space(tmp_path / "other" / "project", tmp_path / "other" / "cache")
    space.root.mkdir(parents=True)
    # What zig compiled for all programs takes minutes, and decides nothing.
    zig = Path(LAYOUT) / "tools" / "zig"
    shutil.copytree(shared_cache / zig, space.cache / zig, symlinks=True)
    umask = os.umask(0o077)
    try:
        again = build(write_project(space), mirror, "-j1")
    finally:
        os.umask(umask)
    assert {name: path.read_bytes() for name, path in again.items()} == {
        name: path.read_bytes() for name, path in built.items()
    }
