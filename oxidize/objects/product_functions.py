"""The functions that describe products: all that they are told is checked at once."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import urlsplit

from oxidize.objects.context import Context
from oxidize.objects.file_content import FileContent, file_on_disk
from oxidize.objects.file_name import check_file_name, is_long
from oxidize.objects.icon import PICTURES
from oxidize.objects.input_paths import existing_file
from oxidize.objects.member import exposed
from oxidize.objects.problem import refuse
from oxidize.objects.product import FileType, MenuEntry, Product, Service

# What Debian, Fedora, Alpine and Arch all take.
_PACKAGE = re.compile(r"[a-z0-9][a-z0-9+.-]+")
_CONTACT = re.compile(r"[^<>]+ <[^<>@\s]+@[^<>@\s]+>")
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9-]*(\.[A-Za-z0-9][A-Za-z0-9-]*)+")
_MIME = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]*")
_EXTENSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_+-]*")
_USER = re.compile(r"[a-z_][a-z0-9_-]{0,30}")
# What ends lines, and what is no text: neither is fit for XML, and lists of fields.
_CONTROL = r"\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff"
_LINE = re.compile(rf"[^{_CONTROL}]+")
_NO_TEXT = re.compile(rf"(?![\n\t])[{_CONTROL}]")
# What addresses of pages don't have, but for the codes of these.
_NO_ADDRESS = re.compile(rf"[{_CONTROL}\s\"<>\\^`{{|}}]")
# What names of files have after those of packages and services, but for versions.
_ENDING = 32
# What lists of packages show of it.
_LONGEST_SUMMARY = 80


@exposed()
def make_menu_entry(
    context: Context,
    categories: Sequence[str] = (),
    keywords: Sequence[str] = (),
    terminal: bool = False,
    generic_name: str = "",
) -> MenuEntry:
    """Shows a product among people's applications: a desktop entry, the Start menu.

    Args:
        categories: Where it is sorted in, by the names of the desktop menu specification, such as
            "Utility" and "Office".
        keywords: Words that find it.
        terminal: Whether it runs in a terminal.
        generic_name: What it is, such as "Text Editor".
    """
    for argument, texts in (("categories", categories), ("keywords", keywords)):
        for text in texts:
            _check_line(text, argument)
            if ";" in text:
                refuse("OX1102", f'"{text}" has a semicolon, which ends a word', argument=argument)
    if generic_name:
        _check_line(generic_name, "generic_name")
    return MenuEntry(
        context=context,
        categories=tuple(categories),
        keywords=tuple(keywords),
        terminal=terminal,
        generic_name=generic_name,
    )


@exposed()
def make_file_type(context: Context, extension: str, description: str, mime: str = "") -> FileType:
    """A kind of file that a product opens.

    Args:
        extension: Of such files' names, such as "note".
        description: What people read of it, such as "Note".
        mime: Its type, such as "text/x-note"; by default "application/x-" and the extension.
    """
    if not _EXTENSION.fullmatch(extension):
        refuse(
            "OX1102",
            f"{_shown(extension)} can't be the extension of a file's name",
            argument="extension",
            help=f'write "{extension[1:]}"' if extension.startswith(".") else None,
        )
    _check_line(description, "description")
    mime = mime or f"application/x-{extension.lower()}"
    if not _MIME.fullmatch(mime):
        refuse(
            "OX1102",
            f"{_shown(mime)} is no MIME type",
            argument="mime",
            help='such types are written as "text/plain", in small letters',
        )
    return FileType(context=context, extension=extension, description=description, mime=mime)


@exposed()
def make_service(
    context: Context,
    name: str,
    arguments: Sequence[str] = (),
    description: str = "",
    user: str = "",
    restart: Literal["no", "on-failure", "always"] = "on-failure",
    starts: bool = True,
) -> Service:
    """Has the system start and watch the program, as a unit of systemd does.

    Args:
        name: The service's name.
        arguments: What the program is called with.
        description: One line about it; by default the product's.
        user: Who runs it: an account that is made for it; by default one that systemd makes up
            while it runs.
        restart: When it is started again.
        starts: Whether it starts with the system, and once it is installed.
    """
    if not _PACKAGE.fullmatch(name):
        refuse("OX1102", f"{_shown(name)} can't be a service's name", argument="name")
    if is_long(name, _ENDING):
        refuse("OX1102", "the service's name is too long for a file", argument="name")
    if user and not _USER.fullmatch(user):
        refuse("OX1102", f"{_shown(user)} can't be an account's name", argument="user")
    for text in arguments:
        _check_line(text, "arguments")
    if description:
        _check_line(description, "description")
    return Service(
        context=context,
        name=name,
        arguments=tuple(arguments),
        description=description,
        user=user,
        restart=restart,
        starts=starts,
    )


@exposed()
def make_product(
    context: Context,
    name: str,
    version: str,
    publisher: str,
    summary: str,
    contact: str = "",
    description: str = "",
    licence: str = "",
    url: str = "",
    package: str | None = None,
    identifier: str | None = None,
    icon: FileContent | str | None = None,
    menu: MenuEntry | None = None,
    file_types: Sequence[FileType] = (),
    services: Sequence[Service] = (),
    on_path: bool = True,
) -> Product:
    """What installers and systems are told of what is installed.

    Args:
        name: What people call it, such as "Field Notes".
        version: As Python packages have it: "1.2.3", "1.2.3rc1". Formats that can't say as much
            refuse it.
        publisher: Whose it is: a person, or an organisation.
        summary: One line of up to 80 characters about it.
        contact: Who answers for it, as "Name <name@example.org>"; deb and Alpine's packages need
            one.
        description: More about it, as paragraphs.
        licence: As an SPDX expression, such as "MIT OR Apache-2.0".
        url: Where there is more about it.
        package: Its name for package managers; by default `name` in small letters without accents.
        identifier: Its name for macOS, such as "org.example.notes"; by default made of `url` and
            `package`.
        icon: A square PNG of 256 to 1024 pixels, or an SVG.
        menu: How it shows among people's applications; by default it doesn't.
        file_types: What it opens.
        services: What the system starts.
        on_path: Whether the program is called by its name, in terminals.
    """
    check_file_name(name, "name")
    version = _version(version)
    for argument, text in (("publisher", publisher), ("summary", summary)):
        _check_line(text, argument)
    if len(summary) > _LONGEST_SUMMARY:
        refuse(
            "OX1102",
            f"the summary has {len(summary)} characters, and lists show {_LONGEST_SUMMARY}",
            argument="summary",
            help="say more in description",
        )
    if contact and not (_LINE.fullmatch(contact) and _CONTACT.fullmatch(contact)):
        refuse(
            "OX1102",
            f"{_shown(contact)} isn't a name and an address",
            argument="contact",
            help='write "Name <name@example.org>"',
        )
    host = _host(url)
    package = _package(name) if package is None else package
    if not _PACKAGE.fullmatch(package):
        refuse(
            "OX1102",
            f"{_shown(package)} can't be a package's name",
            argument="package",
            help="two or more small letters, digits, +, - and dots, and no sign at the start",
        )
    if is_long(package, _ENDING):
        refuse("OX1102", "the package's name is too long for a file", argument="package")
    identifier = _identifier(host, package) if identifier is None else identifier
    if not _IDENTIFIER.fullmatch(identifier):
        refuse(
            "OX1102",
            f"{_shown(identifier)} can't be an identifier",
            argument="identifier",
            help='write words that dots join, such as "org.example.notes"',
        )
    _check_apart([each.name for each in services], "services")
    _check_apart([each.extension for each in file_types], "file_types")
    return Product(
        context=context,
        name=name,
        package=package,
        version=version,
        publisher=publisher,
        contact=contact,
        summary=summary,
        description=_paragraphs(description),
        licence=_licence(licence),
        url=url,
        identifier=identifier,
        icon=_icon(context, icon),
        menu=menu,
        file_types=tuple(file_types),
        services=tuple(services),
        on_path=on_path,
    )


def _version(version: str) -> str:
    """The version as packages of Python write it, without spaces around it."""
    from oxidize.installers.version import VersionProblem, parse_version

    try:
        return str(parse_version(version))
    except VersionProblem as problem:
        message = f"{_shown(version)} can't be a product's version: {problem}"
        refuse("OX1101", message, argument="version")


def _host(url: str) -> str:
    """Whose page it is; "" for none. Refuses what isn't the address of one."""
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not host or parts.scheme not in ("http", "https") or _NO_ADDRESS.search(url):
        refuse(
            "OX1102",
            f"{_shown(url)} isn't the address of a page",
            argument="url",
            help='such as "https://example.org/notes", without spaces and quotes',
        )
    return host


