"""Where resources go: what policies, collections and settings say of them."""

from __future__ import annotations

import sys
import tarfile
import textwrap
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.e2e.placement.app import files, moved, plain, told, write
from tests.e2e.space import Space, run


def test_everything_beside_the_program(project: Space, tmp_path: Path) -> None:
    """With resources_location, all modules and data are files in that folder, where plain Python
    finds them too, and the program runs wherever the folders are moved together."""
    write(
        project,
        policy='resources_location = "filesystem-relative:lib", '
        "include_distribution_sources = False",
    )
    project.build()
    place = moved(project, tmp_path)
    own = [path for path in files(place) if path.startswith("lib/app/")]
    assert own == [
        "lib/app/__init__.py",
        "lib/app/__main__.py",
        f"lib/app/__pycache__/__init__.{sys.implementation.cache_tag}.pyc",
        f"lib/app/__pycache__/__main__.{sys.implementation.cache_tag}.pyc",
        f"lib/app/__pycache__/part.{sys.implementation.cache_tag}.pyc",
        "lib/app/data.txt",
        "lib/app/part.py",
    ]
    assert (place / "lib/json/__init__.pyc").is_file()
    found = told(place / "app")
    assert found["part"] == str(place / "lib/app/part.py")
    assert (found["data"], found["again"], found["source"]) == ("DATA", "DATA", "x = 1\n")
    code = "import app.part as p; print(p.__file__, p.__cached__)"
    assert plain(place / "lib", code).split()[0] == str(place / "lib/app/part.py")
    # What Python cached there isn't compiled again: nothing new was written.
    assert [path for path in files(place) if path.startswith("lib/app/")] == own


def test_filesystem_importer_is_not_needed(project: Space) -> None:
    """Files beside the program are imported with `filesystem_importer = False` too."""
    write(
        project,
        config=", filesystem_importer = False",
        after='.relocate("filesystem-relative:lib")',
    )
    project.build()
    found = told(project.outputs("app") / "app")
    assert found["part"] == str(project.outputs("app") / "lib/app/part.py")


def test_settings_of_modules_beside_the_program(project: Space) -> None:
    """A setting that counts once a module is imported counts for one beside the program too."""
    project.write("app/__main__.py", "import multiprocessing as m; print(m.get_start_method())\n")
    write(
        project,
        policy='resources_location = "filesystem-relative:lib"',
        config=', multiprocessing_start_method = "spawn"',
    )
    project.build()
    folder = project.outputs("app")
    assert (folder / "lib/multiprocessing").is_dir()
    assert run(folder / "app").stdout == b"spawn\n"


def test_resources_file(project: Space, tmp_path: Path) -> None:
    """Resources can be a file next to the program; it must be the one of the same build."""
    write(
        project,
        settings='packed_resources_load_mode = "binary-relative-memory-mapped:app.bin",',
    )
    project.build()
    place = moved(project, tmp_path)
    assert files(place) == ["app.bin"]
    assert (place / "app").stat().st_size < (place / "app.bin").stat().st_size
    assert told(place / "app")["data"] == "DATA"


def test_wrong_resources_file(project: Space) -> None:
    """Without its resources file, a program ends with what is wrong; inspect tells it too."""
    write(
        project,
        settings='packed_resources_load_mode = "binary-relative-memory-mapped:app.bin",',
    )
    project.build()
    app, file = project.outputs("app") / "app", project.outputs("app") / "app.bin"
    assert "app.part" in project.oxidize("inspect", app, "--modules").stdout.split()
    data = file.read_bytes()
    for content, message, inspected in (
        (data[:40] + b"?" + data[41:], "belongs to another build of this program", "sha256"),
        (b"", "damaged: not a container", "not a container"),
        (data[:5000], "damaged: container is cut off", "cut off"),
        (None, "can't be read: No such file or directory", "No such file or directory"),
    ):
        file.unlink()
        if content is not None:
            file.write_bytes(content)
        _fails_with(project, app, f"{file}", message, inspected)
    file.mkdir()
    _fails_with(project, app, f"{file}", "can't be read: Is a directory", "Is a directory")


def _fails_with(project: Space, app: Path, file: str, message: str, inspected: str) -> None:
    done = run(app)
    assert (done.returncode, done.stdout) == (1, b"")
    assert file in done.stderr.decode()
    assert message in done.stderr.decode()
    shown = project.oxidize("inspect", app)
    assert shown.returncode == 2
    assert inspected in shown.stderr


def test_embedded_resources(project: Space) -> None:
    """to_embedded_resources() gives the container that the program has in it."""
    write(project)
    project.build("resources")
    assert files(project.outputs("resources")) == ["packed-resources"]
    assert (project.outputs("resources") / "packed-resources").read_bytes()[:7] == b"OXIDIZE"


def test_manifest_takes_what_lies_beside(project: Space, tmp_path: Path) -> None:
    """A program in a manifest comes with its files, in the manifest's folder."""
    write(
        project,
        after='.relocate("filesystem-relative:lib")',
        settings='licenses_filename = "COPYING.txt",',
    )
    project.build("files")
    place = moved(project, tmp_path, "files")
    found = [path for path in files(place) if "__pycache__" not in path]
    assert found[:4] == ["bin/COPYING.txt", "bin/app", "bin/lib/app/__init__.py", found[3]]
    assert told(place / "bin/app")["part"] == str(place / "bin/lib/app/part.py")
    text = (place / "bin/COPYING.txt").read_text()
    assert text.startswith("This program contains\n\n  CPython 3.")
    assert "PYTHON SOFTWARE FOUNDATION LICENSE" in text


