"""The selection: which modules and files of a scan go into a program."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import evolve, frozen

from oxidize.graph.action import Value
from oxidize.resources.scanner import Scan

_TEST_PARTS = ("test", "tests")


def _is_test(name: str) -> bool:
    """Whether a module or folder path lies in a package of tests; parts split by dots."""
    return any(part in _TEST_PARTS for part in name.split(".")[1:])


def _named(name: str, wanted: Sequence[str]) -> bool:
    """Whether `name` is one of `wanted` or lies below one."""
    return any(name == w or name.startswith(w + ".") for w in wanted)


def _below(path: str, wanted: Sequence[str]) -> bool:
    """Whether a path is one of `wanted` or lies below one, these being paths."""
    return any(path == w or path.startswith(w + "/") for w in wanted)


def _folder(path: str) -> str:
    return path.rpartition("/")[0].replace("/", ".")


def _names(operation: Mapping[str, Value]) -> list[str]:
    names = operation["names"]
    assert isinstance(names, Sequence)
    return [str(name) for name in names]


@frozen
class Stage:
    """What is left of a scan; `by` is what left out the rest, "" if nothing has yet."""

    by: str
    found: Scan


def last(found: Iterable[Stage]) -> Scan:
    """What is left in the end."""
    *_, stage = found
    return stage.found


def stages(
    found: Scan,
    operations: Value,
    *,
    include_test: bool,
    owners: Mapping[str, str] | None = None,
) -> Iterator[Stage]:
    """Applies `only` and `without`, in order, and drops packages of tests unless wanted.

    A data file belongs to the package whose folder it lies in. One that lies in no package, as
    metadata and libraries do, follows the modules of its owner; `owners` has those of all paths.
    """
    yield Stage("", found)
    if not include_test:
        found = evolve(
            found,
            modules=tuple(m for m in found.modules if not _is_test(m.name)),
            files=tuple(f for f in found.files if not _is_test(_folder(f))),
        )
        yield Stage("include_test = False", found)
    assert isinstance(operations, Sequence) and not isinstance(operations, str)
    for operation in operations:
        assert isinstance(operation, Mapping)
        found = _apply(found, _names(operation), owners or {}, keep=operation["op"] == "only")
        yield Stage(spelled(operation), found)


def spelled(operation: Mapping[str, Value]) -> str:
    """An operation as a build file has it."""
    return f"{operation['op']}({json.dumps(_names(operation), ensure_ascii=False)})"


def _apply(found: Scan, names: Sequence[str], owners: Mapping[str, str], *, keep: bool) -> Scan:
    modules = tuple(m for m in found.modules if _named(m.name, names) is keep)
    tops = {m.name.partition(".")[0] for m in found.modules}
    before = {owners[m.path] for m in found.modules if m.path in owners}
    after = {owners[m.path] for m in modules if m.path in owners}

    def stays(path: str) -> bool:
        if _named(_folder(path), names) or _below(path, names):
            return keep
        owner = owners.get(path)
        if owner in before and path.partition("/")[0] not in tops:
            return owner in after
        return not keep

    return evolve(found, modules=modules, files=tuple(f for f in found.files if stays(f)))
