"""Who uses the cache directory: commands share it; what empties it has it alone.

All lock the file `in-use` in it, which the system unlocks when they end. The file's mtime is when
the first of those that use it now came: nobody who does can need what was last used before that,
without noticing that it is gone.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

NAME = "in-use"
# When a build last looked whether the cache is too large: the mtime of this file.
COLLECTED = "collected"

if sys.platform == "win32":

    def _lock(descriptor: int, *, shared: bool, wait: bool) -> bool:
        # Nothing there locks for several; files that are open can't be removed anyway.
        return True

else:
    import fcntl

    def _lock(descriptor: int, *, shared: bool, wait: bool) -> bool:
        how = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(descriptor, how if wait else how | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class CacheUse:
    """A process's use of a cache directory, from `share` or `alone` on. Raises OSError."""

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(root / NAME, os.O_RDWR | os.O_CREAT, 0o644)

    def share(self) -> None:
        """Uses it together with others; waits for one who has it alone."""
        if self.alone():
            os.utime(self._descriptor)
        _lock(self._descriptor, shared=True, wait=True)

    def alone(self, *, wait: bool = False) -> bool:
        """Whether nobody else uses it; then nobody will before this one ends or shares.

        If not, this one doesn't use it either any more. `wait` makes it be so.
        """
        return _lock(self._descriptor, shared=False, wait=wait)

    @property
    def since(self) -> int:
        """When the first of those that use it now came, in nanoseconds."""
        return os.fstat(self._descriptor).st_mtime_ns

    def close(self) -> None:
        """Ends the use."""
        os.close(self._descriptor)


@contextmanager
def using(root: Path) -> Iterator[None]:
    """Shares it, unless it can't be written: then nobody can empty it either."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            stack.enter_context(closing(CacheUse(root))).share()
        yield
