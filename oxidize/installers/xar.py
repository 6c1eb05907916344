"""xar archives, which packages of macOS are: a compressed table in XML, then the files.

Tools of other systems write the time of the day into that table; this has one stamp.
"""

from __future__ import annotations

import hashlib
import shutil
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

_STAMP = "1980-01-01T00:00:00"
_SHA1 = 20


def write_xar(files: Mapping[str, Path], out: IO[bytes]) -> None:
    """Files by their paths in the archive, in that order; as they are, so packages compress what
    is large themselves."""
    root = ElementTree.Element("xar")
    table = ElementTree.SubElement(root, "toc")
    # The table's own checksum is the first in the heap.
    _add(table, "checksum", style="sha1", offset=0, size=_SHA1)
    ElementTree.SubElement(table, "creation-time").text = _STAMP
    folders, at, count = {"": table}, _SHA1, 0
    for path, file in files.items():
        *above, _ = _prefixes(path)
        for each in (*above, path):
            if each not in folders:
                count += 1
                folders[each] = _file(folders[each.rpartition("/")[0]], each, count)
        at += _data(folders[path], file, at)
    text = b'<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root)
    packed = zlib.compress(text, 9)
    out.write(struct.pack(">4sHHQQI", b"xar!", 28, 1, len(packed), len(text), 1))
    out.write(packed)
    out.write(hashlib.sha1(packed).digest())
    for file in files.values():
        with file.open("rb") as stream:
            shutil.copyfileobj(stream, out, 1 << 20)


def _prefixes(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]


def _file(parent: ElementTree.Element, path: str, number: int) -> ElementTree.Element:
    """An element for a file or a folder: a folder until it is given data."""
    element = ElementTree.SubElement(parent, "file", id=str(number))
    ElementTree.SubElement(element, "name").text = path.rpartition("/")[2]
    ElementTree.SubElement(element, "type").text = "directory"
    ElementTree.SubElement(element, "mode").text = "0755"
    return element


def _data(element: ElementTree.Element, file: Path, at: int) -> int:
    """Says where a file's content is; gives its size."""
    size = file.stat().st_size
    with file.open("rb") as stream:
        sum_ = hashlib.file_digest(stream, "sha1").hexdigest()
    for name, text in (("type", "file"), ("mode", "0644")):
        found = element.find(name)
        assert found is not None
        found.text = text
    data = _add(element, "data", length=size, offset=at, size=size)
    ElementTree.SubElement(data, "encoding", style="application/octet-stream")
    for name in ("extracted-checksum", "archived-checksum"):
        ElementTree.SubElement(data, name, style="sha1").text = sum_
    return size


def _add(
    parent: ElementTree.Element, tag: str, *, style: str = "", **numbers: int
) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, tag, {"style": style} if style else {})
    for name, number in numbers.items():
        ElementTree.SubElement(element, name).text = str(number)
    return element
