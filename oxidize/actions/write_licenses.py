"""write-licenses: the licences of what a program holds, as one text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from attrs import evolve

from oxidize.actions import zig
from oxidize.actions.interpreter_components import OWN_LIBRARIES, interpreter
from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.actions.mapped import mapped
from oxidize.distributions.description import Description
from oxidize.resources.licences import Component, components, document
from oxidize.resources.model import Resources
from oxidize.resources.reader import Container
from oxidize.sbom import component as sbom
from oxidize.sbom.native_libraries import library_called

# The licence of the C library that is linked into static programs, in the wheel of zig.
_MUSL = "lib/libc/musl/COPYRIGHT"


class WriteLicenses(Kind):
    """distribution; licenses: its texts; runtime: the executable without its resources; containers:
    what goes into the program -> `text`."""

    mnemonic: ClassVar[str] = "write-licenses"
    version: ClassVar[int] = 4
    outputs: ClassVar[Mapping[str, OutputForm]] = {"text": "file"}

    def tools(self) -> Mapping[str, str]:
        """Whose C library static programs have."""
        return {"zig": zig.version()}

    def run(self, context: ActionContext) -> None:
        """The interpreter first, then its libraries and distributions by name."""
        description = Description.load(context.input("distribution"))
        containers = context.inputs("containers")
        held = [Container(mapped(path), verify=False).resources() for path in containers]
        texts = {
            path: file.read_text(encoding="utf-8", errors="replace")
            for path, file in context.tree("licenses").items()
        }
        rows = interpreter(description, context.input("runtime"), held)
        found = [
            _python(description, texts),
            *_libraries(description, rows, texts),
            *_packages(held),
        ]
        context.output("text").write_text(document(found), encoding="utf-8")


def _python(description: Description, texts: Mapping[str, str]) -> Component:
    """CPython itself."""
    others = {path for each in description.components.values() for path in each.texts}
    others.update(path for paths in description.library_texts.values() for path in paths)
    own = {path.rpartition("/")[2]: text for path, text in texts.items() if path not in others}
    return Component("CPython", description.version, "PSF-2.0", own)


def _libraries(
    description: Description, rows: Iterable[sbom.Component], texts: Mapping[str, str]
) -> Iterable[Component]:
    """What is linked in, and what is carried; of a library that has several files, they are one."""
    found: dict[tuple[str, str, str], Component] = {}
    for row in rows:
        if row.kind == "library":
            each = _library(description, row, texts)
            key = (each.name.lower(), each.version, each.licence)
            known = found.get(key, each)
            found[key] = evolve(known, texts={**known.texts, **each.texts})
    return (found[key] for key in sorted(found))


def _library(description: Description, row: sbom.Component, texts: Mapping[str, str]) -> Component:
    name, known = row.name, library_called(row.name)
    if row.file:
        paths = description.library_texts.get(f"{OWN_LIBRARIES}{row.file}", ())
        name = known.name if known else name
    else:
        told = description.components.get(name)
        paths = told.texts if told else ()
    own = {path: texts[path] for path in paths}
    if description.static and name == "musl":
        own = {"COPYRIGHT": (zig.folder() / _MUSL).read_text(encoding="utf-8")}
    return Component(name, row.version, row.licence, own)


def _packages(held: Iterable[Resources]) -> Iterator[Component]:
    found: dict[tuple[str, str], Component] = {}
    for resources in held:
        for each in components(resources):
            found.setdefault((each.name.lower(), each.version), each)
    return iter(found[key] for key in sorted(found))
