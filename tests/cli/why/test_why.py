"""`oxidize why`, of a program with packages, in a bundle, in an archive."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oxidize.cli.main import main
from tests.e2e.space import Space
from tests.packages.wheels import make_wheel

BUILD_FILE = """\
load("@oxidize//installers.star", "deb_package", "product", "service")

def keep(resource):
    return not resource.name.endswith("unwanted")

def make_app():
    dist = default_python_distribution()
    exe = dist.to_python_executable(
        "app", config = dist.make_python_interpreter_config(run_module = "app"))
    own = exe.read_package_root(".", ["app"])
    exe.add_python_resources(own.without(["app.secret"]))
    plugins = exe.read_package_root("plugins", ["plug", "wsgiref"])
    exe.add_python_resources(plugins.filter(keep).relocate("filesystem-relative:lib"))
    house = ["--no-index", "-f", "house"]
    exe.add_python_resources(exe.pip_install(house + ["alpha>=1"]).without(["alpha.tests"]))
    exe.add_python_resources(exe.pip_install(house + ["other"]))
    exe.pip_install(house + ["unused"])
    return exe

def make_box(app):
    box = app.to_file_manifest("bin")
    box.add_path("notes/NOTES.md", "notes")
    own = app.read_package_root(".", ["app"]).only(["app.secret"])
    box.add_python_resources("share", own)
    return box

def make_trimmed():
    dist = default_python_distribution()
    exe = dist.to_python_executable("trimmed")
    exe.filter_resources_from_files(files = ["names.txt"])
    return exe

def about():
    return product(
        "App", "1", publisher = "E", summary = "It", contact = "E <e@example.org>",
        services = [service("appd")])

register_target("deb", lambda app: deb_package(app, about()), depends = ["app"])
register_target("boxed-deb", lambda box: deb_package(box, about()), depends = ["box"])
register_target("app", make_app)
register_target("trimmed", make_trimmed)
register_target("box", make_box, depends = ["app"])
register_target("archive", lambda box: box.to_installer("tar.gz", "app"), depends = ["box"])
"""
FILES = {
    "app/__init__.py": "",
    "app/__main__.py": "print('hello')",
    "app/secret.py": "",
    "app/data/words.txt": "one",
    "plugins/plug/__init__.py": "",
    "plugins/plug/unwanted.py": "",
    "plugins/wsgiref/__init__.py": "",
    "names.txt": "os",
    "notes/NOTES.md": "read this",
    "build.star": BUILD_FILE,
}
Ask = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory, shared_cache: Path) -> Space:
    """The project, built."""
    space = Space(tmp_path_factory.mktemp("project"), shared_cache)
    for name, text in FILES.items():
        space.write(name, text)
    house = space.root / "house"
    alpha = {"alpha/__init__.py": "", "alpha/tests/__init__.py": ""}
    make_wheel(house, "alpha", "1.5", alpha, requires=["beta[more]<3"])
    make_wheel(house, "beta", "2.0", extras=["more"], requires=['gamma>0; extra == "more"'])
    make_wheel(house, "gamma", "0.1")
    make_wheel(house, "other", "7.0")
    make_wheel(house, "unused", "1.0")
    space.build("app", "trimmed", "box", "archive", "--offline")
    # Their tool may have to be fetched.
    space.build("deb", "boxed-deb")
    return space


@pytest.fixture
def ask(space: Space, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    """The document about something in a target."""
    monkeypatch.setenv("OXIDIZE_CACHE_DIR", str(space.cache))
    monkeypatch.chdir(space.root)

    def run(target: str, path: str, *, found: bool = True) -> dict[str, Any]:
        assert main(["why", target, path, "--json"]) == (0 if found else 1)
        document: dict[str, Any] = json.loads(capsys.readouterr().out)
        return document

    return run


def only(document: dict[str, Any]) -> dict[str, Any]:
    (way,) = document["ways"]
    assert isinstance(way, dict)
    return way


def line(text: str) -> int:
    """Where the build file has that."""
    return BUILD_FILE[: BUILD_FILE.index(text)].count("\n") + 1


def labels(way: dict[str, Any]) -> list[str]:
    return [link["label"] for link in way["chain"]]


def test_module_of_a_package(ask: Ask) -> None:
    """A module leads to its distribution, and over all that needs that to the build file."""
    way = only(ask("app", "gamma"))
    assert labels(way) == [
        "app",
        "embed app",
        "pack app",
        "compile alpha",
        "install the packages of app",
    ]
    assert way["distribution"] == {"name": "gamma", "version": "0.1"}
    assert way["requirements"] == [
        {"requirement": "alpha>=1", "by": None},
        {"requirement": "beta[more]<3", "by": "alpha 1.5"},
        {"requirement": 'gamma>0; extra == "more"', "by": "beta 2.0"},
    ]
    assert way["origin"]["line"] == way["added"]["line"] == line('["alpha>=1"]')
    assert way["location"] == "in-memory"
    assert way["steps"] == [{"step": 'without(["alpha.tests"])', "origin": None}]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("app/data/words.txt", "app/data/words.txt"),
        ("app/__main__.py", "app.__main__"),
        ("lib/plug/__init__.py", "plug"),
        ("Other", "other-7.0.dist-info/METADATA"),
    ],
)
def test_forms_of_paths(path: str, name: str, ask: Ask) -> None:
    """Modules and files go by their paths too, distributions by their names."""
    assert only(ask("app", path))["name"] == name


def test_a_file_that_was_written(space: Space, ask: Ask) -> None:
    """Any file in the target's folder can be named by the way to it, bytecode too."""
    (bytecode,) = space.outputs("app").glob("lib/plug/__pycache__/*.pyc")
    for path in (bytecode, bytecode.relative_to(space.root)):
        way = only(ask("app", str(path)))
        assert way["name"] == "plug"
        assert way["location"] == "filesystem-relative:lib"
        assert labels(way)[-1] == "plugins/plug/__init__.py"
        assert way["steps"][0]["origin"]["line"] == line("plugins.filter(keep)")
    assert ask("app", str(space.outputs("app") / "app"))["ways"][0]["kind"] == "file"


