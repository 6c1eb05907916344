"""Which libraries extension modules of an archive need from it."""

from __future__ import annotations

from oxidize.distributions.archive import needed_libraries


def test_libc_is_not_missed() -> None:
    """Loaders and libraries of glibc and musl needn't be in an archive."""
    libc = ("ld64.so.1", "libthread_db.so.1", "ld-linux-x86-64.so.2", "libc.musl-x86_64.so.1")
    assert needed_libraries({"m.so": (*libc, "libz.so.1")}, "m.so", {}) == ([], ["libz.so.1"])
