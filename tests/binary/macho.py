"""Mach-O programs and libraries for tests, linked by zig, and an independent look at them."""

from __future__ import annotations

import hashlib
import os
import struct
import subprocess
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import lief

from oxidize.actions import zig
from oxidize.paths import runtime_folder

TARGETS = {"aarch64": "aarch64-macos.11.0", "x86_64": "x86_64-macos.10.15"}
PAGES = {"aarch64": 0x4000, "x86_64": 0x1000}
# Those of the runtime: for others, zig would build more of its own libraries.
_FLAGS = ("-O2", "-g0", "-fno-sanitize=undefined", "-Wall", "-Wextra", "-Werror")


def compile_for(machine: str, cache: Path, out: Path, *arguments: str | Path) -> bytes:
    """What zig links for macOS on a machine."""
    place = str(cache / "v1" / "tools" / "zig")
    environ = {"PATH": os.environ["PATH"], "HOME": str(out.parent)}
    environ |= {"ZIG_GLOBAL_CACHE_DIR": place, "ZIG_LOCAL_CACHE_DIR": place}
    command = [*zig.compiler(), "-target", TARGETS[machine], *_FLAGS, *arguments, "-o", out]
    subprocess.run(command, env=environ, check=True)
    return out.read_bytes()


def launcher(machine: str, cache: Path, out: Path) -> bytes:
    """A program that has what finds and reads its container."""
    runtime = runtime_folder()
    (out.parent / "main.c").write_text("int main(void) { return 0; }\n")
    sources = (out.parent / "main.c", runtime / "image_macho.c", runtime / "container.c")
    return compile_for(machine, cache, out, f"-I{runtime}", *sources, "-Wl,--no-gc-sections")


def parsed(data: bytes) -> lief.MachO.Binary:
    """A file of one architecture, as lief sees it."""
    lief.logging.disable()
    found = lief.MachO.parse(data)
    assert found is not None and found.size == 1
    return _Kept(found, found.at(0)).binary


class _Kept:
    """lief frees what nobody holds, with all that is in it."""

    held: list[Any] = []

    def __init__(self, fat: lief.MachO.FatBinary, binary: lief.MachO.Binary | None) -> None:
        assert binary is not None
        self.held.append(fat)
        self.binary = binary


def code_directory(data: bytes) -> Mapping[str, Any]:
    """The fields of a file's code directory, by Apple's names (cs_blobs.h), and all that it
    signs."""
    command = parsed(data).code_signature
    assert command is not None
    blob = data[command.data_offset : command.data_offset + command.data_size]
    magic, length, count = struct.unpack_from(">III", blob)
    assert magic == 0xFADE0CC0
    assert length <= len(blob)
    slots = dict(struct.unpack_from(">II", blob, 12 + 8 * number) for number in range(count))
    # Where there are two, the first has sha1 for macOS before 10.12.
    at: int = slots[0x1000 if 0x1000 in slots else 0]
    names = "magic length version flags hashOffset identOffset nSpecialSlots nCodeSlots codeLimit"
    fields = dict(zip(names.split(), struct.unpack_from(">9I", blob, at), strict=True))
    fields["hashSize"], fields["hashType"], _, shift = struct.unpack_from(">4B", blob, at + 36)
    fields["pageSize"] = 1 << shift
    fields["execSeg"] = struct.unpack_from(">3Q", blob, at + 64)
    name = at + fields["identOffset"]
    fields["identifier"] = blob[name : blob.index(b"\0", name)].decode()
    first = at + fields["hashOffset"]
    fields["hashes"] = [
        blob[first + 32 * slot : first + 32 * slot + 32] for slot in range(fields["nCodeSlots"])
    ]
    # Counted backwards: 1 is of Info.plist, 3 of CodeResources.
    fields["special"] = {
        slot: blob[first - 32 * slot : first - 32 * slot + 32]
        for slot in range(1, fields["nSpecialSlots"] + 1)
    }
    return fields


def wrong_pages(data: bytes) -> list[int]:
    """The numbers of pages whose bytes aren't those that were signed."""
    fields = code_directory(data)
    limit, size = fields["codeLimit"], fields["pageSize"]
    starts = range(0, limit, size)
    assert len(starts) == len(fields["hashes"])
    return [
        number
        for number, start in enumerate(starts)
        if hashlib.sha256(data[start : min(start + size, limit)]).digest()
        != fields["hashes"][number]
    ]


def check_layout(data: bytes) -> None:
    """What macOS asks of a program before it maps it."""
    binary = parsed(data)
    page = PAGES["aarch64" if binary.header.cpu_type.name == "ARM64" else "x86_64"]
    mapped = [s for s in binary.segments if s.name != "__PAGEZERO"]
    assert [s.name for s in mapped][-1] == "__LINKEDIT"
    for before, after in pairwise(mapped):
        assert before.virtual_address + before.virtual_size <= after.virtual_address
        assert before.file_offset + before.file_size <= after.file_offset
    for segment in mapped:
        assert segment.virtual_address % page == segment.file_offset % page == 0
        assert segment.file_size <= segment.virtual_size
    last = mapped[-1]
    assert last.file_offset + last.file_size == len(data)
    signature = binary.code_signature
    assert signature is not None
    assert signature.data_offset % 16 == 0
    assert signature.data_offset + signature.data_size == len(data)
    assert lief.MachO.check_layout(binary) == (True, "")
