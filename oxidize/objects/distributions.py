"""The functions that name a CPython to embed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

from oxidize.distributions.release import row_of
from oxidize.lookup import is_file, is_runnable
from oxidize.objects.context import Context
from oxidize.objects.distribution import PythonDistribution as Distribution
from oxidize.objects.distribution_artifacts import DistributionArtifacts
from oxidize.objects.host_source import host_artifacts
from oxidize.objects.input_paths import existing_file
from oxidize.objects.member import exposed
from oxidize.objects.problem import refuse
from oxidize.objects.standalone_source import Archive, standalone_artifacts
from oxidize.packages.platforms import WHEELS_OF, WHEELS_OF_MACOS, Floors
from oxidize.suggest import did_you_mean
from oxidize.triples import TRIPLES, UNAVAILABLE
from oxidize.versions import PYTHON_VERSIONS, meant_version

_Standalone = Literal["standalone", "standalone_dynamic", "standalone_static"]
_Flavor = Literal["auto", "host", "standalone", "standalone_dynamic", "standalone_static"]
# Flavor -> whether its programs are linked with the C library, too; None: either.
_STATIC = {"standalone": None, "standalone_dynamic": False, "standalone_static": True}
_VERSION = re.compile(r"(3\.\d+)(\.\d+\w*)?")


@exposed()
def default_python_distribution(
    context: Context,
    flavor: _Flavor = "auto",
    build_target: str | None = None,
    python_version: str | None = None,
    python: str | None = None,
    glibc: str = WHEELS_OF,
    macos: str = WHEELS_OF_MACOS,
) -> Distribution:
    """The CPython to embed.

    Args:
        flavor: Which source it comes from: "host", an installed CPython; or "standalone", an
            archive of the [catalogue](../distributions.md). Of these, "standalone_dynamic" are
            those whose programs load shared libraries, and "standalone_static" those whose programs
            are linked with the C library, too. "auto" takes the CPython that runs oxidize; with
            `--release`, or for another `python_version`, a standalone one, if there is one.
        build_target: Triple to build for; by default `BUILD_TARGET_TRIPLE`. For another one than
            this machine's, "auto" takes a standalone CPython.
        python_version: Version such as "3.13", or "3.13.5" of a standalone one; by default that of
            the CPython that runs oxidize.
        python: Path of an interpreter to take, in place of the one that runs oxidize.
        glibc: The oldest glibc that programs with a standalone one are to run with, such as "2.17":
            wheels may need that one, or an older one, unless the CPython itself needs a newer.
        macos: The oldest macOS likewise, such as "11.0".
    """
    floors = _floors(glibc, macos)
    triple = context.settings.triple if build_target is None else build_target
    _check_triple(context, triple, None if build_target is None else "build_target")
    cross = triple != context.settings.host_triple
    if cross and (python is not None or flavor == "host"):
        _only_here(context, triple, "flavor" if python is None else "python")
    if python is not None:
        return _named(context, python, flavor, python_version)
    own = context.settings.host_python_version
    version = own if python_version is None else python_version
    if version != own:
        _check_version(version)
    wanted = flavor != "host" and (cross or context.settings.release or version != own)
    if flavor.startswith("standalone") or wanted:
        row = context.settings.catalogue().choose(triple, version, static=_STATIC.get(flavor))
        if row is not None:
            archive = Archive(row.name, row.sha256, url=row.url, minor=row.minor, floors=floors)
            return _standalone(context, archive, triple)
        if cross and flavor == "auto":
            _not_in_catalogue(context, flavor, triple, version, None)
        if flavor != "auto":
            _not_in_catalogue(context, flavor, triple, version, "flavor")
    if version != own:
        _not_in_catalogue(context, flavor, triple, version, "python_version")
    return _installed(context, context.settings.interpreter, asked=flavor == "host")


@exposed()
def PythonDistribution(
    context: Context,
    sha256: str,
    local_path: str | None = None,
    url: str | None = None,
    flavor: _Standalone = "standalone",
    glibc: str = WHEELS_OF,
    macos: str = WHEELS_OF_MACOS,
    build_target: str | None = None,
) -> Distribution:
    """A [standalone](../distributions.md) CPython, from an archive that isn't in the catalogue.

    Args:
        sha256: Of the archive, in hexadecimal digits.
        local_path: The archive; relative to the build file's folder.
        url: Where it is fetched from, if there is no `local_path`.
        flavor: As PyOxidizer has it; it changes nothing, for the archive says what it is.
        glibc: The oldest glibc that wheels may need, such as "2.17".
        macos: The oldest macOS that wheels may need, such as "11.0".
        build_target: Triple that it is for; by default `BUILD_TARGET_TRIPLE`.
    """
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        refuse("OX0214", "sha256 isn't 64 hexadecimal digits in lower case", argument="sha256")
    if (local_path is None) == (url is None):
        what = "none" if url is None else "both"
        refuse("OX0215", f"PythonDistribution() needs local_path or url, and has {what}")
    floors = _floors(glibc, macos)
    triple = context.settings.triple if build_target is None else build_target
    _check_triple(context, triple, None if build_target is None else "build_target")
    if local_path is not None:
        path = existing_file(context.reach, local_path, "local_path")
        return _standalone(context, _archive(path.name, sha256, floors, path=str(path)), triple)
    assert url is not None
    if not url.startswith(("https://", "http://", "file://")):
        refuse("OX0214", "url isn't a URL of https, http or file", argument="url")
    if context.reach.root is not None and url.startswith("file:"):
        message = "the code of a library can't name a file outside of it"
        refuse("OX0129", message, argument="url", help="take a PythonDistribution as an argument")
    name = unquote(url.rpartition("/")[2])
    return _standalone(context, _archive(name, sha256, floors, url=url), triple)


def _archive(name: str, sha256: str, floors: Floors, *, path: str = "", url: str = "") -> Archive:
    """An archive without a row; its name mostly tells its version."""
    row = row_of(name, sha256, "")
    minor = row.minor if row else None
    return Archive(name, sha256, path=path, url=url, minor=minor, floors=floors)


def _standalone(context: Context, archive: Archive, triple: str) -> Distribution:
    compiler = None
    if triple != context.settings.host_triple:
        compiler = _compiler(context, archive.minor or context.settings.host_python_version, triple)
    artifacts = standalone_artifacts(context, archive, triple, compiler)
    return Distribution(context=context, artifacts=artifacts)


def _compiler(context: Context, minor: str, triple: str) -> DistributionArtifacts:
    """A CPython of that version that runs here: the one that runs oxidize, else the catalogue's,
    else an installed one."""
    settings = context.settings
    if minor == settings.host_python_version:
        return host_artifacts(context, str(settings.interpreter), asked=True)
    row = settings.catalogue().choose(settings.host_triple, minor)
    if row is not None:
        archive = Archive(row.name, row.sha256, url=row.url, minor=minor)
        return standalone_artifacts(context, archive, settings.host_triple)
    found = settings.find_python(minor)
    if found is None:
        refuse(
            "OX0528",
            f"there is no CPython {minor} on this machine to compile for {triple}",
            notes=(
                f"the CPython that runs oxidize is {settings.host_python_version}; "
                f"the catalogue has none for {settings.host_triple}, and there is no python{minor} "
                "on PATH",
            ),
            help=f"run oxidize with CPython {minor}; or: oxidize distribution refresh",
        )
    return host_artifacts(context, str(found), asked=True)


def _installed(context: Context, path: Path, *, asked: bool) -> Distribution:
    return Distribution(context=context, artifacts=host_artifacts(context, str(path), asked=asked))


def _named(
    context: Context, python: str, flavor: _Flavor, python_version: str | None
) -> Distribution:
    """An interpreter that the build file names."""
    if flavor.startswith("standalone"):
        message = f'flavor = "{flavor}" and python are both given, but an interpreter is installed'
        refuse("OX0215", message, argument="flavor")
    if python_version is not None:
        refuse(
            "OX0215",
            "python_version and python are both given, but the interpreter decides its version",
            argument="python_version",
        )
    if context.reach.root is not None:
        refuse(
            "OX0129",
            "the code of a library can't name an interpreter, which the build would run",
            argument="python",
            help="take a PythonDistribution as an argument",
        )
    return _installed(context, _interpreter(context, python), asked=True)


def _interpreter(context: Context, python: str) -> Path:
    path = context.path(python, "python")
    if python == "" or not is_file(path):
        refuse(
            "OX0503",
            f'there is no Python interpreter "{path if python else ""}"',
            argument="python",
            help=_interpreter_help(path, python),
        )
    if not is_runnable(path):
        refuse("OX0515", f'"{path}" can\'t be executed, so it is no Python', argument="python")
    return path


def _interpreter_help(path: Path, python: str) -> str | None:
    """The interpreter in a folder, or the one that a command's name finds."""
    inside = path / "bin" / "python"
    if python and is_file(inside):
        return f'write python = "{python.rstrip("/")}/bin/python"'
    # Imported late: it brings all the archive formats.
    from shutil import which

    found = which(python) if python and "/" not in python else None
    return f'write python = "{found}"' if found else None


