"""Fetching and reading standalone archives, and linking with what they hold."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from oxidize.actions.registry import KINDS
from oxidize.distributions.decoder import decoder_source
from oxidize.distributions.description import Description
from oxidize.errors import ActionError, BuildFileError, EnvironmentProblem
from oxidize.graph.action import Action, SourceFile, SourceTree
from oxidize.graph.tree import Tree
from oxidize.objects.built_source import fetched_source
from oxidize.objects.standalone_source import Archive as Wanted
from oxidize.objects.standalone_source import import_action
from oxidize.resources.placement import Placement
from tests.actions.compiling import write_description
from tests.distributions.archives import TRIPLE, Archive, described, pack, small
from tests.executor.space import Space
from tests.fetch.server import Answer, serving


def imported(
    space: Space, archive: Archive, *, triple: str = TRIPLE, native: bool = False
) -> tuple[Description, dict[str, list[str]]]:
    """The description of an archive, and the files of its trees. Raises ActionError."""
    action = import_action(
        Wanted("it", archive.sha256, path=str(archive.path)), triple, native=native
    )
    kind = KINDS["standalone-import"]
    outputs = {name: action.output(name) for name in kind.outputs}
    result = space.build(*outputs.values())
    for failure in result.failures:
        raise failure
    trees = {
        name: [e.path for e in Tree.decode(space.bytes(outputs[name], result)).entries]
        for name, form in kind.outputs.items()
        if form == "tree"
    }
    return Description.parse(space.bytes(outputs["distribution"], result).decode()), trees


def refused(space: Space, archive: Archive, **options: Any) -> str:
    with pytest.raises(ActionError) as caught:
        imported(space, archive, **options)
    assert caught.value.diagnostic.code == "OX0521"
    return caught.value.diagnostic.message


def test_another_systems_archive(space: Space, tmp_path: Path) -> None:
    """An archive is read whatever system it is for, also where its description names a libpython
    that isn't there, as those of musl do; tests aren't carried."""
    triple = "aarch64-unknown-linux-musl"
    info = {
        "object_file_format": "elf",
        "core": {"links": [{"name": "m", "system": True}], "static_lib": "install/lib/none.a"},
        "extensions": {
            "zlib": [
                {
                    "links": [{"name": "z", "path_static": "build/lib/libz.a"}],
                    "licenses": ["Zlib"],
                    "license_paths": ["licenses/LICENSE.zlib.txt"],
                }
            ]
        },
    }
    data = described(target_triple=triple, crt_features=["static"], build_info=info)
    files = {"build/lib/libz.a": b"z", "licenses/LICENSE.zlib.txt": b"As is."}
    archive = small(tmp_path / "a.tar.zst", data, **files)
    description, trees = imported(space, archive, triple=triple)
    assert (description.libpython, description.libc) == ("libpython3.13.a", "musl")
    assert description.link_archives == ("libz.a",)
    assert description.builtin == ("zlib",)
    assert trees["stdlib"] == ["os.py"]
    assert trees["link"] == ["libpython3.13.a", "libz.a"]
    assert trees["licenses"] == ["LICENSE.zlib.txt", "python/LICENSE.cpython.txt"]
    assert trees["interpreter"] == []
    assert description.components["zlib"].licence == "Zlib"


def test_shared_libpython(space: Space, tmp_path: Path) -> None:
    """An archive without a static libpython has its shared one carried along."""
    files = {"install/lib/libpython3.13.a": None, "install/lib/libpython3.13.so.1.0": b"so"}
    archive = small(tmp_path / "a.tar.zst", described(), **files)
    description, trees = imported(space, archive)
    assert (description.link_mode, description.libpython) == ("shared", "lib/libpython3.13.so.1.0")
    assert trees["libraries"] == ["lib/libpython3.13.so.1.0"]


BAD: list[tuple[dict[str, Any], dict[str, bytes | None], str]] = [
    ({"version": "9"}, {}, "PYTHON.json is of version '9'"),
    (
        {"target_triple": "aarch64-apple-darwin"},
        {},
        f"is for aarch64-apple-darwin, not for {TRIPLE}",
    ),
    ({"python_version": "3.9.1"}, {}, "it is CPython 3.9.1, outside 3.11 to 3.14"),
    ({"crt_features": []}, {}, "crt_features doesn't tell which glibc it needs"),
    ({"build_options": "debug"}, {}, "it is a debug build"),
    ({"build_options": "freethreaded+pgo"}, {}, "it is a free-threaded build"),
    ({"python_exe": "install/bin/none"}, {}, "python_exe names install/bin/none, which isn't in"),
    (
        {"python_paths": {"stdlib": "install/none", "include": "install/include/python3.13"}},
        {},
        "python_paths.stdlib names install/none, which isn't in the archive",
    ),
    ({"python_bytecode_magic_number": "xyz"}, {}, "isn't hexadecimal digits"),
    ({}, {"install/lib/libpython3.13.a": None}, "there is no libpython in it"),
]


@pytest.mark.parametrize(("members", "files", "message"), BAD)
def test_refused(
    space: Space,
    tmp_path: Path,
    members: dict[str, Any],
    files: dict[str, bytes | None],
    message: str,
) -> None:
    """What can't be embedded is refused, and why."""
    archive = small(tmp_path / "a.tar.zst", described(**members), **files)
    assert message in refused(space, archive)


