"""The page of `oxidize graph --format html`, in a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from oxidize.cli.main import main
from tests.cli.graph.browser import Browser, browser
from tests.starlark.project import HELLO, Project

_ENTER, _ESCAPE = "\ue007", "\ue00c"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A project's folder, with the page and the document of its graph; nothing is cached."""
    project = Project(tmp_path_factory.mktemp("project"))
    project.write("hello/__init__.py")
    project.write("build.star", HELLO)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OXIDIZE_CACHE_DIR", str(project.folder / "cache"))
        for name in ("graph.html", "graph.json"):
            path = project.folder / name
            assert main(["graph", "--path", str(project.folder), "-o", str(path), "--state"]) == 0
        yield project.folder


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as running:
        yield running


@pytest.fixture
def page(chromium: Browser, folder: Path) -> Browser:
    """The page, just opened."""
    chromium.complaints()
    chromium.open((folder / "graph.html").as_uri())
    return chromium


@pytest.fixture
def document(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "graph.json").read_text())
    return found


def marked(page: Browser, name: str) -> set[str]:
    """The nodes that are shown in a certain way."""
    script = f"[...document.querySelectorAll('.node.{name}')].map(each => each.dataset.id)"
    return set(page.ask(script))


def reached(document: dict[str, Any], start: str, near: str, far: str) -> set[str]:
    """The nodes that edges lead to from one, in one direction."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        id = waiting.pop()
        more = {edge[far] for edge in document["edges"] if edge[near] == id} - found
        found |= more
        waiting += more
    return found


def labelled(document: dict[str, Any], label: str) -> str:
    (id,) = (node["id"] for node in document["nodes"] if node["label"] == label)
    return str(id)


def test_clicking_a_node(page: Browser, document: dict[str, Any]) -> None:
    """A click shows what a node needs and what needs it, directly or not; Escape ends that."""
    id = labelled(document, "pack hello")
    page.click(f'[data-id="{id}"]')
    assert marked(page, "picked") == {id}
    assert marked(page, "needed") == reached(document, id, "to", "from")
    assert marked(page, "user") == reached(document, id, "from", "to")
    assert "target:archive" in marked(page, "user")
    assert page.ask("document.querySelector('#panel h2').textContent") == "pack hello"
    panel = page.ask("document.getElementById('panel').textContent")
    assert "build.star:4" in panel
    assert "not cached" in panel
    page.type("body", _ESCAPE)
    assert marked(page, "picked") == set()
    assert page.ask("document.getElementById('panel').hidden")
    assert page.complaints() == []


def test_without_a_mouse(page: Browser, document: dict[str, Any]) -> None:
    """Each node can have the focus, Enter chooses it, and the panel leads on."""
    assert page.ask("[...document.querySelectorAll('.node')].every(each => each.tabIndex === 0)")
    page.ask("document.querySelector('[data-id=\"target:hello\"]').focus()")
    page.type('[data-id="target:hello"]', _ENTER)
    assert marked(page, "picked") == {"target:hello"}
    page.type("#panel li button", _ENTER)
    assert marked(page, "picked") == {labelled(document, "embed hello")}
    assert page.complaints() == []


def test_searching(page: Browser, document: dict[str, Any]) -> None:
    """A search marks all hits, and Enter takes one after the other."""
    page.type("body", "/")
    page.type("#search", "compile hello")
    assert marked(page, "found") == {labelled(document, "compile hello")}
    assert page.ask("document.getElementById('hits').textContent") == "1 found"
    page.type("#search", _ENTER)
    assert marked(page, "picked") == {labelled(document, "compile hello")}
    assert page.complaints() == []


def test_zooming(page: Browser) -> None:
    """Zooming changes what is seen, and `all` brings everything back."""
    page.click("#all")
    size = "document.querySelector('#picture > svg').viewBox.baseVal.width"
    everything = page.ask(size)
    page.click("#in")
    assert page.ask(size) < everything
    page.type("body", "0")
    assert page.ask(size) == everything


def test_nothing_from_elsewhere(page: Browser) -> None:
    """The page loads nothing besides itself."""
    assert page.ask("performance.getEntriesByType('resource').length") == 0
