"""Flatpaks: flatpak itself installs them into a home of its own, and runs what is in them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from attrs import frozen

from oxidize.executor.location import LAYOUT
from tests import pythons
from tests.e2e.space import Space

# Most of the standard library is left out: flatpak takes a second for each megabyte.
BUILD = """
load("@oxidize//installers.star", "file_type", "flatpak", "menu_entry", "product")

USED = ["encodings", "json", "re", "os", "enum", "functools", "collections", "keyword", "operator",
    "reprlib", "types", "copyreg", "notes"]

def small(policy, resource):
    if type(resource) == "PythonModuleSource" and resource.name.split(".")[0] not in USED:
        resource = resource.with_settings(include = False)
    return resource

def notes():
    return product(
        "Field Notes",
        "1.2.0",
        publisher = "Example",
        summary = "Takes <notes> & more",
        description = "First.\\n\\nSecond.",
        licence = "MIT",
        url = "https://notes.example.org",
        icon = "icon.svg",
        menu = menu_entry(categories = ["Utility"]),
        file_types = [file_type("note", "Note")],
    )

def make():
    dist = default_python_distribution()
    policy = dist.make_python_packaging_policy(
        extension_module_filter = "minimal",
        include_distribution_sources = False,
    )
    policy.register_resource_callback(small)
    config = dist.make_python_interpreter_config(run_module = "notes")
    exe = dist.to_python_executable(name = "notes", config = config, packaging_policy = policy)
    exe.add_python_resources(exe.read_package_root(path = CWD, packages = ["notes"]))
    files = exe.to_file_manifest(".")
    files.add_file(FileContent(filename = "beside.txt", content = "beside\\n"))
    return files

register_target("app", make)
register_target(
    "flatpak",
    lambda app: flatpak(
        app,
        notes(),
        runtime = "org.example.Platform",
        runtime_version = "1",
        share = ["ipc"],
        env = {"TOLD": " b\\\\"},
    ),
    depends = ["app"],
)
"""
ICON = '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>\n'
PROGRAM = """
import json, os, sys
told = {name: os.environ.get(name) for name in ("FLATPAK_ID", "TOLD")}
with open(os.path.join(os.path.dirname(sys.executable), "beside.txt")) as file:
    print(json.dumps({"argv": sys.argv[1:], "beside": file.read(), **told}))
sys.exit(7)
"""
NAME = "org.example.notes.field-notes"
RUNTIME = f"""[Runtime]
name=org.example.Platform
runtime=org.example.Platform/{os.uname().machine}/1
sdk=org.example.Platform/{os.uname().machine}/1
"""


@frozen
class User:
    """Somebody with an empty home, who has a runtime: what a Python of the system needs."""

    home: Path

    def flatpak(self, *words: str | Path) -> subprocess.CompletedProcess[bytes]:
        """Runs a command of flatpak's."""
        runtime = self.home / "run"
        runtime.mkdir(mode=0o700, exist_ok=True)
        env = {"PATH": os.environ["PATH"], "HOME": str(self.home), "XDG_RUNTIME_DIR": str(runtime)}
        return subprocess.run(
            [pythons.need_tool("flatpak"), *words], env=env, capture_output=True, check=False
        )

    def does(self, *words: str | Path) -> str:
        """What the command prints, which must succeed."""
        done = self.flatpak(*words)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def install(self, bundle: Path) -> None:
        """Installs a bundle for this user alone."""
        self.does("--user", "install", "-y", "--noninteractive", "--no-deps", "--bundle", bundle)

    def install_runtime(self) -> None:
        """Installs a runtime whose libraries are the system's."""
        tree, repository = self.home / "runtime", self.home / "repository"
        files = tree / "files"
        (files / "etc").mkdir(parents=True)
        (tree / "metadata").write_text(RUNTIME)
        for library in libraries():
            place = files / str(library).removeprefix("/usr").lstrip("/")
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(library, place)
            place.chmod(0o755)
        export = ("build-export", "--runtime", "--files=files", "--disable-sandbox")
        self.does(*export, repository, tree, "1")
        bundle = self.home / "runtime.flatpak"
        self.does("build-bundle", "--runtime", repository, bundle, "org.example.Platform", "1")
        self.install(bundle)


