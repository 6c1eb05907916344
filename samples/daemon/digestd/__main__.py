"""The command: where to look, and how many processes work."""

from __future__ import annotations

import argparse
import logging
import os
from pathlib import Path

from digestd import __version__
from digestd.service import Service


def arguments() -> argparse.Namespace:
    """Of the command line. systemd names the folder that is the service's own."""
    own = os.environ.get("STATE_DIRECTORY", ".")
    parser = argparse.ArgumentParser("digestd", description="Digests files of a folder.")
    parser.add_argument("--folder", type=Path, default=Path(own) / "in", metavar="FOLDER")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, metavar="N")
    parser.add_argument("--interval", type=float, default=1.0, metavar="SECONDS")
    parser.add_argument("--once", action="store_true", help="stop when nothing is left to do")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    return parser.parse_args()


def main() -> None:
    """Runs until it is told to stop."""
    told = arguments()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s: %(message)s")
    told.folder.mkdir(parents=True, exist_ok=True)
    Service(told.folder, told.workers, told.interval).run(once=told.once)


if __name__ == "__main__":
    main()
