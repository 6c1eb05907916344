"""Resolving: what a request asks for becomes a section of the lock, by uv."""

from __future__ import annotations

import subprocess
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from attrs import evolve, frozen
from packaging.utils import canonicalize_name

from oxidize.errors import ActionError, Diagnostic
from oxidize.packages import uv
from oxidize.packages.asked import asked, relative
from oxidize.packages.lockfile import Package, Section
from oxidize.packages.network import network_environment, place_flags, variables_in
from oxidize.packages.pylock import packages_of
from oxidize.packages.request import Access, LockRequest, Wanted
from oxidize.redaction import redacted

# Of the user's variables, also these reach uv when it resolves: they say what may be chosen.
_CHOICE = ("UV_EXCLUDE_NEWER", "UV_RESOLUTION", "UV_PRERELEASE")


@frozen
class Resolver:
    """Runs uv with the user's settings; `python` may build what has to be built to be known."""

    environ: Mapping[str, str]
    cache: Path
    python: str
    minor: str
    access: Access

    def section(
        self, request: LockRequest, before: Section | None, upgrade: Sequence[str] | None
    ) -> Section:
        """Resolves. Versions of `before` are kept where they can be, but for those to upgrade;
        an empty list of these upgrades all. Raises ActionError with uv's own words."""
        with TemporaryDirectory(prefix="oxidize-") as name:
            folder = Path(name)
            out = folder / "pylock.toml"
            kept = before.packages if before and upgrade != [] else ()
            if kept:
                out.write_text(_preferences(kept), encoding="utf-8")
            requirements = _write(folder / "requirements.in", _lines(request.wanted))
            constraints = [line for call in request.calls for line in call.constraints]
            constraints_file = _write(folder / "constraints.in", constraints)
            self._run(
                [
                    *("pip", "compile", requirements, "--constraints", constraints_file),
                    *("--output-file", out, "--format", "pylock.toml"),
                    *("--universal", "--generate-hashes", "--no-header", "--no-annotate"),
                    *("--python", self.python, "--python-version", self.minor),
                    *request.options.flags(),
                    *(f"--upgrade-package={each}" for each in upgrade or ()),
                ],
                request,
            )
            data = tomllib.loads(out.read_text(encoding="utf-8"))
            packages = packages_of(data, self.minor)
        return Section(
            request.target,
            self.minor,
            asked(request),
            tuple(_finished(package, request, folder) for package in packages),
        )

    def _run(self, argv: Sequence[str | Path], request: LockRequest) -> None:
        access = evolve(self.access, locations=request.locations)
        words = [uv.program(), *map(str, argv), *place_flags(access)]
        private = self._environment(access, request)
        done = subprocess.run(
            words,
            env=private,
            cwd=request.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        if done.returncode != 0:
            output = redacted((done.stdout + done.stderr).decode(errors="replace"), private)
            raise _unresolvable(request, output, offline=self.access.offline)

    def _environment(self, access: Access, request: LockRequest) -> dict[str, str]:
        base = ("PATH", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", *_CHOICE)
        return {
            **{name: self.environ[name] for name in base if name in self.environ},
            "LANG": "C.UTF-8",
            "NO_COLOR": "1",
            "UV_CACHE_DIR": str(self.cache),
            "UV_NO_PROGRESS": "1",
            "UV_PYTHON_DOWNLOADS": "never",
            **network_environment(self.environ, access.locations, access.offline),
            **variables_in([each.spec for each in request.wanted], self.environ),
        }


def _lines(wanted: Sequence[Wanted]) -> list[str]:
    return [each.line(each.local.path.as_uri() if each.local else "") for each in wanted]


def _write(path: Path, lines: Sequence[str]) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def _preferences(packages: Sequence[Package]) -> str:
    """What is locked now, in the form that uv prefers versions by."""
    rows = (
        f'[[packages]]\nname = "{each.name}"\nversion = "{each.version}"\n'
        for each in packages
        if each.version and not each.url and not each.path
    )
    return 'lock-version = "1.0"\ncreated-by = "oxidize"\n\n' + "\n".join(rows)


def _finished(package: Package, request: LockRequest, folder: Path) -> Package:
    """With paths as the lock has them, and only the hashes that the build file allows."""
    if package.path:
        path = relative((folder / package.path).resolve(), request.folder)
        return evolve(package, path=path, sha256=())
    named = [w for w in request.wanted if w.hashes and canonicalize_name(w.name) == package.name]
    if named and not package.url:
        allowed = {value for each in named for value in each.hashes}
        return evolve(package, sha256=tuple(sorted(allowed)))
    return package


def _unresolvable(request: LockRequest, output: str, *, offline: bool) -> ActionError:
    call = next(
        (c for c in request.calls for w in c.wanted if f"{w.name}" in output), request.calls[0]
    )
    origin = call.origin
    help_ = "name a folder that has the packages: --wheelhouse DIR" if offline else None
    return ActionError(
        Diagnostic(
            "OX0904",
            f"the packages of {request.target or 'the build file'} can't be resolved",
            span=origin.span if origin else None,
            stack=origin.stack if origin else (),
            help=help_,
        ),
        output,
    )