def _check_triple(context: Context, triple: str, argument: str | None = None) -> None:
    """Refuses what oxidize doesn't know, or can't build for."""
    if triple == context.settings.host_triple:
        return
    if triple not in TRIPLES:
        refuse(
            "OX0504",
            f'unknown target triple "{triple}"',
            argument=argument,
            notes=(f"known triples: {', '.join(TRIPLES)}",),
            help=_vendor_help(triple) or did_you_mean(triple, TRIPLES),
        )
    if triple in UNAVAILABLE:
        refuse(
            "OX0501",
            f"building for {triple} isn't available yet",
            argument=argument,
            help="programs for Windows can be built for x86_64 so far",
        )


def _floors(glibc: str, macos: str) -> Floors:
    if not re.fullmatch(r"2\.(1[7-9]|[2-9]\d)", glibc):
        refuse("OX0214", 'glibc isn\'t a version like "2.28", from 2.17 on', argument="glibc")
    if not re.fullmatch(r"10\.(9|1[0-5])|(1[1-9]|[2-9]\d)(\.\d{1,2})?", macos):
        refuse("OX0214", 'macos isn\'t a version like "11.0", from 10.9 on', argument="macos")
    return Floors(glibc, macos)


def _only_here(context: Context, triple: str, argument: str) -> None:
    refuse(
        "OX0527",
        f"an installed CPython is for {context.settings.host_triple}, not for {triple}",
        argument=argument,
        help='flavor = "standalone" takes one for other systems',
    )


