"""Labels: how load() names a file.

`//dir:file.star` starts at the folder of the build file in use (or of the rule library that the
loading file belongs to), `:file.star` lies beside the loading file, `@name//dir:file.star` is in
the library that the project file calls so, and `@oxidize//name.star` in oxidize's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from attrs import evolve, frozen

from oxidize.lookup import is_file, real
from oxidize.objects.library import Library
from oxidize.objects.problem import refuse
from oxidize.objects.reach import Reach, library_reach
from oxidize.paths import rules_folder
from oxidize.suggest import did_you_mean

OWN_LIBRARY = "oxidize"
_LABEL = re.compile(
    r"(?:(?:@(?P<library>[\w-]+))?//(?P<folder>[^:@]*?))?(?P<colon>:?)(?P<file>[^:/@]+\.star)"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_PRIVATE = "private"
_MOST_NAMED = 6


@frozen
class Location:
    """A build file: where it is, the folder that `//` means in it, and its library's name.

    The library of the project's own files is "".
    """

    path: Path
    root: Path
    library: str = ""

    @property
    def foreign(self) -> bool:
        """Whether it belongs to a third party's library."""
        return self.library not in ("", OWN_LIBRARY)

    @property
    def reach(self) -> Reach | None:
        """What its code reaches; oxidize's own reaches what its caller does."""
        if self.library == OWN_LIBRARY:
            return None
        return library_reach(self.library, self.root) if self.library else Reach(self.root)


@frozen
class Labels:
    """Resolves labels; `libraries` are those of the project file."""

    libraries: Mapping[str, Library]

    def resolve(self, label: str, loading: Location) -> Location:
        """The file that a label names when a certain file loads it. It may not exist."""
        match = _LABEL.fullmatch(label)
        if match is None or not _is_label(match):
            _refuse_label(label, loading)
            raise AssertionError
        if match["folder"] is None:
            beside = evolve(loading, path=loading.path.parent / match["file"])
            return self._checked(label, loading, beside)
        library = match["library"] or loading.library
        root = self._root(library) if match["library"] else loading.root
        found = Location(root / match["folder"] / match["file"], root, library)
        return self._checked(label, loading, found)

    def _root(self, library: str) -> Path:
        if library == OWN_LIBRARY:
            return rules_folder()
        if library not in self.libraries:
            self._refuse_unknown(library)
        return self.libraries[library].root

    def _refuse_unknown(self, name: str) -> None:
        known = [OWN_LIBRARY, *self.libraries]
        listed = ", ".join(f'"@{each}"' for each in known)
        refuse(
            "OX0111",
            f'unknown rule library "@{name}"',
            notes=(f"known libraries: {listed}",),
            help=did_you_mean(name, known, form='"@{}"')
            or f"name it in oxidize.toml, beside the build file: [libraries.{name}] with url and "
            "sha256, or with path",
        )

    def _checked(self, label: str, loading: Location, found: Location) -> Location:
        if found.root != loading.root and is_private(found):
            _refuse_private(label, found)
        self._check_owner(label, found)
        if found.foreign and found.reach:
            found.reach.check_link(found.path, label)
        return found

    def _check_owner(self, label: str, found: Location) -> None:
        """Whose code a file is must not depend on the label that it is loaded by."""
        for each in self.libraries.values():
            own = each.root == found.root or not each.root.is_relative_to(found.root)
            if own:
                continue
            place, root = real(found.path), real(each.root)
            if place.is_relative_to(root):
                right = label_of(each.name, place.relative_to(root))
                refuse(
                    "OX0124",
                    f'"{label}" is a file of the library "@{each.name}"',
                    help=f'write "{right}"',
                )


def _is_label(match: re.Match[str]) -> bool:
    folder = match["folder"]
    # Call stacks are printed with file names in them, and are read again.
    if _CONTROL.search(match[0]):
        return False
    if folder is None:
        return bool(match["colon"])
    # `@oxidize//name.star` needs no colon; `//dir:file.star` does.
    if folder and not match["colon"]:
        return False
    return ".." not in folder.split("/") and not folder.startswith("/")


def is_private(location: Location) -> bool:
    """Whether only its own library loads it."""
    return _PRIVATE in location.path.relative_to(location.root).parts[:-1]


def _refuse_private(label: str, found: Location) -> None:
    public = list(_public_labels(found))
    named = ", ".join(f'"{each}"' for each in public[:_MOST_NAMED])
    more = f" and {len(public) - _MOST_NAMED} more" if len(public) > _MOST_NAMED else ""
    refuse(
        "OX0123",
        f'"{label}" is private to the library "@{found.library}"',
        notes=(f"its public files: {named}{more}",) if public else (),
        help="load what you need from one of these" if public else None,
    )


def _public_labels(location: Location) -> Iterator[str]:
    for path in sorted(location.root.rglob("*.star")):
        if not is_private(evolve(location, path=path)):
            yield label_of(location.library, path.relative_to(location.root))


def label_of(library: str, path: Path) -> str:
    """How load() names a file at a path of a library, or of the project: ""."""
    folder = path.parent.as_posix()
    if not library:
        return f"//{'' if folder == '.' else folder}:{path.name}"
    return f"@{library}//{path.name}" if folder == "." else f"@{library}//{folder}:{path.name}"


def _refuse_label(label: str, loading: Location) -> None:
    refuse(
        "OX0104",
        f'"{label}" isn\'t a label',
        notes=('labels are ":file.star", "//folder:file.star" and "@library//folder:file.star"',),
        help=_meant(label, loading),
    )


def _meant(label: str, loading: Location) -> str | None:
    """The label of the file that a path means, if it is one of the project's."""
    if _CONTROL.search(label):
        return None
    text = label.lstrip(":")
    named = text if text.endswith(".star") else f"{text.removesuffix('.bzl')}.star"
    for start in (loading.path.parent, loading.root):
        path = real(Path(start, named))
        if not path.is_relative_to(loading.root):
            continue
        beside = path.parent == real(loading.path.parent)
        right = f":{path.name}" if beside else label_of("", path.relative_to(loading.root))
        if is_file(path):
            return f'write "{right}"'
        if text.endswith(".bzl") and is_file(Path(start, text)):
            return f'rename the file to {path.name}, and write "{right}"'
    return None
