"""Merging containers: what shadows, what is shared, and whose fault a collision is."""

from __future__ import annotations

import pytest

from oxidize.resources.layout import ModuleFlag
from oxidize.resources.merge import Collision, merge
from oxidize.resources.model import Blob, File, Module, Resources
from oxidize.resources.ownership import Ownership

SPACE = ModuleFlag.PACKAGE | ModuleFlag.NAMESPACE


def part(*rows: Module | File) -> Resources:
    modules = {row.name: row for row in rows if isinstance(row, Module)}
    return Resources(modules, {row.path: row for row in rows if isinstance(row, File)})


def module(name: str, source: str | None = "", code: str = "", flags: int = 0) -> Module:
    text = None if source is None else Blob(source.encode())
    path = name.replace(".", "/") + ".py"
    return Module(name, path, ModuleFlag(flags), text, {0: Blob(code.encode())})


def distribution(name: str, *rows: Module | File, hash: str = "sha256=AA") -> Resources:
    """A distribution's container, with RECORD and METADATA."""
    info = f"{name}-1.dist-info"
    lines = [f"{row.path},{hash},1" for row in rows] + [f"{info}/RECORD,,", f"{info}/METADATA,,"]
    return part(
        *rows,
        File(f"{info}/RECORD", Blob("\n".join(lines).encode())),
        File(f"{info}/METADATA", Blob(f"Name: {name.upper()}\nVersion: 1\n\nName: no\n".encode())),
    )


def collision(*parts: Resources) -> Collision:
    with pytest.raises(Collision) as caught:
        merge(parts)
    return caught.value


def test_standard_library_gives_way() -> None:
    """A module of the application shadows one of the standard library."""
    ours = module("json", "ours")
    merged = merge([part(module("json", "theirs", flags=ModuleFlag.STANDARD_LIBRARY)), part(ours)])
    assert merged.modules["json"] == ours


def test_namespaces_are_shared() -> None:
    """Namespace packages of several containers are one; a real package takes their place."""
    space = Module("a", "a", SPACE)
    real = module("a", flags=ModuleFlag.PACKAGE)
    merged = merge([part(space, module("a.b")), part(space, module("a.c"))])
    assert set(merged.modules) == {"a", "a.b", "a.c"}
    assert merge([part(space), part(real)]).modules["a"] == real
    assert merge([part(real), part(space)]).modules["a"] == real


def test_collision_names_both_distributions() -> None:
    """Two distributions that give one module or file are named as their metadata names them."""
    error = collision(
        distribution("one", module("a", "1")), distribution("two", module("a", "2"), hash="")
    )
    assert (error.what, error.name, error.owners) == ("module", "a", ("ONE 1", "TWO 1"))
    data = [File("a/x.txt", Blob(text)) for text in (b"1", b"2")]
    error = collision(distribution("one", data[0]), part(data[1]))
    assert error.owners == ("ONE 1", "the program's own resources")
    assert (error.what, error.name) == ("file", "a/x.txt")


def test_one_distribution_twice() -> None:
    """A distribution that comes with two collections is there once, however marshal wrote it."""
    for source in ("x = 1", None):
        first = distribution("one", module("a", source, "code"))
        second = distribution("one", module("a", source, "same code, other bytes"))
        assert merge([first, second]) == first


def test_same_name_other_source() -> None:
    """Modules without sources and owners must be the same to the byte."""
    error = collision(part(module("a", None, "1")), part(module("a", None, "2")))
    assert error.owners == ("the program's own resources",) * 2


def test_ownership() -> None:
    """Owners are told by RECORDs; a damaged one tells nothing, and nothing breaks."""
    found = Ownership.of(distribution("one", module("a")))
    assert str(found.owners["a.py"]) == "ONE 1"
    assert str(found.owners["one-1.dist-info/RECORD"]) == "ONE 1"
    damaged = part(File("x-1.dist-info/RECORD", Blob(b"a.py,b\n")))
    assert not Ownership.of(damaged).owners
    bare = part(File("x_y-1.dist-info/RECORD", Blob(b"a.py,,\n")))
    assert str(Ownership.of(bare).owners["a.py"]) == "x_y 1"