def test_listed_modules_only(project: Space) -> None:
    """filter_resources_from_files() keeps what a file lists, the packages around it, and what is
    needed to start."""
    project.write("names.txt", "# what it needs\napp.part\njson.decoder  # with json\ninspect\n\n")
    project.write("more/a.names", "importlib.metadata\nzlib\nnot.there\n")
    project.write("app/__main__.py", "import app.part, json\nprint('runs')\n")
    project.write("app/other.py", "")
    write(
        project,
        more='exe.filter_resources_from_files(["names.txt"], glob_files = ["more/*.names"])',
    )
    done = project.build()
    assert "1 names of modules that the program doesn't have: not.there" in done.stderr
    program = project.outputs("app") / "app"
    shown = project.oxidize("inspect", program, "--modules").stdout.split()
    assert {"app", "app.__main__", "app.part", "json", "json.decoder", "zlib"} <= set(shown)
    assert not {"app.other", "json.tool", "json.encoder", "sqlite3", "_sqlite3"} & set(shown)
    (project.root / "names.txt").write_bytes(b"\xff")
    assert "error[OX0404]: a list of modules isn't text" in project.oxidize("build").stderr
    # json.decoder alone doesn't make json importable: what is listed is the user's to know.
    project.write("names.txt", "app.part\njson.decoder\njson.scanner\njson.encoder\nre\n" + _RE)
    project.build()
    assert run(project.outputs("app") / "app").stdout == b"runs\n"


_RE = """
re._casefix
re._compiler
re._constants
re._parser
_json
collections
copyreg
enum
functools
keyword
operator
reprlib
types
"""


@pytest.mark.parametrize(
    ("filter_", "has", "lacks"),
    [
        ("all", ["_ssl", "_json"], []),
        ("no-libraries", ["_json"], ["_ssl", "_sqlite3"]),
        ("no-copyleft", ["_ssl", "_json"], ["readline"]),
        ("minimal", [], ["_ssl", "_json", "readline"]),
    ],
)
def test_extension_module_filter(
    project: Space, filter_: str, has: Sequence[str], lacks: Sequence[str]
) -> None:
    """The filter takes extension modules by what they need, and the program starts with any."""
    project.write("app/__main__.py", "print('runs')\n")
    write(project, policy=f'extension_module_filter = "{filter_}"')
    project.build()
    program = project.outputs("app") / "app"
    shown = set(project.oxidize("inspect", program, "--modules").stdout.split())
    assert set(has) <= shown
    assert not set(lacks) & shown
    assert run(program).stdout == b"runs\n"


def test_no_memory_for_extension_modules(project: Space) -> None:
    """Where they may not be in memory, extension modules go to the fallback, or the build fails
    with what to do."""
    project.write("app/__main__.py", "import _json; print(_json.__file__)\n")
    policy = "allow_in_memory_shared_library_loading = False, resources_location_fallback = "
    write(project, policy=policy + '"filesystem-relative:so"')
    project.build()
    folder = project.outputs("app")
    found = run(folder / "app").stdout.decode().strip()
    assert Path(found).parent == folder / "so"
    write(project, policy=policy + "None")
    done = project.oxidize("build")
    assert done.returncode == 1
    assert "may not be loaded from memory, and has no fallback" in done.stderr
    assert 'resources_location_fallback = "extracted"' in done.stderr


def test_standard_library_as_a_collection(project: Space) -> None:
    """python_resources() is the standard library; added, it is as its methods left it."""
    write(
        project,
        before="library = dist.python_resources()",
        more='exe.add_python_resources(library.only(["json"]).relocate("filesystem-relative:std"))',
    )
    project.build()
    folder = project.outputs("app")
    project.write("app/__main__.py", "import json, os; print(json.__file__)\n")
    project.build()
    assert run(folder / "app").stdout.decode().strip() == str(folder / "std/json/__init__.py")


def test_filtered_standard_library_as_files(project: Space) -> None:
    """Of files for any Python, exactly those are there that the filter says True of."""
    project.write(
        "build.star",
        textwrap.dedent("""
            def keep(resource):
                return type(resource) == "PythonModuleSource" and resource.package == "json"

            def make():
                files = FileManifest()
                dist = default_python_distribution()
                files.add_python_resources("lib", dist.python_resources().filter(keep))
                return files

            register_target("files", make)
        """),
    )
    done = project.build()
    assert {path.split("/")[1] for path in files(project.outputs("files"))} == {"json"}
    assert "warning" not in done.stderr


def test_archive_has_what_lies_beside(project: Space) -> None:
    """An archive of a program has its files beside it, under the same folder."""
    write(project, after='.relocate("filesystem-relative:lib")')
    with (project.root / "build.star").open("a") as stream:
        stream.write(
            'register_target("tar", lambda app: app.to_installer("tar.gz"), depends = ["app"])\n'
        )
    project.build("tar")
    (archive,) = project.outputs("tar").iterdir()
    with tarfile.open(archive) as opened:
        names = [name for name in opened.getnames() if "__pycache__" not in name]
    assert names == [
        "app/LICENCES",
        "app/app",
        "app/lib/app/__init__.py",
        "app/lib/app/__main__.py",
        "app/lib/app/data.txt",
        "app/lib/app/part.py",
    ]
