"""Applications of macOS: what a manifest and a product become."""

from __future__ import annotations

import json
import plistlib
import re
from collections.abc import Mapping
from typing import Any

from attrs import asdict, evolve, field, frozen

from oxidize.graph.action import Artifact
from oxidize.installers.app_bundle import (
    IDENTIFIER,
    MINIMUM,
    OWN_KEYS,
    RESOURCES,
    VERSIONS,
    AppDescription,
    place,
    place_problem,
)
from oxidize.installers.desktop_entry import OpenedType
from oxidize.installers.version import apple_version
from oxidize.objects.executable_settings import resources_file
from oxidize.objects.icon import icon_file
from oxidize.objects.installer_request import InstallerRequest
from oxidize.objects.mac_programs import check_problem, file_name, main_program
from oxidize.objects.problem import refuse
from oxidize.objects.signing import MacSignature, Wanted, signer_for

_CATEGORY = re.compile(r"public\.app-category\.[a-z0-9-]+")
# What other programs compare, and packages repeat.
_FORMS = {
    IDENTIFIER: (re.compile(r"[A-Za-z0-9.-]+"), "org.example.notes"),
    MINIMUM: (re.compile(r"\d+(\.\d+){0,2}"), "12.0"),
    **dict.fromkeys(VERSIONS, (re.compile(r"\d[A-Za-z0-9.]*"), "1.2.0")),
}

# What is wrong with a value that makes plistlib raise an error.
_UNSAYABLE: Mapping[type[Exception], str] = {
    TypeError: "it has only texts, numbers, True and False, lists, and dictionaries by texts",
    ValueError: "a text has a control character",
    OverflowError: "a number has more than 64 bits",
}


@frozen(kw_only=True)
class AppSettings:
    """What an application may be told beyond its product."""

    category: str = ""
    info: Mapping[str, object] = field(factory=dict)


