"""FileManifest, FileContent and glob: which files a target hands out, and which is run."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from oxidize.errors import BuildFileError
from oxidize.graph.action import SourceFile
from oxidize.graph.target import TargetOutputs
from oxidize.objects.globbing import expand
from tests.objects.test_program import by_mnemonic
from tests.starlark.project import Project, made_by


def outputs(project: Project, body: str) -> TargetOutputs:
    """The outputs of a target whose function ends in `return files`."""
    lines = "".join(f"    {line.strip()}\n" for line in body.strip().splitlines())
    session = project.load(
        "def make():\n    exe = default_python_distribution().to_python_executable('app')\n"
        f"    files = FileManifest()\n{lines}    return files\n\nregister_target('files', make)\n"
    )
    return session.analyze([])["files"]


def printed(project: Project, expression: str) -> list[str]:
    project.load(f"[print(each) for each in {expression}]")
    return project.printed


def test_files(project: Project) -> None:
    """Files go under their names, into a folder, or to a path of their own."""
    project.write("notes/readme.txt")
    found = outputs(
        project,
        """
        files.add_file(FileContent(path = "notes/readme.txt"))
        files.add_file(FileContent(path = "notes/readme.txt", filename = "LIESMICH"))
        files.add_file(FileContent(filename = "a.txt", content = "é"), directory = "etc/./x")
        files.add_file(FileContent(filename = "a.txt", content = "b"), path = "etc/b.txt")
        files.add_path("notes/readme.txt", strip_prefix = "notes")
        files.add_path("notes/readme.txt", strip_prefix = "")
        """,
    )
    assert list(found.files) == [
        "LIESMICH", "etc/b.txt", "etc/x/a.txt", "notes/readme.txt", "readme.txt",
    ]  # fmt: skip
    assert found.files["readme.txt"] == SourceFile(str(project.folder / "notes/readme.txt"))
    assert made_by(found.files["etc/x/a.txt"]).params == {"text": "é", "executable": False}
    assert found.program is None


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are text there")
def test_names_that_are_no_text(project: Project) -> None:
    """glob() names a file whose name isn't UTF-8, unless it is left out."""
    project.write("notes/a.txt")
    Path(os.fsdecode(os.fsencode(project.folder) + b"/notes/\xff.txt")).touch()
    with pytest.raises(BuildFileError) as caught:
        project.load("glob(['notes/*'])")
    assert r"matches a file whose name isn't UTF-8: 'notes/\udcff.txt'" in str(caught.value)
    assert printed(project, "glob(['notes/*'], exclude = ['notes/[!a]*']).paths()") == [
        "notes/a.txt"
    ]


def test_a_file_in_place_of_a_folder(project: Project) -> None:
    """A file can take the place of a folder once nothing is in the folder any more."""
    found = outputs(
        project,
        """
        text = FileContent(filename = "a.txt", content = "a")
        files.add_file(text, path = "etc/x/a.txt")
        files.add_file(text, path = "etc/x/a.txt")
        files.remove("etc/x/a.txt")
        files.remove("etc/x/a.txt")
        files.add_file(text, path = "etc")
        """,
    )
    assert list(found.files) == ["etc"]
    with pytest.raises(BuildFileError, match='"etc" would take the place of the folder of "etc/b"'):
        outputs(
            project,
            """
            text = FileContent(filename = "b", content = "b")
            files.add_file(text, path = "etc/a")
            files.add_file(text, path = "etc/b")
            files.remove("etc/a")
            files.add_file(text, path = "etc")
            """,
        )


def test_modes(project: Project) -> None:
    """A file can be run if it can be run where it lies, unless told otherwise."""
    project.write("tool.sh", "#!/bin/sh\n").chmod(0o755)
    project.write("data.txt")
    found = outputs(
        project,
        """
        files.add_file(FileContent(path = "tool.sh"))
        files.add_file(FileContent(path = "data.txt", executable = False))
        files.add_file(FileContent(path = "tool.sh", executable = False), path = "plain")
        """,
    )
    assert isinstance(found.files["tool.sh"], SourceFile)
    assert isinstance(found.files["data.txt"], SourceFile)
    assert made_by(found.files["plain"]).params == {"executable": False}
    assert found.program == "tool.sh"


def test_programs(project: Project) -> None:
    """A program can be added to until the function returns; the last one added is run."""
    found = outputs(
        project,
        """
        files.add_manifest(exe.to_file_manifest("bin"))
        other = default_python_distribution().to_python_executable("other")
        files.add_python_resources(".", other)
        files.add_python_resource("last", exe)
        files.add_file(FileContent(filename = "x", content = "", executable = True))
        exe.add_python_resources(exe.read_package_root(".", ["hello"]))
        """,
    )
    assert list(found.files) == ["bin/app", "last/app", "other", "x"]
    assert found.program == "last/app"
    labels = [each.label for each in by_mnemonic(found.files["bin/app"])["compile"]]
    assert "compile hello" in labels
    assert made_by(found.files["bin/app"]) is made_by(found.files["last/app"])


