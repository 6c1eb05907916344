"""The inputs of one action as files: what `ActionContext` and `DiscoverContext` share."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from oxidize.errors import Diagnostic, InternalError
from oxidize.executor.cache import Built
from oxidize.executor.sources import Seen, SeenFile, SeenTree
from oxidize.executor.store import Lost, Store
from oxidize.executor.tool_folder import tool_folder

# One input: a source as it was seen, or what an earlier action built.
Given = Seen | Built

# Put before the roles of discovered inputs, which can't clash with declared ones that way.
FOUND = "found:"


class Inputs:
    """Inputs by role; files from the store are hashed before they are handed out."""

    def __init__(self, store: Store, roles: Mapping[str, tuple[Given, ...]], label: str) -> None:
        self._store = store
        self._roles = roles
        self._label = label

    def check(self) -> None:
        """Hashes everything that comes from the store. Raises Lost, having dropped all damage."""
        lost: Lost | None = None
        for given in self._all():
            if isinstance(given, Built):
                look = self._store.checked if given.form == "file" else self._store.checked_tree
                try:
                    look(given.digest)
                except Lost as error:
                    lost = error
        if lost:
            raise lost

    @contextlib.contextmanager
    def needed(self) -> Iterator[None]:
        """Raises Lost for a failure while something else took inputs away: that is why."""
        try:
            yield
        except Exception:
            self.check()
            raise

    def changed(self) -> str | None:
        """The path of a source that isn't any more what the build saw, if there is one."""
        return next(filter(None, (given.changed() for given in self.sources())), None)

    def keep_listings(self) -> None:
        """Puts the listings of source trees into the store, for who asks later what changed."""
        for given in self._all():
            if isinstance(given, SeenTree) and not self._store.has(given.digest):
                with contextlib.suppress(OSError):  # a file that is gone by now
                    self._store.put_bytes(given.tree().encode())

    def sources(self) -> Iterator[Seen]:
        """The sources among them."""
        return (given for _, given in self.by_role() if not isinstance(given, Built))

    def by_role(self) -> Iterator[tuple[str, Given]]:
        """All inputs, with their roles."""
        for role, items in self._roles.items():
            yield from ((role.removeprefix(FOUND), given) for given in items)

    @property
    def contents(self) -> Path:
        """The folder of all contents in the store: nobody finds one there without its digest."""
        return self._store.contents

    def _all(self) -> list[Given]:
        return [given for _, given in self.by_role()]

    def file(self, role: str) -> Path:
        """The one file in that role."""
        return self._file(role, self._one(role))

    def files(self, role: str) -> tuple[Path, ...]:
        """All files in that role."""
        return tuple(self._file(role, given) for given in self._get(role))

    def tree(self, role: str) -> Mapping[str, Path]:
        """The one tree in that role: relative path -> a file with its content."""
        given = self._one(role)
        if isinstance(given, SeenTree):
            return given.paths()
        tree = self._store.tree(self._tree(role, given).digest)
        return {entry.path: self._store.path(entry.digest) for entry in tree.entries}

    def executables(self, role: str) -> frozenset[str]:
        """The relative paths in that tree that have the executable bit."""
        given = self._one(role)
        if isinstance(given, SeenTree):
            return given.executables()
        tree = self._store.tree(self._tree(role, given).digest)
        return frozenset(entry.path for entry in tree.entries if entry.executable)

    def tool(self, role: str) -> Path:
        """The one tree in that role, which an action made, as a folder that stays."""
        return tool_folder(self._store, self._tree(role, self._one(role)).digest)

    def _get(self, role: str) -> tuple[Given, ...]:
        return self._roles.get(role) or self._roles.get(FOUND + role, ())

    def _one(self, role: str) -> Given:
        given = self._get(role)
        if len(given) != 1:
            raise self._misuse(f"has {len(given)} inputs in the role {role!r}, where one is needed")
        return given[0]

    def _file(self, role: str, given: Given) -> Path:
        if isinstance(given, SeenFile):
            return given.path
        if isinstance(given, SeenTree) or given.form != "file":
            raise self._misuse(f"has a tree in the role {role!r}, where a file is needed")
        return self._store.checked(given.digest)

    def _tree(self, role: str, given: Given) -> Built:
        if isinstance(given, Built) and given.form == "tree":
            return given
        raise self._misuse(f"has a file in the role {role!r}, where a tree is needed")

    def _misuse(self, what: str) -> InternalError:
        return InternalError(Diagnostic("OX0001", f"the action {self._label} {what}"))
