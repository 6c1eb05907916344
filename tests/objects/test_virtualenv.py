"""read_virtualenv: which trees an environment stands for, and what can't be followed."""

from __future__ import annotations

import pytest

from oxidize.errors import Diagnostic
from oxidize.graph.action import Action, SourceTree
from tests.objects.test_program import by_mnemonic, program
from tests.starlark.project import Project

SITE = "venv/lib/python3.11/site-packages"


@pytest.fixture
def venv(project: Project) -> Project:
    """A project with an environment that has one module installed."""
    project.write("venv/pyvenv.cfg", "version = 3.11.7\n")
    project.write(f"{SITE}/thing.py")
    return project


def compiled(project: Project) -> list[Action]:
    """The compile actions of the trees that the environment gives."""
    artifact = program(project, 'exe.add_python_resources(exe.read_virtualenv("venv"))')
    (pack,) = by_mnemonic(artifact)["pack"]
    actions = [each.action for each in pack.inputs["containers"] if hasattr(each, "action")]
    return [each for each in actions if each.mnemonic == "compile"][2:]


def trees(project: Project) -> list[SourceTree]:
    found = [each.inputs["sources"][0] for each in compiled(project)]
    return [each for each in found if isinstance(each, SourceTree)]


def refused(project: Project, path: str = "venv") -> Diagnostic:
    return project.refused(f"""
        def make():
            exe = default_python_distribution().to_python_executable("app")
            exe.add_python_resources(exe.read_virtualenv("{path}"))
            return exe
        register_target("app", make)
    """)


def test_site_packages(venv: Project) -> None:
    """An environment is one third-party tree, made for the Python that its folder names."""
    (action,) = compiled(venv)
    assert action.inputs["sources"] == (SourceTree(str(venv.folder / SITE)),)
    assert action.params["group"] == "third-party"
    assert action.params["made_for"] == "3.11"
    assert action.params["distributions"] == ()
    assert action.label == "compile venv"


def test_separate_lib64(venv: Project) -> None:
    """A lib64 of its own is a second tree; one that links to lib is none."""
    (venv.folder / "venv/lib64").symlink_to("lib")
    assert len(trees(venv)) == 1
    (venv.folder / "venv/lib64").unlink()
    venv.write(SITE.replace("/lib/", "/lib64/") + "/fast.py")
    assert len(trees(venv)) == 2


def test_harmless_path_files(venv: Project) -> None:
    """Hooks that only set up the environment itself are passed over, comments too."""
    for name in ("distutils-precedence.pth", "_virtualenv.pth", "zope-nspkg.pth", "coverage.pth"):
        venv.write(f"{SITE}/{name}", "import something\n")
    venv.write(f"{SITE}/empty.pth", "# import nothing\n\n")
    assert len(trees(venv)) == 1


def test_editable_projects(venv: Project) -> None:
    """A plain path leads to the packages of the project there, not to its tools and leftovers."""
    for path in (
        "flat/pyproject.toml", "flat/pack/__init__.py", "flat/one.py", "flat/setup.py",
        "flat/tests/__init__.py", "flat/docs/index.md", "flat/.git/config", "flat/conftest.py",
        "space/src/ns/mod.py", "space/src/thing.egg-info/PKG-INFO", "space/src/.hidden",
    ):  # fmt: skip
        venv.write(path)
    folder = venv.folder.resolve()
    venv.write(f"{SITE}/__editable__.flat.pth", f"{folder}/flat\n")
    venv.write(f"{SITE}/space.pth", f"\ufeff{folder}/space/src\n{folder}/flat\n")
    assert trees(venv)[1:] == [
        SourceTree(f"{folder}/flat", ("one.py", "pack")),
        SourceTree(f"{folder}/space/src", ("ns",)),
    ]
    actions = compiled(venv)
    assert [each.params["group"] for each in actions[1:]] == ["first-party"] * 2
    assert [each.label for each in actions[1:]] == ["compile flat", "compile space"]


def test_paths_inside(venv: Project) -> None:
    """A relative path leads into the environment; what is there is third-party as well."""
    venv.write(f"{SITE}/win32/api.py")
    venv.write(f"{SITE}/win.pth", "win32\n")
    actions = compiled(venv)
    assert trees(venv)[1].path.endswith("site-packages/win32")
    assert [each.params["group"] for each in actions] == ["third-party"] * 2


def test_refused_hooks(venv: Project) -> None:
    """A .pth file that hooks into imports is refused by its name."""
    venv.write(f"{SITE}/__editable__.app-1.0.pth", "import __editable___app_1_0_finder as f\n")
    diagnostic = refused(venv)
    assert "__editable__.app-1.0.pth, line 1, runs code" in diagnostic.message
    assert "install that project without -e" in str(diagnostic.help)
    assert diagnostic.span is not None
    (venv.folder / SITE / "__editable__.app-1.0.pth").unlink()
    venv.write(f"{SITE}/profiler.pth", "# hi\nimport\tprofiler\n")
    assert "profiler.pth, line 2, runs code" in refused(venv).message


def test_refused_paths(venv: Project) -> None:
    """A path that isn't there any more, an empty project and an unreadable file are refused."""
    venv.write(f"{SITE}/gone.pth", "/nowhere/project\n")
    assert refused(venv).code == "OX0223"
    assert "gone.pth, line 1, names /nowhere/project, which is no folder" in refused(venv).message
    venv.write("bare/setup.py")
    venv.write(f"{SITE}/gone.pth", f"{venv.folder}/bare\n")
    assert "where there is no package" in refused(venv).message
    (venv.folder / SITE / "gone.pth").write_bytes(b"\xff\xfe/\0")
    assert "it isn't UTF-8" in refused(venv).message


def test_no_environment(venv: Project) -> None:
    """Another folder, or none, is no environment; the one that is there is proposed."""
    diagnostic = refused(venv, "vemv")
    assert diagnostic.message == '"vemv" is no virtual environment: it doesn\'t exist'
    assert diagnostic.help == 'did you mean "venv"?'
    diagnostic = refused(venv, "hello")
    assert diagnostic.message == '"hello" is no virtual environment: it has no pyvenv.cfg'
    assert diagnostic.help == "there is venv"
    venv.write("bare/pyvenv.cfg")
    assert refused(venv, "bare").message == '"bare" has no site-packages folder'
