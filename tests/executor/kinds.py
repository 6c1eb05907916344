"""Kinds of actions for tests: small, and loud about when they run."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ClassVar

from oxidize.actions.kind import ActionContext, DiscoverContext, Kind, Needs, OutputForm
from oxidize.errors import ActionError, Diagnostic, EnvironmentProblem
from oxidize.graph.action import Source, SourceFile, SourceTree


class Join(Kind):
    """Joins its inputs; `tail` is added, `log` names a file that gets a line per run."""

    mnemonic: ClassVar[str] = "join"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"out": "file"}

    def run(self, context: ActionContext) -> None:
        if log := context.params.get("log"):
            with Path(str(log)).open("a") as file:
                file.write("ran\n")
        text = b"".join(path.read_bytes() for path in context.inputs("in"))
        context.output("out").write_bytes(text + str(context.params.get("tail", "")).encode())


class Strip(Kind):
    """Removes comment lines, so that some edits don't show in the output."""

    mnemonic: ClassVar[str] = "strip"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"out": "file"}

    def run(self, context: ActionContext) -> None:
        lines = context.input("in").read_text().splitlines(keepends=True)
        kept = (line for line in lines if not line.startswith("#"))
        context.output("out").write_text("".join(kept))


class Upper(Kind):
    """Turns a tree into one with upper-case content, the executable bits kept."""

    mnemonic: ClassVar[str] = "upper"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"out": "tree"}

    def run(self, context: ActionContext) -> None:
        for path, file in context.tree("in").items():
            target = context.output("out") / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes().upper())
            target.chmod(0o755 if path in context.executables("in") else 0o644)


class Listing(Kind):
    """Lists the files that a text file names one per line, and their sizes."""

    mnemonic: ClassVar[str] = "listing"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"out": "file"}

    def discover(self, context: DiscoverContext) -> Mapping[str, tuple[Source, ...]]:
        names = context.input("names").read_text().split()
        return {"named": tuple(SourceFile(name) for name in names)}

    def run(self, context: ActionContext) -> None:
        text = "".join(path.read_text() for path in context.inputs("named"))
        context.output("out").write_text(text)


class Script(Kind):
    """Runs the parameter `code` as a Python program, with the output's path as argument."""

    mnemonic: ClassVar[str] = "script"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"out": "file"}

    def run(self, context: ActionContext) -> None:
        program = [sys.executable, "-c", str(context.params["code"])]
        context.run([*program, context.output("out"), *context.inputs("in")])


class Guarded(Kind):
    """Runs the parameter `code` as a Python program, with some `read`, and some `write`."""

    mnemonic: ClassVar[str] = "guarded"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"out": "file"}

    def run(self, context: ActionContext) -> None:
        argv = [sys.executable, "-I", "-c", str(context.params["code"])]
        own = (sys.prefix, sys.base_prefix)
        read, write = (str(context.params.get(name, "")).split() for name in ("read", "write"))
        needs = Needs((*own, *read), tuple(write), network=bool(context.params.get("network")))
        context.run([*argv, context.output("out"), *context.inputs("in")], needs=needs)


class Folder(Kind):
    """Runs Python in a real folder made of a tree; what it prints is the output."""

    mnemonic: ClassVar[str] = "folder"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"out": "file"}

    def run(self, context: ActionContext) -> None:
        argv = [sys.executable, "-c", str(context.params["code"])]
        done = context.run(argv, cwd=context.folder("in"))
        context.output("out").write_bytes(done.stdout)


class Meddle(Kind):
    """Changes its own source while it reads it."""

    mnemonic: ClassVar[str] = "meddle"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"out": "file"}

    def run(self, context: ActionContext) -> None:
        path = context.input("in")
        context.output("out").write_bytes(path.read_bytes())
        path.write_bytes(bytes(reversed(path.read_bytes())))


class Forget(Kind):
    """Promises an output and doesn't write it."""

    mnemonic: ClassVar[str] = "forget"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"out": "file"}

    def run(self, context: ActionContext) -> None:
        return None


class Refuse(Kind):
    """Fails with an error for the user."""

    mnemonic: ClassVar[str] = "refuse"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"out": "file"}

    def run(self, context: ActionContext) -> None:
        raise ActionError(Diagnostic("OX0401", f"refused {context.params.get('what', '')}"))


class Broken(Kind):
    """Has a bug."""

    mnemonic: ClassVar[str] = "broken"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"out": "file"}

    def run(self, context: ActionContext) -> None:
        raise ZeroDivisionError("oh")


class Lacking(Kind):
    """Lacks a tool: already when it is looked up, or not before it runs."""

    mnemonic: ClassVar[str] = "lacking"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"out": "file"}
    late: ClassVar[bool] = False

    def tools(self) -> Mapping[str, str]:
        return {} if self.late else self.missing()

    def run(self, context: ActionContext) -> None:
        self.missing()

    def missing(self) -> Mapping[str, str]:
        raise EnvironmentProblem(Diagnostic("OX0721", "the tool is missing"))


class LackingLate(Lacking):
    mnemonic: ClassVar[str] = "lacking-late"
    late: ClassVar[bool] = True


class Count(Kind):
    """Counts the files of a tree that it finds by itself below a folder."""

    mnemonic: ClassVar[str] = "count"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"out": "file"}

    def discover(self, context: DiscoverContext) -> Mapping[str, tuple[Source, ...]]:
        return {"tree": (SourceTree(str(context.params["folder"])),)}

    def run(self, context: ActionContext) -> None:
        context.output("out").write_text(str(len(context.tree("tree"))))


class Crowd(Kind):
    """Runs commands from ten threads; the output is how many ran at once, and what `jobs` was."""

    mnemonic: ClassVar[str] = "crowd"
    version: ClassVar[int] = 1
    outputs: ClassVar[Mapping[str, OutputForm]] = {"out": "file"}

    # Each has a file for as long as it runs, and counts all files at its end.
    code = (
        "import os, sys; mine = os.path.join(sys.argv[1], str(os.getpid())); "
        "open(mine, 'w').close(); import decimal, fractions, json; "
        "print(len(os.listdir(sys.argv[1]))); os.unlink(mine)"
    )

    def run(self, context: ActionContext) -> None:
        def one(_number: int) -> int:
            return int(context.run([sys.executable, "-IS", "-c", self.code, place]).stdout)

        place = Path(str(context.params["place"]))
        with ThreadPoolExecutor(10) as pool:
            most = max(pool.map(one, range(10)))
        context.output("out").write_text(f"{most} {context.jobs}")


KINDS = {
    kind.mnemonic: kind()
    for kind in (
        Join, Strip, Upper, Listing, Script, Guarded, Folder, Meddle, Forget, Refuse, Broken,
        Count, Crowd, Lacking, LackingLate,
    )
}  # fmt: skip
