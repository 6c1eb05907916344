"""The result of a build: what it did, and what stands behind the artifacts it was asked for."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from oxidize.errors import ActionError
from oxidize.executor.cache import Built, Entry
from oxidize.executor.sources import Seen, SeenFile
from oxidize.graph.action import Action, Artifact, Output, Source


@frozen
class BuildResult:
    """Counts are of actions. `done` and `sources` hold what didn't fail."""

    ran: int
    cached: int
    seconds: float
    failures: tuple[ActionError, ...]
    done: Mapping[Action, Entry]
    sources: Mapping[Source, Seen]

    def has(self, artifact: Artifact) -> bool:
        """Whether that artifact is there."""
        if isinstance(artifact, Output):
            return artifact.action in self.done
        return artifact in self.sources

    def built(self, artifact: Artifact) -> Built:
        """What stands behind that artifact. Raises KeyError if it failed or wasn't asked for."""
        if isinstance(artifact, Output):
            return self.done[artifact.action].outputs[artifact.name]
        seen = self.sources[artifact]
        if isinstance(seen, SeenFile):
            return Built(seen.digest, "file", seen.executable)
        return Built(seen.digest, "tree")
