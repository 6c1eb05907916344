"""`oxidize cache`: what lies in the cache directory, and its upkeep."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oxidize.cli.amounts import size, size_text, span
from oxidize.cli.console import Console
from oxidize.cli.options import add_talk_options, apply_talk_options
from oxidize.cli.parser import Parser
from oxidize.cli.terminal_prompter import TerminalPrompter
from oxidize.errors import Diagnostic, UsageError
from oxidize.executor.location import LAYOUT, cache_folder
from oxidize.executor.problems import disk_errors

if TYPE_CHECKING:
    from oxidize.upkeep.collector import Collected
    from oxidize.upkeep.verifier import Dropped, Verified

FORMAT = 1
_LAYOUT = re.compile(r"v\d+")
_SECOND = 1_000_000_000
# Option -> what it is of.
_OF = {"max_size": "gc", "max_age": "gc", "dry_run": "gc", "yes": "clean"}
_WHY = {
    "content": "not the content that its name says",
    "damaged": "damaged",
    "incomplete": "what it refers to is gone",
    "foreign": "doesn't belong there",
}


def configure(parser: Parser) -> None:
    """Arguments of `cache`."""
    parser.add_argument(
        "what",
        choices=tuple(_VERBS),
        help="info: where it is and how large; gc: remove what wasn't used for longest; verify: "
        "look whether it is sound; clean: remove everything",
    )
    group = parser.add_argument_group("gc")
    group.add_argument("--max-size", metavar="SIZE", type=size, help="until the rest fits: 5GB")
    group.add_argument("--max-age", metavar="AGE", type=span, help="if unused for so long: 30d")
    group.add_argument("-n", "--dry-run", action="store_true", help="only say what would go")
    parser.add_argument_group("clean").add_argument("--yes", action="store_true", help="don't ask")
    parser.add_argument("--json", action="store_true", help="one document, for programs")
    add_talk_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Does one of them; verify returns 1 if it dropped something."""
    apply_talk_options(args, console)
    for option, verb in _OF.items():
        if getattr(args, option) not in (None, False) and args.what != verb:
            message = f"--{option.replace('_', '-')} is for oxidize cache {verb}"
            raise UsageError(Diagnostic("OX0823", message))
    args.json = args.json or console.json
    folder = cache_folder(os.environ)
    with disk_errors(folder):
        return _VERBS[args.what](args, folder, console)


def _info(args: argparse.Namespace, folder: Path, console: Console) -> int:
    from oxidize.upkeep.census import census, total
    from oxidize.upkeep.entries import times_of_use

    root = folder / LAYOUT
    shares, times = census(root), times_of_use(root / "actions")
    others = {path.name: total(path) for path in _layouts(folder) if path != root}
    document = {
        "format": FORMAT,
        "path": str(folder),
        "layout": LAYOUT,
        "size": sum(share.usage.size for share in shares.values()),
        "kinds": {
            kind: {"entries": share.entries, "files": share.usage.files, "size": share.usage.size}
            for kind, share in shares.items()
        },
        "oldest": _time(min(times, default=None)),
        "newest": _time(max(times, default=None)),
        "in_use": _in_use(root),
        "other_layouts": others,
    }
    if args.json:
        console.document(document)
    else:
        print("\n".join(_lines(document)), file=console.stdout)
    return 0


