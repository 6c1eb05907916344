"""Snaps: what `snapd` reads of one, and what it can't express."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

MACHINES: Mapping[str, str] = {
    "x86_64": "amd64",
    "aarch64": "arm64",
    "riscv64": "riscv64",
    "ppc64le": "ppc64el",
    "s390x": "s390x",
}
GRADES = ("stable", "devel")
CONFINEMENTS = ("strict", "classic", "devmode")
META = "meta/snap.yaml"
# Which glibc those that are known have.
BASES: Mapping[str, str] = {"core18": "2.27", "core20": "2.31", "core22": "2.35", "core24": "2.39"}

_NAME = re.compile(r"(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*")
_VERSION = re.compile(r"[a-zA-Z0-9](?:[a-zA-Z0-9:.+~-]*[a-zA-Z0-9+~])?")
# All that commands may have, beside what programs are called.
_COMMAND = re.compile(r"[A-Za-z0-9/. _#:$-]*")
# Of interfaces; a plug without more is one of the interface that it is called like.
_PLUG = re.compile(r"[a-z](-?[a-z0-9])*")
# Licences that are nobody's but the product's. snapd takes those of SPDX's list.
_OWN_LICENCE = "LicenseRef-"
_NAME_SIZE, _VERSION_SIZE = 40, 32
_TEXT_SIZES = {"title": 40, "summary": 78, "description": 4096}


@frozen
class SnapApp:
    """A command, or what the system runs."""

    name: str
    command: Sequence[str]
    plugs: Sequence[str] = ()
    env: Mapping[str, str] = {}
    restart: str = ""
    """Of a service: when it is started again. Empty for a command."""
    starts: bool = True

    def row(self) -> dict[str, Any]:
        """As snapd has it."""
        found: dict[str, Any] = {"command": " ".join(self.command)}
        if self.restart:
            found |= {"daemon": "simple", "restart-condition": _RESTARTS[self.restart]}
            if not self.starts:
                found["install-mode"] = "disable"
        if self.plugs:
            found["plugs"] = list(self.plugs)
        if self.env:
            found["environment"] = dict(self.env)
        return found


_RESTARTS = {"no": "never", "on-failure": "on-failure", "always": "always"}


@frozen
class SnapDescription:
    """What `meta/snap.yaml` says."""

    name: str
    version: str
    title: str
    summary: str
    description: str
    licence: str
    machine: str
    base: str
    grade: str
    confinement: str
    apps: Sequence[SnapApp]

    def text(self) -> str:
        """The document: JSON, which is YAML, too."""
        rows = {
            "name": self.name,
            "version": self.version,
            "title": self.title,
            "summary": self.summary,
            "description": self.description or self.summary,
            "license": "" if _OWN_LICENCE in self.licence else self.licence,
            "architectures": [MACHINES[self.machine]],
            "base": self.base,
            "grade": self.grade,
            "confinement": self.confinement,
            "apps": {each.name: each.row() for each in self.apps},
        }
        told = {key: value for key, value in rows.items() if value}
        return json.dumps(told, indent=2, ensure_ascii=False) + "\n"

    def problems(self) -> Iterator[str]:
        """What snapd wouldn't take."""
        for what, name in (("name", self.name), *(("command", each.name) for each in self.apps)):
            if not _is_name(name):
                yield (
                    f'"{name}" can\'t be the {what} of a snap: it has small letters, digits and '
                    f"single hyphens between them, up to {_NAME_SIZE}"
                )
        if not _VERSION.fullmatch(self.version) or len(self.version) > _VERSION_SIZE:
            yield f'"{self.version}" can\'t be the version of a snap'
        for what, size in _TEXT_SIZES.items():
            if len(getattr(self, what)) > size:
                yield f"the {what} of a snap has up to {size} characters"
        names = [each.name for each in self.apps]
        if twice := next((each for each in names if names.count(each) > 1), None):
            yield f'a command and a service of a snap can\'t both be called "{twice}"'
        for each in self.apps:
            if bad := next((word for word in each.command if not _fits(word)), None):
                yield f'a command of a snap can\'t have "{bad}" in it'

    def setting_problems(self) -> Iterator[str]:
        """The same, of what the product doesn't say."""
        # Programs can't run on "none"; without any, it is snapd's oldest.
        if self.base and (not _is_name(self.base) or self.base == "none"):
            yield f"there can't be a base {json.dumps(self.base, ensure_ascii=False)} of snaps"
        for each in dict.fromkeys(plug for app in self.apps for plug in app.plugs):
            if not _PLUG.fullmatch(each):
                yield f"there can't be a plug {json.dumps(each, ensure_ascii=False)} of snaps"


def _is_name(name: str) -> bool:
    return _NAME.fullmatch(name) is not None and 1 < len(name) <= _NAME_SIZE


def _fits(word: str) -> bool:
    return _COMMAND.fullmatch(word) is not None and " " not in word and word != ""
