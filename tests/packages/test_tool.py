"""Running uv outside of actions."""

from __future__ import annotations

from pathlib import Path

import pytest

from oxidize.errors import Diagnostic, EnvironmentProblem, Frame, Origin, Span
from oxidize.graph.action import SourceFile
from oxidize.packages import uv
from oxidize.packages.places import Access
from oxidize.packages.request import Call, LockRequest
from oxidize.packages.tool import Tool


def test_missing_uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """That uv is missing is told at the call that wants packages."""

    def missing() -> str:
        raise EnvironmentProblem(Diagnostic("OX0722", "missing"))

    monkeypatch.setattr(uv, "program", missing)
    span = Span("build.star", 3, 5, 3, 9)
    call = Call(origin=Origin(span, (Frame("make", span),)))
    request = LockRequest("app", SourceFile("python"), None, "3.13", tmp_path, (call,))
    with pytest.raises(EnvironmentProblem) as caught:
        Tool({}, tmp_path, Access()).run(["pip", "compile"], request)
    assert caught.value.diagnostic.span == span
    assert caught.value.diagnostic.stack == call.origin.stack  # type: ignore[union-attr]
