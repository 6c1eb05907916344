"""The resources of a Windows program: its icon, version and manifest, as a section of a PE file."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Mapping

from attrs import frozen

from oxidize.binary.error import BinaryError

_ICON, _GROUP, _VERSION, _MANIFEST = 3, 14, 16, 24
_ENGLISH, _UTF16 = 0x0409, 1200
_FIXED_SIGNATURE, _FIXED_VERSION = 0xFEEF04BD, 0x00010000
_NT, _APPLICATION = 0x00040004, 1
_FOLDER = 0x80000000
_ICON_HEAD, _ICON_ROW, _GROUP_ROW = struct.Struct("<3H"), struct.Struct("<4B2HII"), "<12sH"
_MOST_ICONS = 256

# What Windows 10 and later are told: paths may be long, text is UTF-8, no one else's rights.
MANIFEST = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<assembly xmlns="urn:schemas-microsoft-com:asm.v1" manifestVersion="1.0">
  <trustInfo xmlns="urn:schemas-microsoft-com:asm.v3">
    <security>
      <requestedPrivileges>
        <requestedExecutionLevel level="asInvoker" uiAccess="false"/>
      </requestedPrivileges>
    </security>
  </trustInfo>
  <compatibility xmlns="urn:schemas-microsoft-com:compatibility.v1">
    <application>
      <supportedOS Id="{8e0f7a12-bfb3-4fe8-b9a5-48fd50a15a9a}"/>
    </application>
  </compatibility>
  <application xmlns="urn:schemas-microsoft-com:asm.v3">
    <windowsSettings>
      <longPathAware xmlns="http://schemas.microsoft.com/SMI/2016/WindowsSettings">true</longPathAware>
      <activeCodePage xmlns="http://schemas.microsoft.com/SMI/2019/WindowsSettings">UTF-8</activeCodePage>
    </windowsSettings>
  </application>
</assembly>
"""


class ResourceError(BinaryError):
    """Not an icon; the message says why."""


@frozen
class Item:
    """One resource."""

    type: int
    number: int
    data: bytes


def items(icon: bytes | None, version: Mapping[str, str] | None) -> list[Item]:
    """The manifest, and what is given: the content of an .ico file, and texts by the names that
    Windows has for them ("FileVersion", "ProductName"). Raises ResourceError."""
    found = [Item(_MANIFEST, 1, MANIFEST.encode())]
    if version:
        found.append(Item(_VERSION, 1, _version_info(version)))
    if icon is not None:
        found += _icon_items(icon)
    return sorted(found, key=lambda item: (item.type, item.number))


def section(found: Iterable[Item], address: int) -> bytes:
    """A section for an address in memory: three levels of folders (type, number, language), then
    where each resource lies, then their bytes."""
    types: dict[int, list[Item]] = {}
    for item in found:
        types.setdefault(item.type, []).append(item)
    count = sum(map(len, types.values()))
    folders = 16 + 8 * len(types) + sum(16 + 8 * len(each) for each in types.values()) + 24 * count
    numbers, languages = 16 + 8 * len(types), folders - 24 * count
    top, middle, bottom = _folder(len(types)), b"", b""
    rows, data, place = b"", b"", folders + 16 * count
    for kind, each in types.items():
        top += struct.pack("<II", kind, _FOLDER | (numbers + len(middle)))
        middle += _folder(len(each))
        for item in each:
            middle += struct.pack("<II", item.number, _FOLDER | (languages + len(bottom)))
            bottom += _folder(1) + struct.pack("<II", _ENGLISH, folders + len(rows))
            rows += struct.pack("<4I", address + place + len(data), len(item.data), 0, 0)
            data += _padded(item.data, 8)
    return top + middle + bottom + rows + data


def _folder(count: int) -> bytes:
    return struct.pack("<2I4H", 0, 0, 0, 0, 0, count)


def _padded(data: bytes, alignment: int = 4) -> bytes:
    return data + bytes(-len(data) % alignment)


# ---- icons ----


def _icon_items(icon: bytes) -> list[Item]:
    """Each image by itself, and the group that they are."""
    if len(icon) < _ICON_HEAD.size or _ICON_HEAD.unpack_from(icon)[:2] != (0, 1):
        raise ResourceError("it is no .ico file")
    count = _ICON_HEAD.unpack_from(icon)[2]
    if not 0 < count <= _MOST_ICONS or len(icon) < _ICON_HEAD.size + count * _ICON_ROW.size:
        raise ResourceError("the .ico file is cut off")
    found, group = [], _ICON_HEAD.pack(0, 1, count)
    for number in range(1, count + 1):
        at = _ICON_HEAD.size + (number - 1) * _ICON_ROW.size
        size, offset = _ICON_ROW.unpack_from(icon, at)[6:]
        if size > len(icon) or offset > len(icon) - size:
            raise ResourceError("the .ico file is cut off")
        found.append(Item(_ICON, number, icon[offset : offset + size]))
        group += struct.pack(_GROUP_ROW, icon[at : at + 12], number)
    return [*found, Item(_GROUP, 1, group)]


# ---- versions ----


def version_numbers(text: str) -> tuple[int, int, int, int] | None:
    """The four numbers that a version begins with, missing ones being 0: "1.2b1" gives 1, 2, 0, 0;
    none for a text that doesn't begin with a number, or for one that has no room in 16 bits."""
    found = re.match(r"\d+(\.\d+){0,3}", text)
    if found is None:
        return None
    first, second, third, fourth = (*map(int, found[0].split(".")), 0, 0, 0)[:4]
    numbers = (first, second, third, fourth)
    return numbers if max(numbers) < 1 << 16 else None


def _version_info(texts: Mapping[str, str]) -> bytes:
    strings = [_node(name, _utf16(text), text=True) for name, text in texts.items()]
    table = _node(f"{_ENGLISH:04X}{_UTF16:04X}", children=strings, text=True)
    known = _node("Translation", struct.pack("<2H", _ENGLISH, _UTF16))
    children = [
        _node("StringFileInfo", children=[table], text=True),
        _node("VarFileInfo", children=[known], text=True),
    ]
    return _node("VS_VERSION_INFO", _fixed(texts), children)


def _utf16(text: str) -> bytes:
    return (text + "\0").encode("utf-16-le")


def _fixed(texts: Mapping[str, str]) -> bytes:
    """What installers compare."""
    file = version_numbers(texts.get("FileVersion", "")) or (0, 0, 0, 0)
    product = version_numbers(texts.get("ProductVersion", "")) or file
    # They lie in pairs, of which the second comes first.
    numbers = b"".join(struct.pack("<4H", b, a, d, c) for a, b, c, d in (file, product))
    head = struct.pack("<2I", _FIXED_SIGNATURE, _FIXED_VERSION)
    return head + numbers + struct.pack("<7I", 0x3F, 0, _NT, _APPLICATION, 0, 0, 0)


def _node(
    name: str, value: bytes = b"", children: Iterable[bytes] = (), *, text: bool = False
) -> bytes:
    """A part of the version's tree: sizes, name, value and further parts, each at a multiple of 4
    bytes. Sizes of texts count characters."""
    key = _padded(bytes(6) + _utf16(name))[6:]
    body = key + value
    for child in children:
        body = _padded(bytes(6) + body)[6:] + child
    count = len(value) // 2 if text else len(value)
    return struct.pack("<3H", 6 + len(body), count, text) + body
