"""`oxidize graph`: what it shows, in each form."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from oxidize.cli.main import main
from oxidize.paths import runtime_folder
from oxidize.triples import host_triple
from tests.cli.graph.conftest import Show
from tests.starlark.project import TRIPLE, Project

GOLDEN = Path(__file__).parent / "golden"
_SVG = "{http://www.w3.org/2000/svg}"


def plain(text: str, folder: Path) -> str:
    """The same on every machine."""
    for place, name in ((folder, "PROJECT"), (runtime_folder(), "RUNTIME")):
        text = text.replace(str(place), name)
    return text.replace(host_triple(), TRIPLE)


def without_params(text: str) -> str:
    """A document without what the kinds of actions alone decide."""
    document = json.loads(text)
    for node in document["nodes"]:
        node["details"].pop("params", None)
    return json.dumps(document, indent=1) + "\n"


@pytest.mark.parametrize("form", ["text", "dot", "json"])
def test_golden(form: str, hello: Project, show: Show) -> None:
    """Each form is as it was; OXIDIZE_REGENERATE=1 writes it anew."""
    shown = plain(show("--format", form), hello.folder)
    shown = without_params(shown) if form == "json" else shown
    expected = GOLDEN / f"hello.{form}"
    if os.environ.get("OXIDIZE_REGENERATE"):
        expected.write_text(shown, encoding="utf-8")
    assert shown == expected.read_text(encoding="utf-8")


def test_nothing_happens(
    hello: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is built, fetched, locked or asked, also where a target wants packages."""
    cache = hello.folder.parent / "cache"
    monkeypatch.setenv("OXIDIZE_CACHE_DIR", str(cache))
    monkeypatch.setattr(socket, "socket", None)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    hello.write(
        "build.star",
        """
        def make():
            exe = default_python_distribution().to_python_executable("app")
            wanted = prompt_input("which?", default = "rich")
            exe.add_python_resources(exe.pip_install([wanted]))
            return exe

        register_target("app", make)
        """,
    )
    before = sorted(hello.folder.rglob("*"))
    assert main(["graph", "--path", str(hello.folder)]) == 0
    assert "install the packages of app" in capsys.readouterr().out
    assert sorted(hello.folder.rglob("*")) == before
    # Commands that load a build file lock the cache against its upkeep.
    assert [path.name for path in cache.rglob("*") if path.is_file()] == ["in-use"]


def test_state(
    hello: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """--state marks the actions that a build would take from the cache, in all forms."""
    monkeypatch.setenv("OXIDIZE_CACHE_DIR", str(hello.folder / "cache"))
    hello.write(
        "build.star",
        """
        def make(name):
            files = FileManifest()
            files.add_file(FileContent(filename = name, content = name))
            return files

        register_target("first", lambda: make("one"))
        register_target("second", lambda: make("two"))
        """,
    )
    assert main(["build", "-q", "--path", str(hello.folder), "first"]) == 0

    def shown(form: str, *arguments: str) -> str:
        capsys.readouterr()
        assert main(["graph", "--path", str(hello.folder), "--format", form, *arguments]) == 0
        return capsys.readouterr().out

    (one, two) = (line for line in shown("text", "--state").splitlines() if "[make-file]" in line)
    assert one.endswith("  cached")
    assert two.endswith("  not cached")
    nodes = json.loads(shown("json", "--state"))["nodes"]
    found = {node["label"]: node["cached"] for node in nodes}
    assert found == {"write one": True, "write two": False, "first": None, "second": None}
    assert shown("dot", "--state").count("not cached") == 1
    for form in ("svg", "html"):
        assert shown(form, "--state").count('class="node action cached"') == 1
    assert "cached" not in shown("text") + shown("dot")
    assert {node["cached"] for node in json.loads(shown("json"))["nodes"]} == {None}


def test_targets_only(show: Show) -> None:
    """--targets-only leaves out how targets are made."""
    lines = show("--targets-only").splitlines()
    assert [line.split("  ")[0] for line in lines] == ["archive", "└── depends: hello"]


def test_what_another_target_uses(hello: Project, show: Show) -> None:
    """Of a target that isn't asked for itself, only what others use of it is shown."""
    hello.write(
        "build.star",
        """
        def make_files():
            files = FileManifest()
            files.add_file(FileContent(content = "1", filename = "one"))
            files.add_file(FileContent(content = "2", filename = "two"))
            return files

        def make_one(files):
            only = FileManifest()
            only.add_file(files.get_file("one"))
            return only

        register_target("files", make_files)
        register_target("one", make_one, depends = ["files"])
        """,
    )
    assert "write two" in show("files")
    assert "write one" in show("one")
    assert "write two" not in show("one")


def test_depth(show: Show) -> None:
    """--depth says how far to go, and what has more to it is marked."""
    document = json.loads(show("hello", "--format", "json", "--depth", "2"))
    found = {node["label"]: node["cut"] for node in document["nodes"]}
    assert found == {
        "link the runtime": True,
        "pack hello": True,
        "embed hello": False,
        "hello": False,
    }


def test_one_node_for_what_is_the_same(hello: Project, show: Show) -> None:
    """What two targets declare in the same way is one action, with both places."""
    text = (hello.folder / "build.star").read_text()
    hello.write("build.star", text + '\nregister_target("again", make_hello)\n')
    document = json.loads(show("hello", "again", "--message-format", "json"))
    labels = [node["label"] for node in document["nodes"] if node["kind"] == "action"]
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize(
    ("name", "start"), [("g.dot", "digraph"), ("g.svg", "<?xml"), ("g.HTML", "<!DOCTYPE")]
)
def test_form_by_name(name: str, start: str, hello: Project, show: Show) -> None:
    """The name of the file says in which form to write it."""
    path = hello.folder / "out" / name
    assert show("-o", str(path)) == ""
    assert path.read_text(encoding="utf-8").startswith(start)


def test_hostile_names(hello: Project, show: Show) -> None:
    """No name of a file breaks a form."""
    name = 'a "b" <c>&\\n-->\u202e<script>.txt'
    hello.write(name)
    hello.write(
        "build.star",
        """register_target("files", lambda: glob(["a*"]))""",
    )
    assert "\u202e" not in show()
    nodes: list[dict[str, Any]] = json.loads(show("--format", "json"))["nodes"]
    assert nodes[0]["details"]["path"] == name
    svg = ElementTree.fromstring(show("--format", "svg"))
    assert next(svg.iter(f"{_SVG}text")).text == name.replace("\u202e", "\ufffd")
    assert 'label="a \\"b\\" <c>&\\\\n-->' in show("--format", "dot")
    page = show("--format", "html")
    assert page.count("</script>") == page.count("<script")


def test_no_credentials(hello: Project, show: Show) -> None:
    """Passwords in URLs are shown in no form."""
    hello.write(
        "build.star",
        """
        def make():
            exe = default_python_distribution().to_python_executable("app")
            exe.add_python_resources(exe.make_python_module_source(
                "m", "URL = 'https://user:hunter2@example.com/'"))
            return exe

        register_target("app", make)
        """,
    )
    for form in ("text", "dot", "json", "svg", "html"):
        assert "hunter2" not in show("--format", form)
    assert "example.com" in show("--format", "json")
