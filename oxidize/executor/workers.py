"""A small pool of threads, which one thread feeds and hears from."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

Task = TypeVar("Task")
Answer = TypeVar("Answer")


class Workers(Generic[Task, Answer]):
    """Calls `work` with each task, on up to `limit` threads, which start when needed.

    Not of concurrent.futures: those threads are waited for at exit, however long they take.
    """

    def __init__(self, work: Callable[[Task], Answer], limit: int) -> None:
        self._work = work
        self._limit = limit
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[tuple[Task, Answer | BaseException]]
        self._answers = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self.busy = 0

    @property
    def free(self) -> bool:
        """Whether one more task would start at once."""
        return self.busy < self._limit

    def submit(self, task: Task) -> None:
        """Gives a task to a thread."""
        self.busy += 1
        if len(self._threads) < self.busy:
            thread = threading.Thread(target=self._loop, daemon=True)
            thread.start()
            self._threads.append(thread)
        self._tasks.put(task)

    def next(self, *, wait: bool = True) -> tuple[Task, Answer | BaseException] | None:
        """A task that is done with its answer or exception; none if not to wait for it."""
        while True:
            try:
                # Never without end: on Windows, Ctrl-C would go unheard.
                answer = self._answers.get(block=wait, timeout=0.5 if wait else None)
            except queue.Empty:
                if wait:
                    continue
                return None
            self.busy -= 1
            return answer

    def close(self, at_most: float) -> bool:
        """Lets idle threads end and waits for the others; whether all have ended."""
        for _ in self._threads:
            self._tasks.put(None)
        deadline = time.monotonic() + at_most
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _loop(self) -> None:
        while (task := self._tasks.get()) is not None:
            answer: Answer | BaseException
            try:
                answer = self._work(task)
            except BaseException as error:
                answer = error
            self._answers.put((task, answer))
            # A thread that waits must not keep the last task's memory, nor its traceback.
            del task, answer