def _vendor_help(triple: str) -> str | None:
    """The known triple that lacks its vendor, as other tools leave it out."""
    parts = triple.split("-")
    for known in TRIPLES:
        machine, _, *rest = known.split("-")
        if parts == [machine, *rest]:
            return f'did you mean "{known}"?'
    return None


def _check_version(version: str) -> None:
    found = _VERSION.fullmatch(version)
    if found is None or found[1] not in PYTHON_VERSIONS:
        refuse(
            "OX0502",
            f"oxidize knows no CPython {json.dumps(version, ensure_ascii=False)}",
            argument="python_version",
            notes=(f"known versions: {', '.join(PYTHON_VERSIONS)}",),
            help=meant_version(version),
        )


def _not_in_catalogue(
    context: Context, flavor: str, triple: str, version: str, argument: str | None
) -> None:
    what = "linked statically " if flavor == "standalone_static" else ""
    known = context.settings.catalogue().minors(triple)
    other = "; python = names an installed one" if argument == "python_version" else ""
    refuse(
        "OX0520",
        f"the catalogue has no standalone CPython {version} {what}for {triple}",
        argument=argument,
        notes=(f"it has for {triple}: {', '.join(known) if known else 'none'}",),
        help="oxidize distribution refresh fetches a list of archives; "
        f"oxidize distribution import takes one that you have{other}",
    )
