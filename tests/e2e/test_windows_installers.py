"""Installers for Windows: made here, and installed under wine, in a Windows of their own."""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import lief
import pytest

from tests import pythons
from tests.distributions.archives import Archive
from tests.distributions.windows import TRIPLE, Windows
from tests.e2e.space import Space
from tests.e2e.windows_system import System
from tests.e2e.wine import Wine

APP = Path(__file__).with_name("windows_notes")
NAME = "Field Nötes 日本"
IDENTIFIER = "org.example.notes"
DATA = "data/ein größerer $NAME [1] 日本 ${x} %20.txt"
# What the first version installs, and the second.
FIRST = {"bin/notes.exe", DATA, "LICENCES.txt"}
SECOND = {"bin/notes.exe", "new.txt", "LICENCES.txt"}
MACHINE = r"HKLM\System\CurrentControlSet\Control\Session Manager\Environment"
PERSON = r"HKCU\Environment"
UNINSTALL = r"Microsoft\Windows\CurrentVersion\Uninstall"
# What is built of each version; "2" marks what is of the second.
TARGETS = {
    "2": ("1.1.0", ("msi", "nsis_user")),
    "": ("1.0.0", ("msi", "msi_user", "msi_service", "nsis", "nsis_user", "msix")),
}


@pytest.fixture(scope="module")
def installers(tmp_path_factory: pytest.TempPathFactory, shared_cache: Path) -> Space:
    """The project."""
    for tool in ("wixl", "msibuild", "makensis"):
        pythons.need_tool(tool)
    space = Space(tmp_path_factory.mktemp("windows-installers"), shared_cache)
    space.copy(APP)
    return space


@pytest.fixture(scope="module")
def made(installers: Space, windows: tuple[Windows, Archive]) -> dict[str, Path]:
    """The installers, by their targets; those of the second version end in "2"."""
    space, found = installers, {}
    for mark, (version, targets) in TARGETS.items():
        options = arguments(windows[1], version)
        done = space.oxidize("build", *targets, *options, env=found_path())
        assert done.returncode == 0, done.stderr
        for target in targets:
            (file,) = space.outputs(target).iterdir()
            found[target + mark] = file.rename(space.root / f"{mark or 1}-{target}-{file.name}")
    return found


def arguments(archive: Archive, version: str) -> tuple[str, ...]:
    """For a build of that version."""
    variables = {"sha256": archive.sha256, "path": str(archive.path), "version": version}
    told = (part for name, text in variables.items() for part in ("--var", f"{name}={text}"))
    return ("--target-triple", TRIPLE, *told)


def found_path() -> dict[str, str]:
    """A PATH where the Python that compiles is found first: of the same version as the archive."""
    return {"PATH": f"{pythons.need('3.11').parent}:{os.environ['PATH']}"}


