"""Native files of all formats: what they are, what they need, and damaged ones."""

from __future__ import annotations

import random
import struct
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from oxidize.actions import zig
from oxidize.binary.elf import Version
from oxidize.binary.macho import signature_kind
from oxidize.binary.native import (
    Native,
    NativeError,
    UnknownFormat,
    culprits,
    needs_of,
    part_of,
    read_native,
    symbol_version,
)
from tests import pythons

LINUX = """
extern int write(int, const void *, long);
__attribute__((noreturn)) void _start(void) { for (;;) write(1, "", 0); }
"""
STATIC = "__attribute__((noreturn)) void _start(void) { for (;;); }"
WINDOWS = """
__declspec(dllimport) void __stdcall ExitProcess(unsigned);
void entry(void) { ExitProcess(0); }
"""
DLL = """
__declspec(dllimport) void __stdcall ExitProcess(unsigned);
__declspec(dllimport) unsigned __stdcall GetTickCount(void);
__declspec(dllexport) unsigned ticks(void) { return GetTickCount(); }
__declspec(dllexport) void leave(void) { ExitProcess(0); }
int DllMainCRTStartup(void *a, unsigned b, void *c) { return 1; }
"""
MAC = "int main(void) { return 0; }"
BARE_MAC = ("-nostdlib", "-lSystem")

# Without a C library of their own: to build one for a new target takes a minute.
COMMANDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "static": (STATIC, ("-target", "x86_64-linux-musl", "-static", "-nostdlib")),
    "arm": (STATIC, ("-target", "arm-linux-musleabihf", "-static", "-nostdlib")),
    "s390x": (STATIC, ("-target", "s390x-linux-musl", "-static", "-nostdlib")),
    "exe": (
        WINDOWS,
        ("-target", "x86_64-windows-gnu", "-nostdlib", "-Wl,-e,entry", "-lkernel32"),
    ),
    "dll": (DLL, ("-target", "x86_64-windows-gnu", "-shared", "-nostdlib", "-lkernel32")),
    "arm64": (MAC, ("-target", "aarch64-macos.12.3", *BARE_MAC, "-Wl,-rpath,@loader_path/lib")),
    "intel": (MAC, ("-target", "x86_64-macos.11.3", *BARE_MAC)),
}


@pytest.fixture(scope="session")
def binaries(tmp_path_factory: pytest.TempPathFactory, shared_cache: Path) -> Mapping[str, bytes]:
    """Programs for several systems, by name."""
    folder = tmp_path_factory.mktemp("binaries")
    cache = str(shared_cache / "v1" / "tools" / "zig")
    environ = {"PATH": "/usr/bin:/bin", "HOME": str(folder)}
    environ |= {"ZIG_GLOBAL_CACHE_DIR": cache, "ZIG_LOCAL_CACHE_DIR": cache}
    for name, (source, flags) in COMMANDS.items():
        (folder / f"{name}.c").write_text(source)
        command = [*zig.compiler(), *flags, f"{name}.c", "-o", name]
        subprocess.run(command, cwd=folder, env=environ, check=True, capture_output=True)
    return {name: (folder / name).read_bytes() for name in COMMANDS}


def the_one(data: bytes) -> Native:
    (native,) = read_native(data)
    return native


def gcc(folder: Path, source: str, *flags: str) -> Path:
    (folder / "a.c").write_text(source)
    out = folder / "a"
    subprocess.run([pythons.need_tool("gcc"), "a.c", "-o", out, *flags], cwd=folder, check=True)
    return out


def test_static(binaries: Mapping[str, bytes]) -> None:
    """A static program needs nothing, on machines of both byte orders and both widths."""
    machines = {name: the_one(binaries[name]) for name in ("static", "arm", "s390x")}
    assert {name: native.machine for name, native in machines.items()} == {
        "static": "x86_64",
        "arm": "arm",
        "s390x": "s390x",
    }
    for native in machines.values():
        assert (native.needs, native.libraries, native.type) == ({}, (), "executable")
        assert native.facts["static"] is True


def test_glibc(tmp_path: Path) -> None:
    """The newest version counts, and the symbols that ask for too new ones are named."""
    source = (
        '__asm__(".symver memcpy,memcpy@GLIBC_2.14");\n'
        "#include <string.h>\n"
        "int main(int c, char **v) { return memcpy(v[0], v[1], c) == v; }"
    )
    flags = ("-fno-builtin", "-O0", "-Wl,-rpath,/old:/older", "-Wl,--enable-new-dtags")
    data = gcc(tmp_path, source, *flags).read_bytes()
    native = the_one(data)
    assert native.facts["libc"] == "glibc"
    assert str(native.facts["interpreter"]).startswith("/lib")
    assert native.facts["runpath"] == ["/old", "/older"]
    assert [(each.name, each.part_of) for each in native.libraries] == [("libc.so.6", "glibc")]
    found = culprits(data, "GLIBC", "2.13")
    assert "memcpy@GLIBC_2.14" in found
    assert found[0].endswith(f"@GLIBC_{native.needs['GLIBC']}")
    assert culprits(data, "GLIBC", native.needs["GLIBC"]) == ()


