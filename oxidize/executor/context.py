"""What a running action, and an action that looks for more inputs, see of the world."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from oxidize.actions.kind import Decide, OutputForm
from oxidize.errors import ActionError, Diagnostic
from oxidize.executor.children import Children
from oxidize.executor.files import copy_file
from oxidize.executor.inputs import Inputs
from oxidize.executor.problems import space_help
from oxidize.executor.report import Report
from oxidize.graph.action import Action, Value
from oxidize.redaction import redacted

# 1980-01-01, the first day that a zip file can hold.
SOURCE_DATE_EPOCH = 315_532_800

# Without these, programs on Windows don't start.
_NEEDED_ON_WINDOWS = ("SYSTEMROOT", "SYSTEMDRIVE", "PATHEXT", "COMSPEC", "NUMBER_OF_PROCESSORS")

# How commands say that the disk is full: zig, and everyone else.
_FULL = re.compile(r"NoSpaceLeft|No space left on device|Disk quota exceeded")


class Discovery:
    """`DiscoverContext`: parameters and the files of the declared inputs."""

    def __init__(self, action: Action, inputs: Inputs) -> None:
        self.params: Mapping[str, Value] = action.params
        self.platform = action.platform
        self.input = inputs.file
        self.inputs = inputs.files


class Reading(Discovery):
    """`InputContext`: one action's parameters and inputs, after the build; warnings were told."""

    def __init__(self, action: Action, inputs: Inputs) -> None:
        super().__init__(action, inputs)
        self.tree = inputs.tree
        self.executables = inputs.executables

    def warn(self, text: str) -> None:
        """Does nothing."""


class Running:
    """`ActionContext`: one run of one action in its scratch folder."""

    def __init__(
        self,
        action: Action,
        inputs: Inputs,
        folder: Path,
        outputs: Mapping[str, OutputForm],
        children: Children,
        tool_cache: Path,
        jobs: int,
        decide: Decide,
        report: Report,
    ) -> None:
        self.params: Mapping[str, Value] = action.params
        self.private: Mapping[str, Value] = action.private
        self.platform = action.platform
        self.jobs = jobs
        self.decide = decide
        self.progress: Callable[[int, int | None], None] = report.tell
        self.input = inputs.file
        self.inputs = inputs.files
        self.tree = inputs.tree
        self.executables = inputs.executables
        self.tool = inputs.tool
        self.scratch = _made(folder / "work")
        self.tool_cache = tool_cache
        self.warnings: list[str] = []
        self._inputs = inputs
        self._folder = folder
        self._outputs = outputs
        self._children = children
        self._results = _made(folder / "out")
        for name, form in outputs.items():
            if form == "tree":
                _made(self._results / name)

    def folder(self, role: str) -> Path:
        """The tree in that role as a real folder, made once."""
        place = self._folder / "in" / role.replace("/", "_")
        if not place.exists():
            _made(place)
            executables = self._inputs.executables(role)
            for path, file in self._inputs.tree(role).items():
                target = place / path
                target.parent.mkdir(parents=True, exist_ok=True)
                # Not a hard link: commands may write to what they are given.
                mode = 0o755 if path in executables else 0o644
                copy_file(file, target, mode)
                target.chmod(mode)  # whatever the umask is: modes get into archives
        return place

    def output(self, name: str) -> Path:
        """Where to write that output."""
        self._outputs[name]  # a name that the kind doesn't promise is a bug of the kind
        return self._results / name

    def run(
        self,
        argv: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        private: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        stdin: bytes = b"",
    ) -> subprocess.CompletedProcess[bytes]:
        """Runs a command; raises ActionError if it fails."""
        words = [str(word) for word in argv]
        surroundings = {**self.environment(), **(env or {})}
        place = cwd or self.scratch
        try:
            done = self._children.run(words, {**surroundings, **(private or {})}, place, stdin)
        except OSError as error:
            raise _not_started(words, error) from error
        if done.returncode != 0:
            raise _failed(done, surroundings, private or {}, place)
        return done

    def warn(self, text: str) -> None:
        """Keeps a warning, with the result."""
        self.warnings.append(text)

    def environment(self) -> dict[str, str]:
        """The same on every machine, but for what finds programs."""
        scratch = str(self.scratch)
        base = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": scratch,
            "TMPDIR": scratch,
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "SOURCE_DATE_EPOCH": str(SOURCE_DATE_EPOCH),
        }
        if os.name == "nt":
            base |= {name: os.environ[name] for name in _NEEDED_ON_WINDOWS if name in os.environ}
            base |= {"TEMP": scratch, "TMP": scratch, "USERPROFILE": scratch}
        return base


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def _not_started(argv: Sequence[str], error: OSError) -> ActionError:
    missing = isinstance(error, FileNotFoundError)
    why = "there is no such program" if missing else error.strerror or str(error)
    return ActionError(Diagnostic("OX0402", f"can't run {argv[0]}: {why}"))


def _failed(
    done: subprocess.CompletedProcess[bytes],
    env: Mapping[str, str],
    private: Mapping[str, str],
    cwd: Path,
) -> ActionError:
    argv: list[str] = done.args
    code = done.returncode
    how = f"was killed by signal {-code}" if code < 0 else f"failed with exit code {code}"
    words = ["env", "-i", *(f"{name}={value}" for name, value in sorted(env.items())), *argv]
    again = f"(cd {shlex.quote(str(cwd))} && {shlex.join(words)})"
    settings = " with your own index settings" if private else ""
    output = redacted((done.stdout + done.stderr).decode(errors="replace"), private)
    return ActionError(
        Diagnostic(
            "OX0401",
            f"{Path(argv[0]).name} {how}",
            notes=(f"to repeat it{settings}, until the next build: {again}",),
            help=space_help(cwd) if _FULL.search(output) else None,
        ),
        output,
    )
