"""Flatpaks: what `flatpak` reads of an application, what it can't express, and its commands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from attrs import field, frozen

MACHINES = ("x86_64", "aarch64", "riscv64")
# The folders of an application's tree: what is /app, and what desktops of the system see.
FILES, EXPORTS = "files", "export/share"
METADATA = "metadata"
CATALOGUES = f"{FILES}/share/app-info/xmls"

_SEGMENT = r"[A-Za-z_][A-Za-z0-9_]*"
_ID = re.compile(rf"{_SEGMENT}(\.{_SEGMENT})+\.[A-Za-z_-][A-Za-z0-9_-]*")
_ID_SIZE = 255
_BRANCH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ESCAPED = str.maketrans({"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"})
_TIME = "1980-01-01T00:00:00Z"
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SECONDS = 315_532_800


@frozen
class FlatpakDescription:
    """What an application is, what it runs on, and what it may use of the system."""

    id: str
    machine: str
    branch: str
    runtime: str
    runtime_version: str
    command: str
    """The program's name in /app/bin."""
    context: Mapping[str, Sequence[str]] = field(factory=dict)
    """Permissions, by the keys of metadata's group `Context`."""
    talk_names: Sequence[str] = ()
    env: Mapping[str, str] = field(factory=dict)

    def text(self) -> str:
        """The file `metadata`."""
        ending = f"{self.machine}/{self.runtime_version}"
        # Nothing is built with it, but `flatpak info` doesn't go on without.
        sdk = re.sub(r"\.Platform$", ".Sdk", self.runtime)
        groups = {
            "Application": {
                "name": self.id,
                "runtime": f"{self.runtime}/{ending}",
                "sdk": f"{sdk}/{ending}",
                "command": self.command,
            },
            "Context": {
                key: "".join(f"{each};" for each in words) for key, words in self.context.items()
            },
            "Session Bus Policy": dict.fromkeys(self.talk_names, "talk"),
            "Environment": {name: _escaped(value) for name, value in self.env.items()},
        }
        return "\n".join(_group(name, rows) for name, rows in groups.items() if any(rows.values()))

    def problems(self) -> Iterator[tuple[str, str]]:
        """What flatpak wouldn't take, and the argument that said it."""
        if not _ID.fullmatch(self.id) or len(self.id) > _ID_SIZE:
            yield (
                f'"{self.id}" can\'t be the name of a flatpak: that has three words or more, with '
                "dots between them, of letters, digits and underscores, which don't begin with a "
                "digit; the last one may have hyphens",
                "product",
            )
        if not _ID.fullmatch(self.runtime):
            yield f'"{self.runtime}" can\'t be the name of a runtime', "settings"
        for branch in (self.branch, self.runtime_version):
            if not _BRANCH.fullmatch(branch):
                yield f'"{branch}" can\'t be the name of a branch', "settings"
        words = [each for words in self.context.values() for each in words] + [*self.talk_names]
        if bad := next((each for each in words if not each or set(each) & set(";=\n\r")), None):
            yield f"{bad!r} can't be a permission", "settings"
        if bad := next((each for each in self.env if not _VARIABLE.fullmatch(each)), None):
            yield f'"{bad}" can\'t be a variable', "settings"


@frozen
class Metainfo:
    """What lists of applications tell of one, as AppStream has it."""

    id: str
    name: str
    summary: str
    description: str
    licence: str
    publisher: str
    url: str
    version: str

    def text(self) -> str:
        """The document."""
        return f"{_XML}{self._component()}"

    def catalogue(self) -> str:
        """A list of applications that has this one: what flatpak itself reads."""
        opening = '<components version="0.8" origin="flatpak">'
        return f"{_XML}{opening}\n{self._component()}</components>\n"

    def _component(self) -> str:
        rows = [
            _element("id", self.id),
            _element("name", self.name),
            _element("summary", self.summary),
            _element("metadata_license", "CC0-1.0"),
            _element("project_license", self.licence),
            f"<developer_name>{escape(self.publisher)}</developer_name>",
            f'<url type="homepage">{escape(self.url)}</url>' if self.url else "",
            _paragraphs(self.description or self.summary),
            f'<launchable type="desktop-id">{escape(self.id)}.desktop</launchable>',
            # One without a time is passed over.
            "<releases><release "
            f'version={quoteattr(self.version)} timestamp="{_SECONDS}"/></releases>',
        ]
        inside = "".join(f"  {row}\n" for row in rows if row)
        return f'<component type="desktop-application">\n{inside}</component>\n'


def export_command(
    program: Path, tree: Path, repository: Path, machine: str, branch: str
) -> list[str]:
    """The command line that puts an application's tree into a new repository."""
    return [
        *(str(program), "build-export", "--disable-sandbox", "--disable-fsync"),
        *("--no-update-summary", f"--timestamp={_TIME}", f"--arch={machine}"),
        *(str(repository), str(tree), branch),
    ]


def bundle_command(
    program: Path, repository: Path, bundle: Path, description: Mapping[str, str]
) -> list[str]:
    """The command line that makes a bundle of it: `description` has its `id`, `machine`, `branch`,
    and `runtime_repo`, where its runtime is to be had."""
    repo = description["runtime_repo"]
    return [
        *(str(program), "build-bundle", f"--arch={description['machine']}"),
        *([f"--runtime-repo={repo}"] if repo else []),
        *(str(repository), str(bundle), description["id"], description["branch"]),
    ]


def settle_time(bundle: Path) -> None:
    """Gives a bundle another time than now, which flatpak has no option for.

    A bundle is a tuple as GVariant writes it: its first part is a dictionary, of no fixed size, and
    the second one the time, 8 bytes with the first one last, at the next multiple of 8. Where
    the first part ends is the last number of the file, in as many bytes as its length needs.
    Raises ValueError for what isn't so.
    """
    size = bundle.stat().st_size
    width = next(each for each in (1, 2, 4, 8) if size < 1 << 8 * each)
    with bundle.open("r+b") as file:
        known = file.read(7) == b"flatpak"
        file.seek(size - width)
        end = int.from_bytes(file.read(width), "little")
        place = (end + 7) // 8 * 8
        if not known or place + 8 > size - width:
            raise ValueError("flatpak wrote a bundle of another form than is known")
        file.seek(place)
        file.write(_SECONDS.to_bytes(8, "big"))


def _group(name: str, rows: Mapping[str, str]) -> str:
    return f"[{name}]\n" + "".join(f"{key}={value}\n" for key, value in rows.items() if value)


def _escaped(text: str) -> str:
    escaped = text.translate(_ESCAPED)
    return f"\\s{escaped[1:]}" if escaped.startswith(" ") else escaped


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else ""


def _paragraphs(text: str) -> str:
    found = [" ".join(each.split()) for each in text.split("\n\n")]
    inside = "".join(f"<p>{escape(each)}</p>" for each in found if each)
    return f"<description>{inside}</description>"
