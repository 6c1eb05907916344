"""flatpak-bundle: an application with its files, in one file that flatpak installs."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, cast

from oxidize.actions.installed_tree import lay_out_tree
from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.actions.program_needs import program_needs
from oxidize.errors import ActionError, Diagnostic
from oxidize.installers.flatpak import CATALOGUES, bundle_command, export_command, settle_time
from oxidize.installers.system_tools import FLATPAK


class FlatpakBundle(Kind):
    """files, folder/N, licences: a tree that is laid out; needs, of its programs -> `bundle`.

    `flatpak` has the application's `id`, `machine`, `branch`, and `runtime_repo`, and the
    `catalogue` that tells of it; `tools` names the program's version.
    """

    mnemonic: ClassVar[str] = "flatpak-bundle"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"bundle": "file"}

    def tools(self) -> Mapping[str, str]:
        """What compresses the catalogue: other versions give other bytes."""
        return {"zlib": zlib.ZLIB_RUNTIME_VERSION}

    def run(self, context: ActionContext) -> None:
        """Lays the tree out, puts it into a repository of its own, and that into one file."""
        _check_library(context)
        told = cast(Mapping[str, Any], context.params)["flatpak"]
        tree, repository = context.scratch / "tree", context.scratch / "repository"
        bundle, home = context.scratch / "bundle", context.scratch / "home"
        home.mkdir()
        lay_out_tree(context, tree)
        _write_catalogue(tree, told["id"], told["catalogue"])
        flatpak, env = FLATPAK.find(), {"HOME": str(home)}
        machine, branch = told["machine"], told["branch"]
        context.run(export_command(flatpak, tree, repository, machine, branch), env=env)
        context.run(bundle_command(flatpak, repository, bundle, told), env=env)
        settle_time(bundle)
        bundle.rename(context.output("bundle"))


def _check_library(context: ActionContext) -> None:
    if "musl" in program_needs(context):
        raise ActionError(
            Diagnostic(
                "OX1141",
                "the program needs musl, which runtimes of flatpak haven't: they have glibc",
                help="build it for a triple that ends in -gnu, or with a static distribution",
            )
        )


def _write_catalogue(tree: Path, name: str, text: str) -> None:
    place = tree / CATALOGUES / f"{name}.xml.gz"
    place.parent.mkdir(parents=True)
    place.write_bytes(gzip.compress(text.encode(), mtime=0))
