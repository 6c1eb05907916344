"""convert-icon: a picture as an icon of Windows or macOS, or as a PNG of another size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, cast

from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.errors import ActionError, Diagnostic
from oxidize.installers.icon import IconForm, IconProblem, convert, is_png, libraries


class ConvertIcon(Kind):
    """picture -> `icon`. `form` is "ico", "icns" or "png"; `size`, in points, is for a PNG."""

    mnemonic: ClassVar[str] = "convert-icon"
    version: ClassVar[int] = 2
    outputs: ClassVar[Mapping[str, OutputForm]] = {"icon": "file"}

    def tools(self) -> Mapping[str, str]:
        """What draws."""
        return libraries()

    def run(self, context: ActionContext) -> None:
        """Writes the icon."""
        params = context.params
        form, size = cast(IconForm, params["form"]), cast(int, params["size"])
        name, picture = str(params["name"]), context.input("picture").read_bytes()
        try:
            if is_png(picture) and name.lower().endswith(".svg"):
                raise IconProblem("it is a PNG, and its name is that of an SVG")
            icon = convert(picture, form, size)
        except IconProblem as problem:
            message = f'the icon "{name}" can\'t be used: {problem}'
            raise ActionError(Diagnostic("OX1103", message)) from problem
        context.output("icon").write_bytes(icon)
