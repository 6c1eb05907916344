"""archive: files and trees under names, as a tar.gz, tar.zst or zip."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.graph.places import check_places
from oxidize.installers.archive import WRITERS, Member


class Archive(Kind):
    """files, with their names and executable bits; folder/N: trees, with the folders that they go
    to -> `archive`."""

    mnemonic: ClassVar[str] = "archive"
    version: ClassVar[int] = 3
    outputs: ClassVar[Mapping[str, OutputForm]] = {"archive": "file"}

    def tools(self) -> Mapping[str, str]:
        """What compresses: other versions give other bytes."""
        import zstandard

        return {"zlib": zlib.ZLIB_RUNTIME_VERSION, "zstd": _version(zstandard.ZSTD_VERSION)}

    def run(self, context: ActionContext) -> None:
        """Writes the archive."""
        with context.output("archive").open("wb") as out:
            WRITERS[str(context.params["format"])](members(context), out)


def _version(numbers: tuple[int, int, int]) -> str:
    return ".".join(map(str, numbers))


def members(context: ActionContext) -> list[Member]:
    """The files, and those of the folders; of a path in several, the last one's file."""
    found = {member.path: member for member in (*_of_folders(context), *_of_files(context))}
    check_places(found)
    return list(found.values())


def _of_folders(context: ActionContext) -> Iterator[Member]:
    folders = context.params["folders"]
    assert isinstance(folders, Sequence)
    for number, folder in enumerate(folders):
        role = f"folder/{number}"
        executables = context.executables(role)
        for path, file in context.tree(role).items():
            yield Member(f"{folder}/{path}", file, path in executables)


def _of_files(context: ActionContext) -> Iterator[Member]:
    names, executable = context.params["names"], context.params["executable"]
    assert isinstance(names, Sequence)
    assert isinstance(executable, Sequence)
    for name, file, bit in zip(names, context.inputs("files"), executable, strict=True):
        yield Member(str(name), file, bool(bit))
