"""Packages of macOS: what a manifest and a product become."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from attrs import asdict, frozen

from oxidize.graph.action import Artifact, SourceFile, Value
from oxidize.installers.app_bundle import IDENTIFIER, MINIMUM, PROGRAMS, VERSIONS
from oxidize.installers.linux_layout import LinuxLayout
from oxidize.installers.mac_package import TEXTS, PackageDescription
from oxidize.installers.version import apple_version
from oxidize.objects.app_bundles import AppBundle, AppSettings
from oxidize.objects.input_paths import existing_file
from oxidize.objects.installer_request import InstallerRequest
from oxidize.objects.mac_programs import check_names, file_name, main_program
from oxidize.objects.problem import refuse

_APPLICATIONS, _COMMANDS = "/Applications", "/usr/local"


@frozen(kw_only=True)
class PackageSettings(AppSettings):
    """What a package may be told beyond its product: more for applications."""

    licence: str = ""
    per_user: bool = False


@frozen
class _Content:
    """What is installed, and where: parameters and inputs of the action."""

    location: str
    program: str
    params: Mapping[str, Value]
    inputs: Mapping[str, Sequence[Artifact]]


@frozen
class MacPackage:
    """One package."""

    request: InstallerRequest
    settings: PackageSettings
    version: str
    app: AppBundle | None
    licence: SourceFile | None

    @classmethod
    def of(cls, request: InstallerRequest) -> MacPackage:
        """Refuses what can't be installed."""
        settings = request.read(PackageSettings)
        app = AppBundle.told(request, settings) if request.product.menu else None
        main_program(request)
        check_names(request.manifest.entries)
        if app is None and (settings.category or settings.info or settings.per_user):
            refuse(
                "OX1156",
                "category, info and per_user are for applications, and the product "
                f'"{request.product.name}" is a command',
                argument="settings",
                help="give product(...) a menu = menu_entry()",
            )
        version = request.version(apple_version)
        return cls(request, settings, version, app, _licence(request, settings.licence))

    @property
    def file_name(self) -> str:
        """With the version and the machine."""
        return f"{file_name(self.request, self.version)}.pkg"

    def artifact(self) -> Artifact:
        """The package."""
        content = self._application(self.app) if self.app else self._command()
        programs, properties = self.request.manifest.programs(), self._properties
        action = self.request.context.action(
            "mac-package",
            f"package {self.file_name}",
            params={
                "description": asdict(self._description(content.location)),
                "program": content.program,
                "minimum": properties.get(MINIMUM, ""),
                **content.params,
            },
            inputs={
                **content.inputs,
                "licence": (self.licence,) if self.licence else (),
                "needs": tuple(each.portability() for each in programs),
            },
            origin=self.request.origin,
        )
        return action.output("package")

    @property
    def _properties(self) -> Mapping[str, Any]:
        """Of the application, if it is one."""
        return self.app.properties if self.app else {}

    def _description(self, location: str) -> PackageDescription:
        product, properties = self.request.product, self._properties
        return PackageDescription(
            title=product.name,
            name=product.package,
            identifier=properties.get(IDENTIFIER, product.identifier),
            version=self.version,
            location=location,
            bundle=self.app.name if self.app else "",
            versions={key: properties[key] for key in VERSIONS if key in properties},
            per_user=self.settings.per_user,
            licence=PurePosixPath(self.licence.path).suffix.lower() if self.licence else "",
        )

    def _application(self, app: AppBundle) -> _Content:
        program = f"{app.name}/{PROGRAMS}/{app.program.rpartition('/')[2]}"
        nothing: Mapping[str, Value] = {
            **dict.fromkeys(("names", "executable"), ()),
            "links": {},
            "licences": "",
        }
        params = {"folders": (app.name,), **nothing}
        return _Content(_APPLICATIONS, program, params, {"folder/0": (app.signed(),)})

    def _command(self) -> _Content:
        manifest, product = self.request.manifest, self.request.product
        folders, files = manifest.folders(), manifest.files()
        layout = LinuxLayout.of(
            product.package,
            list(files),
            list(folders),
            manifest.main,
            on_path=product.on_path,
            prefix="",
        )
        programs = manifest.programs()
        params: Mapping[str, Value] = {
            "folders": tuple(layout.folders[each].lstrip("/") for each in folders),
            "names": tuple(layout.files[each].lstrip("/") for each in files),
            "executable": tuple(executable for _, executable in files.values()),
            "links": {path.lstrip("/"): target for path, target in layout.links.items()},
            "licences": f"share/doc/{product.package}/LICENCES" if programs else "",
        }
        inputs = {
            "files": tuple(artifact for artifact, _ in files.values()),
            **{f"folder/{n}": (tree,) for n, tree in enumerate(folders.values())},
            "licences": tuple(each.licenses() for each in programs),
        }
        return _Content(_COMMANDS, layout.program.lstrip("/"), params, inputs)


def _licence(request: InstallerRequest, path: str) -> SourceFile | None:
    if not path:
        return None
    file = existing_file(request.context.reach, path, "settings")
    if file.suffix.lower() not in TEXTS:
        refuse(
            "OX1156",
            f'Installer can\'t show the licence "{path}"',
            argument="settings",
            help=f"its name has to end in one of {', '.join(TEXTS)}",
        )
    return SourceFile(str(file))
