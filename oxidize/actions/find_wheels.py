"""find-wheels: which wheel each installed package came in, and its sha256."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from email.parser import HeaderParser
from pathlib import Path
from typing import Any, ClassVar

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from oxidize.actions.interpreter import Interpreter
from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.actions.uv_command import told
from oxidize.actions.uv_listing import listed
from oxidize.distributions.description import Description
from oxidize.errors import ActionError
from oxidize.packages import uv
from oxidize.sbom.wheels import Archive, archives

_HASH = " --hash=sha256:"


class FindWheels(Kind):
    """section, python, distribution, packages: what install-packages made; wheel/N: its trees with
    one wheel each -> `wheels`: name -> Archive, for those for which it is certain."""

    mnemonic: ClassVar[str] = "find-wheels"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"wheels": "file"}

    def tools(self) -> Mapping[str, str]:
        """What lists."""
        return {"uv": uv.version()}

    def run(self, context: ActionContext) -> None:
        """Asks for the files of what is locked; those of local projects are here."""
        plan = json.loads(context.input("section").read_text(encoding="utf-8"))
        found = {**dict(_of_indexes(context, plan)), **dict(_local(context))}
        rows = {name: each.row() for name, each in found.items()}
        context.output("wheels").write_text(json.dumps(rows, indent=1, sort_keys=True) + "\n")


def _of_indexes(context: ActionContext, plan: Mapping[str, Any]) -> Iterator[tuple[str, Archive]]:
    lines = plan["requirements"]
    if not lines:
        return
    minor = Description.load(context.input("distribution")).minor
    try:
        known = listed(context, lines, plan["flags"], Interpreter.of(context), minor)
    except ActionError as error:
        raise told(
            error,
            "OX1176",
            "the wheels of packages can't be told: nothing lists their files",
            uv.OFFLINE_HELP if uv.OFFLINE in error.output else None,
        ) from error
    locked: dict[str, frozenset[str]] = {}
    for line in lines:
        requirement, *hashes = line.split(_HASH)
        name = canonicalize_name(Requirement(requirement).name)
        locked[name] = locked.get(name, frozenset()) | frozenset(hashes)
    yield from archives(known, locked, dict(_tags(context.tree("packages"))))


def _tags(packages: Mapping[str, Path]) -> Iterator[tuple[str, frozenset[str]]]:
    """What wheels said that they were for."""
    for path, file in packages.items():
        folder, _, name = path.partition("/")
        if folder.endswith(".dist-info") and name == "WHEEL":
            head = HeaderParser().parsestr(file.read_text(encoding="utf-8", errors="replace"))
            tags = frozenset(str(each).strip() for each in head.get_all("Tag", ()))
            yield canonicalize_name(folder.partition("-")[0]), tags


def _local(context: ActionContext) -> Iterator[tuple[str, Archive]]:
    for number in range(int(str(context.params["wheels"]))):
        ((name, file),) = context.tree(f"wheel/{number}").items()
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        archive = Archive(name.rpartition("/")[2], digest, local=True)
        yield canonicalize_name(archive.file.partition("-")[0]), archive