def test_replacing(project: Project) -> None:
    """The later file wins, in add_manifest too; a program that is replaced isn't run."""
    found = outputs(
        project,
        """
        files.add_python_resource(".", exe)
        more = FileManifest()
        more.add_file(FileContent(filename = "app", content = "text"))
        files.add_manifest(more)
        """,
    )
    assert made_by(found.files["app"]).mnemonic == "make-file"
    assert found.program is None


def test_looking(project: Project) -> None:
    """paths, get_file and remove answer with what is there."""
    found = outputs(
        project,
        """
        files.add_file(FileContent(filename = "b", content = "1"))
        files.add_file(FileContent(filename = "a", content = "2"))
        print(files.paths(), files.get_file("c"), type(files.get_file("./a")))
        files.add_file(files.get_file("a"), path = "copy")
        files.remove("a")
        files.remove("nothing")
        """,
    )
    assert list(found.files) == ["b", "copy"]
    assert project.printed == ['["a", "b"] None FileContent']


def test_manifests_are_made_anywhere(project: Project) -> None:
    """What is made while the file is loaded can be handed to several targets."""
    session = project.load("""
        licence = glob(["build.star"])
        def make(name):
            files = FileManifest()
            files.add_manifest(licence)
            files.add_file(FileContent(filename = name, content = ""))
            return files
        register_target("one", lambda: make("one"))
        register_target("two", lambda: make("two"))
    """)
    found = session.analyze(["one", "two"])
    assert [list(each.files) for each in found.values()] == [
        ["build.star", "one"],
        ["build.star", "two"],
    ]


@pytest.fixture
def tree(project: Project) -> Project:
    for path in (
        "data/a.json", "data/b.txt", "data/.hidden", "data/deep/er/c.json", "data/deep/d.json",
        "data/.git/e.json", "data/__pycache__/f.json", "data/[odd].json",
    ):  # fmt: skip
        project.write(path)
    (project.folder / "data/loop").symlink_to("../data")
    return project


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("data/*.json", ["[odd].json", "a.json"]),
        ("data/**/*.json", ["[odd].json", "a.json", "deep/d.json", "deep/er/c.json"]),
        ("data/**", ["[odd].json", "a.json", "b.txt", "deep/d.json", "deep/er/c.json"]),
        ("data/deep/**/c.json", ["deep/er/c.json"]),
        ("data/?.*", ["a.json", "b.txt"]),
        ("data/[[]*", ["[odd].json"]),
        ("data/.h*", [".hidden"]),
        ("data/.*/e.json", [".git/e.json"]),
        ("data/loop/a.json", ["loop/a.json"]),
        ("./data/../data/b.txt", ["b.txt"]),
        ("nowhere/*", []),
        ("data/a.json/*", []),
        ("data", []),
    ],
)
def test_patterns(tree: Project, pattern: str, expected: list[str]) -> None:
    """Stars stay within a name, double stars cross folders, hidden files need their dot."""
    found = [Path(each).relative_to(tree.folder / "data") for each in expand(pattern, tree.folder)]
    assert [each.as_posix() for each in found] == expected


def test_glob(tree: Project) -> None:
    """Files keep their paths below the build file's folder, or below what is stripped."""
    include = '["data/**/*.json"], exclude = ["data/*.json", "none/*"]'
    assert printed(tree, f"glob({include}).paths()") == ["data/deep/d.json", "data/deep/er/c.json"]
    tree.printed.clear()
    for prefix in ('"data"', '"data/"', 'CWD + "/data"'):
        tree.printed.clear()
        paths = printed(tree, f"glob({include}, strip_prefix = {prefix}).paths()")
        assert paths == ["deep/d.json", "deep/er/c.json"]
    tree.printed.clear()
    assert printed(tree, 'glob([CWD + "/data/b.txt"]).paths()') == ["data/b.txt"]
    assert json.dumps(tree.printed) == '["data/b.txt"]'


def test_manifest_in_a_folder(project: Project) -> None:
    """Another manifest's files, resources and program go below a folder."""
    found = outputs(
        project,
        """
        inner = exe.to_file_manifest("bin")
        inner.add_file(FileContent(filename = "a", content = ""))
        inner.add_python_resources(".", exe.read_package_root(path = ".", packages = ["hello"]))
        inner.add_python_resources("lib", exe.read_package_root(path = ".", packages = ["hello"]))
        files.add_manifest(inner, directory = "./opt/x/")
        """,
    )
    assert list(found.files) == ["opt/x", "opt/x/lib", "opt/x/a", "opt/x/bin/app"]
    assert found.program == "opt/x/bin/app"


