"""PE files, as Windows has them: what they are and what they need, read by lief."""

from __future__ import annotations

import warnings

import lief

from oxidize.binary.native import Data, Library, Native, NativeError, PartOf, name_of

_MACHINES = {"AMD64": "x86_64", "ARM64": "aarch64", "ARM64EC": "arm64ec", "I386": "i686"}
_SUBSYSTEMS = {"WINDOWS_CUI": "console", "WINDOWS_GUI": "windows"}
# DLLs that each Windows 10 has; the C runtime of Visual C++ (vcruntime140.dll) isn't one.
_SYSTEM_NAMES = """
advapi32 avrt bcrypt bcryptprimitives cabinet cfgmgr32 combase comctl32 comdlg32 credui crypt32
cryptui d2d1 d3d11 d3d12 d3d9 dbghelp dnsapi dwmapi dwrite dxgi gdi32 gdiplus glu32 hid imagehlp
imm32 iphlpapi kernel32 kernelbase mf mfplat mpr msi msimg32 mswsock msvcrt ncrypt netapi32
normaliz ntdll odbc32 ole32 oleacc oleaut32 opengl32 pdh powrprof propsys psapi rpcrt4 secur32
setupapi shcore shell32 shlwapi synchronization ucrtbase urlmon user32 userenv usp10 uxtheme
version wevtapi winhttp wininet winmm winscard wintrust wldap32 ws2_32 wsock32 wtsapi32
"""
_SYSTEM = frozenset(_SYSTEM_NAMES.split())


def read_pe(data: Data) -> tuple[Native, ...]:
    """What a PE file says of itself. Raises NativeError for a damaged one."""
    lief.logging.disable()
    with warnings.catch_warnings(action="ignore"):  # of numbers that have no name
        return (_native(lief.PE.parse(bytes(data)), len(data)),)


def _native(pe: lief.PE.Binary | None, size: int) -> Native:
    if (
        pe is None
        or not pe.header.numberof_sections
        or len(pe.sections) != pe.header.numberof_sections
    ):
        raise NativeError("the headers of the PE file are cut off or damaged")
    if any(s.pointerto_raw_data + s.sizeof_raw_data > size for s in pe.sections):
        raise NativeError("the sections of the PE file are cut off")
    header = pe.optional_header
    version = f"{header.major_subsystem_version}.{header.minor_subsystem_version}"
    libraries = [Library(str(each.name), part_of(str(each.name))) for each in pe.imports]
    libraries += [Library(str(i.name), part_of(str(i.name)), True) for i in pe.delay_imports]
    dll = lief.PE.Header.CHARACTERISTICS.DLL in pe.header.characteristics_list
    name, subsystem = name_of(pe.header.machine), name_of(header.subsystem)
    facts: dict[str, object] = {
        "subsystem": _SUBSYSTEMS.get(subsystem, subsystem.lower()),
        **_resources(pe),
        "signed": bool(pe.has_signatures),
    }
    machine = _MACHINES.get(name, name.lower())
    kind = "library" if dll else "executable"
    return Native("PE", machine, kind, tuple(libraries), {"Windows": version}, facts)


def part_of(name: str) -> PartOf:
    """Where a DLL is from."""
    stem = name.lower().removesuffix(".dll")
    own = stem in _SYSTEM or stem == "winspool.drv" or stem.startswith(("api-ms-win-", "ext-ms-"))
    return "system" if own else "to be shipped"


def _resources(pe: lief.PE.Binary) -> dict[str, object]:
    manager = pe.resources_manager if pe.has_resources else None
    if not isinstance(manager, lief.PE.ResourcesManager):
        return {"version_resource": False, "manifest": False}
    return {"version_resource": manager.has_version, "manifest": manager.has_manifest}
