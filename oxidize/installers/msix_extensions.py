"""What nfpm can't say in msix packages: types of files that programs open, and their commands."""

from __future__ import annotations

import base64
import hashlib
import re
import struct
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from oxidize.installers.msix import LOGOS
from oxidize.installers.windows_product import Association, WindowsProduct

_MANIFEST, _BLOCKS = "AppxManifest.xml", "AppxBlockMap.xml"
_WINDOWS = "http://schemas.microsoft.com/appx/manifest"
# Those that nfpm's manifest lacks: prefix -> the end of a name space.
_SPACES = {
    "uap3": "uap/windows10/3",
    "uap5": "uap/windows10/5",
    "desktop4": "desktop/windows10/4",
}
_BACKSLASH = "\\"
# A block map has a digest for each so many bytes, and tells how long the header of a file is, of
# which this much isn't its name.
_BLOCK, _HEADER = 1 << 16, 30
# Where a PE file says where its headers are; in these, the subsystem; and that of terminals.
_HEADERS_AT, _SUBSYSTEM_AT, _CONSOLE = 60, 92, 3


def extend_msix(package: Path, product: WindowsProduct, program: Path) -> None:
    """Has a package that nfpm wrote, unsigned, tell of the product's types of files and, if it's to
    be on the path, of its command."""
    if not product.associations and not _command(product):
        return
    with ZipFile(package, "a") as file:
        manifest = _extended(file.read(_MANIFEST), product, console=_is_console(program))
        blocks = _with_manifest(file.read(_BLOCKS), manifest)
        changed = {_MANIFEST: manifest, _BLOCKS: blocks}
        first = file.getinfo(_MANIFEST).header_offset
        # It, and what nfpm writes behind it, is written anew; what is in front of it stays.
        rest = [each for each in file.filelist if each.header_offset >= first]
        contents = {each: changed.get(each.filename) or file.read(each) for each in rest}
        file.filelist[:] = [each for each in file.filelist if each.header_offset < first]
        file.NameToInfo = {each.filename: each for each in file.filelist}
        file.start_dir = first
        for old, data in contents.items():
            new = ZipInfo(old.filename, old.date_time)
            new.create_system, new.external_attr = old.create_system, old.external_attr
            file.writestr(new, data, ZIP_STORED)


def _extended(text: bytes, product: WindowsProduct, *, console: bool) -> bytes:
    extensions = [_opened(each) for each in product.associations]
    if command := _command(product):
        extensions.insert(0, _called(command, "console" if console else "windows"))
    inside = "".join(extensions)
    spaces = "".join(f'\n  xmlns:{prefix}="{_WINDOWS}/{rest}"' for prefix, rest in _SPACES.items())
    return _replaced(
        text,
        {
            "(?<=<Package)(?=\n)": spaces,
            '(?<=IgnorableNamespaces="rescap uap)': " desktop4",
            "(?=    </Application>)": f"      <Extensions>\n{inside}      </Extensions>\n",
        },
    )


def _called(command: str, subsystem: str) -> str:
    return f"""\
        <uap5:Extension Category="windows.appExecutionAlias">
          <uap5:AppExecutionAlias desktop4:Subsystem="{subsystem}">
            <uap5:ExecutionAlias Alias={quoteattr(command)} />
          </uap5:AppExecutionAlias>
        </uap5:Extension>
"""


def _opened(association: Association) -> str:
    return f"""\
        <uap3:Extension Category="windows.fileTypeAssociation">
          <uap3:FileTypeAssociation Name={quoteattr(association.extension.lower())}
                                    Parameters="&quot;%1&quot;">
            <uap:DisplayName>{escape(association.description)}</uap:DisplayName>
            <uap:Logo>{escape(LOGOS[44].replace("/", _BACKSLASH))}</uap:Logo>
            <uap:SupportedFileTypes>
              <uap:FileType>.{escape(association.extension)}</uap:FileType>
            </uap:SupportedFileTypes>
          </uap3:FileTypeAssociation>
        </uap3:Extension>
"""


def _with_manifest(text: bytes, manifest: bytes) -> bytes:
    """The block map, in which that is the manifest, which isn't compressed."""
    parts = (manifest[start : start + _BLOCK] for start in range(0, len(manifest), _BLOCK))
    digests = (base64.b64encode(hashlib.sha256(part).digest()).decode() for part in parts)
    blocks = "".join(f'    <Block Hash="{each}"></Block>\n' for each in digests)
    sizes = f'Size="{len(manifest)}" LfhSize="{_HEADER + len(_MANIFEST)}"'
    new = f'<File Name="{_MANIFEST}" {sizes}>\n{blocks}  </File>'
    return _replaced(text, {f'<File Name="{_MANIFEST}".*?</File>': new})


def _replaced(text: bytes, replacements: Mapping[str, str]) -> bytes:
    """The text, in which each pattern, which is there once, has given way to something else. Raises
    ValueError if it isn't."""
    result = text.decode()
    for pattern, new in replacements.items():
        pieces = re.split(pattern, result, flags=re.DOTALL)
        if len(pieces) != 2:
            raise ValueError(f"nfpm wrote another form of msix package than is known: {pattern}")
        result = new.join(pieces)
    return result.encode()


def _command(product: WindowsProduct) -> str:
    """What the program is called by, in terminals; empty for none. Only programs are commands."""
    name = product.program.rpartition("/")[2]
    return name if product.on_path and name.lower().endswith(".exe") else ""


def _is_console(program: Path) -> bool:
    with program.open("rb") as file:
        head = file.read(1 << 16)
    try:
        (headers,) = struct.unpack_from("<I", head, _HEADERS_AT)
        (subsystem,) = struct.unpack_from("<H", head, headers + _SUBSYSTEM_AT)
    except struct.error:
        return False
    return bool(subsystem == _CONSOLE)
