"""build-source: an archive of sources, built as a recipe says with zig as the C compiler."""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from attrs import evolve, frozen

from oxidize.actions import zig
from oxidize.actions.distribution_trees import ELF, copy
from oxidize.actions.kind import UNDECLARED, ActionContext, Kind, Needs, OutputForm
from oxidize.binary.elf import Elf
from oxidize.distributions.recipes.recipe import JOBS, WORK, Edit, Keep, licence_path
from oxidize.errors import ActionError, Diagnostic
from oxidize.fetch.unpack import BadArchive, unpack
from oxidize.installers.archive import STAMP

# What stands in results for the folder that they were built in: each build has one of its own.
_ANYWHERE = b"/build"
# The names by which recipes, and configure scripts, call parts of zig.
_PROGRAMS = {"ar": "ar", "cc": "cc", "ld": "ld.lld", "ranlib": "ranlib"}
_VARIABLES = {
    "AR": "ar",
    "BUILD_CC": "build-cc",
    "CC": "cc",
    "CC_FOR_BUILD": "build-cc",
    # None of the libraries has any, and trying it would have zig build its library of C++.
    "CXX": "false",
    "LD": "ld",
    "RANLIB": "ranlib",
}


class BuildSource(Kind):
    """source: an archive, library/NAME: results of other sources, python: one of a CPython for this
    machine -> `result`: a tree.

    The parameters are those of a `Recipe`, with `name`; `libc`, as descriptions have it; and `host`
    and `host_libc`, of the machine that builds.
    """

    mnemonic: ClassVar[str] = "build-source"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"result": "tree"}

    def tools(self) -> Mapping[str, str]:
        """The compiler."""
        return {"zig": zig.version()}

    def run(self, context: ActionContext) -> None:
        """Unpacks, edits, runs the commands, and keeps what is asked for."""
        _unpack(context)
        for each in _rows(context, "edits"):
            _edit(context, Edit(**each))
        libraries = _merge_libraries(context)
        programs = _write_programs(context, libraries)
        run = _Commands.of(context, programs)
        commands = context.params["commands"]
        assert isinstance(commands, Sequence)
        for words in commands:
            assert isinstance(words, Sequence)
            run.run([str(word) for word in words])
        for each in _rows(context, "keep"):
            _keep(context, Keep(**each))
        licence = context.scratch / "source" / str(context.params["licence_file"])
        if not licence.is_file():
            raise _failed(context, f"its sources have no {context.params['licence_file']}")
        copy(licence, context.output("result") / licence_path(str(context.params["name"])))


def _rows(context: ActionContext, name: str) -> Iterator[dict[str, Any]]:
    rows = context.params[name]
    assert isinstance(rows, Sequence)
    for each in rows:
        assert isinstance(each, Mapping)
        yield dict(each)


def _failed(context: ActionContext, why: str) -> ActionError:
    return ActionError(
        Diagnostic(
            "OX0543",
            f"{context.params['name']} can't be built: {why}",
            help="the recipe may be for another version: docs/source-manifest.md names those that "
            "were tried",
        )
    )


def _unpack(context: ActionContext) -> None:
    """The one folder of the archive, as `source`."""
    unpacked = context.scratch / "unpacked"
    try:
        unpack(context.input("source"), unpacked)
    except BadArchive as error:
        raise _failed(context, f"the archive of its sources can't be unpacked: {error}") from error
    folders = list(unpacked.iterdir())
    if len(folders) != 1 or not folders[0].is_dir():
        raise _failed(context, "the archive of its sources holds more than one folder")
    source = folders[0].rename(context.scratch / "source")
    # What is generated from what: make mustn't take it for outdated.
    for folder, _, names in os.walk(source):
        for name in names:
            os.utime(Path(folder, name), (STAMP, STAMP), follow_symlinks=False)


def _edit(context: ActionContext, edit: Edit) -> None:
    file = context.scratch / "source" / edit.file
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    if text.count(edit.old) != 1:
        raise _failed(context, f"{edit.file} isn't what the recipe knows")
    file.write_text(text.replace(edit.old, edit.new), encoding="utf-8")
    os.utime(file, (STAMP, STAMP))


