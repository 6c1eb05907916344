"""authenticode-sign-tree: files for Windows, of which programs and libraries get signatures."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from typing import ClassVar

from oxidize.actions.authenticode_command import sign
from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.actions.signing_key import OpenedKey
from oxidize.installers.authenticode import is_program, is_unsigned_program


class AuthenticodeSignTree(Kind):
    """file: a tree; issuers: certificates in PEM -> `signed`, in which nothing else is changed.

    What has a signature keeps it.
    """

    mnemonic: ClassVar[str] = "authenticode-sign-tree"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"signed": "tree"}

    def run(self, context: ActionContext) -> None:
        """Signs them one after the other."""
        executables, key = context.executables("file"), OpenedKey.of(context, context.params)
        for path, file in context.tree("file").items():
            out = context.output("signed") / path
            out.parent.mkdir(parents=True, exist_ok=True)
            if is_program(path) and is_unsigned_program(file):
                sign(context, key, file, out, path)
            else:
                shutil.copyfile(file, out)
            out.chmod(0o755 if path in executables else 0o644)