@pytest.mark.parametrize("target", ["box", "archive"])
def test_in_a_bundle(target: str, ask: Ask) -> None:
    """What is in a bundle, or an archive of it, is followed to the file or into the program."""
    for path in ("NOTES.md", "app/NOTES.md") if target == "archive" else ("NOTES.md",):
        assert labels(only(ask(target, path)))[-1] == "notes/NOTES.md"
    laid_out = only(ask(target, "share/app/secret.py"))
    assert labels(laid_out)[-2:] == ["lay out app", "app/secret.py"]
    assert laid_out["steps"] == [{"step": 'only(["app.secret"])', "origin": None}]
    assert laid_out["origin"]["line"] == line("app.read_package_root")
    assert laid_out["added"]["line"] == line("box.add_python_resources")
    assert labels(only(ask(target, "beta")))[-2] == "compile alpha"
    assert only(ask(target, "bin/lib/plug/__init__.py"))["name"] == "plug"


@pytest.mark.parametrize("path", ["usr/bin/app", "/usr/bin/app", "usr/lib/app/app"])
def test_the_program_of_a_package(path: str, ask: Ask) -> None:
    """A package's program is found where it is installed, by the link on PATH too."""
    for target in ("deb", "boxed-deb"):
        place = path.replace("lib/app/app", "lib/app/bin/app") if target != "deb" else path
        way = only(ask(target, place))
        assert way["kind"] == "file"
        assert "package app_1-1_amd64.deb" in labels(way)
        assert "embed app" in labels(way)


def test_in_a_package(ask: Ask) -> None:
    """What a package holds is followed to its source, into its program too; what is written for it
    leads to the call."""
    assert labels(only(ask("boxed-deb", "usr/lib/app/NOTES.md")))[-1] == "notes/NOTES.md"
    assert labels(only(ask("boxed-deb", "usr/lib/app/share/app/secret.py")))[-1] == "app/secret.py"
    assert only(ask("deb", "usr/lib/app/lib/plug/__init__.py"))["name"] == "plug"
    assert labels(only(ask("deb", "beta")))[-2] == "compile alpha"
    unit = only(ask("deb", "/usr/lib/systemd/system/appd.service"))
    assert labels(unit)[-1] == "package app_1-1_amd64.deb"
    assert unit["origin"]["line"] == line("deb_package(app, about())")
    assert "usr/bin/app" in ask("deb", "bin/app", found=False)["near"]


