"""Programs for macOS of tests: how they are built, and what dyld would look at in them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from posixpath import dirname, normpath

from oxidize.binary.embed import find_payload
from oxidize.resources.model import Resources
from oxidize.resources.native_files import native_files
from oxidize.resources.reader import Container
from tests.binary.macho import parsed, wrong_pages
from tests.distributions.archives import Archive
from tests.e2e.space import Space

PROGRAM = """
def program(triple, sha256, path):
    dist = PythonDistribution(
        sha256 = sha256, local_path = path, build_target = triple, macos = "{macos}",
    )
    exe = dist.to_python_executable(
        "app",
        config = dist.make_python_interpreter_config(run_module = "app"),
    )
    exe.add_python_resources(exe.read_package_root(path = ".", packages = ["app"]))
    exe.add_python_resources(exe.pip_install({packages}))
    return exe
"""
BOTH = """
def both(*programs):
    binary = AppleUniversalBinary("app")
    for program in programs:
        binary.add_file(program)
    return binary

register_target("both", both, depends = ["aarch64", "x86_64"])
"""
_SYSTEM = ("/usr/lib/", "/System/Library/")


def project(
    space: Space, archives: Mapping[str, Archive], *packages: str, macos: str = "11.0"
) -> None:
    space.write("app/__init__.py", "")
    space.write("app/__main__.py", "import ssl, markupsafe\n")
    text = PROGRAM.format(packages=json.dumps(packages), macos=macos)
    for triple, archive in archives.items():
        place = f'"{triple}", "{archive.sha256}", "{archive.path}"'
        text += f'register_target("{triple.partition("-")[0]}", lambda: program({place}))\n'
    space.write("build.star", text + (BOTH if len(archives) > 1 else ""))


def resources_of(program: Path) -> Resources:
    return Container(find_payload(program.read_bytes())).resources()


def check_libraries(program: Path, machine: str) -> None:
    """Each native file that a program carries is for its machine alone and, once extracted, finds
    by its own load commands what it needs; what has a signature has a right one, and on arm64 all
    have."""
    files = native_files_of(program)
    assert "lib/libssl.3.dylib" in files
    for path, data in files.items():
        binary = parsed(data)
        assert binary.header.cpu_type.name == {"aarch64": "ARM64", "x86_64": "X86_64"}[machine]
        for library in binary.libraries:
            name = str(library.name)
            if library.command.name != "ID_DYLIB" and not name.startswith(_SYSTEM):
                near = name.replace("@loader_path", dirname(path) or ".")
                assert normpath(near) in files, (path, name)
        assert binary.has_code_signature or machine == "x86_64"
        assert not binary.has_code_signature or wrong_pages(data) == []


def check_symbols(program: Path, minor: str) -> None:
    """What the runtime and the extension modules look for in all that is loaded, libpython or the
    program itself exports."""
    files = native_files_of(program)
    python = exports(files[f"lib/libpython{minor}.dylib"])
    # Of CoreFoundation, which libpython loads.
    known = {*python, *exports(program.read_bytes()), "_CFBundleGetVersionNumber"}
    asking = [path for path in files if path.endswith(".so") or "oxidize-runtime" in path]
    assert len(asking) > 50
    for path in asking:
        missing = asked_of_all(files[path]) - known
        assert not missing, path
    runtime = files["lib/oxidize-runtime.dylib"]
    assert "_oxidize_start" in exports(runtime)
    assert asked_of_all(runtime) - python, "nothing of the launcher"


def native_files_of(program: Path) -> dict[str, bytes]:
    """What a program extracts, by path."""
    return {each.path: bytes(each.data) for each in native_files(resources_of(program))}


def exports(data: bytes) -> set[str]:
    return {str(symbol.name) for symbol in parsed(data).exported_symbols}


def asked_of_all(data: bytes) -> set[str]:
    """The symbols that a file expects of any library that is loaded."""
    return {
        str(each.symbol.name)
        for each in parsed(data).bindings
        if each.symbol is not None and each.library_ordinal == -2 and not each.weak_import
    }
