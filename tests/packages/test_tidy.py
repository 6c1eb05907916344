"""Tidying installed trees."""

from __future__ import annotations

import base64
import csv
import hashlib
from pathlib import Path

from oxidize.packages.tidy import tidy
from tests.binary.test_universal import joined, thin_file


def test_universal_files(tmp_path: Path) -> None:
    """For macOS, extension modules and libraries keep what is for one machine, and RECORD says so;
    others stay as they are."""
    both = joined(thin_file("aarch64"), thin_file("x86_64"))
    files = {"a/b.so": both, "a/c.dylib": both, "a/d.so": b"no Mach-O", "a/e.py": b"e = 1"}
    info = tmp_path / "a-1.dist-info"
    for name, data in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    info.mkdir()
    (info / "RECORD").write_text("".join(f"{name},sha256=x,1\n" for name in files))
    tidy(tmp_path, "/python", "aarch64")
    thin = thin_file("aarch64")
    digest = base64.urlsafe_b64encode(hashlib.sha256(thin).digest()).decode().rstrip("=")
    assert {name: (tmp_path / name).read_bytes() for name in files} == {
        **files,
        "a/b.so": thin,
        "a/c.dylib": thin,
    }
    with (info / "RECORD").open(newline="") as file:
        rows = {row[0]: row[1:] for row in csv.reader(file)}
    changed = [f"sha256={digest}", str(len(thin))]
    assert rows == {
        "a/b.so": changed,
        "a/c.dylib": changed,
        "a/d.so": ["sha256=x", "1"],
        "a/e.py": ["sha256=x", "1"],
    }


def test_other_systems(tmp_path: Path) -> None:
    """Elsewhere, universal files are nothing special."""
    both = joined(thin_file("aarch64"), thin_file("x86_64"))
    (tmp_path / "data.so").write_bytes(both)
    tidy(tmp_path, "/python")
    assert (tmp_path / "data.so").read_bytes() == both
