"""Licences of what a program holds: one component per distribution, and the CPython itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from email.message import Message
from email.parser import HeaderParser

from attrs import frozen

from oxidize.resources.layout import FileFlag
from oxidize.resources.model import File, Resources
from oxidize.resources.reader import decode

_INFO = ".dist-info"
_RULE = "-" * 78
_CLASSIFIER = "License :: "


@frozen
class Component:
    """One thing with a licence of its own; `version` may be "". `licence` is what it says of
    itself, best an SPDX expression; "" if it doesn't."""

    name: str
    version: str
    licence: str
    texts: Mapping[str, str]
    """File name -> licence text."""
    requires: tuple[str, ...] = ()
    """What it needs, as requirements."""
    extras: tuple[str, ...] = ()
    """Further things that it can do, for which it may need more."""


def components(resources: Resources) -> Iterator[Component]:
    """The distributions whose metadata is there, by name."""
    folders = {path.partition("/")[0] for path in resources.files}
    for folder in sorted(f for f in folders if f.endswith(_INFO)):
        metadata = resources.files.get(f"{folder}/METADATA")
        head = HeaderParser().parsestr(_text(metadata)) if metadata else Message()
        name, _, version = folder.removesuffix(_INFO).partition("-")
        yield Component(
            str(head.get("Name", name)),
            str(head.get("Version", version)),
            _licence(head),
            dict(_texts(folder, resources.files)),
            tuple(str(each) for each in head.get_all("Requires-Dist", ())),
            tuple(str(each) for each in head.get_all("Provides-Extra", ())),
        )


def _texts(folder: str, files: Mapping[str, File]) -> Iterator[tuple[str, str]]:
    for path, file in files.items():
        if path.startswith(folder + "/") and file.flags & FileFlag.LICENCE:
            yield path.removeprefix(folder + "/"), _text(file)


def _licence(head: Message) -> str:
    """What the metadata says: an expression, a short text, or classifiers."""
    for name in ("License-Expression", "License"):
        said = str(head.get(name, "")).strip()
        # Some have the whole text there; it stands among the files then.
        if said and "\n" not in said and said.upper() != "UNKNOWN":
            return said
    found = [str(each) for each in head.get_all("Classifier", [])]
    kinds = [each.rpartition(" :: ")[2] for each in found if each.startswith(_CLASSIFIER)]
    return " and ".join(kinds)


def _text(file: File) -> str:
    return decode(file.content).decode(errors="replace") if file.content else ""


def document(found: Iterable[Component]) -> str:
    """All of them as one text for people."""
    found = list(found)
    lines = ["This program contains", ""]
    lines += [f"  {_title(each)}" for each in found]
    for each in found:
        lines += ["", _RULE, _title(each), _RULE]
        lines += [] if each.texts else ["", "It carries no licence text."]
        for name, text in sorted(each.texts.items()):
            lines += ["", f"[{name}]", "", text.strip()]
    return "\n".join(lines) + "\n"


def _title(component: Component) -> str:
    untold = "as its text says" if component.texts else "missing licence: nothing tells of it"
    licence = component.licence or untold
    return f"{component.name} {component.version}".rstrip() + f" ({licence})"
