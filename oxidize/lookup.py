"""What is on disk, as load, analysis and discovery ask it: the one place where these read.

Paths may be any text, however long or odd. While `recording`, each question is kept with its
answer, so that a later build can tell, without asking why, that it would get the same answers.
"""

from __future__ import annotations

import contextlib
import fnmatch
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TypeVar

from attrs import define, field

from oxidize.signature import Signature, settled, signature_of

# What can be written down; None where nothing can be found out.
Answer = int | str | Signature | None
_Any = TypeVar("_Any", bound=Answer)


@define
class Looks:
    """Questions by kind and path, and their answers.

    `settled`: whether each change from now on makes another answer.
    """

    answers: dict[tuple[str, str], Answer] = field(factory=dict)
    settled: bool = True

    def note(self, kind: str, path: str, answer: Answer) -> None:
        """Keeps an answer; of several, the first."""
        self.answers.setdefault((kind, path), answer)
        if isinstance(answer, tuple) and not settled(answer):
            self.settled = False


_looks: ContextVar[Looks | None] = ContextVar("looks", default=None)


@contextmanager
def recording(looks: Looks) -> Iterator[None]:
    """Keeps what is asked in this thread meanwhile."""
    token = _looks.set(looks)
    try:
        yield
    finally:
        _looks.reset(token)


def unchanged(answers: Iterable[tuple[str, str, Answer]]) -> bool:
    """Whether the same questions still have the same answers."""
    return all(_QUESTIONS[kind](path) == answer for kind, path, answer in answers)


def is_file(path: Path | str) -> bool:
    """Whether a file is there."""
    return stat.S_ISREG(_noted("type", path, _type(str(path))))


def is_folder(path: Path | str) -> bool:
    """Whether a folder is there."""
    return stat.S_ISDIR(_noted("type", path, _type(str(path))))


def exists(path: Path | str) -> bool:
    """Whether anything is there."""
    return _noted("type", path, _type(str(path))) != 0


def is_runnable(path: Path | str) -> bool:
    """Whether it may be executed."""
    return bool(_noted("runnable", path, _runnable(str(path))))


def size(path: Path | str) -> int:
    """The length of a file, in bytes; 0 where there is none."""
    return _noted("size", path, _size(str(path)))


def real(path: Path | str) -> Path:
    """The path without symbolic links and `..`; what isn't there may be part of it."""
    return Path(_noted("real", path, os.path.realpath(path)))


def read(path: Path | str) -> bytes:
    """The content of a file. Raises OSError."""
    _noted("content", path, _content(str(path)))  # before: a change while it is read shows
    return Path(path).read_bytes()


def read_text(path: Path | str) -> str:
    """The same as text, without a byte order mark. Raises OSError and UnicodeDecodeError."""
    text = read(path).decode("utf-8-sig")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def entries(folder: Path | str) -> list[os.DirEntry[str]]:
    """What is in a folder, in any order. Raises OSError, and ValueError for what is no path."""
    _noted("content", folder, _content(str(folder)))
    with os.scandir(folder) as found:
        listed = list(found)
    if _looks.get():
        for entry in listed:
            if entry.is_symlink():
                exists(entry.path)  # what a link leads to can change without the folder
    return listed


def names(folder: Path | str) -> list[str]:
    """The names in a folder, sorted. Raises OSError, and ValueError for what is no path."""
    return sorted(entry.name for entry in entries(folder))


def matching(folder: Path, pattern: str) -> list[Path]:
    """The paths that a pattern of names matches, sorted; what can't be listed has none."""
    name, _, rest = pattern.partition("/")
    found: list[str] = []
    with contextlib.suppress(OSError):
        found = fnmatch.filter(names(folder), name)
    paths = [folder / each for each in found]
    return [path for each in paths for path in matching(each, rest)] if rest else paths


def neighbours(path: Path) -> list[str]:
    """The names of what is beside a path, if it has a folder."""
    try:
        return names(path.parent)
    except (OSError, ValueError):
        return []


def _noted(kind: str, path: Path | str, answer: _Any) -> _Any:
    if looks := _looks.get():
        looks.note(kind, str(path), answer)
    return answer


def _type(path: str) -> int:
    try:
        return stat.S_IFMT(os.stat(path).st_mode)  # noqa: PTH116 (hot)
    except (OSError, ValueError):
        return 0


def _runnable(path: str) -> int:
    return int(os.access(path, os.X_OK))


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size  # noqa: PTH116 (hot)
    except (OSError, ValueError):
        return 0


def _content(path: str) -> Signature | None:
    try:
        return signature_of(os.stat(path))  # noqa: PTH116 (hot)
    except (OSError, ValueError):
        return None


_QUESTIONS: dict[str, Callable[[str], Answer]] = {
    "type": _type,
    "runnable": _runnable,
    "size": _size,
    "real": os.path.realpath,
    "content": _content,
}
