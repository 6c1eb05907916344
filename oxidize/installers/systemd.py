"""Services for systemd: their units, and the accounts that they run as."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from attrs import frozen

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+=:,@$%")
# rpm tells how many versions of the package there are afterwards; others name one.
_IF_UPGRADED = 'if [ "${1:-}" = 2 ]; then\n'
_UPGRADED = '[ "${1:-}" = 1 ] || exit 0\n'
_UNLESS_REMOVED = '[ "${1:-}" != 1 ] || exit 0\n'
When = Literal["preinstall", "postinstall", "postupgrade", "preremove", "postremove"]
FOLDER = "/usr/lib/systemd/system"
ACCOUNTS = "/usr/lib/sysusers.d"


@frozen
class Unit:
    """A service that runs a program. Without a user, systemd makes one up while it runs."""

    name: str
    description: str
    command: Sequence[str]
    user: str = ""
    restart: str = "on-failure"
    documentation: str = ""

    @property
    def path(self) -> str:
        """Where packages have it."""
        return f"{FOLDER}/{self.name}.service"

    def text(self) -> str:
        """The unit's file."""
        program, *arguments = self.command
        account = (f"User={self.user}",) if self.user else ("DynamicUser=yes",)
        return "\n".join(
            (
                "[Unit]",
                f"Description={_line(self.description)}",
                *((f"Documentation={_word(self.documentation)}",) if self.documentation else ()),
                "After=network.target",
                "",
                "[Service]",
                f"ExecStart={' '.join((_word(program), *map(_argument, arguments)))}",
                f"Restart={self.restart}",
                *account,
                f"StateDirectory={self.name}",
                "",
                "[Install]",
                "WantedBy=multi-user.target",
                "",
            )
        )


def accounts(units: Sequence[Unit]) -> str:
    """What systemd-sysusers makes accounts of; empty where no service has one."""
    users = dict.fromkeys(each.user for each in units if each.user)
    return "".join(f"u {user} - {_described(units, user)}\n" for user in users)


def package_script(
    when: When,
    services: Sequence[str],
    started: Sequence[str],
    accounts: str = "",
) -> str:
    """What package managers but dpkg run for services, of which those `started` are to run from now
    on; `accounts` is the file that tells of accounts.

    It does nothing where systemd doesn't run, as in containers. What an administrator switched off
    stays off when a package is upgraded, and what runs is restarted: `postupgrade` is for package
    managers that don't run `postinstall` then. rpm also runs the `postremove` of the older version:
    it ends services that the newer one no longer has.
    """
    prepared = f"systemd-sysusers {accounts} || true\n" if accounts else ""
    prepared += "systemctl daemon-reload || true\n"
    restart = f"systemctl try-restart {' '.join(services)} || true\n"
    if when == "postupgrade":
        return _script(prepared + restart)
    if when == "preremove":
        return _script(f"{_UNLESS_REMOVED}systemctl disable --now {' '.join(services)} || true\n")
    if when == "postremove":
        return _script(f"systemctl daemon-reload || true\n{_UPGRADED}{_gone(services)}")
    first = f"    systemctl enable --now {' '.join(started)} || true\n" if started else "    :\n"
    return _script(f"{prepared}{_IF_UPGRADED}    {restart}else\n{first}fi\n")


def _gone(services: Sequence[str]) -> str:
    return (
        f"for unit in {' '.join(services)}; do\n"
        f"    [ -e {FOLDER}/$unit ] || systemctl disable --now $unit || true\n"
        "done\n"
    )


def _script(commands: str) -> str:
    return f"#!/bin/sh\nset -e\n[ -d /run/systemd/system ] || exit 0\n{commands}"


def _described(units: Sequence[Unit], user: str) -> str:
    # In lists of accounts, a colon ends the description.
    description = next(each.description for each in units if each.user == user)
    return _quoted(description.replace(":", ";").replace("%", "%%"))


def _line(text: str) -> str:
    r"""The rest of a line. A "\" at its end would go on with the next line, but for a blank after
    it, which systemd strips."""
    return text.replace("%", "%%") + (" " if text.endswith("\\") else "")


def _word(text: str) -> str:
    text = text.replace("%", "%%")
    return text if text and set(text) <= _PLAIN else _quoted(text)


def _argument(text: str) -> str:
    """A word after the program's path: there, $NAME is a variable."""
    return _word(text.replace("$", "$$"))


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
