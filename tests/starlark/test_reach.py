"""What the code of a library reaches: its own files, and what it is handed."""

from __future__ import annotations

from pathlib import Path

import pytest

from oxidize.errors import BuildFileError
from oxidize.graph.action import SourceFile, SourceTree
from oxidize.objects.reach import folder_reach
from oxidize.starlark.labels import Labels, Location
from tests.starlark.project import Project, made_by

OUTSIDE = "OX0120"

EXE = """
    def exe():
        return default_python_distribution().to_python_executable("app")
"""


def test_paths_of_a_library_start_in_it(project: Project) -> None:
    """A library's relative path means a file of its own, not the project's of the same name."""
    project.library("rules", "def data():\n    return FileContent('rules.star')\n")
    project.write("rules.star", "")
    session = project.load("""
        load("@rules//rules.star", "data")
        files = FileManifest()
        files.add_file(data())
        register_target("files", lambda: files)
    """)
    found = session.analyze(["files"])["files"].files["rules.star"]
    assert isinstance(found, SourceFile)
    assert "-libraries" in found.path


def test_a_lambda_of_the_build_file_is_its_own(project: Project) -> None:
    """A function that the build file hands in reaches what the build file does."""
    project.library("rules", "def call(fn):\n    return fn('build.star')\n")
    project.load("""
        load("@rules//rules.star", "call")
        call(lambda path: FileContent(path))
    """)


@pytest.mark.parametrize("function", ["glob", "partial(glob)", "partial(glob, exclude = [])"])
def test_a_function_of_the_language_is_its_callers(project: Project, function: str) -> None:
    """What the language itself has gives nobody more reach, whoever hands it to a library."""
    project.library("rules", "def call(fn):\n    return fn([CWD + '/*'])\n")
    found = project.refused(f'load("@rules//rules.star", "call")\ncall({function})\n')
    assert found.code == OUTSIDE


@pytest.mark.parametrize(
    "call",
    [
        "FileContent(X)",
        "glob([X])",
        "glob(['rules.star'], exclude = [X])",
        "glob(['rules.star'], strip_prefix = X)",
        "source_folder(X)",
        "map(FileContent, [X])",
        "[FileContent(path) for path in [X]]",
        "FileManifest().add_path(X, '')",
        "exe().read_package_root(X, ['hello'])",
        "exe().read_virtualenv(X)",
        "exe().pip_install([X])",
        "exe().pip_install(['hello @ ' + X])",
        "exe().pip_install(['file://' + X])",
        "exe().pip_install(['-r', X])",
        "exe().pip_install(['-c', X])",
        "exe().pip_install(['-f', X])",
    ],
)
@pytest.mark.parametrize("path", ['CWD + "/build.star"', '"../../x/build.star"', "CONFIG_PATH"])
def test_everything_that_takes_a_path(project: Project, call: str, path: str) -> None:
    """No function or method lets a library name a path outside, in any spelling."""
    project.library("rules", f"{EXE}\n    def rule():\n        {call.replace('X', path)}\n")
    found = project.refused('load("@rules//rules.star", "rule")\nrule()\n')
    assert found.code == OUTSIDE
    assert found.span
    assert found.span.file.endswith("rules.star")


@pytest.mark.parametrize(
    "use",
    [
        "rule()",
        "[f() for f in [rule]]",
        "map(lambda ignored: rule(), [1])",
        "map(with_argument, [1])",
        "sorted([1, 2], key = with_argument)",
        "filter(with_argument, [1])",
        "partial(with_argument, 1)()",
        "partial(rule)()",
        "deep(60)",
        "register_target('x', made)",
        "register_target('x', rule)",
        "holder.fn()",
    ],
)
def test_whoever_calls_it(project: Project, use: str) -> None:
    """The code of a library stays the library's, however a build file comes to run it."""
    project.library(
        "rules",
        """
        def rule():
            return glob([CWD + "/*"])
        def with_argument(ignored):
            return rule()
        def deep(levels):
            return deep(levels - 1) if levels else rule()
        made = lambda: glob([CWD + "/*"])
        holder = struct(fn = made)
        """,
    )
    found = project.refused(f"""
        load("@rules//rules.star", "deep", "holder", "made", "rule", "with_argument")
        {use}
    """)
    assert found.code == OUTSIDE


def test_calls_that_leave_no_trace_are_closed(project: Project) -> None:
    """There is no `partial` in a library: on the call stack it would be its caller's."""
    project.library("rules", 'rule = partial(glob, ["/etc/*"])\n')
    assert project.refused('load("@rules//rules.star", "rule")\nrule()\n').code == "OX0102"


