"""A project with a wheelhouse: locked and installed as `oxidize build` does it, and no further."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from attrs import define, field

from oxidize.actions.registry import KINDS
from oxidize.cli.console import Console
from oxidize.cli.locking import LockOptions, ensure_locked
from oxidize.executor.cache import ActionCache
from oxidize.executor.events import ActionFinished, Event
from oxidize.executor.executor import Executor
from oxidize.executor.filecache import FileCache
from oxidize.executor.location import LAYOUT
from oxidize.executor.sandbox import Sandbox
from oxidize.executor.store import Store
from oxidize.graph.action import Action, Artifact, Output
from oxidize.packages.lockfile import Lock, Section
from oxidize.starlark.session import Session, Settings
from oxidize.triples import host_triple
from tests.packages import wheels


@define
class Packages:
    """`build_file` holds one target for each call of `wants`; `told` is what locking says."""

    root: Path
    cache: Path
    build_file: list[str] = field(factory=list)
    ran: list[str] = field(factory=list)
    told: io.StringIO = field(factory=io.StringIO)

    @property
    def house(self) -> Path:
        """The wheelhouse."""
        return self.root / "house"

    @property
    def lock_file(self) -> Path:
        return self.root / "oxidize.lock"

    def wheel(
        self, name: str, version: str, files: Mapping[str, str] | None = None, **more: Any
    ) -> Path:
        return wheels.make_wheel(self.house, name, version, files, **more)

    def wants(self, *args: str, target: str = "app", call: str = "pip_install") -> None:
        """A target that asks for that, from the wheelhouse only."""
        self.house.mkdir(exist_ok=True)
        self.wants_calls(f"{call}({json.dumps(['--no-index', '-f', 'house', *args])})", target)

    def wants_calls(self, calls: str, target: str = "app") -> None:
        lines = "".join(
            f"    exe.add_python_resources(exe.{call})\n" for call in calls.splitlines() if call
        )
        self.build_file.append(
            f"def make_{target}():\n"
            "    dist = default_python_distribution()\n"
            f'    exe = dist.to_python_executable("{target}")\n{lines}    return exe\n\n'
            f'register_target("{target}", make_{target})\n'
        )

    def session(self, *, offline: bool = False, wheelhouse: tuple[Path, ...] = ()) -> Session:
        """The build file, with all targets analysed."""
        (self.root / "build.star").write_text("".join(self.build_file))
        session = self._load(offline, wheelhouse)
        session.analyze(list(session.targets))
        return session

    def session_of(self, target: str) -> Session:
        """The build file that is there, with one target analysed."""
        session = self._load(False, ())
        session.analyze([target])
        return session

    def _load(self, offline: bool, wheelhouse: tuple[Path, ...]) -> Session:
        path = self.root / "build.star"
        triple = host_triple()
        settings = Settings(
            path, triple, triple, False, sys.executable, offline=offline, wheelhouse=wheelhouse
        )
        return Session.load(settings, lambda text: None)

    def executor(self) -> Executor:
        root = self.cache / LAYOUT
        return Executor(
            Store(root),
            ActionCache(root / "actions"),
            FileCache(root / "files", str(self.root)),
            KINDS,
            jobs=2,
            emit=self._note,
            sandbox=Sandbox((self.root, root)),
        )

    def _note(self, event: Event) -> None:
        if isinstance(event, ActionFinished) and event.how == "ran":
            self.ran.append(event.label)

    def lock(
        self,
        session: Session | None = None,
        *,
        locked: bool = False,
        upgrade: tuple[str, ...] | None = None,
    ) -> int:
        """Brings the lock up to date; how many sections were resolved."""
        console = Console(io.StringIO(), self.told)
        options = LockOptions(locked, upgrade)
        return ensure_locked(session or self.session(), self.executor(), options, console)

    def section(self, target: str = "app") -> Section:
        minor = f"{sys.version_info.major}.{sys.version_info.minor}"
        section = Lock.load(self.lock_file).get(target, minor)
        assert section is not None
        return section

    def versions(self, target: str = "app") -> dict[str, str]:
        return {package.name: package.version for package in self.section(target).packages}

    def install(self, target: str = "app", session: Session | None = None) -> Mapping[str, bytes]:
        """Locks and installs; relative path -> content. Raises what the action raises."""
        session = session or self.session()
        self.lock(session)
        return self.installed(session, target)

    def installed(self, session: Session, target: str = "app") -> Mapping[str, bytes]:
        """Installs what is locked."""
        return self.run(self.installing(session, target))

    def installing(self, session: Session, target: str = "app") -> Action:
        """The action that installs what is locked."""
        program = session.analyze([target])[target].files[target]
        return next(each for each in actions(program) if each.mnemonic == "install-packages")

    def run(self, action: Action) -> Mapping[str, bytes]:
        """Installs."""
        self.ran.clear()
        tree = action.output("packages")
        result = self.executor().build([tree])
        if result.failures:
            raise result.failures[0]
        store = Store(self.cache / LAYOUT)
        entries = store.tree(result.built(tree).digest).entries
        return {entry.path: store.path(entry.digest).read_bytes() for entry in entries}


def actions(artifact: Artifact) -> Iterator[Action]:
    """The actions behind an artifact."""
    if isinstance(artifact, Output):
        yield artifact.action
        for role in artifact.action.inputs.values():
            for each in role:
                yield from actions(each)


@contextmanager
def unchanged(path: Path) -> Iterator[None]:
    """Whatever happens inside, that file stays as it is."""
    before = path.read_bytes() if path.exists() else None
    yield
    assert (path.read_bytes() if path.exists() else None) == before


def isolate(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """No setting of whoever runs the tests reaches uv."""
    import os

    from oxidize.packages.network import is_network_setting

    for name in list(os.environ):
        if name != "HOME" and is_network_setting(name):
            monkeypatch.delenv(name)
    monkeypatch.setenv("OXIDIZE_CACHE_DIR", str(cache))
