"""A process that builds actions: `python -m tests.executor.driver ROOT CODE...`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.executor.space import Space, action


def main() -> None:
    """Exits with 130 when interrupted, else prints how many ran and what came out."""
    space = Space(Path(sys.argv[1]))
    outs = [action("script", code=code) for code in sys.argv[2:]]
    try:
        result = space.build(*outs)
    except KeyboardInterrupt:
        os._exit(130)
    made = "".join(space.bytes(out, result).decode() for out in outs)
    sys.stdout.write(f"{result.ran} {made}\n")


if __name__ == "__main__":
    main()
