"""Files of requirements: requirements.txt, scripts, and the lock files of other tools."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve

from oxidize.errors import UsageError
from oxidize.lookup import is_file, is_folder, neighbours, read_text
from oxidize.packages.other_locks import read_pylock, read_uv_lock
from oxidize.packages.problem import Rejected
from oxidize.packages.requirement import read_requirement
from oxidize.suggest import did_you_mean

if TYPE_CHECKING:
    from oxidize.objects.reach import Reach
    from oxidize.packages.arguments import Reader
    from oxidize.packages.request import Wanted

_COMMENT = re.compile(r"(^|\s)#.*$")
_HASH = re.compile(r"\s--hash[=\s]\s*(?P<algorithm>\w+):(?P<value>\S*)")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_PYLOCK = re.compile(r"pylock(\.[^.]+)?\.toml")


def read_requirements(reader: Reader, name: str) -> None:
    """Adds what a file asks for. Raises Rejected."""
    path = _existing(reader.reach, name)
    if path.name == "uv.lock":
        reader.imports.append(read_uv_lock(path))
        return
    if _PYLOCK.fullmatch(path.name):
        reader.wanted += read_pylock(path)
        return
    if path.suffix in (".py", ".pyw"):
        reader.wanted += _of_script(path, name, reader.reach)
        return
    if path in reader.open_files:
        raise Rejected("OX0903", f"{name} includes itself")
    outside, reader.reach = reader.reach, reader.reach.at(path.parent)
    reader.open_files.append(path)
    for number, line in _lines(path):
        try:
            _line(reader, line, f"{name}:{number}")
        except Rejected as problem:
            raise _placed(problem, name, number) from problem
    reader.open_files.pop()
    reader.reach = outside


def read_constraints(reader: Reader, name: str) -> None:
    """Adds the constraints of a file. Raises Rejected."""
    path = _existing(reader.reach, name)
    for number, line in _lines(path):
        try:
            if line.startswith("-"):
                raise Rejected("OX0903", "a file of constraints has no options")
            wanted = read_requirement(_HASH.sub("", line), reader.reach.at(path.parent))
        except Rejected as problem:
            raise _placed(problem, name, number) from problem
        if wanted.local or wanted.extras:
            raise Rejected("OX0903", f"{name}:{number}: a constraint is a name and versions")
        reader.constraints.append(wanted.line(""))


def _of_script(path: Path, name: str, reach: Reach) -> Iterator[Wanted]:
    """What a script's inline metadata depends on."""
    from oxidize.packages.inline_metadata import read_inline_metadata

    try:
        metadata = read_inline_metadata(Path(name), _text(path))
    except UsageError as problem:
        raise Rejected("OX0903", problem.diagnostic.message) from problem
    for line in metadata.dependencies:
        try:
            yield read_requirement(line, reach.at(path.parent))
        except Rejected as problem:
            raise Rejected("OX0903", f"{name}: {problem.diagnostic.message}") from problem


def _line(reader: Reader, line: str, place: str) -> None:
    if line.startswith("-"):
        reader.read(shlex.split(line))
        return
    wanted = read_requirement(_HASH.sub("", line), reader.reach)
    reader.wanted.append(evolve(wanted, hashes=_hashes(line), place=place))


def _hashes(line: str) -> tuple[str, ...]:
    """The sha256s of a line; other hashes only come with them."""
    found = list(_HASH.finditer(line))
    values = {match["value"].lower() for match in found if match["algorithm"] == "sha256"}
    for value in values:
        if not _SHA256.fullmatch(value):
            raise Rejected("OX0903", f'"{value}" is not a sha256: it has 64 hexadecimal digits')
    if found and not values:
        names = ", ".join(sorted({match["algorithm"] for match in found}))
        raise Rejected("OX0903", f"there is no sha256, only {names}", help="add --hash=sha256:...")
    return tuple(sorted(values))


def _existing(reach: Reach, name: str) -> Path:
    path = reach.path(name, "args")
    if is_file(path):
        return path
    if is_folder(path):
        raise Rejected("OX0209", f'"{name}" is a folder, not a file')
    help_ = did_you_mean(path.name, neighbours(path))
    raise Rejected("OX0209", f'there is no file "{name}"', help=help_)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Lines without comments, those that go on joined, and the number of each one's first."""
    joined, first = "", 0
    for number, line in enumerate(_text(path).splitlines(), 1):
        first = first or number
        if line.endswith("\\"):
            joined += line[:-1]
            continue
        if whole := _COMMENT.sub("", joined + line).strip():
            yield first, whole
        joined, first = "", 0


def _text(path: Path) -> str:
    try:
        return read_text(path)
    except (OSError, UnicodeDecodeError) as error:
        raise Rejected("OX0903", f"{path.name} can't be read: {error}") from error


def _placed(problem: Rejected, name: str, number: int) -> Rejected:
    told = problem.diagnostic
    message = f"{name}:{number}: {told.message}"
    return Rejected(told.code, message, notes=told.notes, help=told.help)
