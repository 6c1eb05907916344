"""What Windows is told of a product, whatever installs it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from attrs import frozen

from oxidize.installers.file_names import clash, unfit

# Of a path, with the zero at its end: more than this many, most programs can't open.
_LONGEST_PATH = 259
_MACHINE = "C:\\Program Files\\"
# Windows' accounts have names of up to 20 characters.
_USER = "C:\\Users\\" + "x" * 20 + "\\AppData\\Local\\Programs\\"
# A cabinet's count of blocks of 32 KiB has 16 bits, makensis' and Windows Installer's sizes have
# 31; less by what compressing adds where it saves nothing.
_LARGEST = 2_000_000_000
LICENCES = "LICENCES.txt"
"""Where the licences of all that the programs hold are installed."""


@frozen
class Association:
    """A type of files that the program opens."""

    extension: str
    description: str
    mime: str


@frozen
class WindowsService:
    """A program that Windows' service manager starts."""

    name: str
    description: str
    arguments: Sequence[str]
    starts: bool


@frozen
class WindowsProduct:
    """What Windows is told. `version` is as the format has it, `numbers` as files have it;
    `program` is a path with `/` below the product's folder, empty for none."""

    identifier: str
    name: str
    version: str
    numbers: str
    publisher: str
    summary: str
    program: str
    url: str
    in_menu: bool
    on_path: bool
    per_user: bool
    associations: Sequence[Association]
    services: Sequence[WindowsService]

    @classmethod
    def load(cls, told: Mapping[str, Any]) -> WindowsProduct:
        """From what `asdict` gives."""
        associations = tuple(Association(**each) for each in told["associations"])
        services = tuple(WindowsService(**each) for each in told["services"])
        return cls(**{**told, "associations": associations, "services": services})

    @property
    def program_folder(self) -> str:
        """Where the program is, below the product's folder; empty for that itself."""
        return self.program.rpartition("/")[0]

    def kind(self, association: Association) -> str:
        """What Windows' registry calls a type of files."""
        return f"{self.identifier}.{association.extension}"


def path_problem(product: WindowsProduct, paths: Collection[str], own: Collection[str]) -> str:
    """Why files can't be installed at these paths below the product's folder, beside those of the
    installer's own; "" if they can."""
    top = f"{_USER if product.per_user else _MACHINE}{product.name}\\"
    for path in paths:
        if why := unfit(path, "windows"):
            return f'Windows can\'t have the file "{path}": {why}'
        # What counts is UTF-16.
        if (length := len(f"{top}{path}".encode("utf-16-le")) // 2) > _LONGEST_PATH:
            return (
                f'installed, the path of "{path}" has {length} characters, and Windows\' paths '
                f"{_LONGEST_PATH} at the most"
            )
    if found := clash([*own, *paths], "windows"):
        if found[0] in own:
            return f'"{found[1]}" would take the place of the installer\'s own "{found[0]}"'
        return f'Windows doesn\'t tell the names of "{found[0]}" and "{found[1]}" apart'
    return ""


def size_problem(sizes: Mapping[str, int]) -> str:
    """Why one cabinet, or one setup program, can't hold files of these sizes in bytes, by their
    paths; "" if it can."""
    if (total := sum(sizes.values())) <= _LARGEST:
        return ""
    path = max(sizes, key=lambda each: sizes[each])
    return (
        f"all files have {total} bytes together, and an installer of this kind holds up to "
        f'{_LARGEST}: the largest is "{path}", with {sizes[path]}'
    )
