"""What desktops of Linux are told of a product."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from oxidize.installers.desktop_entry import DesktopEntry, OpenedType

if TYPE_CHECKING:
    from oxidize.objects.product import Product


def opened_types(product: Product) -> list[OpenedType]:
    """The types of files that it opens."""
    return [OpenedType(e.mime, e.extension, e.description) for e in product.file_types]


def desktop_entry(product: Product, program: str, icon: str) -> DesktopEntry:
    """Its entry, which calls `program`, with an icon of that name if it has one."""
    return DesktopEntry(
        name=product.name,
        summary=product.summary,
        program=program,
        icon=icon if product.icon else "",
        types=opened_types(product),
        **_menu(product),
    )


def _menu(product: Product) -> Mapping[str, Any]:
    menu = product.menu
    if menu is None:
        return {}
    return {
        "categories": menu.categories,
        "keywords": menu.keywords,
        "terminal": menu.terminal,
        "generic_name": menu.generic_name,
    }
