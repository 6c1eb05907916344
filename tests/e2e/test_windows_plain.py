"""Installers for Windows of plain files, without a program, that are made and not installed."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests import pythons
from tests.distributions.windows import TRIPLE
from tests.e2e.space import Space
from tests.e2e.test_windows_installers import APP

PLAIN = """
load("@oxidize//installers.star", "menu_entry", "msi_installer", "msix_package", "nsis_installer")
load("@oxidize//installers.star", "product")

def packed(function):
    files = FileManifest()
    files.add_path("tool.exe", strip_prefix = "")
    files.add_file(FileContent(filename = "größer.txt", content = ""), directory = "a/b")
    files.remove("a/b/größer.txt" if function == msix_package else "none")
    about = product("Tool", "1.0", "Example", "Text", icon = "icon.svg", menu = menu_entry())
    return function(files, about, program = "tool.exe")

register_target("msi", lambda: packed(msi_installer))
register_target("nsis", lambda: packed(nsis_installer))
register_target("msix", lambda: packed(msix_package))
"""


def test_the_same_bytes(space: Space) -> None:
    """Installers of plain files that are made again, under other conditions, have the same
    bytes."""
    for tool in ("wixl", "msibuild", "makensis"):
        pythons.need_tool(tool)
    space.copy(APP)
    space.write("build.star", PLAIN)
    (space.root / "tool.exe").write_bytes(b"MZ")
    done = space.oxidize("verify", "msi", "nsis", "msix", "--release", "--target-triple", TRIPLE)
    assert done.returncode == 0, done.stderr
    assert "3 files, the same in both builds" in done.stdout + done.stderr


ODD = """
def make():
    files = FileManifest()
    files.add_path("notes.exe", strip_prefix = "")
    about = make_product(
        "$HOME",
        "1.0",
        publisher = "A$AP ${HOME}",
        summary = "Costs $5 of $PATH",
        icon = FileContent(path = "icon.svg"),
    )
    return files.to_installer("msix", product = about, settings = {"program": "notes.exe"})

register_target("msix", make)
"""


def test_msix_odd_texts(tmp_path: Path, shared_cache: Path) -> None:
    """Texts mean themselves in msix packages, and so does a project's folder of an odd name."""
    odd = Space(tmp_path / "dol$x[1]", shared_cache)
    odd.copy(APP)
    odd.write("build.star", ODD)
    odd.write("notes.exe", "a text of this package's own")
    odd.build("msix", "--target-triple", TRIPLE)
    (made,) = odd.outputs("msix").iterdir()
    with zipfile.ZipFile(made) as package:
        manifest = package.read("AppxManifest.xml").decode()
    assert 'Publisher="CN=A$AP ${HOME}"' in manifest
    for text in ("DisplayName>$HOME", "PublisherDisplayName>A$AP ${HOME}"):
        assert f"<{text}</" in manifest
    assert "<Description>Costs $5 of $PATH</Description>" in manifest
    assert 'Description="Costs $5 of $PATH"' in manifest


LARGE = """
def make(format):
    files = FileManifest()
    for name in ["a.bin", "b.bin"]:
        files.add_path(name, strip_prefix = "")
    about = make_product("Large", "1.0", publisher = "Example", summary = "Large")
    return files.to_installer(format, product = about)

register_target("msi", lambda: make("msi"))
register_target("nsis", lambda: make("nsis"))
"""


@pytest.mark.parametrize("target", ["msi", "nsis"])
def test_too_large(space: Space, target: str) -> None:
    """More files than an installer can hold are refused before anything is read, where the message
    says how much there is room for."""
    for tool in ("wixl", "msibuild", "makensis"):
        pythons.need_tool(tool)
    space.write("build.star", LARGE)
    for name, size in (("a.bin", 1_000_000_000), ("b.bin", 1_000_000_001)):
        with (space.root / name).open("wb") as file:
            file.truncate(size)
    done = space.oxidize("build", target, "--target-triple", TRIPLE)
    assert done.returncode != 0
    assert "error[OX1131]: all files have 2000000001 bytes together" in done.stderr
    assert 'holds up to 2000000000: the largest is "b.bin", with 1000000001' in done.stderr
    assert "--> build.star:" in done.stderr
