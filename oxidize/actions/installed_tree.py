"""A tree that an installer holds, laid out in a folder: files, texts, links and licences."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from oxidize.actions.archive import members
from oxidize.actions.kind import ActionContext
from oxidize.actions.licence_texts import licence_file


def lay_out_tree(context: ActionContext, tree: Path) -> None:
    """Files and folder/N are as of `archive`; `texts` are files that are written, `links` lead from
    path to path, `licences` is where those go."""
    params = cast(Mapping[str, Any], context.params)
    for member in (*members(context), *licence_file(context)):
        target = _place(tree, member.path)
        shutil.copyfile(member.file, target)
        target.chmod(member.mode)
    for path, text in params["texts"].items():
        target = _place(tree, path)
        target.write_text(text, encoding="utf-8")
        target.chmod(0o644)
    for path, leads_to in params["links"].items():
        _place(tree, path).symlink_to(leads_to)
    # Whatever the umask is.
    for folder in (tree, *(each for each in tree.rglob("*") if each.is_dir())):
        folder.chmod(0o755)


def _place(tree: Path, path: str) -> Path:
    target = tree / path
    target.parent.mkdir(parents=True, exist_ok=True)
    return target
