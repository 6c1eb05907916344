"""console-script: which script is meant, and what its main module says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from attrs import define, field

from oxidize.actions.registry import KINDS
from oxidize.errors import ActionError, Diagnostic
from oxidize.executor.events import ActionFinished
from oxidize.graph.action import Action, SourceFile, SourceTree
from tests.actions.compiling import TRIPLE, Site, write_description
from tests.executor.space import Space


@define
class Scripts:
    """Looks for scripts in a site; `warnings` are those of the last time."""

    space: Space
    description: Path
    site: Site
    warnings: list[str] = field(factory=list)

    def bring(self, name: str, rows: str, *, requires: tuple[str, ...] = ()) -> None:
        """Installs a distribution with an entry_points.txt."""
        info = f"{name}-1.0.dist-info"
        self.site.distribution(name, {f"{info}/entry_points.txt": rows}, requires=requires)

    def find(self, script: str, wanted: Sequence[str] = ()) -> str:
        """The main module. Raises ActionError."""
        action = Action(
            "console-script",
            TRIPLE,
            {"script": script, "wanted": (tuple(wanted),)},
            {
                "distribution": (SourceFile(str(self.description)),),
                "tree/0": (SourceTree(str(self.site.folder)),),
            },
        )
        self.space.events.clear()
        tree = action.output("tree")
        result = self.space.build(tree)
        for failure in result.failures:
            raise failure
        finished = (e for e in self.space.events if isinstance(e, ActionFinished))
        self.warnings = [text for event in finished for text in event.warnings]
        (entry,) = self.space.store.tree(result.built(tree).digest).entries
        assert entry.path == "oxidize_entry.py"
        return self.space.store.path(entry.digest).read_text()

    def refused(self, script: str, wanted: Sequence[str] = ()) -> Diagnostic:
        """What is told of a script that can't be had."""
        with pytest.raises(ActionError) as caught:
            self.find(script, wanted)
        return caught.value.diagnostic


@pytest.fixture
def scripts(tmp_path: Path, site: Site) -> Scripts:
    space = Space(tmp_path / "space")
    space.kinds = KINDS
    return Scripts(space, write_description(tmp_path / "description.json"), site)


def test_main_module(scripts: Scripts) -> None:
    """The main module imports and calls what the script names, but not in children."""
    scripts.bring("tool", "[console_scripts]\ntool = tool.cli : App.main\n")
    assert scripts.find("tool") == (
        "import sys\n\nfrom tool.cli import App\n\n"
        'if __name__ == "__main__":\n    sys.exit(App.main())\n'
    )


def test_windowed_script(scripts: Scripts) -> None:
    """Scripts for windows count, after those with a console; names keep their case."""
    scripts.bring("a", "[gui_scripts]\nWin = a:win\nboth = a:win\n")
    scripts.bring("b", "[console_scripts]\nboth = b:main\nwin = b:main\n")
    assert "from a import win" in scripts.find("Win")
    assert "from b import main" in scripts.find("both")


def test_asked_for_first(scripts: Scripts) -> None:
    """Of several packages with the script, that which was asked for first is taken."""
    for name in ("alpha", "beta", "gamma"):
        needs = ("alpha",) if name == "beta" else ()
        scripts.bring(name, f"[console_scripts]\nrun = {name}:main\n", requires=needs)
    assert "from beta import" in scripts.find("run", ["beta", "gamma"])
    assert "from gamma import" in scripts.find("run", ["gamma", "beta"])
    assert "from alpha import" in scripts.find("run")


def test_only_what_was_asked_for(scripts: Scripts) -> None:
    """Scripts of packages that belong to other calls of pip_install() aren't found."""
    scripts.bring("alpha", "[console_scripts]\nalpha-tool = alpha:main\n", requires=("beta",))
    scripts.bring("beta", "[console_scripts]\nbeta-tool = beta:main\n")
    scripts.bring("other", "[console_scripts]\nother-tool = other:main\n")
    assert "from beta import" in scripts.find("beta-tool", ["alpha"])
    told = scripts.refused("alpa-tool", ["alpha"])
    assert told.code == "OX0430"
    assert told.notes == ("scripts: alpha-tool, beta-tool",)
    assert told.help == 'did you mean "alpha-tool"?'


def test_no_scripts(scripts: Scripts) -> None:
    """Packages without any script are told as such."""
    scripts.site.distribution("plain", {"plain.py": ""})
    assert scripts.refused("plain").notes == ("they have no scripts",)


def test_extras_of_a_script(scripts: Scripts) -> None:
    """A script that needs an extra which wasn't asked for is warned of."""
    scripts.bring("tool", "[console_scripts]\ntool = tool:main [fast,nice]\n")
    scripts.find("tool", ["tool[nice]"])
    assert scripts.warnings == ["the script tool needs tool[fast], which wasn't asked for"]
    scripts.find("tool", ["tool[nice,fast]"])
    assert scripts.warnings == []


def test_script_without_function(scripts: Scripts) -> None:
    """A script that names a module only is refused by name."""
    scripts.bring("tool", "[console_scripts]\ntool = tool.cli\n")
    told = scripts.refused("tool")
    assert (told.code, "tool 1.0" in told.message) == ("OX0431", True)


def test_damaged_entry_points(scripts: Scripts) -> None:
    """A damaged entry_points.txt is told by the package's name."""
    scripts.bring("tool", "tool = tool:main\n")
    told = scripts.refused("tool")
    assert told.code == "OX0421"
    assert told.message.startswith("tool 1.0 has a damaged entry_points.txt")
