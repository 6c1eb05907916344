"""Services in Debian's packages: what dpkg runs for them, by the helpers that every Debian has.

These remember what an administrator switched off, also over a removal, and ask whether services may
be started at all, as images of systems forbid it.
"""

from __future__ import annotations

from collections.abc import Sequence

from oxidize.installers.systemd import FOLDER, When

# Not while dpkg installs into a folder, whose system doesn't run.
_RUNS = '[ -z "${DPKG_ROOT:-}" ] && [ -d /run/systemd/system ]'


def debian_script(
    when: When, services: Sequence[str], started: Sequence[str], accounts: str = ""
) -> str:
    """As `package_script` of other systems."""
    lines = {
        "preinstall": _about_to_come,
        "postinstall": _configured,
        "preremove": _about_to_go,
        "postremove": _gone,
    }[when](services, started, accounts)
    return "\n".join(("#!/bin/sh", "set -e", *lines, ""))


def _about_to_come(services: Sequence[str], started: Sequence[str], accounts: str) -> list[str]:
    """Ends services that only the version before has. No other script can tell: while those of that
    version run, its units are still there, and afterwards, nobody knows of them."""
    kept = " | ".join(f"{FOLDER}/{each}" for each in services)
    return [
        '[ "$1" = upgrade ] || exit 0',
        'dpkg-query --listfiles "$DPKG_MAINTSCRIPT_PACKAGE" | while read -r path; do',
        '    case "$path" in',
        f"    {kept}) ;;",
        f"    {FOLDER}/*.service)",
        f"        if {_RUNS}; then",
        '            deb-systemd-invoke stop "${path##*/}" >/dev/null || true',
        "        fi",
        '        deb-systemd-helper purge "${path##*/}" >/dev/null || true',
        "        ;;",
        "    esac",
        "done",
    ]


def _configured(services: Sequence[str], started: Sequence[str], accounts: str) -> list[str]:
    # A second argument is the version that was there before.
    lines = ['[ "$1" = configure ] || exit 0']
    for each in services:
        lines.append(f"deb-systemd-helper unmask {each} >/dev/null || true")
        if each in started:
            lines += [
                f"if deb-systemd-helper --quiet was-enabled {each}; then",
                f"    deb-systemd-helper enable {each} >/dev/null || true",
                "fi",
            ]
        lines.append(f"deb-systemd-helper update-state {each} >/dev/null || true")
    lines.append(f"if {_RUNS}; then")
    if accounts:
        lines.append(f"    systemd-sysusers {accounts} || true")
    lines += [
        "    systemctl --system daemon-reload >/dev/null || true",
        '    if [ -n "${2:-}" ]; then',
        f"        deb-systemd-invoke restart {' '.join(services)} >/dev/null || true",
        "    else",
        f"        {_start(started)}",
        "    fi",
        "fi",
    ]
    return lines


def _start(services: Sequence[str]) -> str:
    """A command that starts them, for which there may be none."""
    return f"deb-systemd-invoke start {' '.join(services)} >/dev/null || true" if services else ":"


def _about_to_go(services: Sequence[str], started: Sequence[str], accounts: str) -> list[str]:
    return [
        f'if [ "$1" = remove ] && {_RUNS}; then',
        f"    deb-systemd-invoke stop {' '.join(services)} >/dev/null || true",
        "fi",
    ]


def _gone(services: Sequence[str], started: Sequence[str], accounts: str) -> list[str]:
    """Until it is purged, the units' links stay, masked."""
    names = " ".join(services)
    return [
        'case "$1" in',
        f"    remove) deb-systemd-helper mask {names} >/dev/null || true ;;",
        "    purge)",
        f"        deb-systemd-helper purge {names} >/dev/null || true",
        f"        deb-systemd-helper unmask {names} >/dev/null || true",
        "        ;;",
        "esac",
        f"if {_RUNS}; then",
        "    systemctl --system daemon-reload >/dev/null || true",
        "fi",
    ]
