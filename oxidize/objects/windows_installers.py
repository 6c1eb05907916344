"""What installers for Windows have in common: what the system is told, and what is refused."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import asdict

from oxidize.errors import BuildFileError, Diagnostic
from oxidize.graph.action import Artifact, SourceFile, Value
from oxidize.installers.file_names import unfit
from oxidize.installers.version import parse_version, windows_version
from oxidize.installers.windows_product import (
    LICENCES,
    Association,
    WindowsProduct,
    WindowsService,
    path_problem,
    size_problem,
)
from oxidize.lookup import size
from oxidize.objects.icon import icon_file
from oxidize.objects.installer_request import InstallerRequest
from oxidize.objects.problem import refuse
from oxidize.suggest import did_you_mean
from oxidize.triples import system_of

# What ends an entry of PATH, and what begins a variable in one.
_NOT_ON_PATH = ";%"


def check_windows(request: InstallerRequest, given: str) -> str:
    """The path of the program, which may be `given`; empty if there is none. Refuses other systems,
    and products that call a program which isn't there."""
    product, program = request.product, given or request.manifest.program or ""
    fits = system_of(request.triple) == "windows" and request.machine == "x86_64"
    request.check_system(fits, "such installers", "Windows", "x86_64-pc-windows-msvc")
    if given and given not in request.manifest.entries:
        message = f'the program "{given}" isn\'t among the files'
        refuse(
            "OX1133",
            message,
            argument="settings",
            help=did_you_mean(given, [*request.manifest.entries]),
        )
    request.check_calls(program, "say which of the files it is: program = ...")
    if why := unfit(product.name, "windows"):
        refuse(
            "OX1130",
            f'the product "{product.name}" is installed in a folder of that name, which Windows '
            f"can't have: {why}",
            argument="product",
        )
    place = f"{product.name}/{program.rpartition('/')[0]}"
    found = next((each for each in _NOT_ON_PATH if each in place), "")
    if found and program and product.on_path:
        refuse(
            "OX1130",
            f'the folder "{place.strip("/")}" can\'t be on PATH: it has {found} in its name',
            argument="product",
            help="with on_path = False, it isn't",
        )
    return program


def refuse_services(request: InstallerRequest, what: str) -> None:
    """For formats that install none."""
    if request.product.services:
        refuse(
            "OX1132",
            f"{what} installs no services, and the product has "
            f'"{request.product.services[0].name}"',
            argument="product",
            help="msi_installer does; or describe a product without them",
        )


def windows_product(
    request: InstallerRequest, version: str, program: str, *, per_user: bool
) -> WindowsProduct:
    """What Windows is told of the product, whose version the format writes like this."""
    product = request.product
    return WindowsProduct(
        identifier=product.identifier,
        name=product.name,
        version=version,
        numbers=windows_version(parse_version(product.version)),
        publisher=product.publisher,
        summary=product.summary,
        program=program,
        url=product.url,
        in_menu=product.menu is not None,
        on_path=product.on_path and bool(program),
        per_user=per_user,
        associations=tuple(
            Association(each.extension, each.description, each.mime) for each in product.file_types
        ),
        services=tuple(
            WindowsService(
                each.name, each.description or product.summary, tuple(each.arguments), each.starts
            )
            for each in product.services
        ),
    )


def windows_icon(request: InstallerRequest) -> tuple[Artifact, ...]:
    """The product's icon as an .ico file, if it has one."""
    icon = request.product.icon
    return (icon_file(request.context, icon, "ico"),) if icon else ()


def windows_artifact(
    request: InstallerRequest,
    mnemonic: str,
    product: WindowsProduct,
    file_name: str,
    params: Mapping[str, Value],
    inputs: Mapping[str, tuple[Artifact, ...]],
    own: tuple[str, ...] = (),
    *,
    limited: bool = True,
) -> Artifact:
    """What an action of that kind makes of the manifest's files. `own` are the paths of what it
    installs beside them. Raises BuildFileError for paths that Windows can't have, and where the
    size is `limited`, for more than there is room for."""
    manifest = request.manifest
    folders, files, programs = manifest.folders(), manifest.files(), manifest.programs()
    own = (*own, *((LICENCES,) if programs else ()))
    if why := path_problem(product, files, own):
        raise BuildFileError(Diagnostic("OX1131", why).at(request.origin))
    if limited and (why := size_problem(_sizes(files))):
        help_ = "leave files out, or make a zip archive"
        raise BuildFileError(Diagnostic("OX1131", why, help=help_).at(request.origin))
    action = request.context.action(
        mnemonic,
        f"make {file_name}",
        params={
            "product": asdict(product),
            "own": own,
            "licences": LICENCES,
            "folders": tuple(folders),
            "names": tuple(files),
            "executable": tuple(executable for _, executable in files.values()),
            **params,
        },
        inputs={
            "files": tuple(artifact for artifact, _ in files.values()),
            **{f"folder/{n}": (tree,) for n, tree in enumerate(folders.values())},
            "licences": tuple(each.licenses() for each in programs),
            **inputs,
        },
        origin=request.origin,
    )
    return action.output("installer")


def _sizes(files: Mapping[str, tuple[Artifact, bool]]) -> Mapping[str, int]:
    """In bytes, of those files that are there before the build."""
    sources = {path: each for path, (each, _) in files.items() if isinstance(each, SourceFile)}
    return {path: size(each.path) for path, each in sources.items()}