def test_processor_levels(space: Space, tmp_path: Path) -> None:
    """An archive for newer processors of the same architecture is one for the triple."""
    data = described(target_triple="x86_64_v3-unknown-linux-gnu")
    assert imported(space, small(tmp_path / "a.tar.zst", data))[0].triple == TRIPLE


def test_no_archives(space: Space, tmp_path: Path) -> None:
    """Archives of something else, and what leads out of its folder, are refused."""
    assert "neither python/PYTHON.json nor" in refused(space, pack({"a": b""}, tmp_path / "1"))
    assert "'../a' is no path" in refused(space, pack({"../a": b""}, tmp_path / "2"))
    alone = pack({"python/bin/python3": b""}, tmp_path / "3")
    assert "describes itself where it runs only" in refused(space, alone)


def test_an_interpreter_that_does_not_run(space: Space, tmp_path: Path) -> None:
    """An archive for this machine whose interpreter doesn't run here is refused."""
    archive = small(tmp_path / "a.tar.zst", described())
    with pytest.raises(ActionError) as caught:
        imported(space, archive, native=True)
    assert caught.value.diagnostic.code == "OX0522"


def fetch(url: str, sha256: str, *, offline: bool = False) -> Action:
    where: dict[str, Any] = {"urls": (url,), "path": "", "offline": offline}
    return Action("fetch-archive", "any", {"sha256": sha256}, {}, "fetch", None, where)


