"""merge-trees: the files of several trees, in one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.errors import ActionError, Diagnostic
from oxidize.graph.places import check_places


class MergeTrees(Kind):
    """tree/0, tree/1, ... -> `tree`."""

    mnemonic: ClassVar[str] = "merge-trees"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"tree": "tree"}

    def run(self, context: ActionContext) -> None:
        """Copies. Raises ActionError for a path that two trees have different files at."""
        out, count = context.output("tree"), context.params["count"]
        assert isinstance(count, int)
        check_places({path for number in range(count) for path in context.tree(f"tree/{number}")})
        for number in range(count):
            role = f"tree/{number}"
            executables = context.executables(role)
            for path, file in context.tree(role).items():
                target, data = out / path, file.read_bytes()
                if target.exists() and target.read_bytes() != data:
                    raise _collision(path)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
                target.chmod(0o755 if path in executables else 0o644)


def _collision(path: str) -> ActionError:
    return ActionError(
        Diagnostic(
            "OX0436",
            f"two programs have different files at {path} beside them",
            help="put them into different folders, or give them different FOLDERs in "
            '"filesystem-relative:FOLDER"',
        )
    )
