"""apple-sign: a bundle of macOS, with a signature that covers all of its files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from oxidize.actions.apple_command import sign_as_told
from oxidize.actions.kind import ActionContext, Kind, OutputForm


class AppleSign(Kind):
    """tool; bundle: what is in its folder; entitlements, if there are some -> `signed`, the same
    with a signature of who the parameters say, or one that names nobody.

    `name` is that of the folder.
    """

    mnemonic: ClassVar[str] = "apple-sign"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"signed": "tree"}

    def run(self, context: ActionContext) -> None:
        """Signs what is a copy of the input."""
        bundle = context.scratch / str(context.params["name"])
        context.folder("bundle").rename(bundle)
        sign_as_told(context, bundle, {})
        for each in bundle.iterdir():
            each.rename(context.output("signed") / each.name)
