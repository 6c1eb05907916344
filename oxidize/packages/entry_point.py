"""The entry point: what a script calls, and the main module that calls it."""

from __future__ import annotations

import re

from attrs import frozen

MODULE = "oxidize_entry"
"""The name of that main module in programs."""

_DOTTED = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_FORM = rf"({_DOTTED})\s*:\s*({_DOTTED})\s*(?:\[\s*([^\]]*?)\s*\])?"


@frozen
class EntryPoint:
    """An object of a module, by dotted names; `extras` are those that its distribution needs."""

    module: str
    object: str
    extras: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> EntryPoint | None:
        """Reads "package.module:function [extra]"; None for anything else."""
        match = re.fullmatch(_FORM, text.strip())
        if match is None:
            return None
        extras = tuple(each.strip() for each in (match[3] or "").split(",") if each.strip())
        return cls(match[1], match[2], extras)

    def main(self) -> str:
        """Source of the main module, as installers write scripts.

        A child of multiprocessing imports it under another name, and must not run it.
        """
        first = self.object.partition(".")[0]
        return (
            f"import sys\n\nfrom {self.module} import {first}\n\n"
            f'if __name__ == "__main__":\n    sys.exit({self.object}())\n'
        )
