"""The memo of a build: all that it depended on and all that it delivered.

While everything is still as a memo says, the same build would do nothing. To find that out takes
one `stat` per file, however long evaluating the build file and walking the graph would take.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from oxidize.executor.files import is_old
from oxidize.executor.sealed import read_sealed, write_sealed
from oxidize.executor.sources import Seen, SeenTree, walk_source
from oxidize.executor.walk import FolderLoop, LinkOutside, state_of, walk
from oxidize.graph.action import SourceTree
from oxidize.lookup import Answer, Looks, unchanged
from oxidize.signature import Signature, settled, signature_of

_PACKAGE = Path(__file__).resolve().parents[1]
# Of marshal: equal values give equal bytes, since it has no references.
_PLAIN = 2

_Look = tuple[str, str, Answer]
_File = tuple[str, Signature]
_Tree = tuple[str, tuple[str, ...], tuple[str, ...], str, str]


@frozen
class Memo:
    """`tool` stands for oxidize itself; `told` is what the build told, in plain values.

    `looks` were asked by evaluation and discovery; `sources` and `trees` are inputs of actions,
    each with its signature or with a hash of all in it; `outputs` were delivered.
    """

    tool: str
    looks: tuple[_Look, ...]
    sources: tuple[_File, ...]
    trees: tuple[_Tree, ...]
    outputs: tuple[_File, ...]
    told: Any

    @classmethod
    def of(
        cls,
        looks: Looks,
        seen: Iterable[Seen],
        outputs: Mapping[str, Signature | None],
        told: object,
    ) -> Memo | None:
        """None if something is so new that a change of it wouldn't show."""
        inputs = tuple(seen)
        if not looks.settled or not all(each.settled for each in inputs):
            return None
        delivered = tuple((path, each) for path, each in outputs.items() if each and settled(each))
        if len(delivered) < len(outputs):
            return None
        trees = [each for each in inputs if isinstance(each, SeenTree)]
        files = {each.name: each.signature for each in inputs if not isinstance(each, SeenTree)}
        return cls(
            tool(),
            # What the signature of a file says anyway needn't be asked.
            tuple((*at, answer) for at, answer in looks.answers.items() if _more(at, files)),
            tuple(files.items()),
            tuple((*_selection(each.source), state_of(each.found)) for each in trees),
            delivered,
            told,
        )

    @classmethod
    def load(cls, path: Path) -> Memo | None:
        """The one at that path; none if there is no sound one, or if it is older than a day.

        The use of what is in the store is noted once a day, which a memo leaves out.
        """
        try:
            payload = None if is_old(str(path)) else read_sealed(path)
            return cls(*marshal.loads(payload)) if payload else None
        except (EOFError, OSError, TypeError, ValueError):
            return None

    def save(self, path: Path) -> None:
        """Replaces the one at that path. Raises OSError."""
        fields = (self.tool, self.looks, self.sources, self.trees, self.outputs, self.told)
        write_sealed(path, marshal.dumps(fields, _PLAIN))

    def holds(self) -> bool:
        """Whether everything is as it was."""
        return (
            self.tool == tool()
            and all(_signature(path) == signature for path, signature in self.sources)
            and all(_signature(path, False) == signature for path, signature in self.outputs)
            and unchanged(self.looks)
            and all(_same_tree(each) for each in self.trees)
        )


def tool() -> str:
    """What stands for oxidize, what it is made of and what runs it."""
    folders = [path for path in sys.path if path.endswith("-packages")]
    parts = (
        sys.version,
        sys.executable,
        os.getuid() if hasattr(os, "getuid") else 0,
        state_of(walk(str(_PACKAGE), skip=frozenset({"__pycache__"}))),
        # An installation or an update changes them.
        [(folder, _signature(folder)) for folder in folders],
    )
    return hashlib.sha256(marshal.dumps(parts, _PLAIN)).hexdigest()


def _more(at: tuple[str, str], files: Mapping[str, Signature]) -> bool:
    kind, path = at
    return kind == "real" or path not in files


def _signature(path: str, follow: bool = True) -> Signature | None:
    try:
        return signature_of(os.stat(path) if follow else os.lstat(path))  # noqa: PTH116 (hot)
    except OSError:
        return None


def _selection(source: SourceTree) -> tuple[str, tuple[str, ...], tuple[str, ...], str]:
    return source.path, source.include, source.exclude, source.within


def _same_tree(tree: _Tree) -> bool:
    path, include, exclude, within, state = tree
    try:
        return state_of(walk_source(SourceTree(path, include, exclude, within))) == state
    except (OSError, FolderLoop, LinkOutside):
        return False
