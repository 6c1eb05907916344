"""What watches a build: progress, the log of it, and what the command line asks for besides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from oxidize.cli.build_log import BuildLog
from oxidize.cli.console import Console
from oxidize.cli.options import BuildOptions
from oxidize.cli.phases import Phases
from oxidize.cli.progress import Progress, progress_for
from oxidize.cli.scope import Scope
from oxidize.executor.events import Event


@contextmanager
def watching(
    scope: Scope,
    options: BuildOptions,
    console: Console,
    phases: Phases,
    *,
    quiet: bool = False,
) -> Iterator[Callable[[Event], None]]:
    """What an executor emits its events to; `phases` are those before it, and `quiet` as
    for `progress_for`.

    Leaving the context ends all of it. Raises EnvironmentProblem.
    """
    with ExitStack() as stack:
        watchers = [
            stack.enter_context(each)
            for each in _watchers(scope, options, console, phases, quiet=quiet)
        ]

        def emit(event: Event) -> None:
            for watcher in watchers:
                watcher(event)

        yield emit


def _watchers(
    scope: Scope, options: BuildOptions, console: Console, phases: Phases, *, quiet: bool
) -> Iterator[Progress]:
    yield BuildLog(scope)
    watch = options.watch
    if watch.events:
        from oxidize.cli.event_lines import EventLines

        yield EventLines(watch.events, scope, options.jobs, console)
    if watch.profile:
        from oxidize.cli.trace import Trace

        yield Trace(watch.profile, console, phases)
    if watch.explain:
        from oxidize.cli.reasons import ExplainingProgress

        yield ExplainingProgress(console)
    yield progress_for(console, quiet=quiet)
