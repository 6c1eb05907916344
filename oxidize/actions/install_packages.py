"""install-packages: what a section of the lock names, as one tree in the form of site-packages."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, ClassVar

from packaging.utils import canonicalize_name

from oxidize.actions.interpreter import Interpreter
from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.actions.uv_command import run_uv, told
from oxidize.actions.uv_listing import listed, requirements_file
from oxidize.distributions.description import Description
from oxidize.errors import ActionError, Diagnostic
from oxidize.packages import uv
from oxidize.packages.lockfile import pinned
from oxidize.packages.platforms import uv_environment, uv_platform, wheel_libc
from oxidize.packages.pylock import pure_wheels
from oxidize.packages.tidy import tidy
from oxidize.triples import system_of

_NO_WHEEL = re.compile(
    r"Because (?P<name>\S+)==(?P<version>\S+) has no (?:usable wheels|wheels with a matching)"
    r"|A path \((?:[^)]*/)?(?P<file>[^/)]+)\) dependency is incompatible"
)
_AVAILABLE = re.compile(r"Wheels are available for .* on the following (?:platforms?|.*): (.*)")


class InstallPackages(Kind):
    """section, python, wheel/N: trees with one wheel each -> `packages`.

    `builds`: whether the interpreter is the one that the packages are for, so that source archives
    may be built. `distribution` describes what they are for, where that isn't this machine with
    an installed Python; `floor` is the oldest version of it that programs are to run with.
    `wheels`: how many trees of wheels there are.
    """

    mnemonic: ClassVar[str] = "install-packages"
    version: ClassVar[int] = 5
    outputs: ClassVar[Mapping[str, OutputForm]] = {"packages": "tree"}

    def tools(self) -> Mapping[str, str]:
        """What installs."""
        return {"uv": uv.version()}

    def run(self, context: ActionContext) -> None:
        """Installs, and removes what names this machine."""
        plan = json.loads(context.input("section").read_text(encoding="utf-8"))
        python = Interpreter.of(context)
        folder = context.output("packages")
        if plan["requirements"]:
            _install_locked(context, plan, python, folder)
        if wheels := _local_wheels(context, plan):
            _install_local(context, wheels, python, folder)
        tidy(folder, str(python.executable), _machine(context))
        _check_static(context, folder)


def _install_locked(
    context: ActionContext, plan: Mapping[str, Any], python: Interpreter, folder: Path
) -> None:
    binary = [] if context.params["builds"] else ["--only-binary", ":all:"]
    flags = [*plan["flags"], *binary]
    try:
        lines = plan["requirements"]
        if _loads_nothing(context):
            lines = _pure(context, lines, flags, python)
        run_uv(
            context,
            python,
            [
                *("pip", "install", "--require-hashes"),
                *("--requirements", requirements_file(context, lines)),
                *_common(context, python, folder),
                *flags,
            ],
            texts=lines,
            env=uv_environment(_libc(context)),
        )
    except ActionError as error:
        raise _no_wheel(context, error) or _explained(error) from error


def _pure(
    context: ActionContext, lines: Iterable[str], flags: Iterable[str], python: Interpreter
) -> list[str]:
    """The lines, with the URLs of pure wheels where there are others, too: uv itself would prefer
    one of those. It lists what there is."""
    of_indexes = [line for line in lines if " @ " not in line]
    if not of_indexes:
        return [*lines]
    minor = _description(context).minor
    urls = pure_wheels(listed(context, of_indexes, flags, python, minor), minor)
    return [pinned(line, urls) for line in lines]


def _install_local(
    context: ActionContext, wheels: list[str], python: Interpreter, folder: Path
) -> None:
    # Without uv's cache: it would keep every build of every project for good.
    options = ["--no-cache", *_common(context, python, folder)]
    try:
        env = uv_environment(_libc(context))
        run_uv(context, python, ["pip", "install", *options, *wheels], env=env)
    except ActionError as error:
        raise _no_wheel(context, error) or error from error


def _common(context: ActionContext, python: Interpreter, folder: Path) -> list[str | Path]:
    return ["--target", folder, "--no-deps", "--python", python.executable, *_target(context)]


def _target(context: ActionContext) -> list[str]:
    if not context.inputs("distribution"):
        return []
    description = _description(context)
    return [
        *("--python-platform", uv_platform(description.triple, _libc(context))),
        *("--python-version", description.minor),
    ]


def _machine(context: ActionContext) -> str:
    """Whose code is kept of universal files, which macOS alone has."""
    if not context.inputs("distribution"):
        return ""
    triple = _description(context).triple
    return triple.partition("-")[0] if system_of(triple) == "darwin" else ""


def _libc(context: ActionContext) -> str:
    """What wheels may need of the system; nothing special on this machine."""
    if not context.inputs("distribution"):
        return ""
    return wheel_libc(_description(context).libc, str(context.params["floor"]))


def _description(context: ActionContext) -> Description:
    """What packages are for, where that is told."""
    return Description.load(context.input("distribution"))


def _loads_nothing(context: ActionContext) -> bool:
    """Whether programs can't load extension modules."""
    return bool(context.inputs("distribution")) and _description(context).static


