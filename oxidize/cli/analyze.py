"""`oxidize analyze`: what an executable or a library needs of the system that it runs on."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from attrs import field, frozen

from oxidize.binary.linux_releases import oldest_releases, version_key
from oxidize.binary.native import (
    Library,
    Native,
    NativeError,
    UnknownFormat,
    culprits,
    read_native,
)
from oxidize.binary.portability import INTERPRETER, Needs, Part, Portability
from oxidize.cli.amounts import size_text
from oxidize.cli.carried import carried_by, read_file, refused
from oxidize.cli.console import Console
from oxidize.cli.inspect import ABOUT
from oxidize.cli.options import add_talk_options, apply_talk_options
from oxidize.cli.parser import Parser
from oxidize.errors import Diagnostic, OxidizeError, UsageError
from oxidize.resources.model import Resources
from oxidize.resources.native_files import native_files, parts_of
from oxidize.resources.reader import ContainerError
from oxidize.resources.summary import STANDARD_LIBRARY, summarize
from oxidize.resources.summary import Part as Share

FORMAT = 1
# Option -> the family of versions that it limits, the formats it is for, and what people call it.
_LIMITS = {"max_glibc": ("GLIBC", "ELF", "glibc"), "max_macos": ("macOS", "Mach-O", "macOS")}
_SHOWN_SYMBOLS, _SHOWN_PARTS = 5, 10


@frozen
class Exceeding:
    """A native file that needs something newer than a limit; `symbols` say because of what."""

    part: Part
    family: str
    symbols: tuple[str, ...]


@frozen
class Analysis:
    """All that is known of one file; `resources` are those of a program that oxidize built."""

    path: Path
    size: int
    natives: tuple[Native, ...]
    portability: Portability
    data: bytes = field(repr=False)
    resources: Resources | None = field(default=None, repr=False)


def configure(parser: Parser) -> None:
    """Arguments of `analyze`."""
    parser.add_argument(
        "binary", metavar="BINARY", type=Path, help="an executable or library, whoever built it"
    )
    parser.add_argument(
        "--max-glibc", metavar="VERSION", help="fail if it needs a newer glibc than that: 2.17"
    )
    parser.add_argument(
        "--max-macos", metavar="VERSION", help="fail if it needs a newer macOS than that: 11.0"
    )
    parser.add_argument("--json", action="store_true", help="all of it, for programs")
    add_talk_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Tells what it needs; 1 if that is more than a limit allows."""
    apply_talk_options(args, console)
    limits = {name: limit for name in _LIMITS if (limit := getattr(args, name)) is not None}
    for name, limit in limits.items():
        _check_limit(name, limit)
    analysis = _analyze(args.binary)
    exceeding = [each for name in limits for each in _exceeding(analysis, name, limits[name])]
    if args.json or console.json:
        console.document(_as_json(analysis, exceeding))
    else:
        # Names in ELF files may be any bytes.
        text = "\n".join(_lines(analysis)).encode(errors="backslashreplace").decode()
        print(text, file=console.stdout)
    if not exceeding:
        return 0
    console.error(OxidizeError(_too_new(analysis, exceeding, limits)))
    return 1


def _check_limit(name: str, limit: str) -> None:
    if not all(part.isdecimal() for part in limit.split(".")):
        option = name.replace("_", "-")
        message = f"--{option} wants a version, such as 2.17 or 11.0, not {limit!r}"
        raise UsageError(Diagnostic("OX0803", message))


def _analyze(path: Path) -> Analysis:
    data = read_file(path)
    try:
        natives = read_native(data)
    except UnknownFormat as error:
        help_ = "name an executable or a shared library"
        raise refused(path, "OX0604", str(error), help_) from error
    except NativeError as error:
        raise refused(path, "OX0605", f"damaged: {error}") from error
    resources = carried_by(path, data)
    owner = path.name if resources is None else INTERPRETER
    parts = [Part("", owner, native.needs) for native in natives]
    if resources is not None:
        try:
            parts += parts_of(resources, path.resolve().parent)
        except (ContainerError, OSError) as error:
            raise refused(path, "OX0601", f"damaged: {error}", "build it again") from error
    return Analysis(path, len(data), natives, Portability(tuple(parts)), data, resources)


def _exceeding(analysis: Analysis, name: str, limit: str) -> Iterator[Exceeding]:
    """The files that need more than a limit allows, the worst first."""
    family, format_, _ = _LIMITS[name]
    if all(native.format != format_ for native in analysis.natives):
        option = name.replace("_", "-")
        message = f"{analysis.path}: --{option} is for {format_} files, and this is none"
        raise UsageError(Diagnostic("OX0823", message))
    beyond = [
        part
        for part in analysis.portability.parts
        if version_key(part.needs.get(family, "")) > version_key(limit)
    ]
    beyond.sort(key=lambda part: (version_key(part.needs[family]), part.owner), reverse=True)
    contents = {"": analysis.data, **_contents(analysis)} if beyond else {}
    for part in beyond:
        symbols = culprits(contents[part.path], family, limit) if format_ == "ELF" else ()
        yield Exceeding(part, family, symbols)


def _contents(analysis: Analysis) -> dict[str, bytes | memoryview]:
    if analysis.resources is None:
        return {}
    folder = analysis.path.resolve().parent
    return {file.path: file.data for file in native_files(analysis.resources, folder)}


