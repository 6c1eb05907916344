"""write-licenses: the licences of what a program holds, as one text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from oxidize.actions import zig
from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.actions.mapped import mapped
from oxidize.distributions.description import Description
from oxidize.resources.licences import Component, components, document
from oxidize.resources.reader import Container

# The licence of the C library that is linked into static programs, in the wheel of zig.
_MUSL = "lib/libc/musl/COPYRIGHT"


class WriteLicenses(Kind):
    """distribution; licenses: its texts; containers: what goes into the program -> `text`."""

    mnemonic: ClassVar[str] = "write-licenses"
    version: ClassVar[int] = 3
    outputs: ClassVar[Mapping[str, OutputForm]] = {"text": "file"}

    def tools(self) -> Mapping[str, str]:
        """Whose C library static programs have."""
        return {"zig": zig.version()}

    def run(self, context: ActionContext) -> None:
        """The interpreter first, then distributions by name."""
        text = document([*_python(context), *_packages(context)])
        context.output("text").write_text(text, encoding="utf-8")


def _python(context: ActionContext) -> Iterator[Component]:
    """CPython itself, then what is linked in."""
    description = Description.load(context.input("distribution"))
    texts = {
        path: file.read_text(encoding="utf-8", errors="replace")
        for path, file in context.tree("licenses").items()
    }
    others = {path for each in description.components.values() for path in each.texts}
    own = {path.rpartition("/")[2]: text for path, text in texts.items() if path not in others}
    yield Component("CPython", description.version, "PSF-2.0", own)
    for name, each in sorted(description.components.items()):
        own = {path: texts[path] for path in each.texts}
        yield Component(name, each.version, each.licence, own)
    if description.static:
        text = (zig.folder() / _MUSL).read_text(encoding="utf-8")
        yield Component("musl", zig.musl_version(), "MIT", {"COPYRIGHT": text})


def _packages(context: ActionContext) -> Iterator[Component]:
    found: dict[tuple[str, str], Component] = {}
    for path in context.inputs("containers"):
        for each in components(Container(mapped(path), verify=False).resources()):
            found.setdefault((each.name.lower(), each.version), each)
    return iter(found[key] for key in sorted(found))
