"""Differences of two files: which parts of containers and archives differ, however deep."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Mapping

from oxidize.resources.differences import AROUND, differences
from oxidize.resources.model import Blob, File, Module, Resources
from oxidize.resources.writer import write_container


def container(**sources: str) -> bytes:
    modules = {
        name: Module(name, f"{name}.py", source=Blob(text.encode()))
        for name, text in sources.items()
    }
    files = {"data": File("data", Blob(b"data"))}
    out = io.BytesIO()
    write_container(Resources(modules, files, {"run_module": "a"}), out)
    return out.getvalue()


def zipped(parts: Mapping[str, bytes], day: int = 1) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, day, 0, 0, 0)), data)
    return out.getvalue()


def tarred(parts: Mapping[str, bytes], mtime: int = 0) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, data in parts.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(data), mtime
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def test_containers() -> None:
    """Of containers, the modules that changed, came or went are told."""
    one, two = container(a="1", b="2", c="3"), container(a="1", b="other", d="4")
    assert differences(one, two) == [
        "module b, source",
        "module c, attributes (in one of them only)",
        "module c, source (in one of them only)",
        "module d, attributes (in one of them only)",
        "module d, source (in one of them only)",
    ]


def test_nested() -> None:
    """A container in a zip in a tar is looked into."""
    one, two = (
        tarred({"x/y.zip": zipped({"app": container(a=text), "same": b""})}) for text in "12"
    )
    assert differences(one, two) == ["x/y.zip: app: module a, source"]


def test_attributes() -> None:
    """Stamps of members count; so does their order, which no member shows."""
    parts = {"a": b"1", "b": b"2"}
    assert differences(zipped(parts), zipped(parts, day=2)) == ["a, attributes", "b, attributes"]
    assert differences(zipped(parts), zipped(dict(reversed(parts.items())))) == [AROUND]
    assert differences(tarred({"a": b"1"}), tarred({"a": b"1"}, mtime=9))[0] == "a, attributes"


def test_unknown_forms() -> None:
    """Other files, damaged ones, and two of unlike forms have no parts."""
    good = container(a="1")
    assert differences(b"one", b"two") == []
    assert differences(good, good[:-1]) == []
    assert differences(zipped({"a": b""})[:-9], zipped({})) == []
