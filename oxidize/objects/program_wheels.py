"""Wheels that carry programs: what a manifest and a product become."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from oxidize.graph.action import Artifact
from oxidize.installers.version import parse_version
from oxidize.installers.wheel import WheelName
from oxidize.installers.wheel_tags import PlatformTag, platform_of, tags_of
from oxidize.objects.installer_request import InstallerRequest
from oxidize.objects.problem import refuse

if TYPE_CHECKING:
    from oxidize.objects.product import Product

# What lies next to a program, for which there is no place: the build finds that there is nothing.
BESIDE = "beside"


@frozen
class WheelSettings:
    """What a wheel may be told beyond its product."""

    platform: str = ""
    classifiers: Sequence[str] = ()


@frozen
class ProgramWheel:
    """One wheel."""

    request: InstallerRequest
    product: Product
    settings: WheelSettings

    @classmethod
    def of(cls, request: InstallerRequest) -> ProgramWheel:
        """Refuses what isn't one program alone."""
        product, settings = request.product, request.read(WheelSettings)
        program = request.manifest.program
        if not program:
            refuse(
                "OX1106",
                "a wheel brings a command, and there is no program among the files",
                help="make the wheel of a program",
            )
        others = [each for each in request.manifest.entries if each != program]
        if others or request.manifest.trees:
            refuse(
                "OX1109",
                f'a wheel has one program, and no place for "{(others or ["other files"])[0]}"',
                help="what the program needs can be in it: make_python_package_data()",
            )
        wheel = cls(request, product, settings)
        wheel._check_tags()
        _check_classifiers(settings.classifiers)
        return wheel

    @property
    def name(self) -> WheelName:
        """With the tag of the platform."""
        product = self.product
        platform = self.settings.platform or platform_of(self.request.triple)
        return WheelName(product.package, parse_version(product.version), platform)

    @property
    def file_name(self) -> str:
        """As pip reads it."""
        return self.name.file

    def artifact(self) -> Artifact:
        """The wheel."""
        manifest, product, name = self.request.manifest, self.product, self.name
        files, programs = manifest.files(), manifest.programs()
        folders = manifest.folders()
        action = self.request.context.action(
            "program-wheel",
            f"make the wheel {name.file}",
            params={
                "package": product.package,
                "version": str(name.version),
                "platform": name.platform,
                "description": {
                    "summary": product.summary,
                    "description": product.description,
                    "licence": product.licence,
                    "author": product.publisher,
                    "url": product.url,
                    "classifiers": tuple(self.settings.classifiers),
                },
                "folders": tuple(BESIDE for _ in folders),
                "names": tuple(each.rpartition("/")[2] for each in files),
                "executable": tuple(executable for _, executable in files.values()),
            },
            inputs={
                "files": tuple(artifact for artifact, _ in files.values()),
                **{f"folder/{n}": (tree,) for n, tree in enumerate(folders.values())},
                "needs": tuple(each.portability() for each in programs),
                "licences": tuple(each.licenses() for each in programs),
            },
            origin=self.request.origin,
        )
        return action.output("wheel")

    def _check_tags(self) -> None:
        triple = self.request.triple
        for each in tags_of(self.name.platform):
            tag = PlatformTag.read(each)
            if tag is None or not tag.fits(triple):
                shown = json.dumps(each, ensure_ascii=False)
                refuse(
                    "OX1109",
                    f"{shown} is no tag of wheels with a program for {triple}",
                    argument="settings",
                    help=f'such as "{platform_of(triple)}"; dots join several',
                )


def _check_classifiers(classifiers: Sequence[str]) -> None:
    for each in classifiers:
        if not each.isprintable() or not each.strip():
            refuse(
                "OX1109",
                f"{json.dumps(each, ensure_ascii=False)} is no classifier",
                argument="settings",
                help='such as "Topic :: Utilities"',
            )