def test_where_archives_come_from(
    space: Space, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mirror is asked first, also offline if it is a folder; then the network; and what is in
    the cache is never asked for again."""
    data = b"content" * 1000
    (tmp_path / "tag").mkdir()
    archive = Archive.of(_written(tmp_path / "tag" / "a+b", data))
    with serving(Answer(body=data)) as server:
        url = f"{server.url}/tag/a%2Bb"
        with pytest.raises(EnvironmentProblem) as caught:
            space.build(fetch(url, archive.sha256, offline=True).output("archive"))
        assert caught.value.diagnostic.code == "OX0523"
        monkeypatch.setenv("OXIDIZE_MIRROR", tmp_path.as_uri())
        wanted = fetch(url, archive.sha256, offline=True).output("archive")
        assert space.bytes(wanted, space.build(wanted)) == data
        assert server.requests == []
        monkeypatch.setenv("OXIDIZE_MIRROR", (tmp_path / "none").as_uri())
        other = Space(tmp_path / "other", KINDS)
        wanted = fetch(url, archive.sha256).output("archive")
        assert other.bytes(wanted, other.build(wanted)) == data
        assert len(server.requests) == 1
        assert other.build(fetch("http://gone", archive.sha256).output("archive")).cached == 1


def test_a_source_without_a_network(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    """What can't be fetched is told with what it is for, and with all ways to give it; so is what a
    server refuses."""
    monkeypatch.setenv("SSL_CERT_FILE", "/nothing")
    source = evolve(decoder_source(), sha256="0" * 64)
    wanted = fetched_source(source, offline=False, purpose=", for it", otherwise="name a folder")
    with pytest.raises(EnvironmentProblem) as caught:
        space.build(wanted)
    told = caught.value.diagnostic
    assert told.code == "OX0130"
    assert told.notes[0] == f"it is {source.file}, the source of zstd {source.version}, for it"
    assert told.help is not None
    assert "; or name a folder; or have it at $OXIDIZE_MIRROR/sources/libzstd_1" in told.help
    monkeypatch.delenv("SSL_CERT_FILE")
    with serving(Answer(404)) as server:
        gone = Wanted("a thing", "0" * 64, url=f"{server.url}/tag/a%2Bb")
        with pytest.raises(BuildFileError) as refused:
            space.build(import_action(gone, TRIPLE, native=False).output("distribution"))
    assert refused.value.diagnostic.notes == ("it is a thing, a standalone CPython",)
    help_ = "have it at $OXIDIZE_MIRROR/tag/a%2Bb (OXIDIZE_MIRROR=file:///srv/mirror)"
    assert refused.value.diagnostic.help == help_


def test_a_part_that_is_whole(space: Space) -> None:
    """A download whose process ended just before its last step is taken, also offline."""
    data = b"content"
    sha256 = hashlib.sha256(data).hexdigest()
    parts = space.cache / "tools" / "archives"
    parts.mkdir(parents=True)
    (parts / sha256).write_bytes(data)
    wanted = fetch("https://example.org/t/a", sha256, offline=True).output("archive")
    assert space.bytes(wanted, space.build(wanted)) == data
    assert list(parts.iterdir()) == []


def test_another_file(space: Space, tmp_path: Path) -> None:
    """A file whose sha256 isn't the pinned one is no result."""
    url = _written(tmp_path / "a", b"other").as_uri()
    with pytest.raises(BuildFileError, match="isn't the file that is pinned"):
        space.build(fetch(url, "0" * 64).output("archive"))
    assert not any(path.is_file() for path in (space.cache / "blobs").rglob("*"))


def test_too_new_bitcode(space: Space, tmp_path: Path) -> None:
    """Bitcode of a newer LLVM than zig's is refused before anything is linked, with what to do."""
    path = write_description(tmp_path / "description.json")
    path.write_text(evolve(Description.load(path), bitcode="999.1").dump())
    empty = (SourceTree(str(_folder(tmp_path / "empty"))),)
    action = Action(
        "link-runtime",
        TRIPLE,
        {"release": False},
        {
            "distribution": (SourceFile(str(path)),),
            **dict.fromkeys(("headers", "link", "runtime"), empty),
        },
    )
    (failure,) = space.build(action.output("runtime")).failures
    assert failure.diagnostic.code == "OX0525"
    assert "bitcode of LLVM 999.1, and zig" in failure.diagnostic.message


def test_a_tools_folder_is_made_again(space: Space, tmp_path: Path, full_archive: Archive) -> None:
    """The interpreter of an archive compiles, also after somebody removed its folder."""
    source = tmp_path / "package"
    source.mkdir()
    archive = import_action(
        Wanted("it", full_archive.sha256, path=str(full_archive.path)), TRIPLE, native=True
    )
    for number in range(2):
        (source / "a.py").write_text(f"x = {number}\n")
        os.utime(source / "a.py", (number, number))
        action = Action(
            "compile",
            TRIPLE,
            {"group": "first-party", "select": (), "placement": _usual(), "memory": True},
            {
                "python": (archive.output("python"),),
                "interpreter": (archive.output("interpreter"),),
                "sources": (SourceTree(str(source)),),
            },
        )
        result = space.build(action.output("container"))
        assert not result.failures
        (folder,) = (space.cache / "tools" / "python").iterdir()
        assert (folder / "bin" / "python3.13").is_file()
        folder.rename(tmp_path / f"gone-{number}")


def _usual() -> Any:
    return Placement().as_value()


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def _folder(path: Path) -> Path:
    path.mkdir()
    return path
