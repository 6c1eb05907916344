"""uv outside of actions: for resolving, with the user's own settings."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from attrs import evolve, field, frozen

from oxidize.errors import ActionError, Diagnostic, EnvironmentProblem
from oxidize.packages import uv
from oxidize.packages.network import network_environment, place_flags, variables_in
from oxidize.packages.places import Access
from oxidize.packages.request import LockRequest
from oxidize.redaction import redacted, without_values

# Of the user's variables, also these reach uv when it resolves: they say what may be chosen.
PASSED = ("PATH", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT")
_CHOICE = ("UV_EXCLUDE_NEWER", "UV_RESOLUTION", "UV_PRERELEASE")


@frozen
class Tool:
    """`environ` is the user's; `cache` is uv's; `warn` tells what uv warns of."""

    environ: Mapping[str, str]
    cache: Path
    access: Access
    warn: Callable[[str], None] = field(default=lambda _text: None, eq=False)

    def run(self, argv: Sequence[str | Path], request: LockRequest) -> None:
        """Runs uv for a request. Raises ActionError with its own words."""
        access = evolve(self.access, locations=request.locations)
        flags = place_flags(access) if "compile" in argv else ["--offline"] * access.offline
        env = self._environment(access, request)

        def hidden(text: str) -> str:
            return without_values(redacted(text, env), self._variables(request).values())

        done = subprocess.run(
            [_program(request), *map(str, argv), *flags],
            env=env,
            # There uv finds the project's own settings.
            cwd=access.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        if done.returncode != 0:
            output = hidden((done.stdout + done.stderr).decode(errors="replace"))
            raise _unresolvable(request, output, offline=access.offline)
        for text in uv.warnings_in(done.stderr):
            self.warn(hidden(text))

    def _environment(self, access: Access, request: LockRequest) -> dict[str, str]:
        return {
            **{name: self.environ[name] for name in (*PASSED, *_CHOICE) if name in self.environ},
            **uv.environment(self.cache),
            **network_environment(self.environ, access.locations, access.offline),
            **self._variables(request),
            **request.env,
        }

    def _variables(self, request: LockRequest) -> dict[str, str]:
        """What direct URLs name: mostly passwords."""
        limits = [line for call in request.calls for line in call.constraints]
        return variables_in([*(each.spec for each in request.wanted), *limits], self.environ)


def _program(request: LockRequest) -> str:
    try:
        return uv.program()
    except EnvironmentProblem as error:
        error.diagnostic = error.diagnostic.at(request.calls[0].origin)
        raise


def _unresolvable(request: LockRequest, output: str, *, offline: bool) -> ActionError:
    """The error, at the call that asked for something that uv speaks of."""
    calls = (call for call in request.calls if any(w.name in output for w in call.wanted))
    origin = next(calls, request.calls[0]).origin
    return ActionError(
        Diagnostic(
            "OX0904",
            f"the packages of {request.target or 'the build file'} can't be resolved",
            help=_help(output, offline=offline),
        ).at(origin),
        output,
    )


def _help(output: str, *, offline: bool) -> str | None:
    if offline:
        return uv.OFFLINE_HELP
    if "error sending request" in output or "Failed to fetch" in output:
        return "is there a network? without one: --offline --wheelhouse DIR"
    if re.search(r"(requires|satisfy) Python", output):
        return 'take another CPython: default_python_distribution(python = "...")'
    return None