def test_carried_libraries_are_not_needed() -> None:
    """Versions of a library that comes with a file aren't asked of the system."""
    (library,) = Path("/usr/lib").glob("*-linux-gnu/libstdc++.so.6")
    data = library.read_bytes()
    assert "GCC" in needs_of(data)
    assert "GCC" not in needs_of(data, {"libgcc_s.so.1"})


def test_musl(tmp_path: Path) -> None:
    """A program for musl needs no glibc."""
    name = "libc.musl-x86_64.so.1"
    (tmp_path / "lib.c").write_text("int write(int a, const void *b, long c) { return 0; }")
    compiler = pythons.need_tool("gcc")
    command = [compiler, "-shared", "-nostdlib", f"-Wl,-soname,{name}", "lib.c", "-o", name]
    subprocess.run(command, cwd=tmp_path, check=True)
    loader = "-Wl,--dynamic-linker=/lib/ld-musl-x86_64.so.1"
    native = the_one(gcc(tmp_path, LINUX, "-nostdlib", name, loader).read_bytes())
    assert (native.facts["libc"], native.needs) == ("musl", {"musl": ""})
    assert [each.part_of for each in native.libraries] == ["musl"]


@pytest.mark.parametrize(
    ("called", "flags", "version"),
    [
        ("write", (), ""),
        ("reallocarray", (), "1.2.2"),
        ("preadv2", (), "1.2.5"),
        ("write", ("-Wl,-z,pack-relative-relocs",), "1.2.4"),
    ],
)
def test_versions_of_musl(
    tmp_path: Path, called: str, flags: tuple[str, ...], version: str
) -> None:
    """Which musl a library needs is told by functions that older ones lack, and by packed
    relocations."""
    name = "libc.musl-x86_64.so.1"
    (tmp_path / "lib.c").write_text("int write(void) { return 0; } int preadv2(void) { return 0; }")
    compiler = pythons.need_tool("gcc")
    shared = ("-shared", "-fPIC", "-nostdlib", "-w")
    subprocess.run(
        [compiler, *shared, f"-Wl,-soname,{name}", "lib.c", "-o", name], cwd=tmp_path, check=True
    )
    source = f"""
        extern int {called}(); static int f(void) {{ return {called}(); }}
        void *table(void) {{ static void *pointers[] = {{f, f, f}}; return pointers; }}
    """
    data = gcc(tmp_path, source, *shared, *flags, "-Wl,--no-as-needed", name).read_bytes()
    assert needs_of(data) == {"musl": version}


def test_pe(binaries: Mapping[str, bytes]) -> None:
    """A program for Windows names its DLLs, its subsystem and the oldest Windows."""
    native = the_one(binaries["exe"])
    assert (native.format, native.machine, native.type) == ("PE", "x86_64", "executable")
    assert [(each.name.lower(), each.part_of) for each in native.libraries] == [
        ("kernel32.dll", "system")
    ]
    assert native.needs == {"Windows": "6.0"}
    assert native.facts == {
        "subsystem": "console",
        "version_resource": False,
        "manifest": False,
        "signed": False,
    }


def test_macho(binaries: Mapping[str, bytes]) -> None:
    """A program for macOS names the oldest macOS, its libraries and how it is signed."""
    native = the_one(binaries["arm64"])
    assert (native.format, native.machine, native.type) == ("Mach-O", "aarch64", "executable")
    assert native.needs == {"macOS": "12.3"}
    assert [each.part_of for each in native.libraries] == ["system"]
    assert native.facts["rpaths"] == ["@loader_path/lib"]
    assert native.facts["signed"] == "ad hoc"
    assert the_one(binaries["intel"]).facts["signed"] == "no"


def universal(*slices: bytes) -> bytes:
    """A universal file of thin ones."""
    head, body, at = struct.pack(">II", 0xCAFEBABE, len(slices)), b"", 1 << 14
    for each in slices:
        cpu, sub = struct.unpack_from("<II", each, 4)
        padded = each + bytes(-len(each) % (1 << 14))
        head += struct.pack(">IIIII", cpu, sub, at + len(body), len(each), 14)
        body += padded
    return head.ljust(at, b"\0") + body


