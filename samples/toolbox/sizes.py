# /// script
# dependencies = ["humanize>=4.9"]
# ///
"""Tells the sizes of files for people to read."""

import sys
from pathlib import Path

import humanize

for name in sys.argv[1:]:
    print(humanize.naturalsize(Path(name).stat().st_size, binary=True), name)