def _merge_libraries(context: ActionContext) -> Path:
    folder = context.scratch / "libraries"
    for name in ("include", "lib"):
        (folder / name).mkdir(parents=True)
    names = context.params["libraries"]
    assert isinstance(names, Sequence)
    for library in names:
        for path, file in context.tree(f"library/{library}").items():
            if not path.startswith("licenses/"):
                copy(file, folder / path)
    return folder


def _write_programs(context: ActionContext, libraries: Path) -> Path:
    """The folder of programs that are parts of zig under the names that everyone knows."""
    folder = context.scratch / "bin"
    folder.mkdir()
    target = zig.target(context.platform, str(context.params["libc"]))
    host = zig.target(str(context.params["host"]), str(context.params["host_libc"]))
    common = ["-fno-sanitize=undefined", "-Wno-date-time"]
    for name, part in _PROGRAMS.items():
        options = ["-target", target, *common] if name == "cc" else []
        places = [f"-I{libraries}/include", f"-L{libraries}/lib"] if options else []
        _write_program(folder / name, part, options, places)
    _write_program(folder / "build-cc", "cc", ["-target", host, *common], [])
    return folder


def _write_program(
    path: Path, part: str, before: Sequence[str | Path], after: Sequence[str | Path]
) -> None:
    start = shlex.join(str(word) for word in (zig.folder() / "zig", part, *before))
    end = shlex.join(map(str, after))
    path.write_text(f'#!/bin/sh\nexec {start} "$@" {end}\n')
    path.chmod(0o755)


@frozen
class _Commands:
    """Runs the commands of a recipe."""

    context: ActionContext
    environment: Mapping[str, str]
    needs: Needs

    @classmethod
    def of(cls, context: ActionContext, programs: Path) -> _Commands:
        needs = zig.needs(context)
        path = [str(programs)]
        if context.params["with_python"]:
            python = context.tool("python")
            needs = evolve(needs, read=(*needs.read, python))
            path.append(str(python / "install" / "bin"))
        path.append(os.environ.get("PATH", os.defpath))
        own = context.params["environment"]
        assert isinstance(own, Mapping)
        environment = {
            **_VARIABLES,
            **zig.environment(context),
            **{name: str(value) for name, value in own.items()},
            "PATH": os.pathsep.join(path),
        }
        return cls(context, environment, needs)

    def run(self, words: Sequence[str]) -> None:
        """One command. Raises ActionError with all that it wrote."""
        work, jobs = str(self.context.scratch), str(self.context.jobs)
        argv = [word.replace(JOBS, jobs).replace(WORK, work) for word in words]
        try:
            self.context.run(
                argv, env=self.environment, cwd=self.context.scratch / "source", needs=self.needs
            )
        except ActionError as error:
            found = error.diagnostic
            code = found.code if found.code == UNDECLARED else "OX0543"
            message = f"{self.context.params['name']} can't be built: {found.message}"
            diagnostic = Diagnostic(code, message, notes=found.notes, help=found.help)
            raise ActionError(diagnostic, error.output) from error


def _keep(context: ActionContext, keep: Keep) -> None:
    folder = context.scratch / keep.folder
    files = [path for path in sorted(folder.glob(keep.pattern)) if path.is_file()]
    if not files:
        raise _failed(context, f"its commands wrote no {keep.pattern}")
    for file in files:
        path = file.relative_to(folder)
        if "__pycache__" not in path.parts:
            target = context.output("result") / keep.to / path
            _copy(file, target)
            _forget_folder(context, target, f"{keep.to}/{path}".lstrip("/"))


def _copy(file: Path, target: Path) -> None:
    copy(file, target)
    executable = bool(file.stat().st_mode & stat.S_IXUSR)
    target.chmod(0o755 if executable else 0o644)
    data = target.read_bytes() if executable else b""
    if data.startswith(ELF):
        # Parts of the C library bring names of folders with them.
        target.write_bytes(Elf(data).strip_debug())


def _forget_folder(context: ActionContext, file: Path, path: str) -> None:
    """Takes the name of the folder that it was built in out of a text."""
    data, here = file.read_bytes(), os.fsencode(context.scratch)
    if here not in data:
        return
    if b"\0" in data:
        context.warn(
            f"{path} names the folder that it was built in, which is another one each time"
        )
        return
    file.write_bytes(data.replace(here, _ANYWHERE))
