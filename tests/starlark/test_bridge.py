"""One source, four products: prelude, check interface, editor stubs and reference."""

from __future__ import annotations

from pathlib import Path

import starlark
from attrs import define

from oxidize.objects import functions
from oxidize.objects.base import ScriptObject
from oxidize.objects.context import Context
from oxidize.objects.distribution import PythonDistribution
from oxidize.objects.executable import PythonExecutable
from oxidize.objects.language import Language, language, read_language
from oxidize.objects.member import exposed
from oxidize.starlark.bridge import Bridge
from oxidize.starlark.dialect import build_file_globals, dialect
from oxidize.starlark.interface import (
    check_interface,
    interface_load,
    interface_source,
)
from oxidize.starlark.prelude import prelude_source
from oxidize.starlark.reference import reference_pages
from oxidize.starlark.session import Session
from oxidize.starlark.stub import editor_stub
from tests.starlark.project import Project

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


@define(eq=False, kw_only=True)
class Lamp(ScriptObject):
    """A lamp."""

    color: str

    @exposed()
    def glow(self, times: int, *, loud: bool = False) -> str:
        """Glows for a while.

        Args:
            times: How often.
            loud: Whether it hums.
        """
        return f"{self.color} glow" * times + ("!" if loud else "")


@exposed()
def make_lamp(context: Context, color: str) -> Lamp:
    """Makes a lamp.

    Args:
        color: Its color.
    """
    return Lamp(context=context, color=color)


def lamps(lamp: type[ScriptObject] = Lamp) -> Language:
    return read_language([lamp], [make_lamp, functions.print])


def test_one_method_is_written_once(project: Project) -> None:
    """A method added to a class appears in all products, and works, with no other edit."""

    class Changed(Lamp):
        @exposed()
        def dim(self, percent: int = 50) -> str:
            """Glows less.

            Args:
                percent: By how much.
            """
            return f"{self.color} at {percent} %"

    Changed.__name__ = "Lamp"
    before, after = lamps(), lamps(Changed)
    for product in (prelude_source, interface_source, editor_stub):
        assert "dim" not in product(before)
        assert "dim" in product(after)
    page = reference_pages(after)["Lamp.md"]
    assert "dim(percent = 50)" in page
    assert "By how much." in page
    assert "dim" not in reference_pages(before)["Lamp.md"]


def test_a_language_of_other_types_works(project: Project) -> None:
    """The bridge knows no type by name: it works for any classes and functions."""
    project.write("build.star", 'print(make_lamp("red").glow(2, loud = True))\n')
    bridge = Bridge(lamps())
    Session.load(project.settings(), project.printed.append, bridge=lambda: bridge)
    assert project.printed == ["red glowred glow!"]


def test_print_of_objects(project: Project) -> None:
    """Objects are printed by type and name, in lists, tuples and dicts too; strings as they are."""
    project.load(
        "dist = default_python_distribution()\n"
        'exe = dist.to_python_executable(name = "app")\n'
        'print("a", exe, [exe, "b", 1], (dist,), {"k": dist})\n'
    )
    app, dist = 'PythonExecutable(name = "app")', "PythonDistribution()"
    assert project.printed == [f'a {app} [{app}, "b", 1] ({dist},) {{"k": {dist}}}']


def test_committed_reference_is_fresh() -> None:
    """docs/reference is what `python -m oxidize docs -o docs/reference` writes."""
    committed = {path.name: path.read_text(encoding="utf-8") for path in REFERENCE.glob("*.md")}
    assert committed == reference_pages()


def test_everything_is_documented() -> None:
    """Each type, function, method and parameter says what it is."""
    known = language()
    members = [m for each in known.types.values() for m in each.members.values()]
    for member in (*members, *known.functions.values()):
        assert member.doc, member.name
        for parameter in member.parameters:
            assert parameter.doc, f"{member.name}({parameter.name})"
    assert all(each.doc for each in known.types.values())


def check(text: str) -> list[str]:
    parsed = starlark.parse("build.star", interface_load(language()) + text, dialect())
    errors, _, _ = parsed.typecheck(build_file_globals(), check_interface(language()))
    return [str(each) for each in errors]


def test_the_interface_checks_calls_of_globals() -> None:
    """Starlark's type check finds wrong calls of globals inside functions, by the interface."""
    assert not check('def f():\n    register_target("a", f, default = True)\n')
    assert check('def f():\n    register_target("a", f, default = "yes")\n')
    assert check('def f():\n    default_python_distribution(flavr = "x")\n')
    assert not check("def f():\n    print(CWD)\n")
    assert check("def f():\n    print(CVD)\n")


def test_makers() -> None:
    """The language knows which calls make objects of a type."""
    assert language().makers(PythonExecutable.__name__) == [
        "PythonDistribution.to_python_executable()"
    ]
    assert language().makers(PythonDistribution.__name__) == [
        "default_python_distribution()",
        "PythonDistribution()",
    ]
