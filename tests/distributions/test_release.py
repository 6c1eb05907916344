"""A release's list: which archives become rows, under which names."""

from __future__ import annotations

import pytest

from oxidize.distributions.release import BadRelease, mirrored, rows_of

SHA256 = "0123456789abcdef" * 4
TAKEN = {
    "cpython-3.13.5+20260814-x86_64-unknown-linux-gnu-pgo+lto-full.tar.zst": (
        "x86_64-unknown-linux-gnu",
        "pgo+lto",
    ),
    "cpython-3.11.9+20260814-aarch64-unknown-linux-musl-noopt+static-full.tar.zst": (
        "aarch64-unknown-linux-musl",
        "noopt+static",
    ),
    "cpython-3.14.0rc2+20260814-x86_64-pc-windows-msvc-pgo-full.tar.zst": (
        "x86_64-pc-windows-msvc",
        "pgo",
    ),
    "cpython-3.12.1+20260814-aarch64-apple-darwin-install_only_stripped.tar.gz": (
        "aarch64-apple-darwin",
        "install_only_stripped",
    ),
}
PASSED_OVER = (
    "cpython-3.13.5+20260814-x86_64-unknown-linux-gnu-debug-full.tar.zst",
    "cpython-3.13.5+20260814-x86_64-unknown-linux-musl-debug+static-full.tar.zst",
    "cpython-3.13.5+20260814-x86_64-unknown-linux-gnu-freethreaded+pgo+lto-full.tar.zst",
    "cpython-3.13.5+20260814-x86_64-unknown-linux-gnu-freethreaded-install_only.tar.gz",
    "cpython-3.10.1+20260814-x86_64-unknown-linux-gnu-pgo+lto-full.tar.zst",
    "SHA256SUMS.sig",
)


def test_rows() -> None:
    """Names tell version, tag, triple and flavour; what can't be embedded is passed over."""
    text = "".join(f"{SHA256}  {name}\n" for name in (*TAKEN, *PASSED_OVER))
    rows = list(rows_of(text, "https://example.org/download/"))
    assert [(row.triple, row.flavour) for row in rows] == list(TAKEN.values())
    assert {row.tag for row in rows} == {"20260814"}
    assert [row.version for row in rows] == ["3.13.5", "3.11.9", "3.14.0rc2", "3.12.1"]
    assert rows[0].url == (
        "https://example.org/download/20260814/"
        "cpython-3.13.5%2B20260814-x86_64-unknown-linux-gnu-pgo%2Blto-full.tar.zst"
    )
    assert rows[0].sha256 == SHA256


def test_no_list() -> None:
    """A page that isn't such a list, as servers give in place of missing ones, is refused."""
    with pytest.raises(BadRelease, match="line 2 isn't a sha256"):
        list(rows_of(f"{SHA256}  a\n<html>", ""))


def test_mirrors() -> None:
    """A mirror has files by tag and name, whatever stands before these in a row's URL."""
    url = "https://example.org/x/download/20260814/a%2Bb.tar.zst"
    assert mirrored(url, "file:///srv/") == "file:///srv/20260814/a%2Bb.tar.zst"


def test_secrets_stay_away_from_mirrors() -> None:
    """Mirrors aren't told who downloads from the place that a URL is of."""
    url = "https://user:secret@example.org/a.tar.zst?token=secret"
    assert mirrored(url, "https://mirror.example") == "https://mirror.example/a.tar.zst"