@pytest.fixture(scope="module")
def wine(
    tmp_path_factory: pytest.TempPathFactory, windows: tuple[Windows, Archive]
) -> Iterator[Wine]:
    """A Windows of these tests' own."""
    folder = tmp_path_factory.mktemp("wine")
    wine = Wine.made(folder / "prefix", windows[0].entropy)
    # While a program waits, Windows doesn't start anew for each command.
    waiting = subprocess.Popen(
        [pythons.need_tool("wine"), "cmd"],
        env=wine.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert waiting.stdout
    assert waiting.stdout.read(1)
    with waiting:
        yield wine
    server = [pythons.need_tool("wineserver"), "--wait"]
    subprocess.run(server, env=wine.environment(), check=True)


@pytest.fixture
def system(wine: Wine) -> System:
    """The tests' Windows."""
    return System(wine)


def says(system: System, program: Path) -> str:
    """What the installed program says."""
    return system.wine.run(program, "ö", "a b").stdout


def assert_registered(system: System, version: str, *, per_user: bool) -> None:
    """Windows' list of programs, the type of files and the entry of the menu are there, once."""
    # wine lists all of Windows Installer's products as the machine's.
    listed = system.of_both(UNINSTALL)
    assert listed.count(f'"DisplayName"="{NAME}"') == 1
    assert f'"DisplayVersion"="{version}"' in listed
    assert '"Publisher"="Example & Söhne"' in listed
    classes = f"{'HKCU' if per_user else 'HKLM'}\\Software\\Classes"
    extension = system.registry(f"{classes}\\.note")
    assert f'@="{IDENTIFIER}.note"' in extension
    assert '"Content Type"="application/x-note"' in extension
    kind = system.registry(f"{classes}\\{IDENTIFIER}.note")
    assert '@="#1 [Nöte] $INSTDIR ${x} \\"$$\\""' in kind
    assert f'{NAME}\\\\bin\\\\notes.exe\\" \\"%1\\""' in kind
    assert system.shortcuts() == [f"{NAME}.lnk"]


def assert_gone(system: System, before: set[Path], path: str, key: str) -> None:
    """Nothing is left of an installation."""
    assert system.files() == before
    assert NAME not in system.of_both(UNINSTALL)
    for known in ("Classes\\.note", f"Classes\\{IDENTIFIER}.note", IDENTIFIER):
        assert system.of_both(known) == ""
    assert system.path(key).rstrip(";") == path.rstrip(";")


@pytest.mark.parametrize("per_user", [False, True], ids=["machine", "user"])
def test_msi(system: System, made: dict[str, Path], per_user: bool) -> None:
    """Windows Installer installs a package; another version takes its place, an older one doesn't;
    its removal leaves nothing."""
    target, key = ("msi_user", PERSON) if per_user else ("msi", MACHINE)
    folder = next(system.wine.drive.glob("users/*/AppData/Local")) / "Programs"
    folder = (folder if per_user else system.wine.drive / "Program Files") / NAME
    before, path = system.files(), system.path(key)
    assert made[target].name == f"1-{target}-notes-1.0.0-x64.msi"
    packages = [(made[target], "1.0.0", FIRST)]
    if not per_user:
        packages.append((made[f"{target}2"], "1.1.0", SECOND))
    for package, version, files in packages:
        assert system.run("msiexec", "/i", package, "/qn") == 0
        assert system.below(folder) == files
        assert says(system, folder / "bin" / "notes.exe") == "notes ö a b\n"
        assert_registered(system, version, per_user=per_user)
        assert system.path(key).rstrip(";").endswith(f"\\{NAME}\\bin\\")
    if not per_user:
        assert system.run("msiexec", "/i", made[target], "/qn") != 0
        assert system.below(folder) == SECOND
    assert system.run("msiexec", "/x", packages[-1][0], "/qn") == 0
    assert_gone(system, before, path, key)


def test_msi_service(system: System, made: dict[str, Path]) -> None:
    """A service is installed, called with its arguments, and goes with the package."""
    before = system.files()
    assert system.run("msiexec", "/i", made["msi_service"], "/qn") == 0
    assert (system.wine.drive / "served.txt").read_text().split("\n") == ["serve", "a b"]
    key = "HKLM\\System\\CurrentControlSet\\Services\\notesd"
    assert '"ObjectName"="NT AUTHORITY\\\\LocalService"' in system.registry(key)
    assert system.run("msiexec", "/x", made["msi_service"], "/qn") == 0
    assert system.registry(key) == ""
    assert system.files() == before


LONG = ";".join(f"C:\\a folder of many\\{n:04}" for n in range(200))


@pytest.mark.parametrize("per_user", [False, True], ids=["machine", "user"])
def test_nsis(system: System, made: dict[str, Path], per_user: bool) -> None:
    """A setup program installs without questions; another version takes its place; its removal
    leaves what others have put there, the rest of a long PATH, and nothing else."""
    target, key = ("nsis_user", PERSON) if per_user else ("nsis", MACHINE)
    folder = next(system.wine.drive.glob("users/*/AppData/Local")) / "Programs"
    folder = (folder if per_user else system.wine.drive / "Program Files") / NAME
    system.run("reg", "add", key, "/v", "Path", "/t", "REG_EXPAND_SZ", "/d", LONG, "/f")
    before = system.files()
    assert made[target].name == f"1-{target}-notes-1.0.0-x64-setup.exe"
    programs = [(made[target], "1.0.0", FIRST)]
    if per_user:
        programs.append((made[f"{target}2"], "1.1.0", SECOND))
    for program, version, files in programs:
        assert system.run(program, "/S") == 0
        assert system.below(folder) == {*files, "uninstall.exe"}
        assert says(system, folder / "bin" / "notes.exe") == "notes ö a b\n"
        assert_registered(system, version, per_user=per_user)
        entry = system.path(key).removeprefix(f"{LONG};")
        assert entry.endswith(f"\\{NAME}\\bin")
    own = folder / "bin" / "own.txt"
    own.write_text("of somebody")
    uninstall(system, folder)
    assert system.files() == {*before, own}
    own.unlink()
    own.parent.rmdir()
    folder.rmdir()
    assert_gone(system, before, LONG, key)
    assert system.path(key) == LONG


def uninstall(system: System, folder: Path) -> None:
    """Runs the uninstaller, and waits for the copy of itself that has its streams."""
    system.wine.run(folder / "uninstall.exe", "/S")


def test_nsis_running(system: System, made: dict[str, Path]) -> None:
    """While the program runs, another version changes nothing, and neither does the
    uninstaller."""
    folder = next(system.wine.drive.glob("users/*/AppData/Local")) / "Programs" / NAME
    assert system.run(made["nsis_user"], "/S") == 0
    with subprocess.Popen(
        [pythons.need_tool("wine"), folder / "bin" / "notes.exe", "wait"],
        env=system.wine.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as program:
        assert program.stdout
        assert program.stdout.readline().strip() == b"notes wait"
        assert system.run(made["nsis_user2"], "/S") == 2
        uninstall(system, folder)
        assert system.below(folder) == {*FIRST, "uninstall.exe"}
    uninstall(system, folder)
    assert not folder.exists()


def test_nsis_elsewhere(system: System, made: dict[str, Path]) -> None:
    """/D says where it is installed; what opened such files before does so again afterwards."""
    kind = "HKLM\\Software\\Classes\\.note"
    system.run("reg", "add", kind, "/ve", "/d", "other.note", "/f")
    folder = system.wine.drive / "own"
    assert system.run(made["nsis"], "/S", "/D=C:\\own") == 0
    assert system.below(folder) == {*FIRST, "uninstall.exe"}
    assert f'@="{IDENTIFIER}.note"' in system.registry(kind)
    uninstall(system, folder)
    assert not folder.exists()
    assert '@="other.note"' in (left := system.registry(kind))
    assert IDENTIFIER not in left
    system.run("reg", "delete", kind, "/f")


def test_setup_program(made: dict[str, Path]) -> None:
    """A setup program has the product's icon and version, and asks for the rights it needs."""
    for target, level in (("nsis", "requireAdministrator"), ("nsis_user", "asInvoker")):
        pe = lief.PE.parse(str(made[target]))
        assert pe is not None
        resources = pe.resources_manager
        assert isinstance(resources, lief.PE.ResourcesManager)
        assert 256 in [each.width or 256 for each in resources.icons]
        assert f'level="{level}"' in resources.manifest
        version = str(resources.version[0])
        assert f"ProductName: {NAME}" in version
        assert "1-0-0-0" in version


def check_extensions(program: ElementTree.Element) -> None:
    """What a manifest says of a program beside what it is."""
    spaces = {
        "": "http://schemas.microsoft.com/appx/manifest/foundation/windows10",
        "uap": "http://schemas.microsoft.com/appx/manifest/uap/windows10",
        "uap3": "http://schemas.microsoft.com/appx/manifest/uap/windows10/3",
        "uap5": "http://schemas.microsoft.com/appx/manifest/uap/windows10/5",
    }
    alias = program.find("Extensions/uap5:Extension/uap5:AppExecutionAlias", spaces)
    assert alias is not None
    desktop = "{http://schemas.microsoft.com/appx/manifest/desktop/windows10/4}"
    assert alias.attrib == {f"{desktop}Subsystem": "console"}
    assert [each.attrib for each in alias] == [{"Alias": "notes.exe"}]
    opened = program.find("Extensions/uap3:Extension/uap3:FileTypeAssociation", spaces)
    assert opened is not None
    assert opened.attrib == {"Name": "note", "Parameters": '"%1"'}
    assert opened.findtext("uap:SupportedFileTypes/uap:FileType", "", spaces) == ".note"


def test_msix(made: dict[str, Path]) -> None:
    """An msix package has a manifest that names the program, its command and the types of files
    that it opens, logos of the icon, and the digests of all blocks."""
    assert made["msix"].name == "1-msix-notes-1.0.0.0-x64.msix"
    with zipfile.ZipFile(made["msix"]) as package:
        entries = package.infolist()
        files = {each.filename: package.read(each) for each in entries}
    pictures = {f"Assets/{each}.png" for each in ("Square150x150Logo", "StoreLogo")}
    assert {"LICENCES.txt", "bin/notes.exe", "data/text.txt", *pictures} <= {*files}
    space = "{http://schemas.microsoft.com/appx/manifest/foundation/windows10}"
    manifest = ElementTree.fromstring(files["AppxManifest.xml"])
    identity = manifest.find(f"{space}Identity")
    assert identity is not None
    assert identity.attrib == {
        "Name": IDENTIFIER,
        "Version": "1.0.0.0",
        "Publisher": "CN=Example & Söhne",
        "ProcessorArchitecture": "x64",
    }
    program = manifest.find(f"{space}Applications/{space}Application")
    assert program is not None
    assert program.attrib["Executable"] == "bin\\notes.exe"
    assert manifest.findtext(f"{space}Properties/{space}DisplayName") == NAME
    check_extensions(program)
    blocks = ElementTree.fromstring(files["AppxBlockMap.xml"])
    space = "{http://schemas.microsoft.com/appx/2010/blockmap}"
    digests = {
        str(file.get("Name")).replace("\\", "/"): [block.get("Hash") for block in file]
        for file in blocks.iter(f"{space}File")
    }
    assert {*digests} == {*files} - {"AppxBlockMap.xml", "[Content_Types].xml"}
    headers = [int(str(file.get("LfhSize"))) for file in blocks.iter(f"{space}File")]
    # Files are one after the other, each with a header in front of it, and its sizes behind it.
    for entry, following, header in zip(entries, entries[1:], headers, strict=False):
        size = following.header_offset - entry.header_offset - entry.compress_size
        assert header == size - (16 if entry.flag_bits & 8 else 0)
    for name, found in digests.items():
        data = files[name]
        parts = (data[start : start + 65536] for start in range(0, len(data), 65536))
        expected = [base64.b64encode(hashlib.sha256(part).digest()).decode() for part in parts]
        assert found == expected, name


ODD = """
def make(format, more = {}):
    files = FileManifest()
    for name in more:
        files.add_file(FileContent(filename = name, content = more[name]))
    program = "share$/n[1] {a,b}.txt"
    files.add_path(program, strip_prefix = "")
    about = make_product(
        "Odd $PROGRAMFILES",
        "1.0",
        publisher = "${NSISDIR} $%HOME% a$\\\\rb $INSTDIR `'$\\\\'\\"$$",
        summary = "Odd ${x}",
        file_types = [make_file_type("abc", "Text ${DESC} $\\\\t", mime = "text/plain")],
        identifier = "org.example.odd",
        icon = FileContent(path = "icon.svg"),
    )
    return files.to_installer(format, product = about, settings = {"program": program})

register_target("nsis", lambda: make("nsis"))
register_target("msi", lambda: make("msi", {"a.txt": "first", "b.txt": ""}))
register_target("other_msi", lambda: make("msi", {"a.txt": "second", "c.txt": ""}))
"""
PUBLISHER = """${NSISDIR} $%HOME% a$\\rb $INSTDIR `'$\\'"$$"""


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory, shared_cache: Path) -> Space:
    """A project with odd texts and names, in a folder of such a name."""
    for tool in ("wixl", "msibuild", "makensis"):
        pythons.need_tool(tool)
    space = Space(tmp_path_factory.mktemp("odd") / "dol$x[1]", shared_cache)
    space.copy(APP)
    space.write("build.star", ODD)
    space.write("share$/n[1] {a,b}.txt", "text")
    return space


FOREIGN = "HKLM\\Software\\Classes\\.abc"


@pytest.fixture
def foreign(system: System) -> Iterator[str]:
    """What the registry has of a type of files of another program's."""
    system.run("reg", "add", FOREIGN, "/ve", "/d", "other.abc", "/f")
    system.run("reg", "add", FOREIGN, "/v", "Content Type", "/d", "text/plain", "/f")
    yield system.registry(FOREIGN)
    system.run("reg", "delete", FOREIGN, "/f")


def test_nsis_odd_texts(system: System, odd: Space, foreign: str) -> None:
    """Texts and names mean themselves in setup programs; neither a first installation nor a removal
    touches what is another program's."""
    odd.build("nsis", "--target-triple", TRIPLE)
    (program,) = odd.outputs("nsis").iterdir()
    others = system.wine.drive / "uninstall.exe"
    others.write_bytes(b"MZ")
    before = system.files()
    assert system.run(program, "/S", cwd=system.wine.drive) == 0
    assert others.exists()
    folder = system.wine.drive / "Program Files" / "Odd $PROGRAMFILES"
    assert system.below(folder) == {"share$/n[1] {a,b}.txt", "uninstall.exe"}
    publisher = PUBLISHER.replace("\\", "\\\\").replace('"', '\\"')
    assert f'"Publisher"="{publisher}"' in system.of_both(UNINSTALL)
    kind = system.registry("HKLM\\Software\\Classes\\org.example.odd.abc")
    assert '@="Text ${DESC} $\\\\t"' in kind
    pe = lief.PE.parse(str(program))
    assert pe is not None
    assert isinstance(pe.resources_manager, lief.PE.ResourcesManager)
    assert f"CompanyName: {PUBLISHER}" in str(pe.resources_manager.version[0])
    uninstall(system, folder)
    assert system.files() == before
    assert system.registry(FOREIGN) == foreign
    others.unlink()


def test_msi_odd_texts(system: System, odd: Space, foreign: str) -> None:
    """Windows Installer offers the program beside one that opens such files already, replaces a
    package by another one of the same version, and leaves what is another program's."""
    odd.build("msi", "other_msi", "--target-triple", TRIPLE)
    (first,), (second,) = (odd.outputs(each).iterdir() for each in ("msi", "other_msi"))
    before = system.files()
    folder = system.wine.drive / "Program Files" / "Odd $PROGRAMFILES"
    for package, text, other in ((first, "first", "b.txt"), (second, "second", "c.txt")):
        assert system.run("msiexec", "/i", package, "/qn") == 0
        assert system.below(folder) == {"share$/n[1] {a,b}.txt", "a.txt", other}
        assert (folder / "a.txt").read_text() == text
        assert system.registry(FOREIGN).startswith(foreign.rstrip())
        assert '"org.example.odd.abc"=""' in system.registry(f"{FOREIGN}\\OpenWithProgids")
    assert system.of_both(UNINSTALL).count('"DisplayName"="Odd $PROGRAMFILES"') == 1
    assert system.run("msiexec", "/x", second, "/qn") == 0
    assert system.files() == before
    assert system.registry(FOREIGN) == foreign
