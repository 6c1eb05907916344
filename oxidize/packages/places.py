"""Places: where packages are looked for, and how this run gets there."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from oxidize.graph.action import Value


@frozen
class Locations:
    """Where files are looked for: it decides no content, since the lock has everything's hash.

    URLs may hold credentials, so this is never part of a key, and never shown.
    """

    index_url: str | None = None
    extra_index_urls: tuple[str, ...] = ()
    find_links: tuple[str, ...] = ()
    """Absolute paths and URLs."""
    no_index: bool = False

    def __or__(self, other: Locations) -> Locations:
        """The places of both; of two indexes, the later one."""
        return Locations(
            other.index_url or self.index_url,
            tuple(dict.fromkeys(self.extra_index_urls + other.extra_index_urls)),
            tuple(dict.fromkeys(self.find_links + other.find_links)),
            self.no_index or other.no_index,
        )


@frozen
class Access:
    """How this run gets at files: locations of the build file, and what the command line adds."""

    locations: Locations = Locations()
    offline: bool = False
    wheelhouse: tuple[str, ...] = ()
    folder: str = ""
    """Where uv looks for settings of the project."""
    env: Mapping[str, str] = field(factory=dict)
    """Variables that the build file gives, as far as they say where things are."""

    def value(self) -> dict[str, Value]:
        """For `Action.private`."""
        places = self.locations
        return {
            "index_url": places.index_url,
            "extra_index_urls": places.extra_index_urls,
            "find_links": places.find_links,
            "no_index": places.no_index,
            "offline": self.offline,
            "wheelhouse": self.wheelhouse,
            "folder": self.folder,
            "env": dict(self.env),
        }
