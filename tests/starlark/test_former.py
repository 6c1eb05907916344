"""What PyOxidizer's build files say: the help of the errors about it is the line to write."""

from __future__ import annotations

import textwrap

import pytest

from oxidize.objects.language import language
from oxidize.starlark.diagnose import former
from tests.starlark.project import Project

MADE = """
def make():
    dist = default_python_distribution()
    policy = dist.make_python_packaging_policy()
    exe = dist.to_python_executable("app", packaging_policy = policy)
    files = FileManifest()
    packages = exe.pip_install(["click"])
{}
    return exe

register_target("app", make)
"""
PACKAGES = 'exe.pip_install(["click"])'


def help_for(project: Project, lines: str) -> str:
    """The help of the first error in a target's function that has these lines."""
    made = MADE.format(textwrap.indent(textwrap.dedent(lines), "    "))
    return project.refused(made).help or ""


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("exe.add_python_resource(r)", "exe.add_python_resources(packages)"),
        ("exe.add_python_resources(r)", "exe.add_python_resources(packages)"),
        (
            'files.add_python_resource("lib", r)',
            'files.add_python_resources("lib", packages)',
        ),
        (
            "r.add_location = VARS['place']\nexe.add_python_resource(r)",
            "exe.add_python_resources(packages.relocate(VARS['place']))",
        ),
        (
            "if r.is_stdlib:\n    continue\nexe.add_python_resource(r)",
            "exe.add_python_resources(packages.filter(lambda r: not r.is_stdlib))",
        ),
        (
            "if not r.is_stdlib:\n    r.add_include = False\nexe.add_python_resource(r)",
            "exe.add_python_resources(packages.filter(lambda r: r.is_stdlib))",
        ),
        (
            'if r.name in ("a",\n              "b"):\n    exe.add_python_resource(r)',
            'exe.add_python_resources(packages.filter(lambda r: r.name in ("a", "b")))',
        ),
        (
            'if VARS.get("color") or r.is_stdlib:\n    exe.add_python_resource(r)',
            "exe.add_python_resources("
            'packages.filter(lambda r: bool(VARS.get("color") or r.is_stdlib)))',
        ),
        (
            'if not VARS.get("color"):\n    continue\nexe.add_python_resource(r)',
            'exe.add_python_resources(packages.filter(lambda r: bool(VARS.get("color"))))',
        ),
        (
            'if r.name.startswith("a"):\n    exe.add_python_resource(r)',
            'exe.add_python_resources(packages.filter(lambda r: r.name.startswith("a")))',
        ),
        (
            'if r.name == "a" or r.is_stdlib:\n    continue\nexe.add_python_resource(r)',
            "exe.add_python_resources("
            'packages.filter(lambda r: not (r.name == "a" or r.is_stdlib)))',
        ),
        (
            'if r.name in ["a"]:\n    continue\nr.add_location = "in-memory"\n'
            "exe.add_python_resource(r)",
            "exe.add_python_resources("
            'packages.filter(lambda r: r.name not in ["a"]).relocate("in-memory"))',
        ),
    ],
)
def test_loops(body: str, line: str, project: Project) -> None:
    """A loop over resources is said in one line, with what it does to each."""
    loop = "for r in packages:\n" + textwrap.indent(body, "    ")
    assert help_for(project, loop) == f"write {line}"


@pytest.mark.parametrize(
    "body",
    [
        "exe.add_python_resource(r)\nprint(r)",
        "exe.add_python_resource(policy)",
        'if r.is_stdlib:\n    r.add_location = "in-memory"\nexe.add_python_resource(r)',
        "if r.is_stdlib:\n    continue\nelse:\n    exe.add_python_resource(r)",
        "r.add_source = False\nexe.add_python_resource(r)",
        'r.add_location = "filesystem-relative:" + r.package\nexe.add_python_resource(r)',
        "files.add_python_resource(r.package, r)",
        "r.add_include = True\nexe.add_python_resource(r)",
    ],
)
def test_loops_that_are_more_than_a_line(body: str, project: Project) -> None:
    """Of any other loop, the help names what takes its place."""
    loop = "for r in packages:\n" + textwrap.indent(body, "    ")
    help = help_for(project, loop)
    assert "filter(fn) and relocate(location)" in help
    assert "policy.register_resource_callback(fn)" in help


@pytest.mark.parametrize(
    ("lines", "given"),
    [
        ("policy.include_test = True", "include_test = True"),
        (
            "policy.resources_location = (\n    'in-memory'\n)",
            "resources_location = ('in-memory')",
        ),
        (
            'if VARS.get("color"):\n    policy.include_test = True',
            'include_test = True if VARS.get("color") else False',
        ),
        (
            'if VARS.get("t"):\n    pass\nelif VARS.get("u") or exe:\n'
            "    policy.resources_location_fallback = None",
            'resources_location_fallback = None if not VARS.get("t") and '
            '(VARS.get("u") or exe) else "extracted"',
        ),
    ],
)
def test_settings(lines: str, given: str, project: Project) -> None:
    """A setting that is assigned, maybe under conditions, is shown as the argument to give."""
    maker = "give it to the call that makes the object: make_python_packaging_policy"
    assert help_for(project, lines) == f"{maker}({given})"


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ('exe.setup_py_install("tool")', 'pip_install(["./tool"])'),
        ("exe.setup_py_install(package_path = CWD)", "pip_install([CWD])"),
        ('exe.setup_py_install(CWD + "/tool")', 'pip_install([CWD + "/tool"])'),
        ('exe.to_wix_msi_builder("a", "A", "1", "E")', 'to_installer("zip")'),
        ("BUILD_TARGET", "BUILD_TARGET_TRIPLE"),
    ],
)
def test_other_ways(lines: str, code: str, project: Project) -> None:
    """What has another name or form here is shown in that form."""
    assert help_for(project, lines).startswith(f"write {code}")


@pytest.mark.parametrize(
    "lines",
    [
        'policy.set_resource_handling_mode("files")',
        "policy.allow_files = True",
        'exe.tcl_files_path = "lib"',
        'exe.add_cargo_manifest_licensing("Cargo.toml")',
        'files.add_path("a", "", force_read = True)',
        'dist.to_python_executable("b", runtime = None)',
        "CONTEXT",
        "code_signer_from_windows_store_auto().activate()",
    ],
)
def test_what_is_left_out(lines: str, project: Project) -> None:
    """What isn't needed, or isn't there yet, is told as such."""
    assert help_for(project, lines).startswith("leave it out")


@pytest.mark.parametrize(
    ("name", "function"),
    [("WiXInstaller", "msi_installer"), ("PythonWheelBuilder", "program_wheel")],
)
def test_installers(name: str, function: str, project: Project) -> None:
    """The builders of installers lead to the functions that make these."""
    assert help_for(project, f"{name}()").startswith(f'{function}() of "@oxidize//installers.star"')


def test_no_name_is_there() -> None:
    """What former names stand in for doesn't exist: nothing is refused that works."""
    types = language().types.values()
    members = {name: each for kind in types for name, each in kind.members.items()}
    taken = {row.name for each in members.values() for row in each.parameters}
    assert not members.keys() & former.METHODS.keys()
    assert not taken & former.SETTINGS.keys()
