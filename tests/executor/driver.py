"""A process that builds one action: `python -m tests.executor.driver ROOT CODE`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.executor.space import Space, action


def main() -> None:
    """Exits with 130 when interrupted, else prints what ran and what came out."""
    space = Space(Path(sys.argv[1]))
    out = action("script", code=sys.argv[2])
    try:
        result = space.build(out)
    except KeyboardInterrupt:
        os._exit(130)
    sys.stdout.write(f"{result.ran} {space.bytes(out, result).decode()}\n")


if __name__ == "__main__":
    main()
