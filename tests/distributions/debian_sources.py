"""The sources of the manifest that comes along, from Debian's source packages.

Where a folder has them already, OXIDIZE_TEST_SOURCES names it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from oxidize.distributions.decoder import DECODER, decoder_source
from oxidize.distributions.recipes.libraries import LIBRARIES
from oxidize.distributions.source_manifest import read_source_manifest, shipped_text
from oxidize.executor.files import hash_file
from tests import pythons
from tests.distributions.apt import Apt

_VARIABLE = "OXIDIZE_TEST_SOURCES"
# Source -> the package that has the very archive, and in which suite.
ARCHIVES = {
    "cpython 3.11.2": "python3.11/bookworm",
    "cpython 3.13.5": "python3.13/trixie",
    "libedit": "libedit/trixie",
    "libffi": "libffi/bookworm",
    "libuuid": "util-linux/trixie",
    "ncurses": "ncurses/bookworm",
    "openssl": "openssl/trixie",
    "sqlite": "sqlite3/sid",
    "xz": "xz-utils/trixie",
    "zlib": "zlib/trixie",
    "bzip2": "bzip2/trixie",
}
# That of what AppImages begin with.
DECODER_ARCHIVES = {DECODER: "libzstd/trixie"}


def fetch_sources(folder: Path, names: Sequence[str]) -> Path:
    """A folder that has the archives of those sources ("zlib", "cpython 3.13.5"), by the names that
    the manifest has. Skips the test where they can't be had."""
    if given := os.environ.get(_VARIABLE):
        return Path(given).absolute()
    place = folder / "archives"
    if place.is_dir():
        return place
    packages = [{**ARCHIVES, **DECODER_ARCHIVES}[name] for name in names]
    suites = sorted({each.partition("/")[2] for each in packages})
    apt = Apt.made(folder, suites=" ".join(suites))
    for package in packages:
        apt.source(package)
    found = {hash_file(path).hash: path for path in apt.downloads.glob("*.tar.*")}
    manifest = read_source_manifest(shipped_text(), tuple(LIBRARIES))
    wanted = [
        each
        for each in (*manifest.sources, decoder_source())
        if not {each.name, f"{each.name} {each.version}"}.isdisjoint(names)
    ]
    for each in wanted:
        if each.sha256 not in found:
            pythons.missing(f"a mirror that has {each.file}")
    place.mkdir()
    for each in wanted:
        shutil.copyfile(found[each.sha256], place / each.file)
    return place
