"""What a running action, and an action that looks for more inputs, see of the world."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from oxidize.actions.kind import NO_NEEDS, UNDECLARED, Decide, Needs, OutputForm
from oxidize.errors import ActionError, Diagnostic
from oxidize.executor.children import Children
from oxidize.executor.files import copy_file
from oxidize.executor.inputs import Inputs
from oxidize.executor.problems import space_help
from oxidize.executor.report import Report
from oxidize.executor.sandbox import Sandbox, View
from oxidize.executor.sources import SeenFile, SeenTree
from oxidize.executor.undeclared import undeclared
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
        sandbox: Sandbox | None = None,
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
        self._sandbox = sandbox
        self._results = _made(folder / "out")
        for name, form in outputs.items():
            if form == "tree":
                _made(self._results / name)

    def folder(self, role: str) -> Path:
        """The tree in that role as a real folder, made once."""
        place = self._staged(role)
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

    def _staged(self, role: str) -> Path:
        return self._folder / "in" / role.replace("/", "_")

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
        needs: Needs = NO_NEEDS,
    ) -> subprocess.CompletedProcess[bytes]:
        """Runs a command; raises ActionError if it fails."""
        words = [str(word) for word in argv]
        surroundings = {**self.environment(), **(env or {})}
        given = {**surroundings, **(private or {})}
        place = cwd or self.scratch
        view = self._view(words[0], needs, given["HOME"])
        try:
            done = self._children.run(view.wrapped(words) if view else words, given, place, stdin)
            if view and self._sandbox and self._sandbox.refused(done):
                view, done = None, self._children.run(words, given, place, stdin)
        except OSError as error:
            raise _not_started(words, error) from error
        if done.returncode != 0:
            output = redacted((done.stdout + done.stderr).decode(errors="replace"), private or {})
            again = _again(done.args, surroundings, place, private=bool(private))
            raise self._failed(Path(words[0]).name, done.returncode, output, again, view)
        return done

    def _view(self, program: str, needs: Needs, home: str) -> View | None:
        if self._sandbox is None:
            return None
        files = [each.path for each in self._inputs.sources() if isinstance(each, SeenFile)]
        tools = [Path(program)] if "/" in program else []
        inputs = [self._inputs.contents, *files, *tools]
        return self._sandbox.view(needs, self._folder, inputs, home)

    def _failed(
        self, program: str, code: int, output: str, again: str, view: View | None
    ) -> ActionError:
        how = f"was killed by signal {-code}" if code < 0 else f"failed with exit code {code}"
        message = f"{program} {how}"
        missed = undeclared(output, view.shows, self._copies()) if view else None
        if missed:
            return ActionError(_undeclared(message, missed, again), output)
        help_ = space_help(self._folder) if _FULL.search(output) else None
        return ActionError(Diagnostic("OX0401", message, notes=(again,), help=help_), output)

    def _copies(self) -> Mapping[Path, str]:
        """Folders of inputs that are there -> where their sources are."""
        found = ((self._staged(role), given) for role, given in self._inputs.by_role())
        return {
            place: given.source.path
            for place, given in found
            if isinstance(given, SeenTree) and place.exists()
        }

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


def _again(argv: Sequence[str], env: Mapping[str, str], cwd: Path, *, private: bool) -> str:
    words = ["env", "-i", *(f"{name}={value}" for name, value in sorted(env.items())), *argv]
    command = f"(cd {shlex.quote(str(cwd))} && {shlex.join(words)})"
    settings = " with your own index settings" if private else ""
    return f"to repeat it{settings}, until the next build: {command}"


def _undeclared(message: str, file: Path, again: str) -> Diagnostic:
    return Diagnostic(
        UNDECLARED,
        f"{message}, and names {file}, which isn't one of its inputs",
        notes=("commands see their inputs only: for this one, that file isn't there", again),
        help="put it into the folder of what is built; to build without the sandbox: --no-sandbox",
    )
