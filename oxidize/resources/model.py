"""The resources of a container as plain records: modules and files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import field, frozen

from oxidize.resources.layout import Codec, FileFlag, ModuleFlag

NO_MODULE_FLAGS = ModuleFlag(0)
NO_FILE_FLAGS = FileFlag(0)


@frozen
class Blob:
    """Stored bytes and how they are stored; `raw_size` is the number of bytes once decoded."""

    data: bytes | memoryview
    codec: Codec = Codec.STORED
    raw_size: int = -1

    def __attrs_post_init__(self) -> None:
        if self.raw_size < 0:
            object.__setattr__(self, "raw_size", len(self.data))


@frozen
class Module:
    """One importable module; `code` maps an optimisation level (0, 1, 2) to marshalled code.

    `beside`: the folder, relative to the program's, that it lies in as a file; "" for in memory.
    """

    name: str
    path: str
    flags: ModuleFlag = NO_MODULE_FLAGS
    source: Blob | None = None
    code: Mapping[int, Blob] = field(factory=dict)
    extension: Blob | None = None
    libraries: tuple[str, ...] = ()
    beside: str = ""


@frozen
class File:
    """One file by relative path; `libraries` are the paths of what a shared library needs, and
    `descriptor` the number of a file descriptor by which others in its cycle name it.

    `beside` is as for modules; a file without content is there, beside the program.
    """

    path: str
    content: Blob | None
    flags: FileFlag = NO_FILE_FLAGS
    libraries: tuple[str, ...] = ()
    descriptor: int = 0
    beside: str = ""

    @property
    def blob(self) -> Blob:
        """The content of a file that is in memory."""
        assert self.content is not None
        return self.content


ConfigValue = str | int | bool | Sequence[str]


@frozen
class Resources:
    """What a container holds; modules by name, files by path."""

    modules: Mapping[str, Module] = field(factory=dict)
    files: Mapping[str, File] = field(factory=dict)
    config: Mapping[str, ConfigValue] = field(factory=dict)
