"""The target: a named value of the script, and the files it leaves behind."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from oxidize.graph.action import Artifact


@frozen
class TargetOutputs:
    """What building a target writes into its output folder.

    `files` maps a relative path to the artifact that goes there; `program` is the path among
    them that `oxidize run` executes, if any.
    """

    files: Mapping[str, Artifact] = field(factory=dict)
    program: str | None = None
