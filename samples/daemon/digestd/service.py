"""The service: finds files, has workers digest them, and finishes what it began when it stops."""

from __future__ import annotations

import logging
import multiprocessing
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path

from digestd.digest import SUFFIX, set_up_worker, write_digest

log = logging.getLogger("digestd")


class Service:
    """Watches one folder."""

    def __init__(self, folder: Path, workers: int, interval: float) -> None:
        self._folder = folder
        self._workers = workers
        self._interval = interval
        self._stopping = threading.Event()
        self._begun: set[Path] = set()

    def run(self, *, once: bool) -> None:
        """Works until a signal comes, or with `once` until nothing is left to do."""
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, lambda *_: self._stopping.set())
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(self._workers, spawn, set_up_worker) as pool:
            log.info("watching %s with %d workers", self._folder, self._workers)
            while not self._stopping.is_set():
                for path in self._new():
                    self._begun.add(path)
                    pool.submit(write_digest, path).add_done_callback(self._done_with(path))
                if once:
                    break
                self._stopping.wait(self._interval)
        log.info("stopped; nothing is left half done")

    def _new(self) -> Iterator[Path]:
        names = {each.name for each in self._folder.iterdir()}
        for name in sorted(names):
            path = self._folder / name
            hidden = name.startswith(".") or name.endswith(SUFFIX)
            if not hidden and name + SUFFIX not in names and path not in self._begun:
                yield path

    def _done_with(self, path: Path) -> Callable[[Future[str]], None]:
        def done(result: Future[str]) -> None:
            if problem := result.exception():
                log.error("%s: %s", path.name, problem)
            else:
                log.info("%s: %s", path.name, result.result())

        return done
