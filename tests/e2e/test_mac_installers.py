"""Applications and packages of macOS. None is run or installed: there is no macOS here. What is
looked at is what macOS would, by readers that didn't write it."""

from __future__ import annotations

import platform
import plistlib
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree

import lief
import pytest

from oxidize.binary.embed import find_payload
from oxidize.binary.universal import slices
from tests import pythons
from tests.binary.macho import check_layout, code_directory, compile_for, parsed
from tests.binary.seal import broken
from tests.distributions.archives import Archive
from tests.e2e.macos_programs import project, resources_of
from tests.e2e.space import REPOSITORY, Space
from tests.installers.apple import Apple

LOAD = """
load(
    "@oxidize//installers.star",
    "app_bundle",
    "dmg_image",
    "file_type",
    "menu_entry",
    "pkg_installer",
    "product",
)

def notes(menu = menu_entry()):
    return product(
        "Field Notes",
        "1.2.0rc1",
        publisher = "Example",
        summary = "Takes notes",
        url = "https://example.org/notes",
        icon = "icon.svg",
        menu = menu,
        file_types = [file_type("note", "Note", mime = "text/x-note")],
    )

def with_files(app):
    files = app.to_file_manifest(".")
    files.add_file(FileContent(filename = "map.txt", content = "map\\n"), directory = "data")
    return files

def with_own(app):
    files = with_files(app)
    files.add_file(FileContent(filename = "LICENCES", content = "Ours.\\n"))
    return files

"""
TARGETS = """
def with_readme(app):
    files = FileManifest()
    files.add_installer(app_bundle(with_files(app), notes()))
    files.add_file(FileContent(filename = "README", content = "Read me.\\n"))
    return files

CATEGORY = "public.app-category.productivity"
register_target("app", lambda app: app_bundle(
    with_files(app),
    notes(),
    category = CATEGORY,
    info = {"LSUIElement": True, "Numbers": [1, 2.5, {"a": "b"}], "NSHighResolutionCapable": False},
), depends = ["aarch64"])
register_target("both-app", lambda app: app_bundle(app, notes()), depends = ["both"])
register_target("readme", with_readme, depends = ["aarch64"])
register_target("zip", lambda app: app_bundle(
    with_own(app), notes(), zipped = True), depends = ["aarch64"])
register_target("dmg", lambda app: dmg_image(with_files(app), notes()), depends = ["aarch64"])
register_target("pkg", lambda app: pkg_installer(
    with_files(app), notes(), licence = "free.rtf", per_user = True), depends = ["aarch64"])
register_target("command", lambda app: pkg_installer(app, notes(menu = None)), depends = ["both"])
register_target("commands", lambda app: pkg_installer(
    with_files(app), notes(menu = None)), depends = ["aarch64"])
"""
# A program that has its modules in a folder beside it.
BESIDE = """
def beside(triple, sha256, path):
    dist = PythonDistribution(sha256 = sha256, local_path = path, build_target = triple)
    policy = dist.make_python_packaging_policy(resources_location = "filesystem-relative:lib")
    return app_bundle(dist.to_python_executable("app", packaging_policy = policy), notes())

register_target("beside", lambda: beside({place}))
"""
ALL = ("app", "both", "both-app", "command", "commands", "dmg", "pkg", "readme", "zip")
ICON = '<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512"/>\n'
IDENTIFIER = "org.example.field-notes"
COMPONENT = "field-notes.pkg"


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory, shared_cache: Path, panda: Mapping[str, Archive]
) -> Iterator[Space]:
    """All installers of a real program, for both architectures."""
    space = Space(tmp_path_factory.mktemp("mac"), shared_cache)
    project(space, panda, "markupsafe==3.0.3")
    text = (space.root / "build.star").read_text()
    triple = "aarch64-apple-darwin"
    place = f'"{triple}", "{panda[triple].sha256}", "{panda[triple].path}"'
    space.write("build.star", LOAD + text + TARGETS + BESIDE.replace("{place}", place))
    space.write("icon.svg", ICON)
    space.write("free.rtf", "{\\rtf1 Free.}\n")
    space.build(*ALL)
    yield space
    shutil.rmtree(space.root)


