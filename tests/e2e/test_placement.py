"""Where resources go: what policies, collections and functions of the build file say of them."""

from __future__ import annotations

import json
import shutil
import sys
import tarfile
import textwrap
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.e2e.space import Space, run

MAIN = """
    import importlib.metadata, importlib.resources, inspect, json, sys
    import app, app.part

    print(json.dumps({
        "part": app.part.__file__,
        "source": inspect.getsource(app.part),
        "data": importlib.resources.files("app").joinpath("data.txt").read_text(),
        "again": open(app.__file__.replace("__init__.py", "data.txt")).read(),
        "names": sorted(name for name in sys.modules if name.startswith("app")),
    }))
"""
BUILD = """
    def make():
        dist = default_python_distribution()
        policy = dist.make_python_packaging_policy({policy})
        {before}
        exe = dist.to_python_executable(
            name = "app",
            packaging_policy = policy,
            config = dist.make_python_interpreter_config(run_module = "app"{config}),
            {settings}
        )
        own = exe.read_package_root(path = ".", packages = ["app"])
        exe.add_python_resources(own{after})
        {more}
        return exe

    register_target("app", make, default = True)
    register_target("resources", lambda app: app.to_embedded_resources(), depends = ["app"])
    register_target("files", lambda app: app.to_file_manifest("bin"), depends = ["app"])
"""


@pytest.fixture
def project(space: Space) -> Space:
    """A package of a main module, another one and a data file, that tells where these are."""
    space.write("app/__init__.py", "")
    space.write("app/__main__.py", textwrap.dedent(MAIN))
    space.write("app/part.py", "x = 1\n")
    space.write("app/data.txt", "DATA")
    return space


def write(
    space: Space,
    functions: str = "",
    *,
    policy: str = "",
    before: str = "pass",
    settings: str = "",
    config: str = "",
    after: str = "",
    more: str = "pass",
) -> None:
    """Writes the build file, with something in its places."""
    made = textwrap.dedent(BUILD).format(
        policy=policy, before=before, settings=settings, config=config, after=after, more=more
    )
    space.write("build.star", textwrap.dedent(functions) + made)


def told(program: Path, *arguments: str) -> dict[str, str]:
    """What the program tells, run where nothing is but its own folder."""
    done = run(program, *arguments, cwd=Path("/"))
    assert done.returncode == 0, done.stderr.decode()
    found: dict[str, str] = json.loads(done.stdout)
    return found


