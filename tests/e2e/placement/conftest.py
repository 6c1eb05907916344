"""The program whose resources are placed."""

from __future__ import annotations

import textwrap

import pytest

from tests.e2e.space import Space

MAIN = """
    import importlib.metadata, importlib.resources, inspect, json, sys
    import app, app.part

    print(json.dumps({
        "part": app.part.__file__,
        "source": inspect.getsource(app.part),
        "data": importlib.resources.files("app").joinpath("data.txt").read_text(),
        "again": open(app.__file__.replace("__init__.py", "data.txt")).read(),
        "names": sorted(name for name in sys.modules if name.startswith("app")),
    }))
"""


@pytest.fixture
def project(space: Space) -> Space:
    """A package of a main module, another one and a data file, that tells where these are."""
    space.write("app/__init__.py", "")
    space.write("app/__main__.py", textwrap.dedent(MAIN))
    space.write("app/part.py", "x = 1\n")
    space.write("app/data.txt", "DATA")
    return space