def _too_new(analysis: Analysis, exceeding: list[Exceeding], limits: dict[str, str]) -> Diagnostic:
    allowed = ", ".join(f"{_LIMITS[name][2]} {limit}" for name, limit in limits.items())
    notes = []
    # The worst of each owner before all others.
    first = {id(each) for each in {e.part.owner: e for e in reversed(exceeding)}.values()}
    for each in sorted(exceeding, key=lambda each: id(each) not in first)[:_SHOWN_PARTS]:
        shown = ", ".join(each.symbols[:_SHOWN_SYMBOLS])
        rest = len(each.symbols) - _SHOWN_SYMBOLS
        because = f": {shown}{f' and {rest} more' if rest > 0 else ''}" if shown else ""
        where = f"{each.part.path} ({each.part.owner})" if each.part.path else "the executable"
        notes.append(f"{where} needs {each.part.needs[each.family]}{because}")
    if len(exceeding) > _SHOWN_PARTS:
        notes.append(f"and {len(exceeding) - _SHOWN_PARTS} files more")
    message = f"{analysis.path} needs a newer system than {allowed}"
    return Diagnostic("OX0606", message, notes=tuple(notes))


def _lines(analysis: Analysis) -> Iterator[str]:
    portability = analysis.portability
    yield f"{analysis.path.name}: {size_text(analysis.size)}, {_title(analysis)}"
    yield f"  {portability.verdict()}"
    oldest = oldest_releases(portability.needs)
    for native in analysis.natives:
        yield ""
        if len(analysis.natives) > 1:
            yield f"{native.machine}"
        rows = [*_facts(native), ("needs", _needs_text(native.needs))]
        rows += [("library", _library_text(library)) for library in native.libraries]
        yield from (f"  {name:16} {text}" for name, text in rows if text)
    if oldest:
        yield ""
        yield "Linux releases, from these on"
        yield from (f"  {family:16} {version}" for family, version in oldest.items())
    if analysis.resources is not None:
        yield ""
        yield "carries"
        yield from _carried_lines(analysis, analysis.resources)


def _title(analysis: Analysis) -> str:
    first = analysis.natives[0]
    machines = ", ".join(native.machine for native in analysis.natives)
    made = ""
    if analysis.resources is not None:
        made = f", CPython {analysis.resources.config.get(f'{ABOUT}python')} by oxidize"
    return f"{first.format} {first.type} for {machines}{made}"


def _facts(native: Native) -> Iterator[tuple[str, str]]:
    for name, value in native.facts.items():
        if isinstance(value, bool):
            yield name.replace("_", " "), "yes" if value else "no"
        elif isinstance(value, list):
            yield name, ":".join(value)
        elif value is not None:
            yield name.replace("_", " "), str(value)


def _library_text(library: Library) -> str:
    return f"{library.name}: {library.part_of}{', once it is used' if library.delayed else ''}"


def _needs_text(needs: Needs) -> str:
    return ", ".join(f"{family} {version}".rstrip() for family, version in needs.items())


def _shares(analysis: Analysis, resources: Resources) -> Iterator[tuple[Share, Needs]]:
    """The owners of what is carried, the largest first, and what their native files need."""
    needs = _carried_needs(analysis)
    for share in summarize(resources).owners:
        own = INTERPRETER if share.name == STANDARD_LIBRARY else share.name
        yield share, needs.get(own, {})


def _carried_needs(analysis: Analysis) -> dict[str, Needs]:
    """What the native files of each owner need, without the executable itself."""
    carried = tuple(part for part in analysis.portability.parts if part.path)
    return dict(Portability(carried).by_owner())


def _carried_lines(analysis: Analysis, resources: Resources) -> Iterator[str]:
    shares = list(_shares(analysis, resources))
    width = max(len(share.name) for share, _ in shares)
    for share, needs in shares:
        line = f"  {share.name:{width}} {size_text(share.size):>9} {share.count:6}"
        yield f"{line}  {_needs_text(needs)}".rstrip()


def _as_json(analysis: Analysis, exceeding: list[Exceeding]) -> dict[str, object]:
    needs = analysis.portability.needs
    return {
        "format": FORMAT,
        "path": str(analysis.path),
        "size": analysis.size,
        "verdict": analysis.portability.verdict(),
        "needs": dict(needs),
        "releases": dict(oldest_releases(needs)),
        "binaries": [_native_json(native) for native in analysis.natives],
        "carries": _carries_json(analysis),
        "exceeding": [
            {
                "path": each.part.path,
                "owner": each.part.owner,
                "needs": {each.family: each.part.needs[each.family]},
                "symbols": list(each.symbols),
            }
            for each in exceeding
        ],
    }


def _native_json(native: Native) -> dict[str, object]:
    return {
        "format": native.format,
        "machine": native.machine,
        "type": native.type,
        "needs": dict(native.needs),
        "libraries": [
            {"name": each.name, "part_of": each.part_of, "delayed": each.delayed}
            for each in native.libraries
        ],
        **native.facts,
    }


def _carries_json(analysis: Analysis) -> dict[str, object] | None:
    resources = analysis.resources
    if resources is None:
        return None
    about = {k.removeprefix(ABOUT): v for k, v in resources.config.items() if k.startswith(ABOUT)}
    return {
        "about": about,
        "owners": {
            share.name: {"count": share.count, "size": share.size, "needs": dict(needs)}
            for share, needs in _shares(analysis, resources)
        },
        "files": [
            {"path": part.path, "owner": part.owner, "needs": dict(part.needs)}
            for part in analysis.portability.parts
            if part.path
        ],
    }
