"""What installers for Windows install: files by their paths below the product's folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from oxidize.actions.archive import members
from oxidize.actions.kind import ActionContext
from oxidize.actions.licence_texts import licence_file
from oxidize.errors import ActionError, Diagnostic
from oxidize.installers.windows_product import WindowsProduct, path_problem, size_problem


def product_of(context: ActionContext) -> WindowsProduct:
    """The parameter `product`."""
    return WindowsProduct.load(cast(Mapping[str, Any], context.params["product"]))


def windows_files(context: ActionContext) -> dict[str, Path]:
    """Those of `archive`, and the licences, sorted by path. Raises ActionError for paths in folders
    that Windows can't have: they are known only now."""
    found = {each.path.lstrip("/"): each.file for each in members(context)}
    own = cast(Sequence[str], context.params["own"])
    if why := path_problem(product_of(context), found, own):
        raise ActionError(Diagnostic("OX1131", why))
    found |= {each.path: each.file for each in licence_file(context)}
    return dict(sorted(found.items()))


def fitting_files(context: ActionContext) -> dict[str, Path]:
    """The same. Raises ActionError for more than a cabinet, or a setup program, can hold."""
    found = windows_files(context)
    if why := size_problem({path: file.stat().st_size for path, file in found.items()}):
        raise ActionError(Diagnostic("OX1131", why))
    return found
