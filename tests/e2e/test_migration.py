"""samples/migrating: what PyOxidizer's build files become, built and run, and the way there."""

from __future__ import annotations

import json
import re
import shutil
import tarfile
import textwrap
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from attrs import frozen

from oxidize.starlark.diagnose import former
from tests.e2e.mending import follow
from tests.e2e.pages import blocks
from tests.e2e.space import REPOSITORY, Space, run

SAMPLES = REPOSITORY / "samples" / "migrating"
PAGE = REPOSITORY / "docs" / "migrating-from-pyoxidizer.md"
# Of the sections of the page.
TITLES = {
    "units": "The file that `init-config-file` wrote",
    "letters": "Packages from an index, and a folder for extension modules",
    "almanac": "Callbacks that place resources",
    "tally": "A project of one's own, and what is installed with it",
    "beacon": "Variables, systems and installers",
}


@frozen
class Sample:
    """What a sample's default target is, where its program is in it, and what that prints."""

    target: str
    program: str
    printed: str
    arguments: Sequence[str] = ()
    stdin: bytes = b""
    options: Sequence[str] = ()


ALL: Mapping[str, Sample] = {
    "units": Sample("install", "units", "4.82803 km\n", ("3", "mile", "km")),
    "letters": Sample(
        "exe",
        "letters",
        "Dear Kim &amp; Lee, Noa,\nyou are 2 and all of you are invited.\n",
        ("Kim & Lee", "Noa"),
    ),
    "almanac": Sample("exe", "almanac", "carrot\npumpkin\n", ("april",)),
    "tally": Sample(
        "install", "bin/tally", "  2 rain\n  1 sun\n", stdin=b"the rain and the sun or rain"
    ),
    "beacon": Sample(
        "files",
        "beacon-1.2/beacon",
        "... --- ...\n",
        ("SOS",),
        options=("--var", "version=1.2"),
    ),
}
Built = Callable[[str], Path]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, shared_cache: Path) -> Built:
    """Name -> the outputs of the sample's default target, built once."""
    folders: dict[str, Path] = {}

    def build(name: str) -> Path:
        if name not in folders:
            space = Space(tmp_path_factory.mktemp(name), shared_cache)
            space.copy(SAMPLES / name)
            locked = ["--locked"] if (SAMPLES / name / "oxidize.lock").exists() else []
            space.build(*locked, *ALL[name].options)
            folders[name] = space.outputs(ALL[name].target)
        return folders[name]

    return build


def printed(name: str, outputs: Path) -> str:
    """What the program prints, in an empty environment."""
    sample = ALL[name]
    done = run(outputs / sample.program, *sample.arguments, stdin=sample.stdin)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def files(folder: Path) -> list[str]:
    """The files in a folder, but for bytecode."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return sorted(path.relative_to(folder).as_posix() for path in found)


def test_all_samples_are_here() -> None:
    """Each sample has its old and its new build file."""
    assert sorted(ALL) == sorted(each.name for each in SAMPLES.iterdir())
    for name in ALL:
        assert (SAMPLES / name / "pyoxidizer.bzl").exists()
        assert (SAMPLES / name / "build.star").exists()


@pytest.mark.parametrize("name", ALL)
def test_page(name: str) -> None:
    """The guide shows the samples' files as they are."""
    shown = {each.file: each.text for each in blocks(PAGE, TITLES[name])}
    assert shown.keys() == {"pyoxidizer.bzl", "build.star"}
    for file, text in shown.items():
        assert text == (SAMPLES / name / str(file)).read_text()


def test_excerpt_of_page(space: Space) -> None:
    """What the guide shows of a check is what the check says of that sample."""
    space.copy(SAMPLES / "units")
    shutil.move(space.root / "pyoxidizer.bzl", space.root / "build.star")
    (excerpt,) = re.findall(r"^   ```text\n(.*?)^   ```$", PAGE.read_text(), re.M | re.S)
    assert textwrap.dedent(excerpt) in space.oxidize("check").stdout


def test_page_has_all_former_names() -> None:
    """All methods and settings that errors say are gone or renamed stand in the guide."""
    text = PAGE.read_text()
    names = [*former.METHODS, *former.SETTINGS, *former.RESOURCE_SETTINGS]
    names += [name for _, name in former.ARGUMENTS]
    assert [name for name in names if not re.search(rf"\b{name}\b", text)] == []


@pytest.mark.parametrize("name", ALL)
def test_sample(name: str, built: Built) -> None:
    """The new build file gives a program that prints what it should."""
    assert printed(name, built(name)) == ALL[name].printed


@pytest.mark.parametrize("name", ALL)
def test_help_leads_from_the_old_file_to_the_new_one(name: str, built: Built, space: Space) -> None:
    """Who follows the help of one error after another comes from the old build file to one that
    gives the same as the new one."""
    space.copy(SAMPLES / name)
    shutil.move(space.root / "pyoxidizer.bzl", space.root / "build.star")
    assert len(follow(space.root / "build.star")) > 3
    space.build(*ALL[name].options)
    outputs = space.outputs(ALL[name].target)
    assert printed(name, outputs) == ALL[name].printed
    assert files(outputs) == files(built(name))


def test_extension_modules_need_no_folder(built: Built) -> None:
    """letters: the extension module that had to lie in a folder is in the program."""
    assert files(built("letters")) == ["letters"]
    inspected = Space(SAMPLES, Path("/nonexistent")).oxidize(
        "inspect", built("letters") / "letters", "--json"
    )
    assert "markupsafe._speedups" in json.loads(inspected.stdout)["modules"]


def test_callback(built: Built, tmp_path: Path) -> None:
    """almanac: the table lies beside the program, where it can be edited; drafts are left out."""
    place = tmp_path / "moved"
    shutil.copytree(built("almanac"), place)
    assert files(place) == [
        "almanac",
        "share/almanac/tables/__init__.py",
        "share/almanac/tables/sowing.csv",
    ]
    (place / "share/almanac/tables/sowing.csv").write_text("leek,april\n")
    assert run(place / "almanac", "april").stdout == b"leek\n"
    assert b"almanac.drafts" not in (place / "almanac").read_bytes()


def test_install(built: Built) -> None:
    """tally: the program, its resources, the licences and the texts lie where the manifest says;
    the installed project has its metadata."""
    place = built("tally")
    assert files(place) == [
        "README.txt",
        "bin/LICENSES.txt",
        "bin/tally",
        "bin/tally.resources",
        "changes.txt",
        "manual.txt",
        "share/VERSION",
    ]
    assert run(place / "bin/tally", "--version").stdout == b"tally 2.1\n"


def test_archive(space: Space) -> None:
    """beacon: the same files are packed, under the version that the command line gives, and the
    licences."""
    space.copy(SAMPLES / "beacon")
    space.build("archive", "--var", "version=1.2")
    (archive,) = space.outputs("archive").iterdir()
    with tarfile.open(archive) as opened:
        names = opened.getnames()
    assert names == ["beacon/CHANGES.txt", "beacon/LICENCES", "beacon/beacon-1.2/beacon"]
