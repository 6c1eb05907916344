"""linux-package: files as a package of a Linux distribution, by nfpm."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar, cast

from oxidize.actions.archive import members
from oxidize.actions.kind import NO_NEEDS, ActionContext, Kind, Needs, OutputForm
from oxidize.actions.licence_texts import licence_file
from oxidize.actions.program_needs import program_needs
from oxidize.actions.signing_key import OpenedKey
from oxidize.errors import ActionError
from oxidize.installers.archive import STAMP
from oxidize.installers.linux_needs import dependencies
from oxidize.installers.nfpm import ENVIRONMENT, Description, Item, Packager


class LinuxPackage(Kind):
    """tool; files and folder/N as of `archive`, under their paths on the system -> `package`.

    `description` is a Description; `texts` are files that are written, `scripts` those that
    package managers run, `links` and `owned` the links and folders of the layout; `signature`, if
    there is one, tells of the key that signs the package.
    """

    mnemonic: ClassVar[str] = "linux-package"
    version: ClassVar[int] = 7
    outputs: ClassVar[Mapping[str, OutputForm]] = {"package": "file"}

    def tools(self) -> Mapping[str, str]:
        """What compresses the list of changes."""
        return {"zlib": zlib.ZLIB_RUNTIME_VERSION}

    def run(self, context: ActionContext) -> None:
        """Writes the package."""
        params = cast(Mapping[str, Any], context.params)
        packager: Packager = params["packager"]
        scripts = {
            when: str(_written(context, f"script-{when}", text, 0o755))
            for when, text in params["scripts"].items()
        }
        told = params["description"]
        depends = (*told["depends"], *_needed(context, packager))
        description = Description(**{**told, "depends": depends, "scripts": scripts})
        config = context.scratch / "nfpm.json"
        items = list(_items(context, params))
        items = sorted([*items, *_folders(items, params)], key=lambda item: item.path)
        public = params.get("signature")
        key = OpenedKey.of(context, public) if public else None
        text = description.config(packager, items, str(key.path) if key else "")
        config.write_text(text, encoding="utf-8")
        made = context.scratch / "made"
        try:
            _package(context, packager, config, made, key)
        except ActionError as error:
            if key is None:
                raise
            raise key.failure(error, str(params["signature"]["file"])) from None
        made.rename(context.output("package"))


def _package(
    context: ActionContext, packager: Packager, config: Path, made: Path, key: OpenedKey | None
) -> None:
    program = context.tool("tool") / "bin" / "nfpm"
    context.run(
        [program, "package", "--config", config, "--packager", packager, "--target", made],
        env={"SOURCE_DATE_EPOCH": str(STAMP), "HOME": str(context.scratch), **ENVIRONMENT},
        private={"NFPM_PASSPHRASE": key.password} if key and key.password else {},
        needs=Needs(read=(key.path,)) if key else NO_NEEDS,
    )


def _needed(context: ActionContext, packager: Packager) -> Sequence[str]:
    """What the programs need of the system, as packages that have it."""
    return dependencies(packager, program_needs(context))


def _items(context: ActionContext, params: Mapping[str, Any]) -> Iterator[Item]:
    for member in members(context):
        yield Item(f"/{member.path}", str(member.file), mode=member.mode)
    for number, (path, text) in enumerate(sorted(params["texts"].items())):
        yield Item(path, str(_written(context, f"text-{number}", text, 0o644)))
    for path, target in params["links"].items():
        yield Item(path, target, "symlink")
    for licences in licence_file(context):
        yield Item(licences.path, str(licences.file))
    if changes := params["changes"]:
        data = gzip.compress(str(changes).encode(), 9, mtime=0)
        (context.scratch / "changes.gz").write_bytes(data)
        yield Item(str(params["changelog"]), str(context.scratch / "changes.gz"))


def _folders(items: Sequence[Item], params: Mapping[str, Any]) -> Iterator[Item]:
    """Those of this package alone. What no package owns, rpm leaves when it removes this one."""
    own = PurePosixPath(params["licences"]).parent
    tops = [PurePosixPath(each) for each in params["owned"]]
    needed = {each for item in items for each in PurePosixPath(item.path).parents}
    below = {each for each in needed if each == own or any(top in each.parents for top in tops)}
    for folder in (*tops, *below):
        yield Item(str(folder), "", "dir")


def _written(context: ActionContext, name: str, text: str, mode: int) -> Path:
    path = context.scratch / name
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path
