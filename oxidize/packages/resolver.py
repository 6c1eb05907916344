"""Resolving: what a request asks for becomes a section of the lock."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from attrs import evolve, frozen
from packaging.utils import canonicalize_name

from oxidize.errors import ActionError, Diagnostic
from oxidize.packages.asked import asked, relative
from oxidize.packages.direct import DirectUrls
from oxidize.packages.lockfile import Package, Section
from oxidize.packages.pylock import narrowed, packages_of
from oxidize.packages.request import LockRequest, Wanted
from oxidize.packages.tool import Tool


@frozen
class Resolver:
    """Resolves for one Python; it may build what has to be built to be known."""

    tool: Tool
    python: str
    minor: str

    def section(
        self, request: LockRequest, before: Section | None, upgrade: Sequence[str] | None
    ) -> Section:
        """Resolves. Versions of `before` are kept where they can be, but for those to upgrade;
        an empty list of these upgrades all. Raises ActionError with uv's own words."""
        with TemporaryDirectory(prefix="oxidize-") as name:
            folder = Path(name)
            wanted = [*request.wanted, *self._imported(request, folder)]
            if wanted and all(each.final for each in wanted):
                found = (self._pinned(each) for each in wanted)
                packages = tuple(package for package in found if package is not None)
            else:
                kept = before.packages if before and upgrade != [] else ()
                packages = self._compile(request, wanted, folder, kept, upgrade)
            urls = DirectUrls.of(request, wanted, self.tool.environ)
            rows = {_finished(urls.kept(package), request, wanted, folder) for package in packages}
        return Section(request.target, self.minor, asked(request), tuple(sorted(rows)))

    def _imported(self, request: LockRequest, folder: Path) -> list[Wanted]:
        """The pins of locks that only uv can read."""
        from oxidize.packages.other_locks import read_pylock

        found: list[Wanted] = []
        for number, each in enumerate(request.imports):
            out = folder / f"pylock.{number}.toml"
            what = ("--frozen", "--no-default-groups", "--no-emit-project", "--no-header")
            place = ("--project", each.path.parent, "--python", self.python)
            self.tool.run(
                ["export", "--format", "pylock.toml", "--output-file", out, *what, *place],
                request,
            )
            found += read_pylock(out)
        return found

    def _pinned(self, wanted: Wanted) -> Package | None:
        """What a complete lock says, without asking anyone."""
        marker = narrowed(wanted.marker, self.minor)
        if marker is None:
            return None
        url = wanted.spec.removeprefix(" @ ") if "@" in wanted.spec else ""
        version = "" if url else wanted.spec.removeprefix("==")
        return Package(wanted.name, version, marker, url, "", wanted.hashes)

    def _compile(
        self,
        request: LockRequest,
        wanted: Sequence[Wanted],
        folder: Path,
        kept: Sequence[Package],
        upgrade: Sequence[str] | None,
    ) -> tuple[Package, ...]:
        out = folder / "pylock.toml"
        if rows := _preferences(kept):
            out.write_text(rows, encoding="utf-8")
        requirements = _write(folder / "requirements.in", map(_line, wanted))
        constraints = [line for call in request.calls for line in call.constraints]
        limits = ["--constraints", _write(folder / "constraints.in", constraints)]
        anew = ["--upgrade"] if upgrade == [] else []
        self.tool.run(
            [
                *("pip", "compile", requirements, "--output-file", out, "--format", "pylock.toml"),
                *(limits if constraints else ()),
                *("--universal", "--generate-hashes", "--no-header", "--no-annotate"),
                *("--python", self.python, "--python-version", self.minor),
                *request.options.flags(),
                *anew,
                *(f"--upgrade-package={each}" for each in upgrade or ()),
            ],
            request,
        )
        return packages_of(tomllib.loads(out.read_text(encoding="utf-8")), self.minor)


def _line(wanted: Wanted) -> str:
    return wanted.line(wanted.local.path.as_uri() if wanted.local else "")


def _write(path: Path, lines: Sequence[str] | map[str]) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def _preferences(packages: Sequence[Package]) -> str:
    """What is locked now, in the form that uv prefers versions by."""
    rows = [
        f'[[packages]]\nname = "{each.name}"\nversion = "{each.version}"\n'
        for each in packages
        if each.version and not each.url and not each.path
    ]
    head = 'lock-version = "1.0"\ncreated-by = "oxidize"\n\n'
    # uv takes no file without packages.
    return head + "\n".join(rows) if rows else ""


def _finished(
    package: Package, request: LockRequest, wanted: Sequence[Wanted], folder: Path
) -> Package:
    """With paths as the lock has them, and only the hashes that the build file allows."""
    if package.path:
        path = relative((folder / package.path).resolve(), request.folder)
        return evolve(package, path=path, version="", sha256=())
    named = [w for w in wanted if w.hashes and canonicalize_name(w.name) == package.name]
    if not named:
        return package
    allowed = {value for each in named for value in each.hashes}
    # Without hashes of the index's there is nothing to compare.
    both = allowed & set(package.sha256) if package.sha256 else allowed
    if not both:
        raise _no_file(package, request, named)
    return evolve(package, sha256=tuple(sorted(both)))


def _no_file(package: Package, request: LockRequest, named: Sequence[Wanted]) -> ActionError:
    calls = (call for call in request.calls if any(each in call.wanted for each in named))
    origin = next((call.origin for call in calls), None)
    places = ", ".join(dict.fromkeys(each.place for each in named if each.place))
    there = ", ".join(f"sha256:{value}" for value in package.sha256)
    return ActionError(
        Diagnostic(
            "OX0911",
            f"no file of {package.name} {package.version}".rstrip()
            + f" has a hash that is given in {places}",
            notes=(f"it has files with {there}",),
            help="pin the version that the hashes are of, or take the hashes of this one",
        ).at(origin)
    )