def files(folder: Path) -> list[str]:
    """What a build wrote, apart from the program."""
    paths = (p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    return sorted(path for path in paths if path != "app")


def moved(space: Space, tmp_path: Path, target: str = "app") -> Path:
    """The outputs of a target, in another place."""
    place = tmp_path / "elsewhere"
    shutil.copytree(space.outputs(target), place)
    shutil.rmtree(space.root)
    return place


def plain(folder: Path, code: str, *flags: str) -> str:
    """What plain Python prints that has only a folder on its path."""
    script = f"import sys; sys.path[:0] = [{str(folder)!r}]; {code}"
    done = run(sys.executable, "-I", "-S", *flags, "-c", script)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().strip()


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
        "lib/app/__pycache__/__init__.cpython-311.pyc".replace("311", _tag()),
        "lib/app/__pycache__/__main__.cpython-311.pyc".replace("311", _tag()),
        "lib/app/__pycache__/part.cpython-311.pyc".replace("311", _tag()),
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


def _tag() -> str:
    return f"{sys.version_info.major}{sys.version_info.minor}"


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


def test_callback(project: Space, tmp_path: Path) -> None:
    """A resource callback leaves out, moves and strips single resources; it gets the policy, and
    knows each resource's type; others stay as they were."""
    project.write("app/secret.py", "raise SystemExit('imported')")
    write(
        project,
        """
        def place(policy, resource):
            if resource.is_stdlib:
                return resource
            kind = type(resource)
            if kind == "PythonModuleSource" and "SystemExit" in resource.source():
                return None
            if kind == "PythonModuleSource" and resource.name == "app.part":
                print(policy.resources_location, resource.package, resource.is_package)
                return resource.with_settings(location = "filesystem-relative:lib")
            if kind == "PythonPackageResource":
                print(kind, resource.package, resource.name)
                return resource.with_settings(location = "filesystem-relative:share")
            return resource
        """,
        before="policy.register_resource_callback(place)",
    )
    done = project.build()
    assert "in-memory app False\n" in done.stderr
    assert "PythonPackageResource app data.txt\n" in done.stderr
    place = moved(project, tmp_path)
    assert [path for path in files(place) if "__pycache__" not in path] == [
        "lib/app/part.py",
        "share/app/data.txt",
    ]
    found = told(place / "app")
    assert found["part"] == str(place / "lib/app/part.py")
    assert (found["data"], found["again"]) == ("DATA", "DATA")
    shown = run(place / "app", "x", cwd=Path("/"))
    assert b"secret" not in shown.stdout


def test_callbacks_run_in_order(project: Space) -> None:
    """Each callback gets what the one before decided, and isn't asked about what that dropped."""
    write(
        project,
        """
        def first(policy, resource):
            if resource.is_stdlib:
                return resource
            if type(resource) == "PythonPackageResource":
                return None
            place = "filesystem-relative:a"
            return resource.with_settings(location = place, include_source = False)

        def second(policy, resource):
            if resource.is_stdlib:
                return resource
            print("second", type(resource), resource.location)
            return resource.with_settings(location = "in-memory")
        """,
        before="add = policy.register_resource_callback; add(first); add(second)",
    )
    done = project.build()
    lines = sorted({line for line in done.stderr.splitlines() if line.startswith("second")})
    assert lines == ["second PythonModuleSource filesystem-relative:a"]
    assert files(project.outputs("app")) == []
    shown = project.oxidize("inspect", project.outputs("app") / "app", "--json")
    modules = json.loads(shown.stdout)["modules"]
    assert modules["app.part"]["location"] == "in-memory"
    assert modules["app.part"]["source"] is False


def test_decisions_are_cut_off_early(project: Space) -> None:
    """An edit of the build file that changes no decision compiles nothing."""
    function = 'def keep(resource):\n    return type(resource) != "PythonPackageResource"\n'
    write(project, function, after=".filter(keep)")
    project.build()
    write(project, function + "\n# a comment\n", after=".filter(keep)")
    told = project.build().stderr
    assert "decide on app" in told
    assert "compile" not in told
    write(project, function.replace("!=", "=="), after=".filter(keep)")
    done = project.oxidize("build")
    assert "no resource gives app" in done.stderr


def test_filter_narrows(project: Space) -> None:
    """A collection's filter decides with a function that may close over anything."""
    write(
        project,
        after='.filter(lambda r: type(r) != "PythonModuleSource" or r.name not in unwanted)',
        before='unwanted = ["app.other"]',
    )
    project.write("app/other.py", "")
    project.build()
    program = project.outputs("app") / "app"
    shown = project.oxidize("inspect", program, "--modules").stdout.split()
    assert "app.part" in shown
    assert "app.other" not in shown


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


@pytest.mark.parametrize(
    ("function", "message", "help_"),
    [
        (
            "def decide(policy, resource):\n    return True\n",
            "the resource callback returns a value of type bool for ",
            "return the resource, resource.with_settings(...), or None to leave it out",
        ),
        (
            "def decide(policy, resource):\n"
            '    return resource.with_settings(location = "in memory")\n',
            '"in memory" is no location',
            'did you mean "in-memory"?',
        ),
        (
            'def decide(policy, resource):\n    return resource.with_settings(location = "none")\n',
            '"none" is no location',
            'locations are "in-memory"',
        ),
        (
            "def decide(policy, resource):\n    return resource.nmae\n",
            'has no attribute "nmae"',
            'did you mean "name"?',
        ),
        (
            "def decide(policy, resource):\n    default_python_distribution()\n",
            "can't be called by a function that decides on resources",
            "call it before",
        ),
    ],
)
def test_wrong_decisions(project: Space, function: str, message: str, help_: str) -> None:
    """A callback that goes wrong fails the build, at its place in the build file."""
    write(project, function, before="policy.register_resource_callback(decide)")
    done = project.oxidize("build")
    assert done.returncode == 1
    assert message in done.stderr
    assert help_ in done.stderr
    assert "build.star:" in done.stderr
    assert "<oxidize>" not in done.stderr


def test_forgotten_return_is_told(project: Space) -> None:
    """A callback that returns nothing leaves out everything, and the build says so."""
    write(
        project,
        "def decide(policy, resource):\n    resource.with_settings(include = True)\n",
        before="policy.register_resource_callback(decide)",
    )
    done = project.oxidize("build")
    assert done.returncode == 1
    assert "leave out all" in done.stderr


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
        "app/app",
        "app/lib/app/__init__.py",
        "app/lib/app/__main__.py",
        "app/lib/app/data.txt",
        "app/lib/app/part.py",
    ]