def test_own_rules_are_no_way_round(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules that come with oxidize reach what their caller does."""
    own = project.write("own/own.star", "def own(path):\n    (lambda: source_folder(path))()\n")
    monkeypatch.setattr("oxidize.starlark.labels.rules_folder", lambda: own.parent)
    project.load('load("@oxidize//own.star", "own")\nown(CWD)\nown("hello")\n')
    project.library("rules", 'load("@oxidize//own.star", "own")\ndef rule(path):\n    own(path)\n')
    load = 'load("@rules//rules.star", "rule")\n'
    project.load(f'{load}rule(".")\n')
    assert project.refused(f"{load}rule(CWD)").code == OUTSIDE
    assert project.refused(f'{load}rule("hello")').code == "OX0209"


def test_what_is_handed_in(project: Project) -> None:
    """A library uses folders, files and collections of the project that it is handed."""
    project.write("hello/data/x.txt")
    project.write("setup/pyproject.toml", '[project]\nname = "mine"\nversion = "1"\n')
    project.library(
        "rules",
        EXE
        + """
    def rule(folder, file, files, resources, setup):
        made = exe()
        made.add_python_resources(resources)
        made.add_python_resources(made.read_package_root(folder, ["hello"]))
        made.add_python_resources(made.pip_install([], project = setup))
        files.add_file(file)
        files.add_file(folder.file("hello/data/x.txt"), directory = "one")
        files.add_manifest(folder.folder("hello/data").glob(["*"]))
        files.add_manifest(folder.folder("hello").glob(["data/*"], strip_prefix = "data"))
        files.add_python_resource("bin", made)
        return files
""",
    )
    session = project.load(
        """
        load("@rules//rules.star", "rule")
        other = default_python_distribution().to_python_executable("other")
        register_target("files", lambda: rule(
            source_folder("."),
            FileContent("build.star"),
            FileManifest(),
            other.make_python_module_source("made", ""),
            source_folder("setup"),
        ))
        """
    )
    assert sorted(session.analyze(["files"])["files"].files) == [
        "bin/app",
        "build.star",
        "one/x.txt",
        "x.txt",
    ]


def test_trees_that_are_handed_in_end_there(project: Project) -> None:
    """Trees of a library and of a folder that it's handed are told what their links mustn't leave;
    those of the build file's own are not."""
    project.library(
        "rules", "def rule(exe, path):\n    return exe.read_package_root(path, ['a'])\n"
    )
    project.write("src/a/__init__.py")
    trees = project.load("""
        load("@rules//rules.star", "rule")
        def make(handed):
            exe = default_python_distribution().to_python_executable("app")
            if handed:
                exe.add_python_resources(rule(exe, source_folder("src")))
            else:
                exe.add_python_resources(exe.read_package_root("src", ["a"]))
            files = FileManifest()
            files.add_python_resource(".", exe)
            return files
        register_target("handed", lambda: make(True))
        register_target("own", lambda: make(False))
    """)
    analyzed = trees.analyze(["handed", "own"])
    for target, within in (("handed", str(project.folder / "src")), ("own", "")):
        pack = made_by(made_by(analyzed[target].files["app"]).inputs["payload"][0])
        compiled = made_by(pack.inputs["containers"][-1])
        (tree,) = compiled.inputs["sources"]
        assert isinstance(tree, SourceTree)
        assert tree.within == within


def test_environments_with_links_to_elsewhere(project: Project) -> None:
    """A library that is handed an environment doesn't get what its .pth files name outside."""
    site = project.write("venv/lib/python3.11/site-packages/own.py").parent
    project.write("venv/pyvenv.cfg")
    project.write("elsewhere/__init__.py")
    (site / "more.pth").write_text(f"{project.folder}/elsewhere\n")
    project.library("rules", f"{EXE}\n    def rule(venv):\n        exe().read_virtualenv(venv)\n")
    load = 'load("@rules//rules.star", "rule")\n'
    assert project.refused(f'{load}rule(source_folder("venv"))').code == OUTSIDE
    (site / "more.pth").unlink()
    project.load(f'{load}rule(source_folder("venv"))')


@pytest.mark.parametrize("path", ["..", "../hello", "/etc", "a/../../x", "out", "out/x"])
def test_ways_out_of_a_folder(path: str, tmp_path: Path) -> None:
    """Nothing leads out of a folder that is handed in, whether it exists or not."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "out").symlink_to("../elsewhere")
    with pytest.raises(BuildFileError) as caught:
        folder_reach(folder, "folder").path(path)
    assert caught.value.diagnostic.code == OUTSIDE


def test_no_path_in_a_folder(tmp_path: Path) -> None:
    """A text that can't be a path is told as that."""
    with pytest.raises(BuildFileError) as caught:
        folder_reach(tmp_path, "folder").path("a\0b")
    assert caught.value.diagnostic.code == "OX0214"


@pytest.mark.parametrize("path", [".", "a", "a/../b", "in", "in/x", "up/..", "up/../a"])
def test_ways_inside_a_folder(path: str, tmp_path: Path) -> None:
    """Links and `..` that stay inside are fine, also where the folder itself is a link."""
    (tmp_path / "real" / "a").mkdir(parents=True)
    (tmp_path / "real" / "in").symlink_to("a")
    (tmp_path / "real" / "up").symlink_to(".")
    (tmp_path / "folder").symlink_to("real")
    found = folder_reach(tmp_path / "folder", "folder").path(path)
    assert found.resolve().is_relative_to((tmp_path / "real").resolve())


def test_private_files_of_every_library() -> None:
    """A `private/` folder is its library's: also of the one that comes along, at any depth."""
    project = Location(Path("/project/build.star"), Path("/project"))
    for label in ("@oxidize//private:x.star", "@oxidize//a/private/b:x.star"):
        with pytest.raises(BuildFileError) as caught:
            Labels({}).resolve(label, project)
        assert caught.value.diagnostic.code == "OX0123"
    inside = Labels({}).resolve("@oxidize//python_application.star", project)
    Labels({}).resolve("//private:x.star", inside)
    Labels({}).resolve("//private:x.star", project)


@pytest.mark.parametrize("name", ["a\nb", "a\x1bb", "a\rb"])
def test_names_that_would_deceive(name: str) -> None:
    """A label has no control characters: call stacks, in which code is recognised, are text."""
    with pytest.raises(BuildFileError) as caught:
        Labels({}).resolve(f"//{name}:x.star", Location(Path("/p/build.star"), Path("/p")))
    assert caught.value.diagnostic.code == "OX0104"
