"""The step between analysis and execution: oxidize.lock has what the targets ask for."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, evolve, frozen

from oxidize.cli.console import Console
from oxidize.errors import Diagnostic, UsageError
from oxidize.executor.executor import Executor
from oxidize.executor.location import LAYOUT, cache_folder
from oxidize.executor.problems import disk_errors

if TYPE_CHECKING:
    from oxidize.packages.lockfile import Lock, Section
    from oxidize.packages.request import LockRequest
    from oxidize.starlark.session import Session


@frozen
class LockOptions:
    """`locked`: the lock may not change. `upgrade`: names to upgrade; empty for all."""

    locked: bool = False
    upgrade: tuple[str, ...] | None = None


def ensure_locked(
    session: Session, executor: Executor, options: LockOptions, console: Console
) -> int:
    """Resolves what is missing or outdated; how many sections that were. Raises OxidizeError."""
    if not session.requests:
        return 0
    return Locking(session, executor, options, console).update()


def foresee_lock(
    session: Session, executor: Executor, options: LockOptions, console: Console
) -> bool:
    """Says whether a build would change the lock, or that it can't be known yet; whether it may.

    Raises OxidizeError.
    """
    path = session.settings.lock_file
    locking = Locking(session, executor, options, console)
    if text := locking.unknown():
        console.tell(text, event="lock", outdated=None)
        return True
    outdated = session.requests and locking.would_change()
    if outdated:
        console.tell(f"would lock {path.name}: it is out of date", event="lock", outdated=True)
    return bool(outdated)


@define
class Locking:
    """One look at one lock."""

    session: Session
    executor: Executor
    options: LockOptions
    console: Console

    def update(self) -> int:
        """Brings the lock up to date; how many sections changed."""
        from oxidize.executor.locks import exclusively
        from oxidize.packages.lockfile import Lock

        path = self.session.settings.lock_file
        requests = self._requests()
        if not self._outdated(Lock.load(path), requests):
            return 0
        with exclusively(_lock_path(path)):
            lock = Lock.load(path)
            outdated = self._outdated(lock, requests)
            if self.options.locked:
                raise _not_locked(path, outdated, lock)
            for (target, minor), request in outdated.items():
                self.console.say(f"lock {target or 'the build file'} (Python {minor})")
                lock = lock.put(self._resolve(request, minor, lock.get(target, minor)))
            write_lock(path, lock)
        return len(outdated)

    def outdated(self, lock: Lock) -> Collection[tuple[str, str]]:
        """Target and Python of the sections that `update` would resolve."""
        return self._outdated(lock, self._requests()).keys()

    def unknown(self) -> str | None:
        """Why nobody can know, without running anything, whether `update` would change the lock."""
        pythons = [each.python for each in self.session.requests if each.minor is None]
        if not pythons or not (runs := self.executor.preview(pythons).runs):
            return None
        name = self.session.settings.lock_file.name
        return f"whether {name} is up to date shows when this ran: {runs[0].label}"

    def would_change(self) -> bool:
        """Whether `update` would change the lock. Raises UsageError if it may not."""
        from oxidize.packages.lockfile import Lock

        path = self.session.settings.lock_file
        lock = Lock.load(path)
        outdated = self._outdated(lock, self._requests())
        if outdated and self.options.locked:
            raise _not_locked(path, outdated, lock)
        return bool(outdated)

    def _requests(self) -> Mapping[tuple[str, str], LockRequest]:
        """By target and Python; two Pythons of one version share a section."""
        found: dict[tuple[str, str], LockRequest] = {}
        for request in self.session.requests:
            key = (request.target, self._probe(request)[1])
            other = found.get(key)
            found[key] = evolve(other, calls=other.calls + request.calls) if other else request
        return found

    def _probe(self, request: LockRequest) -> tuple[str, str]:
        """Path and version of the interpreter; the path is only looked up for others' versions."""
        if request.minor is not None:
            return self.session.settings.host_python, request.minor
        data = json.loads(self.executor.read(request.python))
        executable = data["executable"]
        if request.interpreter is not None:
            executable = str(self.executor.tool(request.interpreter) / executable)
        return executable, ".".join(str(n) for n in data["version_info"][:2])

    def _outdated(
        self, lock: Lock, requests: Mapping[tuple[str, str], LockRequest]
    ) -> dict[tuple[str, str], LockRequest]:
        from oxidize.packages.asked import asked

        def current(target: str, minor: str, request: LockRequest) -> bool:
            section = lock.get(target, minor)
            return section is not None and section.asked == asked(request)

        return {
            key: request
            for key, request in requests.items()
            if self.options.upgrade is not None or not current(*key, request)
        }

    def _resolve(self, request: LockRequest, minor: str, before: Section | None) -> Section:
        from oxidize.packages.places import Access
        from oxidize.packages.resolver import Resolver
        from oxidize.packages.tool import Tool

        settings = self.session.settings
        wheelhouse = tuple(str(folder.absolute()) for folder in settings.wheelhouse)
        tool = Tool(
            os.environ,
            cache_folder(os.environ) / LAYOUT / "tools" / "uv",
            Access(offline=settings.offline, wheelhouse=wheelhouse, folder=str(settings.folder)),
            lambda text: self.console.warn(text, f"lock {request.target}".strip()),
        )
        resolver = Resolver(tool, self._probe(request)[0], minor)
        upgrade = self.options.upgrade
        return resolver.section(request, before, None if upgrade is None else list(upgrade))


def write_lock(path: Path, lock: Lock) -> None:
    """All of it or nothing."""
    from oxidize.executor.files import write_atomically

    with disk_errors(path, cache=False):
        write_atomically(path, lock.dump().encode())


def _lock_path(path: Path) -> Path:
    """What a process holds while it changes that file; others wait, and see what it wrote."""
    name = hashlib.sha256(os.fsencode(path)).hexdigest()[:40]
    return cache_folder(os.environ) / LAYOUT / "locks" / f"lock-{name}"


def _not_locked(
    path: Path, outdated: Mapping[tuple[str, str], LockRequest], lock: Lock
) -> UsageError:
    from oxidize.packages.asked import differences

    notes: Sequence[str] = [
        f"{target or 'the build file'}, Python {minor}: {difference}"
        for (target, minor), request in outdated.items()
        for difference in differences(lock.get(target, minor), request)
    ]
    return UsageError(
        Diagnostic(
            "OX0905",
            f"{path.name} is out of date, and --locked doesn't let it change",
            notes=tuple(notes),
            help="run without --locked, or: oxidize lock",
        )
    )
