"""The selection: which modules and files of a scan go into a program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import evolve

from oxidize.graph.action import Value
from oxidize.resources.scanner import Scan

_TEST_PARTS = ("test", "tests")


def _is_test(name: str) -> bool:
    """Whether a module or folder path lies in a package of tests; parts split by dots."""
    return any(part in _TEST_PARTS for part in name.split(".")[1:])


def _named(name: str, wanted: Sequence[str]) -> bool:
    """Whether `name` is one of `wanted` or lies below one."""
    return any(name == w or name.startswith(w + ".") for w in wanted)


def _folder(path: str) -> str:
    return path.rpartition("/")[0].replace("/", ".")


def _names(operation: Mapping[str, Value]) -> list[str]:
    names = operation["names"]
    assert isinstance(names, Sequence)
    return [str(name) for name in names]


def select(found: Scan, operations: Value, *, include_test: bool) -> Scan:
    """Applies `only` and `without`, in order, and drops packages of tests unless wanted.

    A data file belongs to the package whose folder it lies in.
    """
    if not include_test:
        found = evolve(
            found,
            modules=tuple(m for m in found.modules if not _is_test(m.name)),
            files=tuple(f for f in found.files if not _is_test(_folder(f))),
        )
    assert isinstance(operations, Sequence) and not isinstance(operations, str)
    for operation in operations:
        assert isinstance(operation, Mapping)
        names, keep = _names(operation), operation["op"] == "only"
        found = evolve(
            found,
            modules=tuple(m for m in found.modules if _named(m.name, names) is keep),
            files=tuple(f for f in found.files if _named(_folder(f), names) is keep),
        )
    return found
