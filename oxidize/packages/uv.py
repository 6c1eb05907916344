"""uv: the program that resolves, fetches, builds and installs, from the wheel of that name."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

from oxidize.errors import Diagnostic, EnvironmentProblem

_WARNING = "warning: "
OFFLINE = "the network was disabled"
"""What it says when it would have had to open a connection with --offline."""
OFFLINE_HELP = (
    "build once without --offline, or name a folder that has the packages: --wheelhouse DIR"
)


@cache
def program() -> str:
    """Its path. Raises EnvironmentProblem when it isn't installed."""
    try:
        from uv import find_uv_bin

        return find_uv_bin()
    except (ImportError, FileNotFoundError) as error:
        raise _missing() from error


@cache
def version() -> str:
    """The wheel's version, from the name of its metadata folder (importlib.metadata is slow)."""
    spec = importlib.util.find_spec("uv")
    if spec is None or spec.origin is None:
        raise _missing()
    found = sorted(Path(spec.origin).parent.parent.glob("uv-*.dist-info"))
    return found[-1].name.removeprefix("uv-").removesuffix(".dist-info") if found else "unknown"


def environment(cache: Path) -> dict[str, str]:
    """Variables of every run: nothing is drawn, nothing but the cache is shared."""
    return {
        "LANG": "C.UTF-8",
        "NO_COLOR": "1",
        "UV_CACHE_DIR": str(cache),
        "UV_LINK_MODE": "copy",
        "UV_NO_PROGRESS": "1",
        "UV_PYTHON_DOWNLOADS": "never",
    }


def warnings_in(output: bytes) -> list[str]:
    """What it warned of, each once, in sentences."""
    lines = (line.strip() for line in output.decode(errors="replace").splitlines())
    found = (line.removeprefix(_WARNING) for line in lines if line.startswith(_WARNING))
    return list(dict.fromkeys(found))


def _missing() -> EnvironmentProblem:
    return EnvironmentProblem(
        Diagnostic("OX0722", "uv, which fetches packages, is missing", help="pip install uv")
    )
