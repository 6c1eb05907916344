"""oci-image: files as an image for containers."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any, ClassVar, cast

from oxidize.actions.archive import members
from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.actions.licence_texts import licence_file
from oxidize.actions.program_needs import program_needs
from oxidize.errors import ActionError, Diagnostic
from oxidize.installers.oci import Image, write_oci
from oxidize.installers.oci_base import OciError


class OciImage(Kind):
    """files and folder/N as of `archive`, under their paths in the image; needs and licences, of
    its programs; base, an image to build on, if there is one -> `image`.

    `image` is an Image; `links` lead from path to path.
    """

    mnemonic: ClassVar[str] = "oci-image"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"image": "file"}

    def tools(self) -> Mapping[str, str]:
        """What compresses the layer."""
        return {"zlib": zlib.ZLIB_RUNTIME_VERSION}

    def run(self, context: ActionContext) -> None:
        """Writes the image."""
        params = cast(Mapping[str, Any], context.params)
        base = next(iter(context.inputs("base")), None)
        if base is None:
            _check_alone(context)
        try:
            with context.output("image").open("wb") as out:
                image = Image(**params["image"])
                found = [*members(context), *licence_file(context)]
                write_oci(found, params["links"], image, context.scratch, out, base)
        except OciError as error:
            raise ActionError(
                Diagnostic(
                    "OX1108",
                    f"nothing can be built on that image: {error}",
                    help="an archive of an OCI image does, such as one that "
                    "`skopeo copy docker://... oci-archive:base.tar` writes",
                )
            ) from error


def _check_alone(context: ActionContext) -> None:
    """Refuses programs that need libraries which nothing brings along."""
    if needs := program_needs(context):
        raise ActionError(
            Diagnostic(
                "OX1107",
                "the program can't run in an image of its own: it needs "
                f"{', '.join(' '.join(filter(None, each)) for each in sorted(needs.items()))}",
                help="build it for x86_64-unknown-linux-musl with a static distribution, or give "
                "a base that has what it needs",
            )
        )
