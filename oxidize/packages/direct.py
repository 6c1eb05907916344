"""Direct URLs as the lock keeps them: spelled as they were asked for, and without credentials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import evolve, frozen
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from oxidize.packages.lockfile import Package
from oxidize.packages.network import expanded
from oxidize.packages.request import LockRequest, Wanted
from oxidize.redaction import VARIABLE, bare


@frozen
class DirectUrls:
    """`spelled`: names and URLs with `${NAME}` in them, whose values uv gets and tells."""

    spelled: Sequence[tuple[str, str]]
    environ: Mapping[str, str]

    @classmethod
    def of(
        cls, request: LockRequest, wanted: Sequence[Wanted], environ: Mapping[str, str]
    ) -> DirectUrls:
        """Those of requirements and constraints."""
        limits = (Requirement(line) for call in request.calls for line in call.constraints)
        found = [(each.name, each.spec.removeprefix(" @ ")) for each in wanted if "@" in each.spec]
        found += [(canonicalize_name(each.name), each.url) for each in limits if each.url]
        return cls([pair for pair in found if VARIABLE.search(pair[1])], environ)

    def kept(self, package: Package) -> Package:
        """A package as the lock may have it."""
        if not package.url:
            return package
        own = [url for name, url in self.spelled if name == package.name]
        same = [url for url in own if bare(expanded(url, self.environ)) == bare(package.url)]
        # Else a package's own requirement: of its credentials there is no other spelling.
        url = next(iter([*same, *own]), None) or bare(package.url)
        return evolve(package, url=url)
