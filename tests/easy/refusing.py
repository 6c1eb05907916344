"""What is refused of a folder or a script that makes no program."""

from __future__ import annotations

import pytest

from oxidize.easy.source import read_source
from oxidize.errors import Diagnostic, UsageError
from tests.starlark.project import Project

VERSION = "3.12.4"


def refused(project: Project, script: str | None = None) -> Diagnostic:
    """The error."""
    with pytest.raises(UsageError) as caught:
        read_source(project.folder, script, VERSION).the_one()
    return caught.value.diagnostic
