"""universal-binary: Mach-O files of several architectures as one file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.actions.mapped import mapped
from oxidize.binary.load_commands import MachoError
from oxidize.binary.universal import universal
from oxidize.errors import ActionError, Diagnostic


class UniversalBinary(Kind):
    """files, of one architecture each -> `file`."""

    mnemonic: ClassVar[str] = "universal-binary"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"file": "file"}

    def run(self, context: ActionContext) -> None:
        """Writes it. Raises ActionError for what can't be part of it."""
        output = context.output("file")
        try:
            with output.open("wb") as out:
                for piece in universal([mapped(path) for path in context.inputs("files")]):
                    out.write(piece)
        except MachoError as error:
            raise ActionError(
                Diagnostic(
                    "OX0561",
                    f"a universal binary can't be made: {error}",
                    help="add programs or libraries for macOS, each for another architecture",
                )
            ) from error
        output.chmod(0o755)
