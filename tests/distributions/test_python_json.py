"""PYTHON.json: what of it is read, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from oxidize.distributions.python_json import BadArchiveContent, Link, PythonJson, read_python_json
from tests.distributions.archives import described


def read(folder: Path, data: object) -> PythonJson:
    path = folder / "PYTHON.json"
    path.write_text(json.dumps(data))
    return read_python_json(path)


def test_version_8(tmp_path: Path) -> None:
    """Links, variants, features and formats arrive as what they mean."""
    links = [
        {"name": "ssl", "path_static": "build/lib/libssl.a"},
        {"name": "tcl", "path_dynamic": "install/lib/libtcl.so"},
        {"name": "Security", "framework": True},
        {"name": "m", "system": True},
    ]
    shared = {"in_core": False, "links": [], "shared_lib": "install/x.so", "variant": "other"}
    info = {
        "object_file_format": "llvm-bitcode:%22.1.3",
        "core": {"links": links},
        "extensions": {"_ssl": [{"links": links[:1]}, shared], "x": [shared]},
    }
    said = read(tmp_path, described(build_info=info))
    assert said.builtin() == ("_ssl",)
    assert (said.bitcode, said.glibc, said.options) == ("22.1.3", "2.17", "pgo+lto")
    kinds = [(link.name, link.kind) for link in said.links]
    assert kinds == [
        ("ssl", "static"),
        ("tcl", "dynamic"),
        ("Security", "framework"),
        ("m", "system"),
    ]
    assert said.extensions["_ssl"][0].links == (Link("ssl", "static", "build/lib/libssl.a"),)


def test_version_7(tmp_path: Path) -> None:
    """Version 7, which names what it was built with otherwise, is read too."""
    data = described(version="7", optimizations="noopt")
    del data["build_options"]
    assert read(tmp_path, data).options == "noopt"


BAD: list[tuple[dict[str, Any], str]] = [
    ({"version": "9"}, "is of version '9', and 7 and 8 are known"),
    ({"version": None}, "is of version None"),
    ({"python_version": None}, "python_version is missing"),
    ({"crt_features": "glibc"}, "crt_features isn't a list"),
    ({"crt_features": [1]}, "crt_features isn't a list of strings"),
    ({"python_exe": "../bin/sh"}, "python_exe leads out of the archive: ../bin/sh"),
    ({"python_exe": "/bin/sh"}, "python_exe leads out of the archive"),
    ({"python_paths": {"stdlib": "x"}}, "python_paths.include is missing"),
    ({"build_info": {"object_file_format": "elf"}}, "build_info.core is missing"),
]


@pytest.mark.parametrize(("members", "message"), BAD)
def test_refused(tmp_path: Path, members: dict[str, Any], message: str) -> None:
    """What isn't as it should be is refused, and the member named."""
    with pytest.raises(BadArchiveContent) as caught:
        read(tmp_path, described(**members))
    assert message in str(caught.value)


def test_refused_deeper(tmp_path: Path) -> None:
    """Members of lists are named by their place; an extension module without variants is none."""
    core: dict[str, Any] = {"links": [{"name": "z", "path_static": "../../libz.a"}]}
    info: dict[str, Any] = {"object_file_format": "elf", "core": core, "extensions": {}}
    with pytest.raises(BadArchiveContent, match=r"build_info.core.links\[0\].path_static leads"):
        read(tmp_path, described(build_info=info))
    info |= {"core": {}, "extensions": {"x": []}}
    with pytest.raises(BadArchiveContent, match=r"build_info\.extensions\.x is empty"):
        read(tmp_path, described(build_info=info))


def test_no_json(tmp_path: Path) -> None:
    """A file that isn't JSON, or no object, is refused."""
    with pytest.raises(BadArchiveContent, match="isn't an object"):
        read(tmp_path, [])
    (tmp_path / "PYTHON.json").write_text("{")
    with pytest.raises(BadArchiveContent, match="isn't JSON"):
        read_python_json(tmp_path / "PYTHON.json")