@pytest.fixture
def app(built: Space) -> Path:
    """The application for one architecture."""
    return built.outputs("app") / "Field Notes.app"


@pytest.fixture
def copied(app: Path, tmp_path: Path) -> Path:
    """One to be tampered with."""
    return shutil.copytree(app, tmp_path / app.name)


def files_of(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def change(path: Path, at: int) -> None:
    """Flips one bit of one byte."""
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def test_application(app: Path) -> None:
    """An application has its program, icon and files, and the licences of all that it holds."""
    assert set(files_of(app / "Contents")) == {
        "Info.plist",
        "MacOS/app",
        "PkgInfo",
        "Resources/LICENCES",
        "Resources/data/map.txt",
        "Resources/field-notes.icns",
        "_CodeSignature/CodeResources",
    }
    resources = app / "Contents" / "Resources"
    assert (app / "Contents/MacOS/app").stat().st_mode & 0o777 == 0o755
    assert (resources / "data/map.txt").stat().st_mode & 0o777 == 0o644
    assert (resources / "field-notes.icns").read_bytes()[:4] == b"icns"
    licences = (resources / "LICENCES").read_text()
    assert licences.startswith("This program contains\n\n  CPython ")
    assert "markupsafe" in licences.lower()


def test_property_list(app: Path) -> None:
    """Its property list says what macOS asks for, and what the build file adds."""
    info = plistlib.loads((app / "Contents/Info.plist").read_bytes())
    assert info.pop("CFBundleDocumentTypes") == [
        {
            "CFBundleTypeName": "Note",
            "CFBundleTypeRole": "Editor",
            "LSHandlerRank": "Owner",
            "LSItemContentTypes": [f"{IDENTIFIER}.note"],
        }
    ]
    (exported,) = info.pop("UTExportedTypeDeclarations")
    assert exported["UTTypeIdentifier"] == f"{IDENTIFIER}.note"
    assert exported["UTTypeTagSpecification"] == {
        "public.filename-extension": ["note"],
        "public.mime-type": ["text/x-note"],
    }
    assert info == {
        "CFBundleDevelopmentRegion": "en",
        "CFBundleDisplayName": "Field Notes",
        "CFBundleExecutable": "app",
        "CFBundleIconFile": "field-notes.icns",
        "CFBundleIdentifier": IDENTIFIER,
        "CFBundleInfoDictionaryVersion": "6.0",
        "CFBundleName": "Field Notes",
        "CFBundlePackageType": "APPL",
        "CFBundleShortVersionString": "1.2.0",
        "CFBundleSupportedPlatforms": ["MacOSX"],
        "CFBundleVersion": "1.2.0",
        "LSApplicationCategoryType": "public.app-category.productivity",
        "LSMinimumSystemVersion": "11.0",
        "LSUIElement": True,
        "NSHighResolutionCapable": False,
        "Numbers": [1, 2.5, {"a": "b"}],
    }


def test_another_reader(app: Path, apple: Apple) -> None:
    """A library for Apple's platforms sees an application, and nothing wrong with its signature."""
    assert apple.says("path_type", app) == "bundle"
    told = apple.says("packaging.bundle_info", app)
    assert told["identifier"] == IDENTIFIER
    assert apple.problems(app / "Contents/MacOS/app") == []


def test_signature(app: Path) -> None:
    """The program is signed ad hoc, under the application's name, as macOS maps it, and the
    signature covers all that is in the application."""
    data = (app / "Contents/MacOS/app").read_bytes()
    check_layout(data)
    assert parsed(data).has(lief.MachO.LoadCommand.TYPE.CODE_SIGNATURE)
    fields = code_directory(data)
    assert fields["identifier"] == IDENTIFIER
    assert fields["flags"] == 0x2, "ad hoc, and no linker's"
    assert broken(app) == set()


@pytest.mark.parametrize("where", [0, 0.5, 0.98])
def test_changed_program(copied: Path, where: float, apple: Apple) -> None:
    """One changed bit of the program is found."""
    program = copied / "Contents/MacOS/app"
    # Past what says where the signature is.
    change(program, max(0x4100, int(program.stat().st_size * where)))
    assert broken(copied) == {"MacOS/app"}
    assert any("digest mismatch" in each for each in apple.problems(program))


@pytest.mark.parametrize(
    "name", ["Info.plist", "Resources/data/map.txt", "Resources/LICENCES", "Resources/new"]
)
def test_changed_files(copied: Path, name: str) -> None:
    """So is one of any file, and a file that wasn't there."""
    path = copied / "Contents" / name
    if path.exists():
        change(path, path.stat().st_size // 2)
    else:
        path.touch()
    assert broken(copied) == {name}


def test_universal(built: Space) -> None:
    """An application of a universal program has a signature in each part of it."""
    app = built.outputs("both-app") / "Field Notes.app"
    data = (app / "Contents/MacOS/app").read_bytes()
    parts = {each.machine: bytes(each.data) for each in slices(data)}
    assert set(parts) == {"aarch64", "x86_64"}
    for part in parts.values():
        check_layout(part)
        assert code_directory(part)["identifier"] == IDENTIFIER
    fat = lief.MachO.parse(data)
    assert fat is not None
    assert all(each.fat_offset % 0x4000 == 0 for each in fat)
    assert broken(app) == set()
    licences = (app / "Contents/Resources/LICENCES").read_text()
    assert licences.count("This program contains") == 1


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the program is for x86_64")
def test_container(built: Space, tmp_path: Path) -> None:
    """The signed program's own code, mapped as macOS does, finds its container and a module."""
    app = built.outputs("both-app") / "Field Notes.app"
    parts = {each.machine: each for each in slices((app / "Contents/MacOS/app").read_bytes())}
    program = tmp_path / "app"
    program.write_bytes(parts["x86_64"].data)
    names = sorted(resources_of(program).modules)
    command = [sys.executable, "-m", "tests.binary.mapped_macho", str(program), "markupsafe"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    size = len(find_payload(program.read_bytes()))
    assert done.stdout == f"True 0 {size} {names.index('markupsafe')}\n"


def test_zip(built: Space, app: Path, tmp_path: Path) -> None:
    """A zip has the folder, and unpacks to an application whose signature is right, and whose own
    licences are in place of oxidize's."""
    path = built.outputs("zip") / "field-notes-1.2.0-macos-arm64.zip"
    subprocess.run([pythons.need_tool("unzip"), "-q", path, "-d", tmp_path], check=True)
    (unpacked,) = tmp_path.iterdir()
    assert unpacked.name == "Field Notes.app"
    assert (unpacked / "Contents/MacOS/app").stat().st_mode & 0o777 == 0o755
    assert broken(unpacked) == set()
    assert (unpacked / "Contents/Resources/LICENCES").read_text() == "Ours.\n"
    with zipfile.ZipFile(path) as archive:
        assert len(archive.namelist()) == len(files_of(app))


def test_in_a_manifest(built: Space) -> None:
    """An application can be handed out with other files."""
    folder = built.outputs("readme")
    assert (folder / "README").read_text() == "Read me.\n"
    assert broken(folder / "Field Notes.app") == set()


def unpacked(package: Path, folder: Path) -> Path:
    """What a package would install, below where it would."""
    bsdtar = pythons.need_tool("bsdtar")
    for place, archive in (
        (folder / "x", package),
        (folder / "y", folder / f"x/{COMPONENT}/Payload"),
    ):
        place.mkdir()
        subprocess.run([bsdtar, "-xpf", archive, "-C", place], check=True)
    return folder / "y"


def test_package(built: Space, app: Path, tmp_path: Path) -> None:
    """A package installs the application where people have theirs, and shows a licence."""
    package = built.outputs("pkg") / "field-notes-1.2.0-arm64.pkg"
    installed = unpacked(package, tmp_path)
    (there,) = installed.iterdir()
    assert there.name == "Field Notes.app"
    assert broken(there) == set()
    other = plistlib.loads((there / "Contents/Info.plist").read_bytes())
    assert other["CFBundleIdentifier"] == IDENTIFIER
    own = plistlib.loads((app / "Contents/Info.plist").read_bytes())
    assert other["LSMinimumSystemVersion"] == own["LSMinimumSystemVersion"]
    info = ElementTree.parse(tmp_path / f"x/{COMPONENT}/PackageInfo").getroot()
    assert info.get("install-location") == "/Applications"
    assert info.get("identifier") == IDENTIFIER
    script = ElementTree.parse(tmp_path / "x/Distribution").getroot()
    assert [each.attrib for each in script.iter("os-version")] == [{"min": "11.0"}]
    assert [each.get("hostArchitectures") for each in script.iter("options")] == ["arm64"]
    assert [each.get("enable_currentUserHome") for each in script.iter("domains")] == ["true"]
    (licence,) = script.iter("license")
    shown = (tmp_path / "x/Resources" / str(licence.get("file"))).read_text()
    assert (shown, licence.get("mime-type")) == ("{\\rtf1 Free.}\n", "text/rtf")


def test_package_of_a_command(built: Space, tmp_path: Path) -> None:
    """The package of a program without a menu entry installs a command."""
    package = built.outputs("command") / "field-notes-1.2.0-universal.pkg"
    installed = unpacked(package, tmp_path)
    assert set(files_of(installed)) == {"bin/app", "share/doc/field-notes/LICENCES"}
    program = installed / "bin/app"
    assert program.read_bytes() == (built.outputs("both") / "app").read_bytes()
    assert program.stat().st_mode & 0o777 == 0o755
    info = ElementTree.parse(tmp_path / f"x/{COMPONENT}/PackageInfo").getroot()
    assert info.get("install-location") == "/usr/local"
    script = ElementTree.parse(tmp_path / "x/Distribution").getroot()
    assert [each.get("hostArchitectures") for each in script.iter("options")] == ["arm64,x86_64"]


def test_package_of_a_command_with_files(built: Space, tmp_path: Path) -> None:
    """A command with files beside it is in a folder of its own, and a link calls it."""
    installed = unpacked(built.outputs("commands") / "field-notes-1.2.0-arm64.pkg", tmp_path)
    link = installed / "bin/app"
    assert str(link.readlink()) == "../lib/field-notes/app"
    assert link.resolve() == installed / "lib/field-notes/app"
    assert (installed / "lib/field-notes/data/map.txt").read_text() == "map\n"


def test_disk_image(built: Space, apple: Apple, tmp_path: Path) -> None:
    """A disk image holds, as another reader unpacks it, a volume of the kind that macOS has, with
    the application in it, and a link to where people have theirs."""
    image = built.outputs("dmg") / "field-notes-1.2.0-arm64.dmg"
    (partition,) = apple.says("packaging.dmg_info", image)["partitions"]
    assert partition["name"] == "whole disk (Apple_HFS : 0)"
    volume = tmp_path / "volume"
    volume.write_bytes(apple.gives("packaging.dmg_extract_partition", image, 0))
    said = subprocess.run(
        [pythons.need_tool("7z"), "x", "-thfs", f"-o{tmp_path / 'x'}", volume],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    assert "Errors" not in said
    there = tmp_path / "x" / "Field Notes"
    # 7-Zip has absolute links start where it unpacks.
    assert (there / "Applications").readlink() == tmp_path / "x" / "Applications"
    assert broken(there / "Field Notes.app") == set()


def test_modules_beside(built: Space) -> None:
    """A program that would look for modules next to it is refused once that is known."""
    done = built.oxidize("build", "beside")
    assert done.returncode == 1
    assert re.search(
        r'error\[OX1150\]: the program looks for "lib/\S+" next to itself', done.stderr
    )


SMALL = """
def small():
    files = FileManifest()
    files.add_path("tool", strip_prefix = "")
    files.add_file(FileContent(filename = "map.txt", content = "map\\n"), directory = "data")
    return files

def every():
    files = FileManifest()
    files.add_installer(app_bundle(small(), notes()))
    files.add_installer(app_bundle(small(), notes(), zipped = True))
    files.add_installer(pkg_installer(small(), notes(), info = {
        "CFBundleIdentifier": "org.other",
        "CFBundleVersion": "77",
        "LSMinimumSystemVersion": "13.1",
    }))
    files.add_installer(dmg_image(small(), notes()))
    return files

register_target("every", every)
"""


@pytest.fixture
def small(space: Space, shared_cache: Path, tmp_path: Path) -> Space:
    """Installers of a program that is no Python's."""
    (tmp_path / "main.c").write_text("int main(void) { return 0; }\n")
    compile_for("aarch64", shared_cache, space.root / "tool", tmp_path / "main.c")
    space.write("build.star", LOAD + SMALL)
    space.write("icon.svg", ICON)
    return space


def test_the_same_bytes(small: Space) -> None:
    """Installers that are made again, under other conditions, have the same bytes."""
    done = small.oxidize("verify", "every")
    assert done.returncode == 0, done.stderr
    assert "the same in both builds" in done.stdout + done.stderr


def test_properties_in_a_package(small: Space, tmp_path: Path) -> None:
    """A package says of its application what the property list in it does."""
    small.build("every")
    (package,) = small.outputs("every").glob("*.pkg")
    (app,) = unpacked(package, tmp_path).iterdir()
    own = plistlib.loads((app / "Contents/Info.plist").read_bytes())
    info = ElementTree.parse(tmp_path / f"x/{COMPONENT}/PackageInfo").getroot()
    assert (info.get("identifier"), info.get("version")) == ("org.other", "1.2.0")
    (bundle,) = info.iter("bundle")
    assert bundle.get("id") == own["CFBundleIdentifier"] == "org.other"
    assert bundle.get("CFBundleVersion") == own["CFBundleVersion"] == "77"
    assert bundle.get("CFBundleShortVersionString") == own["CFBundleShortVersionString"] == "1.2.0"
    script = ElementTree.parse(tmp_path / "x/Distribution").getroot()
    assert [each.attrib for each in script.iter("os-version")] == [{"min": "13.1"}]
    assert own["LSMinimumSystemVersion"] == "13.1"


def test_file_in_the_icons_place(small: Space) -> None:
    """A file that gets into the manifest after the application was declared isn't lost either."""
    late = """
def late():
    files = small()
    app = app_bundle(files, notes())
    files.add_file(FileContent(filename = "field-notes.icns", content = "mine"))
    return app

register_target("late", late)
"""
    small.write("build.star", LOAD + SMALL + late)
    done = small.oxidize("build", "late")
    assert done.returncode == 1
    assert "error[OX1151]" in done.stderr
    assert "field-notes.icns\" would be in the way of the application's icon" in done.stderr


def test_not_for_macos(small: Space) -> None:
    """A file that is no program for macOS is refused by what is in it."""
    (small.root / "tool").write_bytes(Path("/bin/true").read_bytes())
    done = small.oxidize("build", "every")
    assert done.returncode == 1
    assert "error[OX1104]: tool isn't a program for macOS" in done.stderr


def test_broken_code(small: Space) -> None:
    """What can't be signed is named, in the words of what signs."""
    (small.root / "broken").write_bytes((small.root / "tool").read_bytes()[:0x20])
    small.write(
        "build.star", (LOAD + SMALL).replace('("tool"', '("broken", "")\n    files.add_path("tool"')
    )
    done = small.oxidize("build", "every")
    assert done.returncode == 1
    assert re.search(r"error\[OX1155\]: Field Notes.app can't be signed: \S+", done.stderr)
