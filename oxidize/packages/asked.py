"""What a request asks for in the lock's terms, and what of it a section doesn't answer."""

from __future__ import annotations

import os
from pathlib import Path

from oxidize.graph.digest import Digest
from oxidize.packages.lockfile import Asked, Section
from oxidize.packages.request import LockRequest, Wanted


def asked(request: LockRequest) -> Asked:
    """What a request asks for, as the lock keeps it."""
    local = {each.local.path: each.local.digest for each in request.wanted if each.local}
    local |= {each.path: each.digest for each in request.imports}
    return Asked(
        tuple(sorted({line(each, request) for each in request.wanted})),
        tuple(sorted({each for call in request.calls for each in call.constraints})),
        request.options.flags(),
        {relative(path, request.folder): digest for path, digest in local.items()},
        _hashes(request),
    )


def _hashes(request: LockRequest) -> str:
    rows = sorted(f"{w.name} {value}" for w in request.wanted for value in w.hashes)
    return f"sha256:{Digest.of(chr(10).join(rows).encode()).hash}" if rows else ""


def line(wanted: Wanted, request: LockRequest) -> str:
    """A requirement as the lock has it."""
    return wanted.line(relative(wanted.local.path, request.folder) if wanted.local else "")


def relative(path: Path, folder: Path) -> str:
    """A path as the lock has it: relative to the lock's folder, with `/`."""
    text = Path(os.path.relpath(path, folder)).as_posix()
    return text if text.startswith(".") else f"./{text}"


def differences(section: Section | None, request: LockRequest) -> list[str]:
    """What the lock has too little or too much, in words."""
    if section is None:
        return ["has no section yet"]
    now, before = asked(request), section.asked
    found: list[str] = []
    for name in ("requirements", "constraints", "options"):
        new, old = set(getattr(now, name)), set(getattr(before, name))
        found += [f"{each} is new" for each in sorted(new - old)]
        found += [f"{each} is not wanted any more" for each in sorted(old - new)]
    changed = (path for path in now.local if now.local[path] != before.local.get(path))
    found += [f"{path} needs other packages than before" for path in sorted(changed)]
    return found or ["other hashes are given than before"]
