"""The executor: builds artifacts, from the cache or by running actions, and delivers them."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from attrs import evolve

from oxidize.actions.kind import ActionKind, Decide
from oxidize.errors import ActionError, Diagnostic, InternalError
from oxidize.executor.cache import ActionCache, Entry
from oxidize.executor.children import Children
from oxidize.executor.delivery import delivery
from oxidize.executor.events import BuildFinished, BuildStarted, Event
from oxidize.executor.failures import each_once
from oxidize.executor.filecache import FileCache
from oxidize.executor.journal import Journal
from oxidize.executor.materializer import Materializer
from oxidize.executor.plan import Plan
from oxidize.executor.problems import disk_errors
from oxidize.executor.result import BuildResult
from oxidize.executor.runner import How, Runner
from oxidize.executor.sandbox import Sandbox
from oxidize.executor.scheduler import Scheduler
from oxidize.executor.scratch import Scratch
from oxidize.executor.sources import Seen, Sources
from oxidize.executor.step import Step, Steps
from oxidize.executor.store import Lost, Store
from oxidize.executor.tool_folder import tool_folder
from oxidize.executor.why import Explainer
from oxidize.executor.workers import Workers
from oxidize.graph.action import Action, Artifact, Output, Source, Value
from oxidize.graph.digest import Digest
from oxidize.graph.target import TargetOutputs
from oxidize.signature import Signature

if TYPE_CHECKING:
    from oxidize.executor.preview import Preview
    from oxidize.executor.recall import Recall
    from oxidize.executor.rewrites import Rewrites
    from oxidize.resources.facts import Facts

_T = TypeVar("_T")

# Each walk over a store with damage drops some of it; a store worse than this is hopeless.
_WALKS = 100

# How long running actions have to end after Ctrl-C, in seconds.
_PATIENCE = 0.4


class Executor:
    """Builds with one store; `emit` is called on the thread that calls `build`."""

    def __init__(
        self,
        store: Store,
        cache: ActionCache,
        files: FileCache,
        kinds: Mapping[str, ActionKind],
        *,
        jobs: int,
        emit: Callable[[Event], None],
        keep_going: bool = False,
        decide: Decide | None = None,
        journal: Journal | None = None,
        sandbox: Sandbox | None = None,
    ) -> None:
        self.store = store
        self._cache = cache
        self._files = files
        self._kinds = kinds
        self._jobs = jobs
        self._emit = emit
        self.keep_going = keep_going
        self._decide = decide or _no_script
        self._journal = journal or Journal()
        self._sandbox = sandbox
        self._explainer = Explainer(store, cache, self._journal)
        self._last: BuildResult | None = None
        self.seen: dict[Source, Seen] = {}
        """All sources that builds looked at, as they were."""
        self.delivered: dict[str, Signature | None] = {}
        """All files that it delivered, as the materializer says."""

    def build(self, artifacts: Iterable[Artifact]) -> BuildResult:
        """Makes the artifacts be in the store; failed actions are in the result.

        Raises OxidizeError for what isn't the fault of one action.
        """
        began = time.monotonic()
        wanted = list(artifacts)
        plan = Plan.of(wanted)
        self._emit(BuildStarted(len(plan.actions), plan))
        self._journal.begin(plan.actions)
        sources = Sources(self._files)
        found = _look_at(sources, wanted)
        ran: set[Action] = set()
        try:
            walked = self._walk(plan, sources, ran) if not found or self.keep_going else None
        finally:
            self._journal.save()
        done = walked.done if walked else {}
        failures = each_once([*found, *(walked.failures if walked else [])])
        self._files.save()
        seconds = time.monotonic() - began
        cached = len(done.keys() - ran)
        self._emit(BuildFinished(len(ran), cached, len(failures), seconds))
        self.seen |= sources.seen
        self._last = BuildResult(len(ran), cached, seconds, failures, done, dict(sources.seen))
        return self._last

    def read(self, artifact: Artifact) -> bytes:
        """The content of a file, built if need be. Raises OxidizeError, of a failed action too."""
        return self._built(artifact, self.store.read)

    def tool(self, artifact: Artifact) -> Path:
        """A tree, built if need be, as a folder that stays: as actions run what is in it.

        Raises OxidizeError, of a failed action too.
        """
        with disk_errors(self.store.folder):
            return self._built(artifact, lambda digest: tool_folder(self.store, digest))

    def _built(self, artifact: Artifact, take: Callable[[Digest], _T]) -> _T:
        for _ in range(_WALKS):
            result = self.build([artifact])
            if result.failures:
                raise result.failures[0]
            with contextlib.suppress(Lost):
                return take(result.built(artifact).digest)
        raise _hopeless(self.store)

    def preview(self, artifacts: Iterable[Artifact], changing: Collection[Source] = ()) -> Preview:
        """What `build` would run; runs and writes nothing. `changing`: sources that will change.

        Raises OxidizeError for what isn't the fault of one action.
        """
        from oxidize.executor.preview import preview

        wanted = list(artifacts)
        plan = Plan.of(wanted)
        self._journal.begin(plan.actions)
        sources = Sources(self._files)
        missing = _look_at(sources, wanted)
        steps = Steps(self.store, self._cache, sources, self._kinds)
        for _ in range(_WALKS):
            with contextlib.suppress(Lost):
                seen = preview(plan, steps, sources, self._explainer, changing)
                failures = each_once([*missing, *seen.result.failures])
                return evolve(seen, result=evolve(seen.result, failures=failures))
        raise _hopeless(self.store)

    def rewrites(
        self, outputs: TargetOutputs, seen: Preview, folder: Path, *, prune: bool
    ) -> Rewrites:
        """What `materialize` would write after such a build. Raises ActionError."""
        from oxidize.executor.rewrites import rewrites

        def is_tree(artifact: Artifact) -> bool:
            assert isinstance(artifact, Output)
            return self._kinds[artifact.action.mnemonic].outputs[artifact.name] == "tree"

        materializer = Materializer(self.store, self._files)
        return rewrites(
            outputs, seen.result, self.store, materializer, folder, is_tree=is_tree, prune=prune
        )

    def recall(self, artifacts: Iterable[Artifact]) -> Recall:
        """What the cache has of the artifacts and of all that they need; nothing is run."""
        from oxidize.executor.recall import recall

        sources = Sources(self._files)
        steps = Steps(self.store, self._cache, sources, self._kinds)
        found = recall(list(artifacts), self.store, steps, sources)
        self._files.save()
        return found

    def _walk(self, plan: Plan, sources: Sources, ran: set[Action]) -> Scheduler:
        """Walks until nothing that is needed turns out to be damaged."""
        steps = Steps(self.store, self._cache, sources, self._kinds)
        for _ in range(_WALKS):
            walked = self._walk_once(plan, steps)
            ran |= walked.ran
            if not walked.lost:
                return walked
        raise _hopeless(self.store)

    def _walk_once(self, plan: Plan, steps: Steps) -> Scheduler:
        children = Children(self._jobs)
        scratch = Scratch(self.store.folder / "scratch")
        runner = Runner(
            self.store,
            self._cache,
            steps,
            scratch,
            children,
            self._jobs,
            self._decide,
            self._sandbox,
        )
        workers: Workers[Step, tuple[How, Entry]] = Workers(runner.run, self._jobs)
        scheduler = Scheduler(
            plan,
            steps,
            workers,
            self._emit,
            self._journal,
            self._explainer,
            keep_going=self.keep_going,
        )
        try:
            scheduler.walk()
        except BaseException:
            children.stop()
            raise
        finally:
            # A thread that is still busy after Ctrl-C is left behind, with its scratch folder,
            # which a later build removes.
            ended = workers.close(_PATIENCE)
            children.close()
            if ended:
                scratch.close()
        return scheduler

    def materialize(self, outputs: TargetOutputs, folder: Path, *, prune: bool = False) -> int:
        """Writes a built target's files into a folder; how many weren't right already.

        `prune`, for a folder that is this target's alone, removes what an earlier build wrote
        there and this one doesn't. Raises OxidizeError, of a failed action too.
        """
        materializer = Materializer(self.store, self._files)
        for _ in range(_WALKS):
            result = self._result_with(outputs)
            try:
                items = delivery(outputs, result, self.store)
                written = materializer.write(items, folder, prune=prune)
            except Lost:
                self._drop_broken_trees(outputs, result)
                self._last = None
                continue
            self._files.save()
            self.delivered |= materializer.delivered
            return written
        raise _hopeless(self.store)

    def _result_with(self, outputs: TargetOutputs) -> BuildResult:
        """The last build, if that made the target; else a build of it alone."""
        wanted, result = list(outputs.files.values()), self._last
        if result is None or not (result.failures or all(map(result.has, wanted))):
            result = self.build(wanted)
        if not all(map(result.has, wanted)):
            raise result.failures[0]
        return result

    def _drop_broken_trees(self, outputs: TargetOutputs, result: BuildResult) -> None:
        for artifact in outputs.files.values():
            built = result.built(artifact)
            if isinstance(artifact, Output) and built.form == "tree":
                with contextlib.suppress(Lost):
                    self.store.checked_tree(built.digest)


def _no_script(step: Mapping[str, Value], resources: Sequence[Facts]) -> Sequence[Facts]:
    raise AssertionError("this executor knows no build file")


def _look_at(sources: Sources, artifacts: Iterable[Artifact]) -> list[ActionError]:
    """Sources that are wanted as they are, without any action."""
    failures = []
    for artifact in artifacts:
        if not isinstance(artifact, Output):
            try:
                sources.look(artifact)
            except ActionError as error:
                failures.append(error)
    return failures


def _hopeless(store: Store) -> InternalError:
    return InternalError(
        Diagnostic(
            "OX0001",
            f"the store is damaged faster than it can be mended: {store.folder}",
            help="check the disk, and remove that folder",
        )
    )
