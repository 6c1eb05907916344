"""`distribution info`, `fetch` and `import`: one archive, as builds get and read it."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import unquote

from attrs import asdict

from oxidize.actions.standalone_import import refused
from oxidize.cli.amounts import plural
from oxidize.cli.console import Console
from oxidize.cli.distribution.executing import make_executor
from oxidize.cli.progress import progress_for
from oxidize.distributions.archive import MOST_BYTES, full_archive, is_description
from oxidize.distributions.catalogue import LOCAL, Row
from oxidize.distributions.description import Description
from oxidize.distributions.python_json import BadArchiveContent
from oxidize.distributions.release import row_of
from oxidize.errors import Diagnostic, UsageError
from oxidize.executor.catalogues import add_rows, catalogue, user_file
from oxidize.executor.files import hash_file
from oxidize.executor.problems import disk_errors
from oxidize.fetch.unpack import BadArchive, unpack
from oxidize.objects.standalone_source import Archive, import_action
from oxidize.redaction import bare
from oxidize.triples import host_triple, without_level

FORMAT = 1


def info(args: argparse.Namespace, console: Console) -> None:
    """Says what is in an archive, which is fetched if need be."""
    named = Path(args.of)
    row = _row_of_file(named) if os.sep in args.of or named.is_file() else _chosen(args)
    description = _described(row, args, console)
    document = _document(row, description)
    if args.json:
        console.document(document)
        return
    print("\n".join(_lines(row, description)), file=console.stdout)


def fetch(args: argparse.Namespace, console: Console) -> None:
    """Puts an archive, and what it holds, into the cache."""
    row = _chosen(args)
    description = _described(row, args, console)
    if args.json:
        console.document(_document(row, description))
    else:
        console.say(f"{row.name} for {row.triple} is in the cache")


def import_archive(args: argparse.Namespace, console: Console) -> None:
    """Adds an archive to the user's catalogue, by where it lies; it has to stay there."""
    add_to_catalogue(Path(args.of), args, console)


def add_to_catalogue(path: Path, args: argparse.Namespace, console: Console) -> None:
    """Reads an archive, adds it, and says so. Raises OxidizeError."""
    guess = _row_of_file(path)
    description = _described(guess, args, console)
    flavour = guess.flavour or description.flavour
    row = Row(guess.tag, guess.triple, description.version, flavour, guess.url, guess.sha256)
    add_rows([row], os.environ)
    if args.json:
        console.document(_document(row, description))
    else:
        console.say(f"added {row.name} for {row.triple} to {user_file(os.environ)}")


def _chosen(args: argparse.Namespace) -> Row:
    """The row that a build would take. Raises UsageError."""
    triple = args.target_triple or host_triple()
    row = catalogue(os.environ).choose(triple, args.of, flavour=args.flavour)
    if row is None:
        flavour = f" {args.flavour}" if args.flavour else ""
        raise UsageError(
            Diagnostic(
                "OX0520",
                f"the catalogue has no standalone CPython {args.of}{flavour} for {triple}",
                help="oxidize distribution list shows what it has; refresh adds a release's",
            )
        )
    return row


def _row_of_file(path: Path) -> Row:
    """What an archive's name and its content tell; the version and flavour may be empty."""
    if not path.is_file():
        raise UsageError(Diagnostic("OX0803", f"there is no file {path}"))
    with disk_errors(path, cache=False):
        sha256, url = hash_file(path).hash, path.absolute().as_uri()
    named = row_of(path.name, sha256, "")
    tag, flavour = (named.tag, named.flavour) if named else (LOCAL, "")
    return Row(tag, _triple(path), "", flavour, url, sha256)


def _triple(path: Path) -> str:
    """The triple that a full archive names; others are taken for this machine's."""
    with TemporaryDirectory(prefix="oxidize-") as name:
        folder = Path(name, "archive")
        try:
            unpack(path, folder, most_bytes=MOST_BYTES, wanted=is_description)
            said = full_archive(folder)
        except (BadArchive, BadArchiveContent) as error:
            raise refused(str(error)) from error
    return without_level(said.triple) if said else host_triple()


def _described(row: Row, args: argparse.Namespace, console: Console) -> Description:
    """Has the archive fetched and read. Raises OxidizeError."""
    archive = Archive(_name(row), row.sha256, url=row.url)
    imported = import_action(
        archive, row.triple, native=row.triple == host_triple(), offline=args.offline
    )
    with progress_for(console) as progress:
        executor = make_executor(args, progress)
        text = executor.read(imported.output("distribution"))
    return Description.parse(text.decode())


def _name(row: Row) -> str:
    return row.name if row.version else unquote(row.url.rpartition("/")[2])


def _document(row: Row, description: Description) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "row": {**asdict(row), "url": bare(row.url), "version": description.version},
        "description": asdict(description),
    }


def _needs(description: Description) -> str:
    if description.static or not description.libc:
        return "nothing of the system"
    name, _, version = description.libc.partition("-")
    return f"{name} {version} or newer" if version else name


def _lines(row: Row, description: Description) -> list[str]:
    link = "linked statically" if description.link_mode == "static" else "carried along"
    objects = f", bitcode of LLVM {description.bitcode}" if description.bitcode else ""
    extensions = plural(len(description.extensions), "extension module")
    return [
        f"CPython {description.version} ({description.flavour}), for {description.triple}",
        f"  from      {bare(row.url)}",
        f"  sha256    {row.sha256}",
        f"  needs     {_needs(description)}",
        f"  libpython {description.libpython}, {link}{objects}",
        f"  modules   {len(description.builtin)} built in, {extensions}",
        *(f"  without   {name}: {why}" for name, why in sorted(description.omitted.items())),
        *(
            f"  contains  {name} ({each.licence or 'licence not told'})"
            for name, each in sorted(description.components.items())
        ),
    ]
