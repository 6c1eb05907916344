"""What an image may be told beyond its product, and what of that no container could be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from attrs import field, frozen

from oxidize.installers.oci import NOBODY

_PORT = re.compile(r"([1-9][0-9]{0,4})(/(tcp|udp|sctp))?")
_LAST_PORT = 65535
_PERSON = re.compile(r"([0-9]+|[A-Za-z_][A-Za-z0-9_.-]*)")
_NUMBER = re.compile(r"[0-9]+")
_LAST_NUMBER = 2**31 - 1
# Those that an image without a base has.
_ACCOUNTS = ("root", "nobody")
_SIGNALS = (
    *("HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2"),
    *("PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG"),
    *("XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS", "RTMIN", "RTMAX"),
)
_SIGNAL = re.compile(
    rf"(SIG)?({'|'.join(_SIGNALS)}|RT(MIN\+|MAX-)([1-9]|[12][0-9]|30))|[1-9]|[1-5][0-9]|6[0-4]"
)


@frozen
class ImageSettings:
    """What an image may be told beyond its product."""

    base: str = ""
    arguments: Sequence[str] = ()
    env: Mapping[str, str] = field(factory=dict)
    user: str = NOBODY
    folder: str = "/"
    ports: Sequence[str] = ()
    volumes: Sequence[str] = ()
    labels: Mapping[str, str] = field(factory=dict)
    stop_signal: str = ""

    def problems(self) -> Iterator[str]:
        """What programs that run containers would mind, or understand otherwise."""
        for name in self.env:
            if not name or "=" in name:
                yield f"{_shown(name)} can't be a variable"
        for text in (*self.arguments, *self.env, *self.env.values()):
            if "\0" in text:
                yield f"{_shown(text)} has a zero, which ends arguments and variables"
        if self.user and (problem := self._user_problem()):
            yield f"{_shown(self.user)} can't run the program: {problem}"
        if not _is_path(self.folder):
            yield f'the folder {_shown(self.folder)} isn\'t an absolute path without ".."'
        for port in self.ports:
            found = _PORT.fullmatch(port)
            if not found or int(found[1]) > _LAST_PORT:
                yield f'{_shown(port)} can\'t be a port; ports are written as "8080/tcp"'
        for volume in self.volumes:
            if not _is_path(volume) or volume == "/":
                yield f'the volume {_shown(volume)} isn\'t the absolute path of a folder below "/"'
        if "" in self.labels:
            yield "a label has no name"
        if self.stop_signal and not _SIGNAL.fullmatch(self.stop_signal):
            yield f"{_shown(self.stop_signal)} is no signal of Linux"

    def _user_problem(self) -> str:
        for name in self.user.split(":", 1):
            if not _PERSON.fullmatch(name):
                return 'users are written as "1000", "name" or "1000:1000"'
            if _NUMBER.fullmatch(name):
                if int(name) > _LAST_NUMBER:
                    return f"numbers are {_LAST_NUMBER} at the most"
            elif not self.base and name not in _ACCOUNTS:
                return f"without a base, names are {' and '.join(_ACCOUNTS)}"
        return ""


def _is_path(text: str) -> bool:
    """Whether it is an absolute one, written as systems write it."""
    path = PurePosixPath(text)
    plain = str(path) == (text.rstrip("/") or "/") and text.isprintable()
    return plain and path.root == "/" and ".." not in path.parts


def _shown(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
