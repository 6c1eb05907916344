"""Compile actions over trees that tests lay out, run by the real executor."""

from __future__ import annotations

import base64
import hashlib
import sys
from collections.abc import Mapping
from pathlib import Path

from attrs import define, field

from oxidize.actions.registry import KINDS
from oxidize.distributions.description import Description
from oxidize.errors import ActionError
from oxidize.executor.events import ActionFinished
from oxidize.graph.action import Action, Artifact, SourceFile, SourceTree
from oxidize.resources.model import Resources
from oxidize.resources.placement import Placement
from oxidize.resources.reader import Container
from tests.executor.space import Space

TRIPLE = "x86_64-unknown-linux-gnu"
SUFFIXES = (".cpython-311-x86_64-linux-gnu.so", ".abi3.so", ".so")


def hashed(data: bytes) -> str:
    """A hash as RECORD has it."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return f"sha256={digest}"


@define
class Site:
    """A site-packages folder that is filled by hand."""

    folder: Path

    def write(self, path: str, content: str | bytes = "") -> Path:
        """Writes a file that no RECORD names, unless `distribution` does."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def distribution(
        self,
        name: str,
        files: Mapping[str, str | bytes],
        *,
        version: str = "1.0",
        requires: tuple[str, ...] = (),
        rows: tuple[str, ...] = (),
    ) -> str:
        """Installs a distribution; a later one overwrites. Returns its .dist-info folder."""
        info = f"{name.replace('-', '_')}-{version}.dist-info"
        head = [f"Name: {name}", f"Version: {version}"]
        metadata = "\n".join([*head, *(f"Requires-Dist: {each}" for each in requires), "", ""])
        lines = list(rows)
        for path, content in {**files, f"{info}/METADATA": metadata}.items():
            data = self.write(path, content).read_bytes()
            lines.append(f"{path},{hashed(data)},{len(data)}")
        self.write(f"{info}/RECORD", "\n".join([*lines, f"{info}/RECORD,,", ""]))
        return info


@define
class Compiling:
    """Builds containers of one group; `warnings` are those of the last build."""

    space: Space
    description: Path
    triple: str = TRIPLE
    warnings: list[str] = field(factory=list)

    def action(self, tree: Artifact, *, group: str = "third-party", **params: object) -> Action:
        """A compile action."""
        probe = Action("host-probe", self.triple, {"python": sys.executable})
        given = {"select": (), "placement": Placement().as_value(), "memory": True}
        if group == "third-party":
            given |= {"distributions": (), "made_for": ""}
        return Action(
            "compile",
            self.triple,
            {"group": group, **given, **params},  # type: ignore[dict-item]
            {
                "python": (probe.output("description"),),
                "distribution": (SourceFile(str(self.description)),),
                "sources": (tree,),
            },
            "compile it",
        )

    def compile(self, folder: Path, **params: object) -> Resources:
        """What comes of a folder. Raises ActionError."""
        output = self.action(SourceTree(str(folder)), **params).output("container")  # type: ignore[arg-type]
        self.space.kinds = KINDS
        self.space.events.clear()
        result = self.space.build(output)
        for failure in result.failures:
            raise failure
        finished = (e for e in self.space.events if isinstance(e, ActionFinished))
        self.warnings = [text for event in finished for text in event.warnings]
        data = self.space.store.path(result.built(output).digest).read_bytes()
        return Container(data).resources()

    def refused(self, folder: Path, **params: object) -> str:
        """The message and the help with which a folder is refused."""
        try:
            self.compile(folder, **params)
        except ActionError as error:
            return f"{error.diagnostic.message}\n{error.diagnostic.help}"
        raise AssertionError("it was compiled")


def write_description(path: Path, *, version: str = "3.11.7", triple: str = TRIPLE) -> Path:
    """The description of a distribution that consists of facts only."""
    description = Description(
        version=version,
        triple=triple,
        source="host",
        link_mode="static",
        libpython="libpython3.11.a",
        link_archives=(),
        link_libraries=(),
        libc="glibc-2.36",
        builtin=(),
        extension_suffixes=SUFFIXES,
    )
    path.write_text(description.dump())
    return path