def _local_wheels(context: ActionContext, plan: Mapping[str, Any]) -> list[str]:
    """Requirements for the wheels of local projects, which the lock has no hashes of."""
    found = []
    folder = context.scratch / "wheels"
    for number in range(int(str(context.params["wheels"]))):
        ((name, file),) = context.tree(f"wheel/{number}").items()
        wheel = folder / str(number) / Path(name).name
        wheel.parent.mkdir(parents=True)
        shutil.copyfile(file, wheel)
        key = canonicalize_name(wheel.name.partition("-")[0])
        marker = plan["local"].get(key)
        if marker is not None:
            found.append(f"{key} @ {wheel.as_uri()}" + (f" ; {marker}" if marker else ""))
    return found


def _check_static(context: ActionContext, folder: Path) -> None:
    """Raises ActionError for shared libraries that the program couldn't load."""
    found = sorted(folder.rglob("*.so")) if _loads_nothing(context) else []
    if found:
        triple = _description(context).triple
        others = f", and {len(found) - 1} more" if found[1:] else ""
        raise ActionError(
            Diagnostic(
                "OX0530",
                f"{found[0].relative_to(folder)} is an extension module{others}, and programs for "
                f"{triple} that are linked with the C library, too, can't load any",
                help='take a distribution that loads them: flavor = "standalone_dynamic"; or a '
                "version that has a wheel without any (py3-none-any), or leave the package out",
            )
        )


def _no_wheel(context: ActionContext, error: ActionError) -> ActionError | None:
    """What uv says of a package that isn't there for the system, in terms of the build file."""
    found = _NO_WHEEL.search(error.output) if not context.params["builds"] else None
    if found is None:
        return None
    description = _description(context)
    system = f"{description.triple} and CPython {description.minor}"
    available = _AVAILABLE.search(error.output)
    notes = (f"it has wheels for {available[1].replace('`', '')}",) if available else ()
    if "-" in description.libc:
        libc = _libc(context).replace("-", " ")
        notes = (*notes, f"wheels may need {libc}, or an older one")
    if found["file"]:
        why = f"{found['file']} isn't for {system}"
    else:
        why = (
            f"{found['name']} {found['version']} can't be installed for {system}: there is no "
            "wheel for it, and only this machine's own CPython builds from source"
        )
    diagnostic = Diagnostic(
        "OX0529",
        why,
        notes=notes,
        help="ask for a version that has one; or make one on such a system, and name its folder: "
        '"--find-links", "wheels"',
    )
    return ActionError(diagnostic, error.output)


def _explained(error: ActionError) -> ActionError:
    if "Hash mismatch" in error.output:
        return told(
            error,
            "OX0907",
            "a fetched file isn't the one that oxidize.lock names",
            "if its change is known and wanted: oxidize lock --upgrade NAME",
        )
    help_ = uv.OFFLINE_HELP if uv.OFFLINE in error.output else None
    return told(error, "OX0908", "packages can't be installed", help_)
