"""Archives that were fetched, unpacked in the cache: complete if they are there at all."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing

from oxidize.errors import BuildFileError, Diagnostic
from oxidize.executor.location import LAYOUT, cache_folder, libraries_folder
from oxidize.executor.locks import exclusively
from oxidize.executor.problems import disk_errors
from oxidize.executor.scratch import Scratch
from oxidize.fetch.download import Progress, Remote, download
from oxidize.fetch.unpack import BadArchive, unpack


def fetch_library(remote: Remote, environ: Mapping[str, str], progress: Progress) -> None:
    """Fetches and unpacks an archive, unless another process just did. Raises OxidizeError."""
    root = cache_folder(environ) / LAYOUT
    folder = libraries_folder(environ) / remote.sha256
    with exclusively(root / "locks" / f"library-{remote.sha256}"):
        if folder.is_dir():
            return
        with closing(Scratch(root / "scratch")) as scratch, disk_errors(root):
            place = scratch.new()
            download(remote, place / "archive", environ, progress)
            try:
                unpack(place / "archive", place / "content")
            except BadArchive as error:
                message = f"{remote.url} can't be unpacked: {error}"
                raise BuildFileError(Diagnostic("OX0133", message)) from error
            folder.parent.mkdir(exist_ok=True)
            (place / "content").rename(folder)