@pytest.mark.parametrize(
    ("path", "why", "where"),
    [
        ("app.secret", 'without(["app.secret"])', 'exe.read_package_root(".", ["app"])'),
        ("app/secret.py", 'without(["app.secret"])', 'exe.read_package_root(".", ["app"])'),
        ("plug.unwanted", "the function of filter()", "plugins.filter(keep)"),
        ("alpha.tests", 'without(["alpha.tests"])', '["alpha>=1"]'),
        ("wsgiref.util", "the program's own wsgiref hides that of the standard library", "dist.to"),
    ],
)
def test_left_out(path: str, why: str, where: str, ask: Ask) -> None:
    """What isn't there is told what left it out."""
    reasons = ask("app", path, found=False)["left_out"]
    assert [(each["why"], each["origin"]["line"]) for each in reasons if each["why"] == why] == [
        (why, line(where))
    ]


def test_left_out_by_lists(ask: Ask) -> None:
    """What no list of modules names is told so."""
    reasons = ask("trimmed", "json", found=False)["left_out"]
    assert [each["why"] for each in reasons] == ["filter_resources_from_files(): not in names.txt"]


def test_not_needed(ask: Ask) -> None:
    """A package that is installed, but that nothing in the program asks for, is told so."""
    reasons = ask("app", "unused", found=False)["left_out"]
    assert {each["why"] for each in reasons} == {
        "unused 1.0 is installed, but no requirement of the call needs it"
    }
    lines = [each["origin"]["line"] for each in reasons]
    assert lines == [line('["alpha>=1"]'), line('["other"]')]


def test_near_names(ask: Ask) -> None:
    """A name that nothing has is answered with those that may be meant."""
    assert ask("app", "gama", found=False)["near"] == ["gamma"]
    assert ask("app", "words.txt", found=False)["near"] == ["app/data/words.txt"]
    # The source of an extension module, which would be taken instead.
    assert ask("app", "_json.py", found=False)["near"] == ["_json"]
    assert ask("app", "nothing-like-it", found=False)["near"] == []


def test_built_in(ask: Ask) -> None:
    """A module of the interpreter itself has no file."""
    assert only(ask("app", "sys"))["location"] == "built-in"


def test_for_people(space: Space) -> None:
    """People see the chain, the line of the build file, and the requirements."""
    done = space.oxidize("why", "app", "beta")
    assert done.returncode == 0
    number = line('["alpha>=1"]')
    assert "the module beta is in app, in-memory, of beta 2.0\n" in done.stdout
    assert f"  compile alpha                beta.py  build.star:{number}\n" in done.stdout
    assert (
        f'{number} |     exe.add_python_resources(exe.pip_install(house + ["alpha>=1"])'
        in done.stdout
    )
    assert "added by" not in done.stdout
    assert "\n  by the build file: alpha>=1\n  by alpha 1.5: beta[more]<3\n" in done.stdout


def test_two_calls_for_people(space: Space) -> None:
    """Where a collection is made in one line and added in another, people see both."""
    shown = space.oxidize("why", "app", "plug").stdout
    made, added = line("plugins = exe.read"), line("plugins.filter")
    assert f"{made} |     plugins = exe.read_package_root" in shown
    assert "\nadded by\n" in shown
    assert f"{added} |     exe.add_python_resources(plugins.filter(keep)" in shown


def test_not_built(space: Space) -> None:
    """What has changed since the last build is to be built first; nothing is built by asking."""
    before = FILES["notes/NOTES.md"]
    space.write("notes/NOTES.md", "read that")
    done = space.oxidize("why", "archive", "beta")
    space.write("notes/NOTES.md", before)
    assert done.returncode == 2
    assert "OX0841" in done.stderr
    assert "archive app" in done.stderr