def libraries() -> list[Path]:
    """What the dynamic linker finds for this Python, itself included."""
    said = subprocess.run(["ldd", sys.executable], capture_output=True, text=True, check=True)
    return [Path(each) for each in re.findall(r"(?:=> |^\s)(/\S+)", said.stdout, re.MULTILINE)]


def make_flatpak(space: Space, *words: str) -> Path:
    """Builds one."""
    space.write("build.star", BUILD)
    space.write("icon.svg", ICON)
    space.write("notes.py", PROGRAM)
    space.build("flatpak", *words)
    (bundle,) = space.outputs("flatpak").iterdir()
    return bundle


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory, shared_cache: Path) -> Path:
    """A flatpak, built once."""
    pythons.need_tool("flatpak")
    return make_flatpak(Space(tmp_path_factory.mktemp("flatpaks"), shared_cache))


@pytest.fixture
def user(tmp_path: Path) -> User:
    """Somebody who has nothing."""
    home = tmp_path / "home"
    home.mkdir()
    return User(home)


def test_runs(bundle: Path, user: User) -> None:
    """flatpak installs it, shows what it is, runs it with its files, and removes it."""
    assert bundle.name == f"field-notes-1.2.0-{os.uname().machine}.flatpak"
    user.install_runtime()
    user.install(bundle)
    columns = "--columns=application,name,version,branch,runtime"
    (row,) = user.does("--user", "list", "--app", columns).splitlines()
    runtime = f"org.example.Platform/{os.uname().machine}/1"
    assert row.split("\t") == [NAME, "Field Notes", "1.2.0", "stable", runtime]
    assert "Sdk: org.example.Sdk" in user.does("--user", "info", NAME)
    ran = user.flatpak("--user", "run", NAME, "a", "b c", "ö")
    assert (ran.returncode, ran.stderr) == (7, b"")
    told = {"argv": ["a", "b c", "ö"], "beside": "beside\n", "FLATPAK_ID": NAME, "TOLD": " b\\"}
    assert json.loads(ran.stdout) == told
    user.does("--user", "uninstall", "-y", "--noninteractive", NAME)
    assert user.does("--user", "list", "--app") == ""


def test_desktop(bundle: Path, user: User) -> None:
    """The system's desktop sees its entry, its icon and its type of files; licences are in it."""
    user.install(bundle)
    installed = user.home / f".local/share/flatpak/app/{NAME}/current/active"
    exports = installed / "export/share"
    entry = exports / f"applications/{NAME}.desktop"
    check = pythons.need_tool("desktop-file-validate")
    assert subprocess.run([check, entry], capture_output=True, check=True).stdout == b""
    lines = entry.read_text().splitlines()
    assert f"Icon={NAME}" in lines
    (called,) = (each for each in lines if each.startswith("Exec="))
    assert "--command=notes" in called
    assert called.endswith(f"{NAME} @@ %f @@")
    found = {str(each.relative_to(exports)) for each in exports.rglob("*") if each.is_file()}
    assert found == {
        f"applications/{NAME}.desktop",
        f"icons/hicolor/256x256/apps/{NAME}.png",
        f"icons/hicolor/scalable/apps/{NAME}.svg",
        f"mime/packages/{NAME}.xml",
    }
    licences = installed / "files/share/licenses/field-notes/LICENCES"
    assert licences.read_text().startswith("This program contains\n\n  CPython ")
    metadata = (installed / "metadata").read_text()
    assert "[Context]\nshared=ipc;\n" in metadata


def test_the_same_bytes(bundle: Path, shared_cache: Path, tmp_path: Path) -> None:
    """Made anew, elsewhere and with other permissions, it has the same bytes."""
    space = Space(tmp_path / "other", tmp_path / "cache")
    space.root.mkdir()
    # What zig compiled for all programs takes long, and decides nothing.
    zig = Path(LAYOUT) / "tools" / "zig"
    shutil.copytree(shared_cache / zig, space.cache / zig, symlinks=True)
    umask = os.umask(0o077)
    try:
        again = make_flatpak(space, "-j1")
    finally:
        os.umask(umask)
    assert again.read_bytes() == bundle.read_bytes()
