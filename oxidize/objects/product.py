"""Product: what installers and systems are told of what is installed."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define

from oxidize.objects.base import ScriptObject
from oxidize.objects.file_content import FileContent


@define(eq=False, kw_only=True)
class MenuEntry(ScriptObject):
    """Where people find a program among their applications."""

    categories: Sequence[str]
    keywords: Sequence[str]
    terminal: bool
    generic_name: str


@define(eq=False, kw_only=True)
class FileType(ScriptObject):
    """A kind of file that a program opens."""

    extension: str
    description: str
    mime: str


@define(eq=False, kw_only=True)
class Service(ScriptObject):
    """A program that the system starts and watches."""

    name: str
    arguments: Sequence[str]
    description: str
    user: str
    restart: str
    starts: bool


@define(eq=False, kw_only=True)
class Product(ScriptObject):
    """What installers and systems are told of what is installed: its name, its version, whose it
    is, and how it shows."""

    name: str
    package: str
    version: str
    publisher: str
    contact: str
    summary: str
    description: str
    licence: str
    url: str
    identifier: str
    icon: FileContent | None
    menu: MenuEntry | None
    file_types: Sequence[FileType]
    services: Sequence[Service]
    on_path: bool
