"""What every source of CPython hands over, as artifacts that the build will make."""

from __future__ import annotations

from attrs import frozen

from oxidize.graph.action import Artifact


@frozen
class DistributionArtifacts:
    """One CPython to embed, the same whatever source it comes from."""

    python: Artifact
    """Description of an interpreter that runs here and compiles bytecode for this one."""
    description: Artifact
    stdlib: Artifact
    extensions: Artifact
    libraries: Artifact
    headers: Artifact
    link: Artifact
    licenses: Artifact
