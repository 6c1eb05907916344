"""compile: a tree of sources and data, as a container with bytecode."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from attrs import define, evolve, field

from oxidize.actions import compile_worker
from oxidize.actions.interpreter import Interpreter
from oxidize.actions.kind import ActionContext, Kind, Needs, OutputForm
from oxidize.actions.material import Material, material_of
from oxidize.actions.placing import Placing, location_flag
from oxidize.distributions.host import Probe
from oxidize.errors import ActionError, Diagnostic
from oxidize.graph.digest import Digest
from oxidize.resources.file_kinds import file_flags
from oxidize.resources.layout import Codec, ModuleFlag
from oxidize.resources.model import NO_MODULE_FLAGS, Blob, File, Module, Resources
from oxidize.resources.scanner import FoundModule
from oxidize.resources.writer import write_container

# marshal's bytes depend on what a process has compiled before; so each process gets the same
# modules whatever the number of processors.
_MODULES_PER_PROCESS = 96
# Without site, and without the script's own folder on sys.path. Not -E, under which the fixed hash
# seed wouldn't count: the environment holds nothing else of Python's.
FLAGS = ("-S", "-s", "-P")
_WORKER_DIGEST = Digest.of(Path(compile_worker.__file__).read_bytes()).hash


@define
class Compiled:
    """What the worker made of one source: code by level, and what it says of __file__."""

    code: dict[int, Blob] = field(factory=dict)
    flags: ModuleFlag = NO_MODULE_FLAGS


class Compile(Kind):
    """python: the probe; sources: a tree; decisions: of decide, if anything was -> `container`:
    modules and data of one group.

    The group third-party needs `distribution` too: the description of the CPython to embed.
    """

    mnemonic: ClassVar[str] = "compile"
    version: ClassVar[int] = 11
    outputs: ClassVar[Mapping[str, OutputForm]] = {"container": "file"}

    def tools(self) -> Mapping[str, str]:
        """The script that compiles, and what packs sources: other versions give other bytes."""
        return {"compile_worker": _WORKER_DIGEST, "zlib": zlib.ZLIB_RUNTIME_VERSION}

    def run(self, context: ActionContext) -> None:
        """Classifies, selects, compiles and writes."""
        probe, placing = Probe.load(context.input("python")), Placing.of(context)
        material = material_of(context)
        material = evolve(material, found=placing.included(material.found))
        code = _compile_all(context, material, placing)
        resources = Resources(
            {
                m.name: _module(probe, m, material, code.get(m.path, Compiled()), placing)
                for m in material.found.modules
            },
            {path: _file(path, material, placing) for path in material.found.files},
        )
        with context.output("container").open("w+b") as out:
            write_container(resources, out)


def _file(path: str, material: Material, placing: Placing) -> File:
    flags = file_flags(path, executable=path in material.executables)
    beside = placing.of_file(path).beside
    return File(path, Blob(material.read(path)), flags, beside=beside)


def _module(
    probe: Probe,
    found: FoundModule,
    material: Material,
    compiled: Compiled,
    placing: Placing,
) -> Module:
    flags, code = found.flags | compiled.flags, compiled.code
    placement = placing.of_module(found)
    if placing.stdlib:
        flags |= ModuleFlag.STANDARD_LIBRARY
    source = extension = None
    if flags & ModuleFlag.EXTENSION:
        extension = Blob(material.read(found.path))
        flags |= _extension_flags(extension.data) | location_flag(placement)
    elif flags & ModuleFlag.NAMESPACE:
        return Module(found.name, found.path, flags)
    else:
        text = material.read(found.path)
        if placement.include_source or not code:
            compress = probe.data["has_zlib"] and not placement.beside
            source = _source(text, compress=compress)
    return Module(found.name, found.path, flags, source, code, extension, beside=placement.beside)


def _extension_flags(data: bytes | memoryview) -> ModuleFlag:
    """Compiled Python may name __file__ too. mypyc has its code in a library beside the module;
    Cython's modules all have the word, and rarely a use for it."""
    code = bytes(data)
    named = (b"__file__" in code or b"__mypyc" in code) and b"__pyx_" not in code
    return ModuleFlag.NAMES_FILE if named else NO_MODULE_FLAGS


