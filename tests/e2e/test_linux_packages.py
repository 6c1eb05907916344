"""Packages of Linux distributions: real package managers install them into folders of their own."""

from __future__ import annotations

import io
import json
import subprocess
import tarfile
from pathlib import Path

import pytest
from PIL import Image

from tests import pythons
from tests.e2e.space import Space

BUILD = """
load(
    "@oxidize//installers.star",
    "arch_package",
    "deb_package",
    "file_type",
    "menu_entry",
    "product",
    "rpm_package",
    "service",
)

def notes():
    return product(
        "Field Notes",
        "1.2.0rc1",
        publisher = "Example",
        summary = "Takes notes",
        description = "First.\\n\\nSecond.",
        contact = "Example Team <team@example.org>",
        licence = "MIT",
        url = "https://example.org/notes",
        icon = "icon.svg",
        menu = menu_entry(categories = ["Utility"], keywords = ["memo"], terminal = True),
        file_types = [file_type("note", "Note")],
        services = [service("notesd", ["serve", "a b"], user = "notes")],
    )

def make():
    dist = default_python_distribution()
    config = dist.make_python_interpreter_config(run_module = "notes")
    exe = dist.to_python_executable(name = "notes", config = config)
    exe.add_python_resources(exe.read_package_root(path = CWD, packages = ["notes"]))
    return exe

def all_packages(app):
    files = FileManifest()
    for function in [deb_package, rpm_package, arch_package]:
        files.add_installer(function(app, notes()))
    return files

def bundle(app):
    files = app.to_file_manifest(".")
    files.add_file(FileContent(filename = "beside.txt", content = "beside\\n"))
    return deb_package(files, notes(), depends = ["adduser"], section = "editors")

register_target("app", make)
register_target("packages", all_packages, depends = ["app"], default = True)
register_target("bundle", bundle, depends = ["app"])
"""
ICON = '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>\n'
PROGRAM = "import sys\nprint('notes', *sys.argv[1:], sys.executable)\n"
ODD_TEXTS = """
def make():
    files = FileManifest()
    files.add_file(FileContent(filename = "a $HOME [x]* 'b'.txt", content = "text"))
    notes = make_product(
        "Field Notes",
        "1.0",
        publisher = "Ex $HOME",
        summary = "Costs $5 of ${PATH} & 'more'",
        description = '"$HOME"',
        contact = "A $HOME <a@example.org>",
        url = "https://example.org/$HOME",
    )
    packages = FileManifest()
    for format in ["deb", "rpm"]:
        settings = {"depends": ["x-$HOME"]}
        packages.add_installer(files.to_installer(format, product = notes, settings = settings))
    return packages

register_target("packages", make)
"""
ODD_NAMES = """
def make():
    files = FileManifest()
    for name in NAMES:
        files.add_file(FileContent(path = name))
    files.add_file(FileContent(path = "n[1].txt", filename = "what?.txt"))
    files.add_file(FileContent(filename = "[b]{c,d}*.txt", content = "odd"))
    notes = make_product(
        "Notes",
        "1.0",
        publisher = "Example",
        summary = "Takes notes",
        contact = "A <a@example.org>",
    )
    return files.to_installer("deb", product = notes)

register_target("package", make)
"""
IN_FOLDERS = """
def make():
    inner = FileManifest()
    inner.add_file(FileContent(filename = "x.txt", content = "text"), "sub/deep/x.txt")
    notes = make_product("Notes", "1.0", publisher = "Example", summary = "Takes notes")
    return inner.to_installer("rpm", product = notes)

register_target("package", make)
"""
WITH_ICON = """
notes = make_product(
    "Notes",
    "1.0",
    publisher = "Example",
    summary = "Takes notes",
    contact = "A <a@example.org>",
    icon = "ICON",
)
register_target("package", lambda: FileManifest().to_installer("deb", product = notes))
"""
# Each of them means other names where names may be patterns.
NAMES = ("n[1].txt", "{a,b}.txt", "st*.txt", "back\\slash.txt", "$HOME.txt", "!~x.txt")
# What all of the packages install beside the program and the licences.
FILES = {
    "/usr/bin/notes",
    "/usr/lib/systemd/system/notesd.service",
    "/usr/lib/sysusers.d/field-notes.conf",
    "/usr/share/applications/field-notes.desktop",
    "/usr/share/icons/hicolor/256x256/apps/field-notes.png",
    "/usr/share/icons/hicolor/scalable/apps/field-notes.svg",
    "/usr/share/mime/packages/field-notes.xml",
}
# What rpmlint minds, and why it is so.
RULES = {
    "unstripped-binary-or-object": "it is a debug build",
    "position-independent-executable-suggested": "programs are at an address of their own",
    "only-non-binary-in-usr-lib": "systemd wants its units there",
    "no-signature": "it isn't signed here",
    "no-manual-page-for-binary": "its pages are on the web",
    "no-documentation": "likewise",
    "no-group-tag": "systems have none any more",
    "no-changelogname-tag": "what has changed in a product isn't known",
    "invalid-license MIT": "rpmlint's list is empty where no system fills it",
}