def test_archive_of_a_manifest(project: Project) -> None:
    """An archive holds files with their modes, programs, and folders of resources; what is added
    after it was asked for belongs to it."""
    session = project.load("""
        def make():
            exe = default_python_distribution().to_python_executable("app")
            files = exe.to_file_manifest("bin")
            archive = files.to_installer("zip", name = "all")
            files.add_python_resources(".", exe.read_package_root(path = ".", packages = ["hello"]))
            files.add_python_resources("x", exe.read_package_root(path = ".", packages = ["hello"]))
            files.add_file(FileContent(filename = "note", content = ""))
            return archive

        register_target("archive", make)
    """)
    ((file, artifact),) = session.analyze([])["archive"].files.items()
    assert file == "all-x86_64-unknown-linux-gnu.zip"
    archive = made_by(artifact)
    assert archive.params == {
        "format": "zip",
        "folders": ("all", "all/x"),
        "names": ("all/LICENCES", "all/bin/app", "all/note"),
        "executable": (False, True, False),
    }
    assert [made_by(tree).mnemonic for n in (0, 1) for tree in archive.inputs[f"folder/{n}"]] == [
        "lay-out",
        "lay-out",
    ]


def test_archive_among_files(project: Project) -> None:
    """An archive can be handed out among other files; it is not what is run."""
    found = outputs(project, 'files.add_installer(exe.to_installer("zip"), directory = "dist")')
    assert list(found.files) == ["dist/app-x86_64-unknown-linux-gnu.zip"]
    assert found.program is None


@pytest.mark.parametrize(
    "lines",
    [
        "files.add_installer(files.to_installer('zip', 'all'))",
        "outer = FileManifest(); outer.add_installer(files.to_installer('zip', 'all')); "
        "files.add_installer(outer.to_installer('zip', 'outer'))",
        "outer = FileManifest(); outer.add_installer(files.to_installer('zip', 'all')); "
        "files.add_manifest(outer)",
    ],
)
def test_archive_in_itself(lines: str, project: Project) -> None:
    """An archive that would have to hold itself is refused."""
    with pytest.raises(BuildFileError, match="holds the files of this manifest"):
        outputs(project, lines)


def test_manifest_in_itself(project: Project) -> None:
    """A manifest that is added to itself gives its files twice."""
    found = outputs(
        project,
        """
        files.add_file(FileContent(filename = "a.txt", content = "a"))
        files.add_manifest(files, directory = "copy")
        """,
    )
    assert list(found.files) == ["a.txt", "copy/a.txt"]


def test_package_data(project: Project) -> None:
    """Files of a manifest become data of the program's packages, at their paths."""
    project.write("logo.png")
    session = project.load("""
        def make():
            exe = default_python_distribution().to_python_executable("app")
            files = FileManifest()
            files.add_file(FileContent(path = "logo.png"), directory = "hello/data")
            exe.add_python_resources(exe.make_python_package_data(files))
            return exe

        register_target("app", make)
    """)
    actions = by_mnemonic(session.analyze([])["app"].files["app"])
    (gathered,) = actions["gather-files"]
    assert gathered.params == {"names": ("hello/data/logo.png",), "executable": (False,)}
    assert gathered.inputs["files"] == (SourceFile(str(project.folder / "logo.png")),)


def test_packages_of_a_distribution_as_files(project: Project) -> None:
    """What a distribution installs can be handed out as files, without a program."""
    session = project.load("""
        def make():
            files = FileManifest()
            files.add_python_resources("lib", default_python_distribution().pip_install(["rich"]))
            return files

        register_target("files", make)
    """)
    (tree,) = session.analyze([])["files"].files.values()
    assert made_by(tree).params["distributions"] == ("rich",)


def test_version_of_a_product(project: Project) -> None:
    """A product's version is written as packages of Python write it, however it was given."""
    project.write("base.tar")
    found = outputs(
        project,
        """
        base = {"base": "base.tar"}
        told = make_product("Notes", " v1.2-RC1\\n", publisher = "Example", summary = "Notes")
        files.add_installer(exe.to_installer("oci", product = told, settings = base))
        """,
    )
    assert [name.rpartition("-")[0] for name in found.files] == ["notes-1.2rc1"]


def test_package_of_a_product(project: Project) -> None:
    """What package managers call a product is its name in plain letters."""
    project.write("base.tar")
    found = outputs(
        project,
        """
        told = make_product("Fjörd Straße", "1", publisher = "Example", summary = "Notes")
        base = {"base": "base.tar"}
        files.add_installer(exe.to_installer("oci", product = told, settings = base))
        """,
    )
    assert [name.rpartition("-1-")[0] for name in found.files] == ["fjord-strasse"]
