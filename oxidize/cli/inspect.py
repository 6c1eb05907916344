"""`oxidize inspect`: shows what an executable carries."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

from oxidize.binary.elf import ElfError
from oxidize.binary.embed import find_payload
from oxidize.cli.amounts import plural, size_text
from oxidize.cli.console import Console
from oxidize.cli.options import add_talk_options, apply_talk_options
from oxidize.cli.parser import Parser
from oxidize.errors import Diagnostic, UsageError
from oxidize.resources.layout import FileFlag, ModuleFlag
from oxidize.resources.model import File, Module, Resources
from oxidize.resources.reader import Container, ContainerError
from oxidize.resources.summary import Owners, Part, summarize

_BAR = 24
_ABOUT = "about_"
_NOUNS: dict[type[Module | File], str] = {Module: "module", File: "file"}


def configure(parser: Parser) -> None:
    """Arguments of `inspect`."""
    parser.add_argument("executable", metavar="EXE", type=Path, help="what oxidize built")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--json", action="store_true", help="all of it, for programs")
    what.add_argument("--modules", action="store_true", help="names of modules, one per line")
    what.add_argument("--files", action="store_true", help="paths of files, one per line")
    add_talk_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Reads and checks the whole container."""
    apply_talk_options(args, console)
    size, resources = _read(args.executable)
    if args.json or console.json:
        console.document(_as_json(args.executable, size, resources))
        return 0
    if args.modules:
        text = "\n".join(resources.modules)
    elif args.files:
        text = "\n".join(resources.files)
    else:
        text = _overview(args.executable, size, resources)
    print(text, file=console.stdout)
    return 0


def _read(path: Path) -> tuple[int, Resources]:
    """The size and the resources of a program, of the file next to it that has them if one does."""
    data = _content(path)
    try:
        payload = find_payload(data)
    except ElfError as error:
        help_ = "name a program that oxidize built"
        raise _refused(path, "OX0603", str(error), help_) from error
    resources = _resources(path, payload)
    name = resources.config.get("resources_file")
    if name is None:
        return len(data), resources
    beside = path.resolve().parent / str(name)
    rest = _content(beside)
    wanted = str(resources.config.get("resources_sha256"))
    return len(data) + len(rest), _resources(beside, rest, wanted)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _refused(path, "OX0602", str(error.strerror)) from error


def _resources(path: Path, data: bytes | memoryview, sha256: str | None = None) -> Resources:
    """Those of a container, which is to have that digest if one is given."""
    try:
        container = Container(data)
        found = container.resources()
    except ContainerError as error:
        raise _refused(path, "OX0601", f"damaged: {error}", "build it again") from error
    if sha256 not in (None, container.digest.hex()):
        raise _refused(path, "OX0601", "belongs to another build of the program", "build it again")
    return found


def _refused(path: Path, code: str, message: str, help_: str | None = None) -> UsageError:
    return UsageError(Diagnostic(code, f"{path}: {message}", help=help_))


def _overview(path: Path, size: int, resources: Resources) -> str:
    summary = summarize(resources)
    config = resources.config
    rest = size - sum(part.size for part in summary.kinds)
    kinds = [*summary.kinds, Part("interpreter and index", 1, rest)]
    kinds.sort(key=lambda part: -part.size)
    python = f"CPython {config.get('about_python')} ({config.get('about_source')} distribution)"
    lines = [
        f"{path.name}: {size_text(size)}, {python} for {config.get('about_triple')}",
        f"  runs {_entry(resources)}",
        *_places(resources),
        f"  {_extensions(resources)}",
        "",
        *_table(kinds),
        "",
        *_table(list(summary.owners)),
        "",
        "settings",
        *(
            f"  {key} = {value if isinstance(value, str) else ', '.join(map(str, _items(value)))}"
            for key, value in config.items()
            if not key.startswith(_ABOUT)
        ),
    ]
    return "\n".join(lines)


def location_of(row: Module | File) -> str:
    """Where a module or file is, as the packaging policy spells it."""
    if row.beside:
        return f"filesystem-relative:{row.beside}"
    extracted = isinstance(row, Module) and row.flags & ModuleFlag.EXTRACT
    return "extracted" if extracted else "in-memory"


def _places(resources: Resources) -> list[str]:
    """A line for what is in memory, and one for each folder beside the program."""
    rows: list[Module | File] = [*resources.modules.values(), *resources.files.values()]
    lines = []
    for folder in sorted({row.beside for row in rows}):
        here = Counter(type(row) for row in rows if row.beside == folder)
        where = f"in {folder}/ beside the program" if folder else "in memory"
        counts = [plural(here[each], name) for each, name in _NOUNS.items() if here[each]]
        lines.append(f"  {' and '.join(counts)}, {where}")
    return lines


def _extensions(resources: Resources) -> str:
    found = [each for each in resources.modules.values() if each.flags & ModuleFlag.EXTENSION]
    places = Counter(map(location_of, found))
    memory = places.pop("in-memory", 0)
    count = plural(len(found), "extension module")
    if places:
        rest = (f"{number} {place}" for place, number in sorted(places.items()))
        return f"{count}: {', '.join((f'{memory} in-memory', *rest))}"
    return f"{count}, loaded from memory, or extracted where memory can't hold code"


def _items(value: Any) -> list[object]:  # noqa: ANN401
    return list(value) if isinstance(value, list | tuple) else [value]


def _entry(resources: Resources) -> str:
    for key in ("run_command", "run_module", "run_filename"):
        if key in resources.config:
            return f"{key.removeprefix('run_')} {resources.config[key]}"
    return "the interactive interpreter"


def _table(parts: list[Part]) -> list[str]:
    width = max(len(part.name) for part in parts)
    largest = max(part.size for part in parts) or 1
    return [
        f"  {part.name:{width}} {size_text(part.size):>9} {part.count:6}  "
        f"{'█' * round(_BAR * part.size / largest)}".rstrip()
        for part in parts
    ]


def _as_json(path: Path, size: int, resources: Resources) -> dict[str, object]:
    summary, owners = summarize(resources), Owners.of(resources)
    about = {k.removeprefix(_ABOUT): v for k, v in resources.config.items() if k.startswith(_ABOUT)}
    return {
        "path": str(path),
        "size": size,
        "about": about,
        "settings": {k: v for k, v in resources.config.items() if not k.startswith(_ABOUT)},
        "kinds": {part.name: {"count": part.count, "size": part.size} for part in summary.kinds},
        "owners": {part.name: {"count": part.count, "size": part.size} for part in summary.owners},
        "modules": {
            module.name: {
                "path": module.path,
                "owner": owners.of_module(module),
                "package": bool(module.flags & ModuleFlag.PACKAGE),
                "namespace": bool(module.flags & ModuleFlag.NAMESPACE),
                "standard_library": bool(module.flags & ModuleFlag.STANDARD_LIBRARY),
                "source": module.source is not None,
                "bytecode": sorted(module.code),
                "location": location_of(module),
                "extension": len(module.extension.data) if module.extension else None,
                "libraries": list(module.libraries),
            }
            for module in resources.modules.values()
        },
        "files": {
            file.path: {
                "size": file.content.raw_size if file.content else None,
                "location": location_of(file),
                "owner": owners.of_file(file),
                "executable": bool(file.flags & FileFlag.EXECUTABLE),
                "shared_library": bool(file.flags & FileFlag.SHARED_LIBRARY),
                "licence": bool(file.flags & FileFlag.LICENCE),
                "libraries": list(file.libraries),
            }
            for file in resources.files.values()
        },
    }
