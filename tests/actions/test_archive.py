"""archive: files and folders of a manifest under their names."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

from oxidize.graph.action import Action, SourceFile, SourceTree
from tests.executor.space import Space


def test_folders_and_files(space: Space) -> None:
    """Files of folders keep their paths and modes; of a path in several, the last one is taken."""
    space.write("lib/a.py", "a")
    Path(space.write("lib/bin/run.sh", "run").path).chmod(0o755)
    space.write("other/a.py", "other a")
    program = space.write("program", "program")
    own = space.write("own", "own")
    action = Action(
        "archive",
        "test",
        {
            "format": "tar.gz",
            "folders": ("app", "app/lib"),
            "names": ("app/app", "app/bin/run.sh"),
            "executable": (True, False),
        },
        {
            "folder/0": (SourceTree(str(space.root / "src" / "lib")),),
            "folder/1": (SourceTree(str(space.root / "src" / "other")),),
            "files": (SourceFile(program.path), SourceFile(own.path)),
        },
    )
    output = action.output("archive")
    data = space.bytes(output, space.build(output))
    with tarfile.open(fileobj=io.BytesIO(data)) as opened:
        found = {}
        for member in opened.getmembers():
            stream = opened.extractfile(member)
            assert stream is not None
            found[member.name] = (oct(member.mode), stream.read().decode())
    assert list(found) == ["app/a.py", "app/app", "app/bin/run.sh", "app/lib/a.py"]
    assert found == {
        "app/a.py": ("0o644", "a"),
        "app/app": ("0o755", "program"),
        "app/bin/run.sh": ("0o644", "own"),
        "app/lib/a.py": ("0o644", "other a"),
    }


def test_modes_of_folders(space: Space) -> None:
    """What can be run in a folder can be run when it is unpacked."""
    Path(space.write("lib/run.sh", "run").path).chmod(0o755)
    action = Action(
        "archive",
        "test",
        {"format": "tar.gz", "folders": ("app",), "names": (), "executable": ()},
        {"folder/0": (SourceTree(str(space.root / "src" / "lib")),)},
    )
    output = action.output("archive")
    data = space.bytes(output, space.build(output))
    with tarfile.open(fileobj=io.BytesIO(data)) as opened:
        assert [(m.name, oct(m.mode)) for m in opened.getmembers()] == [("app/run.sh", "0o755")]


def test_file_where_a_folder_goes(space: Space) -> None:
    """A file that another one needs as a folder is an error, not an archive that breaks later."""
    space.write("lib/a.py", "a")
    program = space.write("program", "program")
    action = Action(
        "archive",
        "test",
        {"format": "zip", "folders": ("app/lib",), "names": ("app/lib",), "executable": (True,)},
        {
            "folder/0": (SourceTree(str(space.root / "src" / "lib")),),
            "files": (SourceFile(program.path),),
        },
    )
    (failure,) = space.build(action.output("archive")).failures
    assert failure.diagnostic.code == "OX0436"
    assert "app/lib is a file" in failure.diagnostic.message
