"""What a build leaves in its output folder."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from oxidize.errors import ActionError, EnvironmentProblem
from oxidize.graph.action import SourceTree
from oxidize.graph.target import TargetOutputs
from tests.executor.space import Space, action, keep_times

MAKE_PROGRAM = (
    "import sys, os; open(sys.argv[1], 'w').write('#!/bin/sh\\n'); os.chmod(sys.argv[1], 0o755)"
)


def test_files_are_written(space: Space) -> None:
    """Outputs get their place, their bytes and their executable bit."""
    space.deliver(bin__app=action("script", code=MAKE_PROGRAM), text=space.write("a", "1"))
    assert (space.out / "bin" / "app").read_text() == "#!/bin/sh\n"
    assert os.access(space.out / "bin" / "app", os.X_OK)
    assert not (space.out / "text").stat().st_mode & stat.S_IXUSR


def test_right_files_are_left_alone(space: Space) -> None:
    """A second delivery of the same doesn't touch the files."""
    out = action("join", space.write("a", "1"))
    assert space.deliver(app=out) == 1
    before = (space.out / "app").stat()
    assert space.deliver(app=out) == 0
    after = (space.out / "app").stat()
    assert (before.st_ino, before.st_ctime_ns) == (after.st_ino, after.st_ctime_ns)


@pytest.mark.parametrize("edit", ["new bytes", "same size and time", "mode", "gone", "link"])
def test_wrong_files_are_replaced(space: Space, edit: str) -> None:
    """An edited output is put right, also when its size and time look untouched."""
    out = action("join", space.write("a", "right"))
    space.deliver(app=out)
    app = space.out / "app"
    before = app.stat()
    if edit == "new bytes":
        app.write_text("something else")
    elif edit == "same size and time":
        app.write_text("wrong")
        keep_times(app, before)
    elif edit == "mode":
        app.chmod(0o755)
    else:
        app.unlink()
        if edit == "link":
            app.symlink_to(space.root / "src" / "a")
    assert space.deliver(app=out) == 1
    assert app.read_text() == "right"
    assert not app.is_symlink()
    assert not app.stat().st_mode & stat.S_IXUSR


def test_editing_an_output_keeps_the_store(space: Space) -> None:
    """Whoever writes into an output doesn't write into the store."""
    out = action("join", space.write("a", "right"))
    space.deliver(app=out)
    with (space.out / "app").open("r+b") as file:
        file.write(b"WRONG")
    result = space.build(out)
    assert result.ran == 0
    assert space.bytes(out, result) == b"right"


def test_sources_are_never_touched(space: Space) -> None:
    """A source that is an output as it is stays a file of its own, with its mode."""
    source = Path(space.write("a", "1").path)
    before = source.stat()
    space.deliver(app=space.write("a", "1"))
    (space.out / "app").write_text("2")
    assert source.read_text() == "1"
    assert source.stat().st_mode == before.st_mode


def test_trees_are_written(space: Space) -> None:
    """A tree is delivered file by file, whether it was built or is a source."""
    folder = Path(space.write("pkg/sub/a", "x").path).parent.parent
    tree = SourceTree(str(folder))
    space.deliver(built=action("upper", tree), source=tree)
    assert (space.out / "built" / "sub" / "a").read_text() == "X"
    assert (space.out / "source" / "sub" / "a").read_text() == "x"


def test_stale_outputs_are_removed(space: Space) -> None:
    """What an earlier delivery wrote and this one doesn't is removed, and nothing else."""
    out = action("join", space.write("a", "1"))
    space.deliver(old__deep__app=out, edited=out, kept=out)
    (space.out / "edited").write_text("mine now")
    (space.out / "mine").write_text("mine")
    space.deliver(kept=out)
    assert sorted(path.name for path in space.out.rglob("*")) == ["edited", "kept", "mine"]


def test_nothing_is_removed_unasked(space: Space) -> None:
    """In a folder that isn't the target's alone, what was built before stays."""
    out = action("join", space.write("a", "1"))
    executor = space.executor()
    for name in ("first", "second"):
        executor.build([out])
        executor.materialize(TargetOutputs({name: out}), space.out)
    assert sorted(path.name for path in space.out.iterdir()) == ["first", "second"]


def test_file_becomes_folder(space: Space) -> None:
    """A place that held a file of ours may become a folder, and the other way round."""
    out = action("join", space.write("a", "1"))
    space.deliver(app=out)
    space.deliver(app__app=out)
    assert (space.out / "app" / "app").read_text() == "1"
    space.deliver(app=out)
    assert (space.out / "app").read_text() == "1"


def test_file_where_a_folder_goes(space: Space) -> None:
    """A file among the outputs that another one needs as a folder is an error; nothing is lost."""
    kept = action("join", space.write("a", "kept"))
    space.deliver(app=kept)
    with pytest.raises(ActionError) as caught:
        space.deliver(app=action("join", space.write("a", "new")), app__lib=kept)
    assert caught.value.diagnostic.code == "OX0436"
    assert (space.out / "app").read_text() == "kept"


def test_folder_in_the_way(space: Space) -> None:
    """A folder of someone else's where an output belongs is an error that names it."""
    (space.out / "app" / "precious").mkdir(parents=True)
    with pytest.raises(EnvironmentProblem) as caught:
        space.deliver(app=action("join", space.write("a", "1")))
    assert str(space.out / "app") in caught.value.diagnostic.message


def test_no_temporary_files_stay(space: Space) -> None:
    """A delivery leaves its outputs and nothing else."""
    space.deliver(app=action("join", space.write("a", "1")))
    assert [path.name for path in space.out.iterdir()] == ["app"]
