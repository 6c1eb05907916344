"""Requests: what build files ask for, before anything is resolved."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from attrs import field, frozen

from oxidize.errors import Origin
from oxidize.graph.action import Artifact
from oxidize.packages.choice import Options
from oxidize.packages.places import Locations


@frozen
class Local:
    """A requirement that lies on disk: a project's folder, a wheel, or a source archive.

    `digest` changes when what it needs may have changed. `within` is what its links may not leave.
    """

    path: Path
    kind: Literal["project", "wheel", "sdist"]
    digest: str
    within: str = ""


@frozen
class Wanted:
    """One requirement. `spec` is what follows the name: specifiers, or `@ URL`; "" for locals."""

    name: str
    extras: tuple[str, ...] = ()
    spec: str = ""
    marker: str = ""
    local: Local | None = None
    hashes: tuple[str, ...] = ()
    """Allowed sha256s; none allows what the index says."""
    place: str = field(default="", eq=False)
    """Where the hashes are written, for the error."""
    final: bool = False
    """Comes from another tool's lock, which names everything that it needs, too."""

    @property
    def selector(self) -> str:
        """Name with extras, and marker: what to take of an installed tree."""
        return f"{self.name}{_bracket(self.extras)}{_condition(self.marker)}"

    def line(self, place: str) -> str:
        """As a line of a requirements file; `place` is how a local one's path is written."""
        head = f"{self.name}{_bracket(self.extras)}"
        spec = f" @ {place}" if self.local else self.spec
        return f"{head}{spec}{_condition(self.marker)}"


def _bracket(extras: tuple[str, ...]) -> str:
    return f"[{','.join(extras)}]" if extras else ""


def _condition(marker: str) -> str:
    return f" ; {marker}" if marker else ""


@frozen
class Import:
    """A uv.lock, whose pins and hashes are taken over; uv itself has to read it.

    `roots` are what its project needs, as selectors; `digest` is that of the file.
    """

    path: Path
    roots: tuple[str, ...]
    digest: str


@frozen
class Call:
    """One call of pip_install(): its arguments, read."""

    wanted: tuple[Wanted, ...] = ()
    constraints: tuple[str, ...] = ()
    options: Options = field(factory=Options)
    locations: Locations = field(factory=Locations)
    imports: tuple[Import, ...] = ()
    env: Mapping[str, str] = field(factory=dict)
    """Variables for building what isn't a wheel yet."""
    secrets: frozenset[str] = frozenset()
    """Names of those whose values must not be kept."""
    origin: Origin | None = None

    @property
    def selectors(self) -> tuple[str, ...]:
        """What to take of an installed tree, of which it names all that isn't needed by others."""
        roots = (root for each in self.imports for root in each.roots)
        return tuple(dict.fromkeys([*(each.selector for each in self.wanted), *roots]))

    @property
    def urls(self) -> tuple[str, ...]:
        """All URLs that it names, and paths of indexes."""
        places = self.locations
        direct = (
            row.partition(" @ ")[2] for row in (*(w.spec for w in self.wanted), *self.constraints)
        )
        links = (each for each in places.find_links if "://" in each)
        indexes = (places.index_url or "", *places.extra_index_urls)
        return tuple(each for each in (*indexes, *links, *direct) if each)


@frozen
class LockRequest:
    """All that one target asks for with one Python: a section of the lock."""

    target: str
    python: Artifact
    """Description of the interpreter, as a probe gives it."""
    interpreter: Artifact | None
    """A tree with the interpreter, unless it is installed."""
    minor: str | None
    """Such as "3.13", if it is the session's; none when only the probe knows."""
    folder: Path
    """The lock's; paths in it are relative to this one."""
    calls: tuple[Call, ...]
    first: Artifact | None = None
    """What shows whether there are wheels, where packages are for another system."""

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        """The requirements of all calls."""
        return tuple(each for call in self.calls for each in call.wanted)

    @property
    def imports(self) -> tuple[Import, ...]:
        """The lock files of all calls."""
        return tuple(dict.fromkeys(each for call in self.calls for each in call.imports))

    @property
    def env(self) -> Mapping[str, str]:
        """The variables of all calls."""
        return {name: value for call in self.calls for name, value in call.env.items()}

    @property
    def options(self) -> Options:
        """The options of all calls."""
        options = Options()
        for call in self.calls:
            options |= call.options
        return options

    @property
    def locations(self) -> Locations:
        """The locations of all calls."""
        locations = Locations()
        for call in self.calls:
            locations |= call.locations
        return locations
