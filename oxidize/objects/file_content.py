"""FileContent: one file to hand out, wherever its bytes come from."""

from __future__ import annotations

import os
from pathlib import Path

from attrs import define, evolve

from oxidize.graph.action import Artifact, SourceFile
from oxidize.installers.authenticode import SIGNED
from oxidize.lookup import is_runnable
from oxidize.objects.base import ScriptObject
from oxidize.objects.code_signer import CodeSigner
from oxidize.objects.context import Context
from oxidize.objects.member import exposed
from oxidize.objects.problem import refuse
from oxidize.objects.signing import Wanted, check_certified, for_macos, for_windows
from oxidize.triples import system_of


@define(eq=False, kw_only=True)
class FileContent(ScriptObject):
    """One file to hand out: its bytes, its name and whether it can be run."""

    name: str
    artifact: Artifact
    runnable: bool
    signed: bool = False
    """Whether it was signed by who the build file says."""

    @property
    @exposed()
    def filename(self) -> str:
        """Its name, for where a folder is all that is told of its place."""
        return self.name

    @property
    @exposed()
    def executable(self) -> bool:
        """Whether it can be run."""
        return self.runnable

    @exposed()
    def sign(self, signer: CodeSigner) -> FileContent:
        """The same file, signed, whichever signers are active: a program, a library or an installer
        of Windows or macOS, as its name tells.

        Args:
            signer: Who signs it, in place of who did so before.
        """
        check_certified(signer, self.name)
        wanted = Wanted("file-manifest-install", self.name, signer, self.context.origin)
        if self.name.lower().endswith(SIGNED):
            signed = for_windows(self.context, self.artifact, wanted)
        elif self._is_for_macos:
            signed = for_macos(self.context, self.artifact, wanted)
        else:
            refuse(
                "OX1163",
                f'nothing checks signatures of a file such as "{self.name}"',
                help=f"names of what Windows checks end in {', '.join(SIGNED)}",
            )
        return evolve(self, artifact=signed, signed=True)

    @property
    def _is_for_macos(self) -> bool:
        darwin = system_of(self.context.settings.triple) == "darwin"
        return darwin or self.name.endswith((".dylib", ".pkg", ".dmg"))


def file_on_disk(
    context: Context, file: Path | str, name: str | None = None, executable: bool | None = None
) -> FileContent:
    """A file that is there before the build; can be run if that is so there, unless told."""
    source = SourceFile(str(file))
    there = os.path.basename(source.path)  # noqa: PTH119 (hot)
    filename = name or there
    runnable = is_runnable(file)
    if executable is None or executable == runnable:
        return FileContent(context=context, name=filename, artifact=source, runnable=runnable)
    made = context.action(
        "make-file",
        f"copy {there}",
        params={"executable": executable},
        inputs={"file": (source,)},
    )
    return FileContent(
        context=context, name=filename, artifact=made.output("file"), runnable=executable
    )


def written_file(context: Context, name: str, text: str, executable: bool) -> FileContent:
    """A file that the build file itself writes."""
    made = context.action(
        "make-file", f"write {name}", params={"text": text, "executable": executable}
    )
    return FileContent(
        context=context, name=name, artifact=made.output("file"), runnable=executable
    )
