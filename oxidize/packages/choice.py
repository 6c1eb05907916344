"""Options that decide which of the packages that are there is chosen."""

from __future__ import annotations

from attrs import frozen


@frozen
class Options:
    """Options that decide what is chosen, so that they belong to the lock."""

    pre: bool = False
    no_binary: frozenset[str] = frozenset()
    only_binary: frozenset[str] = frozenset()

    def __or__(self, other: Options) -> Options:
        """What both ask for."""
        return Options(
            self.pre or other.pre,
            self.no_binary | other.no_binary,
            self.only_binary | other.only_binary,
        )

    def flags(self) -> tuple[str, ...]:
        """As arguments of uv."""
        return (
            *(["--prerelease=allow"] if self.pre else []),
            *(f"--no-binary={name}" for name in sorted(self.no_binary)),
            *(f"--only-binary={name}" for name in sorted(self.only_binary)),
        )
