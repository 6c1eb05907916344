"""The environment of requirement markers: what a Python on some system would say of itself."""

from __future__ import annotations

from collections.abc import Mapping

from oxidize.triples import system_of

# Family of systems -> os_name, sys_platform, platform_system.
_SYSTEMS = {
    "linux": ("posix", "linux", "Linux"),
    "darwin": ("posix", "darwin", "Darwin"),
    "windows": ("nt", "win32", "Windows"),
}
_MACHINES = {
    ("aarch64", "darwin"): "arm64",
    ("aarch64", "windows"): "ARM64",
    ("x86_64", "windows"): "AMD64",
    ("i686", "windows"): "x86",
}


def marker_environment(triple: str, version: str) -> Mapping[str, str]:
    """The values of all markers but `extra`, for CPython of that version on that triple."""
    machine = triple.partition("-")[0]
    system = system_of(triple)
    os_name, sys_platform, platform_system = _SYSTEMS[system]
    return {
        "implementation_name": "cpython",
        "implementation_version": version,
        "os_name": os_name,
        "platform_machine": _MACHINES.get((machine, system), machine),
        "platform_python_implementation": "CPython",
        # The kernel of the machine where the program will run isn't known.
        "platform_release": "",
        "platform_system": platform_system,
        "platform_version": "",
        "python_full_version": version,
        "python_version": ".".join(version.split(".")[:2]),
        "sys_platform": sys_platform,
    }
