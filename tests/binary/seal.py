"""An independent look at the seals of bundles: whether all is as it was signed."""

from __future__ import annotations

import hashlib
import plistlib
from collections.abc import Iterator
from pathlib import Path

from oxidize.binary.universal import is_universal, slices
from tests.binary.macho import code_directory, wrong_pages

_INFO, _RESOURCES = 1, 3
# What nobody seals: the program has seals of its own, and the list can't list itself.
_UNSEALED = ("Info.plist", "PkgInfo", "_CodeSignature/CodeResources")


def broken(app: Path) -> set[str]:
    """The files of an application that aren't as they were signed, by paths in `Contents`."""
    contents = app / "Contents"
    (program,) = (f"MacOS/{each.name}" for each in (contents / "MacOS").iterdir())
    return {*_broken_program(contents, program), *_broken_files(contents, program)}


def _broken_program(contents: Path, program: str) -> Iterator[str]:
    data = (contents / program).read_bytes()
    for part in [bytes(each.data) for each in slices(data)] if is_universal(data) else [data]:
        if wrong_pages(part):
            yield program
        special = code_directory(part)["special"]
        for slot, path in ((_INFO, "Info.plist"), (_RESOURCES, "_CodeSignature/CodeResources")):
            if hashlib.sha256((contents / path).read_bytes()).digest() != special[slot]:
                yield path


def _broken_files(contents: Path, program: str) -> Iterator[str]:
    listed = plistlib.loads((contents / "_CodeSignature/CodeResources").read_bytes())["files2"]
    files = {str(p.relative_to(contents)) for p in contents.rglob("*") if p.is_file()}
    yield from files ^ {*listed, *_UNSEALED, program}
    for path, sealed in listed.items():
        data = (contents / path).read_bytes() if (contents / path).is_file() else b""
        if hashlib.sha256(data).digest() != sealed["hash2"]:
            yield path