def _source(data: bytes, *, compress: bool) -> Blob:
    """Sources are read rarely (tracebacks, inspect), so they are stored small."""
    packed = zlib.compress(data, 6) if compress else data
    if len(packed) >= len(data):
        return Blob(data)
    return Blob(packed, Codec.ZLIB, len(data))


def _compile_all(
    context: ActionContext, material: Material, placing: Placing
) -> dict[str, Compiled]:
    """Path of a module's source -> what was made of it."""
    from concurrent.futures import ThreadPoolExecutor

    code: dict[str, Compiled] = {}
    jobs = list(enumerate(_jobs(material, placing)))
    if not jobs:
        return code
    python = Interpreter.of(context)
    with ThreadPoolExecutor(context.jobs) as pool:
        runs = [
            pool.submit(_compile_job, context, python, material.tree, job, levels, number)
            for number, (levels, job) in jobs
        ]
        for run in runs:
            for path, level, body, flags in run.result():
                made = code.setdefault(path, Compiled())
                made.code[level] = body
                made.flags |= flags
    return code


def _jobs(material: Material, placing: Placing) -> Iterator[tuple[tuple[int, ...], Sequence[str]]]:
    """(levels, paths of sources) for each process."""
    by_levels: dict[tuple[int, ...], list[str]] = {}
    for module in material.found.modules:
        levels = placing.of_module(module).levels
        if module.path.endswith(".py") and levels:
            by_levels.setdefault(levels, []).append(module.path)
    for levels, paths in by_levels.items():
        for start in range(0, len(paths), _MODULES_PER_PROCESS):
            yield levels, paths[start : start + _MODULES_PER_PROCESS]


def _compile_job(
    context: ActionContext,
    python: Interpreter,
    tree: Mapping[str, Path],
    paths: Sequence[str],
    levels: Sequence[int],
    number: int,
) -> list[tuple[str, int, Blob, ModuleFlag]]:
    job = context.scratch / f"job-{number}.json"
    out = context.scratch / f"job-{number}.out"
    # The standard library has no data that it opens by __file__.
    lazy = context.params["group"] in ("first-party", "third-party")
    modules = [[path, str(tree[path])] for path in paths]
    job.write_text(json.dumps({"levels": list(levels), "modules": modules, "lazy": lazy}))
    # A fixed hash seed: the order of a frozenset constant depends on it.
    context.run(
        [python.executable, *FLAGS, compile_worker.__file__, job, out],
        env={"PYTHONHASHSEED": "0"},
        needs=Needs(
            read=(*python.places, compile_worker.__file__, *(tree[path] for path in paths))
        ),
    )
    return list(_results(context, out.read_bytes(), paths, levels))


def _results(
    context: ActionContext, data: bytes, paths: Sequence[str], levels: Sequence[int]
) -> Iterator[tuple[str, int, Blob, ModuleFlag]]:
    at = 0
    for path in paths:
        for level in levels:
            bits = data[at]
            size = int.from_bytes(data[at + 1 : at + 9], "little")
            body = data[at + 9 : at + 9 + size]
            at += 9 + size
            if not bits & compile_worker.ERROR:
                yield path, level, Blob(body), _file_flags(bits)
            else:
                _refuse_syntax(context, body.decode(), first=level == levels[0])


def _file_flags(bits: int) -> ModuleFlag:
    named = ModuleFlag.NAMES_FILE if bits & compile_worker.NAMES_FILE else NO_MODULE_FLAGS
    return named | (ModuleFlag.CALLS_FILE if bits & compile_worker.CALLS_FILE else NO_MODULE_FLAGS)


def _refuse_syntax(context: ActionContext, message: str, *, first: bool) -> None:
    """Who wrote it can mend it; what others wrote may never be imported."""
    if context.params["group"] == "first-party":
        raise ActionError(
            Diagnostic(
                "OX0411",
                message,
                help="mend the syntax, or leave the file out with .without([...])",
            )
        )
    if context.params["group"] == "third-party" and first:
        context.warn(f"{message} (kept as source only)")