@pytest.fixture
def notes(space: Space) -> Space:
    """The project."""
    space.write("build.star", BUILD)
    space.write("icon.svg", ICON)
    space.write("notes.py", PROGRAM)
    return space


def made(space: Space, *targets: str) -> dict[str, Path]:
    """Format -> the package."""
    space.build(*targets)
    return {
        path.name.rpartition(".")[2]: path
        for path in space.root.glob("build/*/debug/*/field-notes*")
    }


def says(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


class Root:
    """A folder that stands for the root of a system."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()

    def files(self, *but: str) -> set[str]:
        """What is there, but for the package manager's own."""
        found = {f"/{path.relative_to(self.folder)}" for path in self.folder.rglob("*")}
        return {p for p in found if not p.startswith(but) and not (self.folder / p[1:]).is_dir()}


def dpkg(root: Root, *arguments: str | Path) -> str:
    info = root.folder / "var/lib/dpkg/info"
    if not info.is_dir():
        info.mkdir(parents=True)
        (info.parent / "updates").mkdir()
        (info.parent / "status").touch()
    options = ("--force-not-root", "--force-depends", "--force-script-chrootless")
    return says(pythons.need_tool("dpkg"), f"--root={root.folder}", *options, *arguments)


def test_deb(notes: Space, tmp_path: Path) -> None:
    """dpkg installs a package, whose program runs, checks it, and removes all of it."""
    package = made(notes)["deb"]
    assert package.name == "field-notes_1.2.0~rc1-1_amd64.deb"
    root = Root(tmp_path / "root")
    dpkg(root, "--install", package)
    own = ("/usr/share/doc/field-notes/", "/usr/share/lintian/")
    assert root.files("/var/", "/etc/", *own) == FILES
    program = root.folder / "usr/bin/notes"
    assert says(program, "ö") == f"notes ö {program}\n"
    licences = (root.folder / "usr/share/doc/field-notes/copyright").read_text()
    assert licences.startswith("This program contains\n\n  CPython ")
    assert dpkg(root, "--verify", "field-notes") == ""
    wanted = root.folder / "etc/systemd/system/multi-user.target.wants/notesd.service"
    assert wanted.is_symlink()
    dpkg(root, "--remove", "field-notes")
    masked = root.folder / "etc/systemd/system/notesd.service"
    assert masked.readlink() == Path("/dev/null")
    dpkg(root, "--purge", "field-notes")
    assert root.files("/var/") == set()
    fields = says("dpkg-deb", "--field", package)
    assert "Depends: libc6 (>= 2." in fields
    assert "Description: Takes notes\n First.\n .\n Second.\n" in fields


def test_files_beside(notes: Space, tmp_path: Path) -> None:
    """A program with files beside it is in a folder of its own, and a link calls it."""
    package = made(notes, "bundle")["deb"]
    root = Root(tmp_path / "root")
    dpkg(root, "--install", package)
    link = root.folder / "usr/bin/notes"
    program = root.folder / "usr/lib/field-notes/notes"
    assert link.resolve() == program
    assert (program.parent / "beside.txt").read_text() == "beside\n"
    assert says(link) == f"notes {program}\n"
    unit = (root.folder / "usr/lib/systemd/system/notesd.service").read_text()
    assert 'ExecStart=/usr/lib/field-notes/notes serve "a b"\n' in unit
    assert "User=notes\n" in unit
    fields = says("dpkg-deb", "--field", package)
    assert "Depends: adduser, libc6 (>= 2." in fields
    assert "Section: editors\n" in fields
    dpkg(root, "--purge", "field-notes")
    assert root.files("/var/") == set()


def test_rpm(notes: Space, tmp_path: Path) -> None:
    """rpm does likewise."""
    rpm = pythons.need_tool("rpm")
    package = made(notes)["rpm"]
    assert package.name == "field-notes-1.2.0~rc1-1.x86_64.rpm"
    root = Root(tmp_path / "root")
    own = (rpm, "--root", root.folder, "--dbpath", "/db")
    says(*own, "--initdb")
    says(*own, "--nodeps", "--noscripts", "--install", package)
    assert root.files("/db/", "/usr/share/licenses/") == FILES
    program = root.folder / "usr/bin/notes"
    assert says(program, "ö") == f"notes ö {program}\n"
    assert says(*own, "--verify", "--nodeps", "--noscripts", "field-notes") == ""
    said = says(*own, "--query", "--requires", "field-notes")
    assert said.startswith("libc.so.6(GLIBC_2.")
    says(*own, "--noscripts", "--erase", "field-notes")
    assert root.files("/db/") == set()
    assert not (root.folder / "usr/share/licenses/field-notes").exists()


def test_rpm_folders(space: Space, tmp_path: Path) -> None:
    """What rpm removes leaves no folder of its own."""
    space.write("build.star", IN_FOLDERS)
    space.build()
    (package,) = space.outputs("package").iterdir()
    root = Root(tmp_path / "root")
    rpm = (pythons.need_tool("rpm"), "--root", root.folder, "--dbpath", "/db")
    says(*rpm, "--initdb")
    says(*rpm, "--install", package)
    assert root.files("/db/") == {"/usr/lib/notes/sub/deep/x.txt"}
    says(*rpm, "--erase", "notes")
    assert [*(root.folder / "usr/lib").iterdir()] == []


def test_arch(notes: Space) -> None:
    """A package for Arch has what its package manager reads, and the same files."""
    import zstandard

    package = made(notes)["zst"]
    data = zstandard.ZstdDecompressor().stream_reader(package.read_bytes()).read()
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        names = {f"/{each.name}" for each in archive if each.isfile()}
        told = archive.extractfile(".PKGINFO")
        script = archive.extractfile(".INSTALL")
        assert told is not None
        assert script is not None
        lines = told.read().decode().splitlines()
        upgrade = script.read().decode().partition("function post_upgrade()")[2]
    assert names >= FILES
    assert {"pkgname = field-notes", "pkgver = 1.2.0rc1-1", "arch = x86_64"} <= set(lines)
    assert "packager = Example Team <team@example.org>" in lines
    upgrade = upgrade.partition("\n}")[0]
    assert "systemctl try-restart notesd.service" in upgrade
    assert "enable" not in upgrade


def test_reviews(notes: Space) -> None:
    """Debian's review warns of nothing but the unstripped program of a debug build, and rpmlint of
    nothing but what RULES says."""
    lintian, rpmlint = pythons.need_tool("lintian"), pythons.need_tool("rpmlint")
    packages = made(notes)
    done = subprocess.run(
        [lintian, "--allow-root", packages["deb"]], capture_output=True, text=True, check=False
    )
    warnings = [line for line in done.stdout.splitlines() if line.startswith(("E:", "W:"))]
    assert warnings == ["E: field-notes: unstripped-binary-or-object [usr/bin/notes]"]
    rules = notes.write("rules.toml", "Filters = " + json.dumps([*RULES]))
    done = subprocess.run(
        [rpmlint, "--config", rules, packages["rpm"]], capture_output=True, text=True, check=False
    )
    assert "1 packages and 0 specfiles checked; 0 errors, 0 warnings" in done.stdout, done.stdout


def test_desktop(notes: Space, tmp_path: Path) -> None:
    """The entry among applications is valid."""
    check = pythons.need_tool("desktop-file-validate")
    says("dpkg-deb", "--extract", made(notes)["deb"], tmp_path / "x")
    entry = tmp_path / "x/usr/share/applications/field-notes.desktop"
    assert says(check, entry) == ""
    lines = entry.read_text().splitlines()
    assert {"Exec=/usr/bin/notes %f", "Icon=field-notes", "Keywords=memo;"} <= set(lines)


def test_texts_as_they_are(space: Space) -> None:
    """Nothing in a product's texts is taken for anything else."""
    space.write("build.star", ODD_TEXTS)
    packages = made(space)
    fields = says("dpkg-deb", "--field", packages["deb"])
    told = {
        "Maintainer: A $HOME <a@example.org>\n",
        "Homepage: https://example.org/$HOME\n",
        "Description: Costs $5 of ${PATH} & 'more'\n \"$HOME\"\n",
        "Depends: x-$HOME\n",
    }
    assert all(each in fields for each in told), fields
    assert "/usr/lib/field-notes/a $HOME [x]* 'b'.txt" in says(
        "dpkg-deb", "--contents", packages["deb"]
    )
    form = "%{SUMMARY}|%{DESCRIPTION}|%{VENDOR}|%{URL}|%{PACKAGER}"
    said = says(pythons.need_tool("rpm"), "--query", "--queryformat", form, "-p", packages["rpm"])
    assert said.split("|") == [
        "Costs $5 of ${PATH} & 'more'",
        '"$HOME"',
        "Ex $HOME",
        "https://example.org/$HOME",
        "A $HOME <a@example.org>",
    ]


def test_epoch(space: Space) -> None:
    """Package managers read an epoch as one, which isn't a part of the version."""
    formats = '["deb", "rpm", "arch"]'
    text = ODD_TEXTS.replace('["deb", "rpm"]', formats).replace('"1.0"', '"1!1.0"')
    space.write("build.star", text)
    packages = made(space)
    assert packages["deb"].name == "field-notes_1.0-1_amd64.deb"
    assert "Version: 1:1.0-1\n" in says("dpkg-deb", "--field", packages["deb"])
    form = "%{EPOCH}|%{VERSION}"
    rpm = pythons.need_tool("rpm")
    assert says(rpm, "--query", "--queryformat", form, "-p", packages["rpm"]) == "1|1.0"
    told = says("tar", "--extract", "--to-stdout", "--file", packages["zst"], ".PKGINFO")
    assert "pkgver = 1:1.0-1" in told.splitlines()


def test_names_as_they_are(space: Space, tmp_path: Path) -> None:
    """Names of files and of the project's folder aren't taken for patterns."""
    odd = Space(tmp_path / "br[a] cur{b,c} $HOME", space.cache)
    for name in NAMES:
        odd.write(name, name)
    odd.write("build.star", ODD_NAMES.replace("NAMES", json.dumps(NAMES)))
    odd.build()
    (package,) = odd.outputs("package").iterdir()
    says("dpkg-deb", "--extract", package, tmp_path / "x")
    files = (tmp_path / "x/usr/lib/notes").iterdir()
    told = {name: name for name in NAMES} | {"what?.txt": NAMES[0], "[b]{c,d}*.txt": "odd"}
    assert {each.name: each.read_text() for each in files} == told


def picture(space: Space, name: str, format: str) -> None:
    """Writes a picture of 300 x 300 pixels, and a product that has it."""
    Image.new("RGB", (300, 300), (0, 0, 255)).save(space.root / name, format)
    space.write("build.star", WITH_ICON.replace("ICON", name))


def test_icon(space: Space, tmp_path: Path) -> None:
    """A picture of any size is where desktops look for icons, in a size that they have."""
    picture(space, "icon.png", "PNG")
    space.build()
    (package,) = space.outputs("package").iterdir()
    says("dpkg-deb", "--extract", package, tmp_path / "x")
    (found,) = (tmp_path / "x/usr/share/icons").rglob("*.*")
    assert str(found.relative_to(tmp_path / "x/usr/share/icons")) == (
        "hicolor/256x256/apps/notes.png"
    )
    assert Image.open(found).size == (256, 256)


@pytest.mark.parametrize(
    ("name", "format", "problem"),
    [
        ("icon.png", "JPEG", "it is neither a PNG nor an SVG"),
        ("icon.svg", "JPEG", "it is neither a PNG nor an SVG"),
        ("icon.svg", "PNG", "it is a PNG, and its name is that of an SVG"),
    ],
)
def test_what_is_no_icon(space: Space, name: str, format: str, problem: str) -> None:
    """A file that isn't what its name says doesn't get into a package."""
    picture(space, name, format)
    done = space.oxidize("build")
    assert done.returncode == 1
    assert f'error[OX1103]: the icon "{name}" can\'t be used: {problem}' in done.stderr


def test_the_same_bytes(notes: Space) -> None:
    """Packages that are made again, under other conditions, have the same bytes."""
    done = notes.oxidize("verify", "packages")
    assert done.returncode == 0, done.stderr
    assert "3 files, the same in both builds" in done.stdout + done.stderr
