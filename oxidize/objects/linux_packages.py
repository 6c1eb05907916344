"""Packages of Linux distributions: what a manifest and a product become."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import asdict, fields, frozen

from oxidize.graph.action import Action, Artifact, Value
from oxidize.installers.desktop_entry import DesktopEntry, OpenedType, mime_types
from oxidize.installers.linux_layout import LinuxLayout
from oxidize.installers.nfpm import MACHINES, Description, Packager, file_name, version_of
from oxidize.installers.systemd import ACCOUNTS, Unit, accounts, package_script
from oxidize.installers.tools import NFPM
from oxidize.installers.version import VersionProblem, parse_version
from oxidize.objects.problem import refuse
from oxidize.objects.tool import tool_tree
from oxidize.suggest import did_you_mean

if TYPE_CHECKING:
    from oxidize.objects.file_manifest import FileManifest
    from oxidize.objects.product import Product

PACKAGERS: Mapping[str, Packager] = {
    "deb": "deb",
    "rpm": "rpm",
    "apk": "apk",
    "arch": "archlinux",
}
# Where systems have licences.
LICENCES: Mapping[Packager, str] = {
    "deb": "/usr/share/doc/{}/copyright",
    "rpm": "/usr/share/licenses/{}/LICENCES",
    "apk": "/usr/share/licenses/{}/LICENCES",
    "archlinux": "/usr/share/licenses/{}/LICENCES",
}
# What Debian's own packages wouldn't do: a program that carries all that it needs does.
_EXPECTED = ("embedded-library", "statically-linked-binary", "hardening-no-pie")


@frozen
class PackageSettings:
    """What one package may be told beyond its product."""

    depends: Sequence[str] = ()
    recommends: Sequence[str] = ()
    conflicts: Sequence[str] = ()
    section: str = "utils"


def package_settings(settings: Mapping[str, object]) -> PackageSettings:
    """As a script gives them. Refuses what there isn't, and what isn't of its type."""
    known = {each.name: each for each in fields(PackageSettings)}
    for name, value in settings.items():
        if name not in known:
            help_ = did_you_mean(name, known) or f"known are {', '.join(known)}"
            refuse("OX0203", f'packages have no setting "{name}"', argument="settings", help=help_)
        wanted = "a text" if name == "section" else "a list of texts"
        fits = isinstance(value, str) if name == "section" else _is_texts(value)
        if not fits:
            refuse("OX0201", f"{name} isn't {wanted}", argument="settings")
    return PackageSettings(**settings)  # type: ignore[arg-type]


def _is_texts(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)


@frozen
class LinuxPackage:
    """One package of one format."""

    packager: Packager
    manifest: FileManifest
    product: Product
    settings: PackageSettings

    @property
    def triple(self) -> str:
        """What its programs are for."""
        return self.manifest.context.settings.triple

    @property
    def machine(self) -> str:
        """Of the triple."""
        return self.triple.partition("-")[0]

    def check(self) -> None:
        """Refuses what the format can't express."""
        if "-linux-" not in self.triple or self.machine not in MACHINES:
            refuse(
                "OX1104",
                f"there are no such packages for {self.triple}",
                argument="format",
                help="they are for Linux: --target-triple x86_64-unknown-linux-gnu",
            )
        if self.packager == "apk" and self.triple.endswith("-gnu"):
            refuse(
                "OX1104",
                f"Alpine has no glibc, which programs for {self.triple} need",
                argument="format",
                help=f"--target-triple {self.machine}-unknown-linux-musl",
            )
        self.version()
        calls = self.product.services or self.product.menu or self.product.file_types
        if calls and not self.manifest.program:
            refuse(
                "OX1106",
                f'the product "{self.product.name}" has something that calls a program, and there '
                "is none among the files",
                argument="product",
                help="make the installer of a program, or add one to the manifest",
            )
        if self.packager in ("deb", "apk") and not self.product.contact:
            refuse(
                "OX1105",
                f"a package of this format names who answers for it, and the product "
                f'"{self.product.name}" has no contact',
                argument="product",
                help='give product(...) a contact = "Name <name@example.org>"',
            )

    def version(self) -> str:
        """As the format writes it."""
        try:
            return version_of(self.packager, parse_version(self.product.version))
        except VersionProblem as problem:
            refuse("OX1101", f'version "{self.product.version}": {problem}', argument="product")

    @property
    def file_name(self) -> str:
        """Of the package."""
        return file_name(self.packager, self.product.package, self.version(), self.machine)

    def declare(self, files: Mapping[str, tuple[Artifact, bool]]) -> Action:
        """The action that makes it."""
        folders = self.manifest.folders()
        product = self.product
        layout = LinuxLayout.of(
            product.package,
            list(files),
            list(folders),
            self.manifest.program,
            on_path=product.on_path,
        )
        icon = (product.icon.artifact,) if product.icon else ()
        programs = self.manifest.programs()
        return self.manifest.context.action(
            "linux-package",
            f"package {self.file_name}",
            params={
                "packager": self.packager,
                "licences": f"{LICENCES[self.packager].format(product.package)}",
                "changelog": f"/usr/share/doc/{product.package}/changelog.Debian.gz",
                "changes": self._changes(),
                "description": asdict(self._description()),
                "folders": tuple(layout.folders[each].lstrip("/") for each in folders),
                "names": tuple(layout.files[each].lstrip("/") for each in files),
                "executable": tuple(executable for _, executable in files.values()),
                "texts": self._texts(layout),
                "links": layout.links,
                "owned": layout.owned,
                "scripts": self._scripts(),
                "icon": product.package,
            },
            inputs={
                "tool": (tool_tree(self.manifest.context, NFPM),),
                "files": tuple(artifact for artifact, _ in files.values()),
                **{f"folder/{n}": (tree,) for n, tree in enumerate(folders.values())},
                "icon": icon,
                "needs": tuple(each.portability() for each in programs),
                "licences": tuple(each.licenses() for each in programs),
            },
        )

    def _description(self) -> Description:
        product, settings = self.product, self.settings
        return Description(
            package=product.package,
            version=self.version(),
            release="0" if self.packager == "apk" else "1",
            machine=self.machine,
            summary=product.summary,
            description=product.description,
            maintainer=product.contact or product.publisher,
            vendor=product.publisher,
            url=product.url,
            licence=product.licence,
            section=settings.section,
            depends=settings.depends,
            recommends=settings.recommends,
            conflicts=settings.conflicts,
        )

    def _changes(self) -> str:
        """Debian's list of what has changed, which each of its packages has."""
        if self.packager != "deb":
            return ""
        product = self.product
        return (
            f"{product.package} ({self.version()}-1) unstable; urgency=medium\n\n"
            f"  * {product.name} {product.version}.\n\n"
            f" -- {product.contact}  Tue, 01 Jan 1980 00:00:00 +0000\n"
        )

    def _texts(self, layout: LinuxLayout) -> dict[str, Value]:
        """Files that are written, by their paths on the system."""
        product = self.product
        types = [OpenedType(e.mime, e.extension, e.description) for e in product.file_types]
        texts: dict[str, Value] = {}
        if self.packager == "deb":
            texts[f"/usr/share/lintian/overrides/{product.package}"] = "".join(
                f"{product.package}: {tag}\n" for tag in _EXPECTED
            )
        if product.menu or types:
            entry = DesktopEntry(
                name=product.name,
                summary=product.summary,
                program=layout.program,
                icon=product.package if product.icon else "",
                types=types,
                **_menu(product),
            )
            texts[f"/usr/share/applications/{product.package}.desktop"] = entry.text()
        if types:
            texts[f"/usr/share/mime/packages/{product.package}.xml"] = mime_types(types)
        units = self._units(layout)
        texts |= {unit.path: unit.text() for unit in units}
        if users := accounts(units):
            texts[f"{ACCOUNTS}/{product.package}.conf"] = users
        return texts

    def _units(self, layout: LinuxLayout) -> list[Unit]:
        return [
            Unit(
                name=each.name,
                description=each.description or self.product.summary,
                command=(layout.program, *each.arguments),
                user=each.user,
                restart=each.restart,
                documentation=self.product.url,
            )
            for each in self.product.services
        ]

    def _scripts(self) -> dict[str, Value]:
        """What package managers run, of which there is none without services."""
        services = self.product.services
        if not services:
            return {}
        return {
            when: package_script(
                when,
                [f"{each.name}.service" for each in services],
                [f"{each.name}.service" for each in services if each.starts],
                f"{self.product.package}.conf" if any(each.user for each in services) else "",
            )
            for when in ("postinstall", "preremove", "postremove")
        }


def _menu(product: Product) -> dict[str, Any]:
    menu = product.menu
    if menu is None:
        return {}
    return {
        "categories": menu.categories,
        "keywords": menu.keywords,
        "terminal": menu.terminal,
        "generic_name": menu.generic_name,
    }
