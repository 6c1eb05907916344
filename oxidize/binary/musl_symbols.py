"""The functions that musl has had since some version: its symbols carry no versions themselves."""

from __future__ import annotations

from collections.abc import Iterable

from oxidize.binary.linux_releases import version_key

# By musl's own list of changes, from 1.2.1 on; wheels expect 1.2 at the most.
_SINCE = {
    "1.2.2": "_Fork gettid reallocarray tcgetwinsize tcsetwinsize",
    "1.2.3": "pthread_getname_np qsort_r",
    "1.2.5": "preadv2 pwritev2 statx",
}
_VERSIONS = {name: version for version, names in _SINCE.items() for name in names.split()}


def musl_version(symbols: Iterable[str]) -> str:
    """The oldest version that has all of these, such as "1.2.5"; "" for any."""
    return max((_VERSIONS.get(each, "") for each in symbols), key=version_key, default="")