def _time(nanoseconds: int | None) -> str | None:
    if nanoseconds is None:
        return None
    return datetime.fromtimestamp(nanoseconds // _SECOND, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _in_use(root: Path) -> bool:
    from contextlib import closing

    from oxidize.executor.in_use import NAME, CacheUse

    try:
        if not (root / NAME).exists():
            return False
        with closing(CacheUse(root)) as use:
            return not use.alone()
    except OSError:  # read-only
        return False


def _lines(document: Mapping[str, Any]) -> list[str]:
    kinds = document["kinds"].items()
    width = max(len(kind) for kind, _ in kinds)
    return [
        f"{document['path']} (layout {document['layout']}"
        + (", in use)" if document["in_use"] else ")"),
        *(
            f"  {kind:{width}} {size_text(share['size']):>9} {share['entries']:7}"
            for kind, share in kinds
            if share["files"]
        ),
        f"  {'all':{width}} {size_text(document['size']):>9}",
        *(
            f"  {'layout ' + name:{width}} {size_text(taken):>9}"
            for name, taken in document["other_layouts"].items()
        ),
        *(
            [f"last used: {document['newest']}; unused for longest: since {document['oldest']}"]
            if document["newest"]
            else ["nothing was built yet"]
        ),
    ]


def _gc(args: argparse.Namespace, folder: Path, console: Console) -> int:
    from oxidize.upkeep.choice import Limits
    from oxidize.upkeep.collector import Collector

    limits = Limits(args.max_size, args.max_age)
    collected = Collector(folder / LAYOUT, limits, dry=args.dry_run).collect()
    if args.json:
        console.document(_collected(collected, args.dry_run))
        return 0
    would = "would remove" if args.dry_run else "removed"
    for kind, removed in sorted(collected.removed.items()):
        console.say(f"{would} {removed.entries} of {kind}: {size_text(removed.size)}")
    if not collected.removed:
        console.say("nothing to remove")
    console.say(f"{size_text(collected.size)} {'would be' if args.dry_run else 'are'} left")
    if collected.busy:
        text = "other commands use the cache: libraries and caches of tools stayed"
        console.say(f"{text}; run this again when those are done")
    return 0


def _collected(collected: Collected, dry_run: bool) -> dict[str, object]:
    return {
        "format": FORMAT,
        "removed": {
            kind: {"entries": removed.entries, "size": removed.size}
            for kind, removed in sorted(collected.removed.items())
        },
        "size": collected.size,
        "busy": collected.busy,
        "dry_run": dry_run,
    }


def _verify(args: argparse.Namespace, folder: Path, console: Console) -> int:
    from oxidize.upkeep.verifier import Verifier

    verified = Verifier(folder / LAYOUT).verify()
    if args.json:
        console.document(_verified(verified))
    else:
        for each in verified.dropped:
            console.say(_dropped(each))
        found = f"{len(verified.dropped)} dropped" if verified.dropped else "all is sound"
        read = size_text(verified.size)
        console.say(f"entries: {verified.entries}, contents: {read}; {found}")
    return 1 if verified.dropped else 0


def _dropped(each: Dropped) -> str:
    return f"dropped {each.path}: {_WHY[each.why]}"


def _verified(verified: Verified) -> dict[str, object]:
    return {
        "format": FORMAT,
        "entries": verified.entries,
        "size": verified.size,
        "dropped": [
            {"kind": each.kind, "path": str(each.path), "why": each.why}
            for each in verified.dropped
        ],
    }


def _clean(args: argparse.Namespace, folder: Path, console: Console) -> int:
    from oxidize.upkeep.aside import clear
    from oxidize.upkeep.census import total

    layouts = _layouts(folder)
    taken = sum(map(total, layouts))
    if not args.yes and not _sure(folder, taken, console):
        if args.json:
            console.document({"format": FORMAT, "freed": 0})
        else:
            console.say("nothing was removed")
        return 0
    for root in layouts:
        clear(root, lambda: console.say("other commands use the cache; waiting for them to end"))
    removed = taken - sum(map(total, layouts))
    if args.json:
        console.document({"format": FORMAT, "freed": removed})
    else:
        console.say(f"removed {size_text(removed)} from {folder}")
    return 0


def _sure(folder: Path, taken: int, console: Console) -> bool:
    prompter = TerminalPrompter(console)
    if not prompter.available:
        message = "oxidize cache clean asks, and there is no terminal to ask on"
        raise UsageError(Diagnostic("OX0712", message, help="to remove it all: --yes"))
    return prompter.confirm(f"remove all of {folder} ({size_text(taken)})?", default=False)


def _layouts(folder: Path) -> list[Path]:
    """What builds of this version and others use."""
    from oxidize.upkeep.census import children

    return [path for path in children(folder) if _LAYOUT.fullmatch(path.name) and path.is_dir()]


_VERBS: dict[str, Callable[[argparse.Namespace, Path, Console], int]] = {
    "info": _info,
    "gc": _gc,
    "verify": _verify,
    "clean": _clean,
}
