"""Where packages of Linux have things, and what is written for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import field, frozen

_BIN = "/usr/bin"


@frozen
class LinuxLayout:
    """Paths on the system: of a product's files and folders by their own, of links by theirs."""

    files: Mapping[str, str]
    folders: Mapping[str, str]
    program: str
    """What services call; empty if there is no program."""
    links: Mapping[str, str] = field(factory=dict)
    owned: tuple[str, ...] = ()
    """Folders that go with the product."""

    @classmethod
    def of(
        cls,
        package: str,
        files: Sequence[str],
        folders: Sequence[str],
        program: str | None,
        *,
        on_path: bool,
    ) -> LinuxLayout:
        """A program alone is a command; with files beside it, it is in a folder of its own, and a
        link is the command."""
        name = (program or "").rpartition("/")[2]
        if on_path and program and list(files) == [program] and not folders:
            return cls({program: f"{_BIN}/{name}"}, {}, f"{_BIN}/{name}")
        top = f"/usr/lib/{package}"
        inside = f"{top}/{program}" if program else ""
        linked = {f"{_BIN}/{name}": f"../lib/{package}/{program}"} if on_path and program else {}
        return cls(
            {each: f"{top}/{each}" for each in files},
            {each: f"{top}/{each}" if each else top for each in folders},
            inside,
            linked,
            (top,),
        )
