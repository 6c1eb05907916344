"""`oxidize inspect`: shows what an executable carries."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

from oxidize.cli.amounts import plural, size_text
from oxidize.cli.carried import read_program
from oxidize.cli.console import Console
from oxidize.cli.options import add_talk_options, apply_talk_options
from oxidize.cli.parser import Parser
from oxidize.resources.layout import FileFlag, ModuleFlag
from oxidize.resources.model import File, Module, Resources
from oxidize.resources.summary import Owners, Part, summarize

_BAR = 24
ABOUT = "about_"
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
    size, resources = read_program(args.executable)
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
        *table(kinds),
        "",
        *table(list(summary.owners)),
        "",
        "settings",
        *(
            f"  {key} = {value if isinstance(value, str) else ', '.join(map(str, _items(value)))}"
            for key, value in config.items()
            if not key.startswith(ABOUT)
        ),
    ]
    return "\n".join(lines)


def location_of(row: Module | File) -> str:
    """Where a module or file is, as the packaging policy spells it."""
    if row.beside:
        return f"filesystem-relative:{row.beside}"
    flag = ModuleFlag.EXTRACT if isinstance(row, Module) else FileFlag.EXTRACT
    extracted = row.flags & flag
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


def table(parts: list[Part]) -> list[str]:
    """Names, sizes and counts, with bars."""
    width = max(len(part.name) for part in parts)
    largest = max(part.size for part in parts) or 1
    return [
        f"  {part.name:{width}} {size_text(part.size):>9} {part.count:6}  "
        f"{'█' * round(_BAR * part.size / largest)}".rstrip()
        for part in parts
    ]


def _as_json(path: Path, size: int, resources: Resources) -> dict[str, object]:
    summary, owners = summarize(resources), Owners.of(resources)
    about = {k.removeprefix(ABOUT): v for k, v in resources.config.items() if k.startswith(ABOUT)}
    return {
        "path": str(path),
        "size": size,
        "about": about,
        "settings": {k: v for k, v in resources.config.items() if not k.startswith(ABOUT)},
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
