"""Where packages of Linux have things, and those of macOS commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import field, frozen


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
        prefix: str = "/usr",
    ) -> LinuxLayout:
        """A program alone is a command; with files beside it, it is in a folder of its own, and a
        link is the command."""
        name = (program or "").rpartition("/")[2]
        if on_path and program and list(files) == [program] and not folders:
            return cls({program: f"{prefix}/bin/{name}"}, {}, f"{prefix}/bin/{name}")
        top = f"{prefix}/lib/{package}"
        inside = f"{top}/{program}" if program else ""
        link = {f"{prefix}/bin/{name}": f"../lib/{package}/{program}"}
        return cls(
            {each: f"{top}/{each}" for each in files},
            {each: f"{top}/{each}" if each else top for each in folders},
            inside,
            link if on_path and program else {},
            (top,),
        )
