"""Icons: a product's picture, as the systems that show it have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oxidize.graph.action import Artifact
from oxidize.objects.context import Context
from oxidize.objects.file_content import FileContent

if TYPE_CHECKING:
    from oxidize.installers.icon import IconForm

# By their files' endings.
PICTURES = (".png", ".svg")
# Points, which each desktop looks for; flatpak takes none above 512.
_SIZE = 256


def icon_file(context: Context, icon: FileContent, form: IconForm, size: int = 256) -> Artifact:
    """A PNG or an SVG as an .ico or .icns file, or as a PNG of `size` by `size` points."""
    action = context.action(
        "convert-icon",
        f"make an icon of {icon.name}",
        params={"form": form, "size": size, "name": icon.name},
        inputs={"picture": (icon.artifact,)},
        triple=context.settings.host_triple,
    )
    return action.output("icon")


def desktop_icons(
    context: Context, icon: FileContent | None, name: str, share: str
) -> dict[str, Artifact]:
    """An icon's files below a folder such as "usr/share", by their places in the theme that all
    others are built on: a PNG, and an SVG as it is, too."""
    if icon is None:
        return {}
    theme = f"{share}/icons/hicolor"
    png = f"{theme}/{_SIZE}x{_SIZE}/apps/{name}.png"
    found = {png: icon_file(context, icon, "png", _SIZE)}
    if icon.name.lower().endswith(".svg"):
        found[f"{theme}/scalable/apps/{name}.svg"] = icon.artifact
    return found
