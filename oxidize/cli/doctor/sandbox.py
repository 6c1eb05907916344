"""The sandbox: whether this machine lets commands of actions be kept from undeclared files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from oxidize.cli.doctor.row import Row
from oxidize.executor.sandbox import problem

# Settings of the kernel, and the value with which nobody but root gets a namespace.
_SWITCHES = {
    "kernel/unprivileged_userns_clone": ("0", "1"),
    "kernel/apparmor_restrict_unprivileged_userns": ("1", "0"),
    "user/max_user_namespaces": ("0", "10000"),
}
_CONTAINER = (
    "in a container, its runtime forbids it: with Docker or Podman, allow it by "
    "--security-opt seccomp=unconfined"
)


def sandbox() -> Iterator[Row]:
    """One row; it is tried out."""
    why = problem()
    if why is None:
        text = "commands of actions see their inputs, and nothing else of yours"
        yield Row("sandbox", "namespaces", "ok", text)
    else:
        text = f"commands of actions see all files, since there can't be a sandbox: {why}"
        yield Row("sandbox", "namespaces", "note", text, help_for(Path("/proc/sys")))


def help_for(settings: Path) -> str | None:
    """What to do about it, by the folder of the kernel's settings."""
    if not settings.is_dir():
        return None
    for name, (off, on) in _SWITCHES.items():
        if _value(settings / name) == off:
            return f"as root: sysctl {name.replace('/', '.')}={on}"
    return _CONTAINER


def _value(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