def test_universal(binaries: Mapping[str, bytes]) -> None:
    """A universal file is told by architecture, and needs the newest of what its parts do."""
    data = universal(binaries["intel"], binaries["arm64"])
    found = {native.machine: native.needs["macOS"] for native in read_native(data)}
    assert found == {"x86_64": "11.3", "aarch64": "12.3"}
    assert needs_of(data) == {"macOS": "12.3"}


def test_signatures() -> None:
    """A signature counts as somebody's only with a certificate, or without the mark of ad hoc."""

    def blob(flags: int, *slots: int) -> bytes:
        kinds = (0, *slots)
        at = 12 + 8 * len(kinds)
        table = b"".join(struct.pack(">II", kind, at) for kind in kinds)
        directory = struct.pack(">IIII", 0xFADE0C02, 16, 0x20400, flags)
        return struct.pack(">III", 0xFADE0CC0, at + 16, len(kinds)) + table + directory

    assert signature_kind(blob(2)) == "ad hoc"
    assert signature_kind(blob(0, 0x10000)) == "yes"
    assert signature_kind(blob(0, 0x10000)[:20]) == "no"
    assert signature_kind(b"") == "no"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "an empty file"),
        (b"#!/bin/sh\n", "a script"),
        (b"!<arch>\n", "an archive of object files"),
        (b"!<arch>\ndebian-binary   0", "a package for Debian"),
        (b"\xed\xab\xee\xdb\3\0", "a package for Fedora"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "a package of Windows Installer"),
        (b"xar!\0\x1c", "a package of macOS"),
        (b"\x1f\x8b\x08\0", "an archive or a package that gzip"),
        (b"PK\3\4", "a ZIP archive"),
        (b"\xca\xfe\xba\xbe\0\0\0\x41", "neither ELF, PE nor Mach-O"),
    ],
)
def test_other_files(data: bytes, what: str) -> None:
    """Scripts, archives and Java classes are no native files; what they are is told."""
    with pytest.raises(UnknownFormat, match=what):
        read_native(data)
    assert needs_of(data) == {}


@pytest.mark.parametrize("target", ["x86_64-linux-musl", "aarch64-macos"])
def test_object_files(tmp_path: Path, shared_cache: Path, target: str) -> None:
    """What isn't linked yet is refused: nobody knows what it needs."""
    (tmp_path / "f.c").write_text("int f(void) { return 1; }")
    cache = str(shared_cache / "v1" / "tools" / "zig")
    environ = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    environ |= {"ZIG_GLOBAL_CACHE_DIR": cache, "ZIG_LOCAL_CACHE_DIR": cache}
    command = [*zig.compiler(), "-target", target, "-c", "f.c", "-o", "f.o"]
    subprocess.run(command, cwd=tmp_path, env=environ, check=True)
    with pytest.raises(UnknownFormat, match="an object file"):
        read_native((tmp_path / "f.o").read_bytes())


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("GLIBC_2.34", ("GLIBC", "2.34")),
        ("GLIBC_ABI_DT_RELR", ("GLIBC", "2.36")),
        ("GLIBC_ABI_GNU2_TLS", ("GLIBC", "2.43")),
        ("GLIBC_PRIVATE", None),
        ("ZLIB_1.2.9", None),
    ],
)
def test_versions(name: str, needed: tuple[str, str] | None) -> None:
    """Versions without a number are told by the release that brought them; those of others aren't
    needed of the system."""
    assert symbol_version(Version("libc.so.6", name)) == needed


@pytest.mark.parametrize("name", ["static", "s390x", "exe", "arm64", "universal"])
def test_damaged_files(binaries: Mapping[str, bytes], name: str) -> None:
    """Files cut off anywhere are refused, and flipped bytes give nothing but such an error."""
    both = universal(binaries["intel"], binaries["arm64"]) if name == "universal" else b""
    data = both or binaries[name]
    last = len(data) - (1 << 14) if both else len(data) // 2
    for size in range(8, last, max(1, last // 60)):
        with pytest.raises(NativeError):
            read_native(data[:size])
    choose = random.Random(name)
    for _ in range(150):
        changed = bytearray(data)
        for _ in range(12):
            changed[choose.randrange(min(len(data), 1500))] = choose.randrange(256)
        try:
            read_native(bytes(changed))
        except NativeError:
            continue


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("libm.so.6", "glibc"),
        ("ld-linux-aarch64.so.1", "glibc"),
        ("libnss_files.so.2", "glibc"),
        ("libcrypt.so.1", "to be shipped"),
        ("libmagic.so.1", "to be shipped"),
        ("libstdc++.so.6", "system"),
        ("libc.musl-x86_64.so.1", "musl"),
        ("libc.so", "musl"),
    ],
)
def test_where_libraries_are_from(name: str, where: str) -> None:
    """Names tell glibc's libraries, musl, and what systems have."""
    assert part_of(name) == where
