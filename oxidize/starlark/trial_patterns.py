"""Patterns of tests: which files and functions `oxidize test` is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from attrs import field, frozen

from oxidize.errors import Diagnostic, UsageError
from oxidize.starlark.trial_files import SUFFIX, StarlarkTestFile, find_test_files
from oxidize.suggest import did_you_mean

_FORMS = "//..., //folder/..., //folder:file_test.star, :test_name, or a path"


@frozen
class Selection:
    """The files, and the names of tests in them; no names stand for all."""

    files: tuple[StarlarkTestFile, ...]
    names: frozenset[str] = field(default=frozenset())


def select_tests(patterns: Sequence[str], root: Path, here: Path) -> Selection:
    """Finds what is asked for; nothing stands for all files. Raises UsageError.

    Paths start at `here`, labels at `root`.
    """
    names = {each[1:] for each in patterns if _is_name(each)}
    places = [each for each in patterns if not _is_name(each)] or ["//..."]
    found = {file.path: file for each in places for file in _files(each, root, here)}
    return Selection(tuple(found[path] for path in sorted(found)), frozenset(names))


def _is_name(pattern: str) -> bool:
    return pattern.startswith(":") and not pattern.endswith(".star")


def _files(pattern: str, root: Path, here: Path) -> list[StarlarkTestFile]:
    if not pattern.startswith("//"):
        return _at(pattern, (here / pattern.removeprefix(":")).resolve(), root)
    folder, colon, file = pattern[2:].partition(":")
    if colon:
        return _at(pattern, root / folder / file, root)
    if folder == "..." or folder.endswith("/..."):
        return _at(pattern, root / folder.removesuffix("...").rstrip("/"), root)
    beside = _at(pattern, root / folder, root)
    return [each for each in beside if each.path.parent == root / folder]


def _at(pattern: str, path: Path, root: Path) -> list[StarlarkTestFile]:
    if not path.is_relative_to(root):
        message = f"{pattern} lies outside of the project in {root}"
        raise UsageError(Diagnostic("OX0834", message, help="name that project with --path"))
    if path.is_dir():
        return list(find_test_files(path, root))
    if path.is_file() and path.name.endswith(SUFFIX):
        return [StarlarkTestFile(path, root)]
    known = [each.name for each in path.parent.glob(f"*{SUFFIX}")]
    raise UsageError(
        Diagnostic(
            "OX0834",
            f"{pattern} is no file of tests and no folder",
            notes=(f"tests are in files named *{SUFFIX}", f"what can be asked for: {_FORMS}"),
            help=did_you_mean(path.name, known, "{}"),
        )
    )