@frozen
class AppBundle:
    """One application: a folder, or a zip of it."""

    request: InstallerRequest
    settings: AppSettings
    version: str
    program: str

    @classmethod
    def of(cls, request: InstallerRequest) -> AppBundle:
        """Refuses what macOS can't start or show."""
        return cls.told(request, request.read(AppSettings))

    @classmethod
    def told(cls, request: InstallerRequest, settings: AppSettings) -> AppBundle:
        """The same, with settings that were read before."""
        program = main_program(request)
        for each in request.manifest.programs():
            _check_alone(each.name, resources_file(each.values))
        bundle = cls(request, settings, request.version(apple_version), program)
        if settings.category and not _CATEGORY.fullmatch(settings.category):
            refuse(
                "OX1153",
                f'"{settings.category}" is no category of applications',
                argument="settings",
                help='such as "public.app-category.productivity"',
            )
        bundle._check_info()
        bundle._check_places()
        return bundle

    @property
    def name(self) -> str:
        """The folder's."""
        return f"{self.request.product.name}.app"

    @property
    def file_name(self) -> str:
        """What is written: a folder, or a zip whose name tells the version and the machine."""
        if self.request.format == "app":
            return self.name
        return f"{file_name(self.request, self.version, 'macos')}.zip"

    @property
    def properties(self) -> Mapping[str, Any]:
        """What it says of itself, but for a minimum of macOS that is found when it is built."""
        return self._description().properties("", self.settings.info)

    def artifact(self) -> Artifact:
        """The folder, or the zip."""
        folder = self.signed()
        if self.request.format == "app":
            return folder
        action = self.request.context.action(
            "archive",
            f"archive {self.file_name}",
            params={"format": "zip", "folders": (self.name,), "names": (), "executable": ()},
            inputs={"folder/0": (folder,), "files": ()},
            origin=self.request.origin,
        )
        return action.output("archive")

    def signed(self) -> Artifact:
        """What is in the folder, with a signature."""
        context = self.request.context
        given, origin = self.request.signer, self.request.origin
        wanted = Wanted("macos-application-bundle-creation", self.name, given, origin)
        parts = MacSignature.of(context, signer_for(context, wanted), wanted)
        action = context.action(
            "apple-sign",
            f"sign {self.name}",
            params={"name": self.name, **parts.params},
            inputs={"bundle": (self._bundle(),), **parts.inputs},
            origin=origin,
        )
        return evolve(action, private=parts.private).output("signed")

    def _bundle(self) -> Artifact:
        manifest, context = self.request.manifest, self.request.context
        icon = self.request.product.icon
        files, places = manifest.files(), self._places()
        at = [places.get(path, place(path, program=False)) for path in files]
        folders, beside = manifest.resource_folders(), manifest.trees_beside()
        programs = manifest.programs()
        action = context.action(
            "app-bundle",
            f"lay out {self.name}",
            params={
                "description": asdict(self._description()),
                "info": plistlib.dumps(dict(self.settings.info)).decode(),
                "folders": tuple(f"{RESOURCES}/{each}".rstrip("/") for each in folders),
                "names": tuple(at),
                "executable": tuple(executable for _, executable in files.values()),
                "programs": len(beside),
            },
            inputs={
                "files": tuple(artifact for artifact, _ in files.values()),
                "icon": (icon_file(context, icon, "icns"),) if icon else (),
                **{f"folder/{n}": (tree,) for n, tree in enumerate(folders.values())},
                **{f"beside/{n}": (tree,) for n, tree in enumerate(beside.values())},
                "needs": tuple(each.portability() for each in programs),
                "licences": tuple(each.licenses() for each in programs),
            },
            origin=self.request.origin,
        )
        return action.output("bundle")

    def _description(self) -> AppDescription:
        product = self.request.product
        types = [OpenedType(e.mime, e.extension, e.description) for e in product.file_types]
        return AppDescription(
            name=product.name,
            identifier=product.identifier,
            version=self.version,
            program=self.program.rpartition("/")[2],
            icon=self._icon,
            category=self.settings.category,
            types=types,
        )

    @property
    def _icon(self) -> str:
        product = self.request.product
        return f"{product.package}.icns" if product.icon else ""

    def _places(self) -> Mapping[str, str]:
        """Files by their paths in the manifest -> those in the bundle."""
        entries = self.request.manifest.entries
        return {
            path: place(path, program=bool(each.programs) or path == self.program)
            for path, each in entries.items()
        }

    def _check_places(self) -> None:
        places = list(self._places().values())
        if twice := next((each for each in places if places.count(each) > 1), None):
            refuse("OX1151", f'two programs would be "{twice}"', help="call one of them otherwise")
        programs = bool(self.request.manifest.programs())
        check_problem(place_problem(places, self._icon, licences=programs))

    def _check_info(self) -> None:
        info = self.settings.info
        if own := next((each for each in OWN_KEYS if each in info), None):
            refuse("OX1153", f'an application says "{own}" itself', argument="settings")
        try:
            self._description().property_list("", info)
        except tuple(_UNSAYABLE) as error:
            why = next(text for kind, text in _UNSAYABLE.items() if isinstance(error, kind))
            refuse("OX1153", f"info can't be said in a property list: {why}", argument="settings")
        for key, (form, example) in _FORMS.items():
            value = self.properties.get(key, example)
            if not isinstance(value, str) or not form.fullmatch(value):
                refuse(
                    "OX1153",
                    f"{key} can't be {json.dumps(value, ensure_ascii=False, default=str)}",
                    argument="settings",
                    help=f'it is a text such as "{example}"',
                )


def _check_alone(program: str, near: str | None) -> None:
    if near:
        refuse(
            "OX1150",
            f'the program "{program}" looks for "{near}" next to itself, where an application of '
            "macOS has programs only",
            help="leave out packed_resources_load_mode: the program's file has them then",
        )
