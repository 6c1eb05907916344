"""`distribution build`: a full archive from sources, which enters the user's catalogue."""

from __future__ import annotations

import argparse
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from oxidize.actions.zig import folder as zig_folder
from oxidize.cli.console import Console
from oxidize.cli.distribution.executing import make_executor
from oxidize.cli.distribution.getting import add_to_catalogue
from oxidize.cli.progress import progress_for
from oxidize.distributions.catalogue import LOCAL
from oxidize.distributions.recipes.libraries import LIBRARIES
from oxidize.distributions.recipes.python import TRIED
from oxidize.distributions.recipes.target import TRIPLES, RecipeTarget
from oxidize.distributions.source_manifest import (
    BadManifest,
    SourceArchive,
    SourceManifest,
    read_source_manifest,
    shipped_text,
)
from oxidize.errors import BuildFileError, Diagnostic, EnvironmentProblem, UsageError
from oxidize.graph.target import TargetOutputs
from oxidize.objects.built_distribution import DistributionSources, distribution_archive
from oxidize.triples import host_triple, system_of
from oxidize.versions import PYTHON_VERSIONS, meant_version

# What configure scripts and makefiles take for granted.
_POSIX = ("awk", "grep", "sed", "sh")
# What OpenSSL's configuration imports; some systems ship perl without.
_PERL_MODULES = ("FindBin", "IPC::Cmd", "Pod::Usage")


def build(args: argparse.Namespace, console: Console) -> None:
    """Builds an archive, writes it into a folder, and adds it to the user's catalogue."""
    target = _target(args)
    sources = _sources(args, target, console)
    _check_tools(sources.tools(target))
    version = sources.python.version
    name = f"cpython-{version}+{LOCAL}-{target.triple}-{target.flavour}-full.tar.zst"
    _write(TargetOutputs({name: distribution_archive(sources, target)}), args, console)
    add_to_catalogue(args.output / name, args, console)


def _target(args: argparse.Namespace) -> RecipeTarget:
    """Raises UsageError for what there is no recipe for."""
    triple = args.target_triple or host_triple()
    if triple not in TRIPLES:
        raise _no_recipe(f"{triple} can't be built for", f"there are: {', '.join(TRIPLES)}")
    musl = triple.endswith("-musl")
    if args.dynamic and not musl:
        message = "--dynamic is for musl: with glibc, programs always load shared libraries"
        raise UsageError(Diagnostic("OX0823", message))
    if args.lto and system_of(triple) == "darwin":
        message = "--lto isn't for macOS: the linker reads no bitcode for it"
        raise UsageError(Diagnostic("OX0823", message))
    return RecipeTarget(triple, host_triple(), static=musl and not args.dynamic, lto=args.lto)


def _no_recipe(what: str, note: str, help_: str | None = None) -> UsageError:
    return UsageError(Diagnostic("OX0541", what, notes=(note,), help=help_))


def _sources(
    args: argparse.Namespace, target: RecipeTarget, console: Console
) -> DistributionSources:
    if args.sources is not None and not args.sources.is_dir():
        raise UsageError(Diagnostic("OX0803", f"--sources {args.sources}: there is no such folder"))
    manifest = _manifest(args.manifest)
    python = _python(manifest, args.python)
    if python.minor not in TRIED:
        console.say(f"the recipe for CPython {python.minor} was never tried as a whole")
    if target.darwin:
        console.say("distributions for macOS are experimental: none was run")
    unused = (*target.in_system, *target.without)
    return DistributionSources(
        python,
        {name: each for name, each in manifest.libraries().items() if name not in unused},
        args.sources.absolute() if args.sources else None,
        args.offline,
    )


def _manifest(path: Path | None) -> SourceManifest:
    """The user's own, or the one that comes along. Raises BuildFileError."""
    try:
        text = path.read_text(encoding="utf-8") if path else shipped_text()
        return read_source_manifest(text, tuple(LIBRARIES))
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise _bad_manifest(path, why) from error
    except BadManifest as error:
        raise _bad_manifest(path, str(error)) from error


def _bad_manifest(path: Path | None, why: str) -> BuildFileError:
    return BuildFileError(
        Diagnostic(
            "OX0540",
            f"the manifest of sources {path or ''} can't be read: {why}",
            help="oxidize docs source-manifest tells what it is like",
        )
    )


def _python(manifest: SourceManifest, version: str) -> SourceArchive:
    """Raises UsageError."""
    found = manifest.python(version)
    if found is None or found.minor not in PYTHON_VERSIONS:
        raise _no_recipe(
            f"there are no sources of CPython {version}",
            f"the manifest has: {', '.join(manifest.python_versions()) or 'none'}",
            meant_version(version) or "--manifest names another one",
        )
    return found


def _check_tools(tools: Iterable[str]) -> None:
    """Raises EnvironmentProblem for what isn't there, before anything runs."""
    zig_folder()
    wanted = sorted({*_POSIX, *tools})
    missing = [name for name in wanted if shutil.which(name) is None]
    if missing:
        raise _missing_tools(f"{', '.join(missing)}: not on PATH", missing)
    if "perl" in wanted:
        argv = ["perl", *(f"-M{each}" for each in _PERL_MODULES), "-e", "1"]
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise _missing_tools(
                f"perl lacks one of its modules {', '.join(_PERL_MODULES)}", ["perl"]
            )


def _missing_tools(why: str, tools: list[str]) -> EnvironmentProblem:
    return EnvironmentProblem(
        Diagnostic(
            "OX0542",
            f"what builds the sources is missing: {why}",
            help=f"install {' and '.join(tools)}, as the system has it; no C compiler is needed",
        )
    )


def _write(outputs: TargetOutputs, args: argparse.Namespace, console: Console) -> None:
    """Builds what isn't in the cache. Raises OxidizeError."""
    with progress_for(console) as progress:
        executor = make_executor(args, progress)
        result = executor.build(outputs.files.values())
        if result.failures:
            raise result.failures[0]
        executor.materialize(outputs, args.output.absolute())
