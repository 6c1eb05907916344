"""Where programs run that were built: the line that each build says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from attrs import frozen

from oxidize.cli.console import Console

if TYPE_CHECKING:
    from oxidize.cli.building import Built


@frozen
class Verdict:
    """What a program needs of the system, as one line and by family ("GLIBC": "2.28")."""

    program: str
    line: str
    needs: Mapping[str, str]

    @property
    def plain(self) -> tuple[str, str, dict[str, str]]:
        """For a memo, which has plain values."""
        return self.program, self.line, dict(self.needs)

    def tell(self, console: Console) -> None:
        """Says it, as a result."""
        fields = {"program": self.program, "verdict": self.line, "needs": dict(self.needs)}
        console.result(f"{self.program} {self.line}", event="portability", **fields)


def verdicts_of(built: Built) -> Iterable[Verdict]:
    """Of the programs that a build made, now or before."""
    from oxidize.binary.portability import Portability

    for action, entry in built.result.done.items():
        if found := entry.outputs.get("portability"):
            try:
                text = built.store.path(found.digest).read_text(encoding="utf-8")
            except FileNotFoundError:  # someone emptied the store just now
                continue
            portability = Portability.load(text)
            name = action.label.partition(" ")[2]
            yield Verdict(name, portability.verdict(), portability.needs)
