"""The CPythons of this machine: which would be embedded, and which others could be."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from attrs import evolve, frozen

from oxidize.actions.host_probe import no_python
from oxidize.cli.doctor.row import Row
from oxidize.distributions import probe as script
from oxidize.distributions.host import Probe, check, check_headers
from oxidize.errors import OxidizeError
from oxidize.versions import PYTHON_VERSIONS

_SECTION = "Python to embed"
_PATIENCE = 20
_NAMES = ("python3", *(f"python{minor}" for minor in PYTHON_VERSIONS))


@frozen
class _Looked:
    """One interpreter, what it says of itself, and why it can't be embedded."""

    path: Path
    probe: Probe | None
    error: OxidizeError | None

    @property
    def place(self) -> str:
        """The installation, however it is reached."""
        return self.probe.executable if self.probe else str(self.path.resolve())


def pythons(host: str, environ: Mapping[str, str]) -> Iterator[Row]:
    """Rows of the CPython that runs oxidize, and of all others that are found, each once."""
    first = _look(Path(host))
    yield _host_row(first)
    seen = {first.place}
    with ThreadPoolExecutor(2) as pool:
        for other in pool.map(_look, _candidates(environ)):
            if other.place not in seen:
                seen.add(other.place)
                yield _other_row(other)


def _host_row(looked: _Looked) -> Row:
    if looked.error or looked.probe is None:
        assert looked.error is not None
        return Row.of_error(_SECTION, "host", "problem", looked.error)
    return Row(_SECTION, "host", "ok", f"{_described(looked.probe)} ({looked.place})")


def _other_row(looked: _Looked) -> Row:
    name = str(looked.path)
    if looked.error:
        row = Row.of_error(_SECTION, name, "note", looked.error)
        # To take another one is no help here: these are the others.
        return evolve(row, help=None) if "default_python_distribution" in (row.help or "") else row
    assert looked.probe is not None
    return Row(_SECTION, name, "ok", f'{_described(looked.probe)}: python = "{name}"')


def _described(probe: Probe) -> str:
    form = "static" if probe.libpython_archive() else "shared"
    libc = " ".join(probe.data["libc"])
    return f"CPython {probe.version}, {form} libpython, {libc}"


def _look(path: Path) -> _Looked:
    """Asks it, and checks the answer as a build does."""
    probe = None
    try:
        probe = _probe(path)
        check(probe)
        check_headers(probe)
    except OxidizeError as error:
        return _Looked(path, probe, error)
    return _Looked(path, probe, None)


def _probe(path: Path) -> Probe:
    argv = [str(path), "-I", "-S", script.__file__]
    try:
        done = subprocess.run(argv, capture_output=True, timeout=_PATIENCE, check=False)
        return Probe(json.loads(done.stdout))
    except (OSError, subprocess.TimeoutExpired) as error:
        raise no_python(str(path), str(error)) from error
    except ValueError as error:
        said = (done.stdout + done.stderr).decode(errors="replace")
        raise no_python(str(path), said) from error


def _candidates(environ: Mapping[str, str]) -> Iterator[Path]:
    """Interpreters on PATH, of pyenv and of uv; a file that has several names once."""
    home = Path(environ.get("HOME") or Path.home())
    folders = [Path(each) for each in environ.get("PATH", "").split(os.pathsep) if each]
    folders += sorted(Path(environ.get("PYENV_ROOT") or home / ".pyenv").glob("versions/*/bin"))
    data = environ.get("XDG_DATA_HOME") or home / ".local/share"
    managed = Path(environ.get("UV_PYTHON_INSTALL_DIR") or Path(data, "uv", "python"))
    folders += sorted(managed.glob("*/bin"))
    found: dict[Path, Path] = {}
    for folder in folders:
        for path in (folder / name for name in _NAMES):
            # pyenv's shims are scripts, which stand for those that are found beside them.
            if path.is_file() and os.access(path, os.X_OK) and folder.name != "shims":
                found.setdefault(path.resolve(), path)
    yield from found.values()
