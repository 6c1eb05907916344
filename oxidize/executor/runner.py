"""Running one step: under its lock, in a scratch folder, and into the store."""

from __future__ import annotations

import stat
import time
from pathlib import Path
from typing import Literal

from oxidize.actions.kind import Decide
from oxidize.errors import ActionError, Diagnostic, InternalError
from oxidize.executor.blame import blaming
from oxidize.executor.cache import ActionCache, Built, Entry
from oxidize.executor.children import Children, Stopped
from oxidize.executor.context import Running
from oxidize.executor.inputs import Inputs
from oxidize.executor.locks import FileLock, wait_for_lock
from oxidize.executor.problems import disk_errors, full_disk
from oxidize.executor.sandbox import Sandbox
from oxidize.executor.scratch import Scratch
from oxidize.executor.step import Step, Steps
from oxidize.executor.store import Store

How = Literal["ran", "cached"]


class Runner:
    """Runs steps of one build; used by several threads at once."""

    def __init__(
        self,
        store: Store,
        cache: ActionCache,
        steps: Steps,
        scratch: Scratch,
        children: Children,
        jobs: int,
        decide: Decide,
        sandbox: Sandbox | None,
    ) -> None:
        self._store = store
        self._cache = cache
        self._steps = steps
        self._scratch = scratch
        self._children = children
        self._jobs = jobs
        self._decide = decide
        self._sandbox = sandbox

    def run(self, step: Step) -> tuple[How, Entry]:
        """Runs a step, unless another process did while we waited for the lock.

        Raises OxidizeError, Lost and Stopped.
        """
        with blaming(step.action):
            lock = self._lock(step)
            try:
                if entry := self._steps.cached(step):
                    return "cached", entry
                return "ran", self._run(step)
            finally:
                lock.release()

    def _lock(self, step: Step) -> FileLock:
        with disk_errors(self._store.folder):
            lock = wait_for_lock(
                self._store.folder / "locks" / step.key[:40], self._children.stopping
            )
        if lock is None:
            raise Stopped
        return lock

    def _run(self, step: Step) -> Entry:
        inputs = Inputs(self._store, step.roles, step.label)
        inputs.check()
        folder = self._scratch.new()
        began = time.monotonic()
        try:
            outputs, warnings = self._outputs(step, inputs, folder)
        except ActionError:
            self._scratch.keep()
            raise
        except BaseException:
            self._scratch.discard(folder)
            raise
        self._scratch.discard(folder)
        seconds = time.monotonic() - began
        entry = Entry(outputs, step.parts(), step.label, seconds, warnings)
        self._cache.put(step.key, entry)
        return entry

    def _outputs(
        self, step: Step, inputs: Inputs, folder: Path
    ) -> tuple[dict[str, Built], tuple[str, ...]]:
        tools = self._store.folder / "tools"
        tools.mkdir(parents=True, exist_ok=True)
        forms, jobs = step.kind.outputs, self._jobs
        context = Running(
            step.action,
            inputs,
            folder,
            forms,
            self._children,
            tools,
            jobs,
            self._decide,
            step.report,
            self._sandbox,
        )
        with full_disk(folder), inputs.needed():
            step.kind.run(context)
        if self._children.stopping.is_set():
            raise Stopped
        outputs = {name: self._take(step, name, context.output(name)) for name in step.kind.outputs}
        # Before anyone can find the entry: it would say of old bytes what new ones gave.
        if path := inputs.changed():
            raise _changed(path)
        inputs.keep_listings()
        return outputs, tuple(context.warnings)

    def _take(self, step: Step, name: str, path: Path) -> Built:
        if step.kind.outputs[name] == "tree":
            return Built(self._store.put_tree(path, move=True), "tree")
        if not path.is_file():
            raise InternalError(
                Diagnostic("OX0001", f"the action {step.label!r} didn't write its output {name!r}")
            )
        executable = bool(path.stat().st_mode & stat.S_IXUSR)
        return Built(self._store.put_file(path, move=True), "file", executable)


def _changed(path: str) -> ActionError:
    return ActionError(
        Diagnostic(
            "OX0406",
            f"{path} changed while it was being built",
            help="build again when nothing writes to it any more",
        )
    )