def _paragraphs(text: str) -> str:
    text = text.replace("\r\n", "\n")
    if found := _NO_TEXT.search(text):
        message = f"the description has {_shown(found[0])}, which isn't text"
        refuse("OX1102", message, argument="description")
    return text.strip()


def _check_line(text: str, argument: str) -> None:
    if not _LINE.fullmatch(text) or text != text.strip():
        refuse("OX1102", f"{argument} has to be one line of text", argument=argument)


def _check_apart(names: Sequence[str], argument: str) -> None:
    if twice := next((each for each in names if names.count(each) > 1), None):
        refuse("OX1102", f'{argument} has "{twice}" twice', argument=argument)


def _package(name: str) -> str:
    """ "Fjörd Log" gives "fjord-log". Refuses a name whose letters have no plain ones."""
    apart = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(each for each in apart if not unicodedata.combining(each))
    if other := next((each for each in plain if each.isalpha() and not each.isascii()), ""):
        refuse(
            "OX1102",
            f"{_shown(name)} doesn't tell what package managers call it, whose names have plain "
            f"letters: {_shown(other)} isn't one",
            argument="name",
            help='say it: package = "notes"',
        )
    return re.sub(r"[^a-z0-9+.]+", "-", plain).strip("-.+")


def _identifier(host: str, package: str) -> str:
    """ "notes.example.org" gives "org.example.notes" for the package "notes"."""
    host = host.removeprefix("www.")
    words = [*reversed(host.split(".")), package] if "." in host else ["local", package]
    if len(words) > 2 and words[-2] == words[-1]:
        words.pop()
    return ".".join(re.sub(r"[^A-Za-z0-9-]+", "-", each).strip("-") for each in words)


def _licence(text: str) -> str:
    if not text:
        return ""
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    try:
        return canonicalize_license_expression(text)
    except InvalidLicenseExpression as error:
        refuse(
            "OX1102",
            f"{_shown(text)} is no SPDX expression: {error}",
            argument="licence",
            help='such as "MIT", "GPL-3.0-or-later" or "LicenseRef-Proprietary"',
        )


def _icon(context: Context, icon: FileContent | str | None) -> FileContent | None:
    if isinstance(icon, str):
        icon = file_on_disk(context, existing_file(context.reach, icon, "icon"))
    if icon is not None and PurePosixPath(icon.name).suffix.lower() not in PICTURES:
        refuse("OX1103", f'the icon "{icon.name}" is neither a PNG nor an SVG', argument="icon")
    return icon


def _shown(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
