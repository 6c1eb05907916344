"""Packages of Linux distributions: what a manifest and a product become."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import asdict, evolve, frozen

from oxidize.errors import BuildFileError, Diagnostic
from oxidize.graph.action import Artifact, Value
from oxidize.installers.debian_services import debian_script
from oxidize.installers.desktop_entry import mime_types
from oxidize.installers.file_names import clash
from oxidize.installers.linux_layout import LinuxLayout
from oxidize.installers.nfpm import MACHINES, VERSIONS, Description, Packager, file_name
from oxidize.installers.systemd import ACCOUNTS, Unit, When, accounts, package_script
from oxidize.installers.tools import NFPM
from oxidize.objects.desktop import desktop_entry, opened_types
from oxidize.objects.icon import desktop_icons
from oxidize.objects.installer_request import InstallerRequest
from oxidize.objects.problem import refuse
from oxidize.objects.signing import Wanted, signer_for
from oxidize.objects.tool import tool_tree

if TYPE_CHECKING:
    from oxidize.objects.code_signer import CodeSigner
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
# What Debian's review minds, and why it is so.
_EXPECTED: Mapping[str, Sequence[str]] = {
    "a program carries all that it needs": (
        "embedded-library",
        "hardening-no-fortify-functions",
        "hardening-no-pie",
        "spelling-error-in-binary",
        "statically-linked-binary",
    ),
    "texts of licences are as their authors wrote them": ("old-fsf-address-in-copyright-file",),
    "its pages are on the web, and it tells of itself": ("no-manual-page",),
    "it isn't part of Debian, whose list of bugs knows nothing of it": (
        "initial-upload-closes-no-bugs",
    ),
    "its services are for systemd": ("package-supports-alternative-init-but-no-init.d-script",),
}


@frozen
class PackageSettings:
    """What one package may be told beyond its product."""

    depends: Sequence[str] = ()
    recommends: Sequence[str] = ()
    conflicts: Sequence[str] = ()
    section: str = "utils"

    def problems(self) -> Iterator[str]:
        """What would be other lines of what a package tells of itself, or none."""
        for name, value in asdict(self).items():
            for text in [value] if isinstance(value, str) else value:
                if not text.strip() or not text.isprintable():
                    shown = json.dumps(text, ensure_ascii=False)
                    yield f'the setting "{name}" has {shown}, which isn\'t a line of text'


@frozen
class LinuxPackage:
    """One package of one format."""

    packager: Packager
    request: InstallerRequest
    product: Product
    settings: PackageSettings
    version: str

    @classmethod
    def of(cls, request: InstallerRequest) -> LinuxPackage:
        """Refuses what the format can't express."""
        product, packager = request.product, PACKAGERS[request.format]
        settings = request.read(PackageSettings)
        for problem in settings.problems():
            refuse("OX1133", problem, argument="settings")
        _check_system(request)
        version = request.version(VERSIONS[packager])
        request.check_calls(request.manifest.program, "add one to the manifest")
        if packager in ("deb", "apk") and not product.contact:
            refuse(
                "OX1105",
                "a package of this format names who answers for it, and the product "
                f'"{product.name}" has no contact',
                argument="product",
                help='give product(...) a contact = "Name <name@example.org>"',
            )
        return cls(packager, request, product, settings, version)

    @property
    def file_name(self) -> str:
        """Of the package."""
        request, product = self.request, self.product
        return file_name(self.packager, product.package, self.version, request.machine)

    def artifact(self) -> Artifact:
        """The package."""
        manifest = self.request.manifest
        folders, files = manifest.folders(), manifest.files()
        product = self.product
        layout = LinuxLayout.of(
            product.package,
            list(files),
            list(folders),
            manifest.program,
            on_path=product.on_path,
        )
        texts = self._texts(layout)
        self._check_places(layout, texts)
        icons = desktop_icons(self.request.context, product.icon, product.package, "usr/share")
        programs, signer = manifest.programs(), self._signer()
        action = self.request.context.action(
            "linux-package",
            f"package {self.file_name}",
            params={
                "packager": self.packager,
                "licences": f"{LICENCES[self.packager].format(product.package)}",
                "changelog": f"/usr/share/doc/{product.package}/changelog.Debian.gz",
                "changes": self._changes(),
                "description": asdict(self._description()),
                "folders": tuple(layout.folders[each].lstrip("/") for each in folders),
                "names": (*(layout.files[each].lstrip("/") for each in files), *icons),
                "executable": (
                    *(executable for _, executable in files.values()),
                    *(False for _ in icons),
                ),
                "texts": texts,
                "links": layout.links,
                "owned": layout.owned,
                "scripts": self._scripts(),
                **({"signature": self._signature(signer)} if signer else {}),
            },
            inputs={
                "tool": (tool_tree(self.request.context, NFPM),),
                "files": (*(artifact for artifact, _ in files.values()), *icons.values()),
                **{f"folder/{n}": (tree,) for n, tree in enumerate(folders.values())},
                "needs": tuple(each.portability() for each in programs),
                "licences": tuple(each.licenses() for each in programs),
            },
            origin=self.request.origin,
        )
        return evolve(action, private=signer.openpgp().file.private() if signer else {}).output(
            "package"
        )

    def _signature(self, signer: CodeSigner) -> Mapping[str, Value]:
        return {"file": self.file_name, **signer.openpgp().params()}

    def _signer(self) -> CodeSigner | None:
        """Who signs it while it is made."""
        if self.packager not in ("deb", "rpm"):
            return None
        given, origin = self.request.signer, self.request.origin
        wanted = Wanted("linux-package-creation", self.file_name, given, origin)
        return signer_for(self.request.context, wanted, certified=False)

    def _check_places(self, layout: LinuxLayout, texts: Mapping[str, Value]) -> None:
        """Raises BuildFileError for two things that would be at one place."""
        licences = LICENCES[self.packager].format(self.product.package)
        if found := clash([*texts, *layout.links, licences, *layout.files.values()], "linux"):
            message = f'"{found[1]}" would take the place of "{found[0]}"'
            if found[0] == found[1]:
                message = f'the package would have two files at "{found[0]}"'
            raise BuildFileError(
                Diagnostic(
                    "OX1180",
                    message,
                    notes=(f"the files of a package are in /usr/lib/{self.product.package}",),
                    help="give the product another name for package managers, with package = ...; "
                    "or the file another one",
                ).at(self.request.origin)
            )

    def _description(self) -> Description:
        product, settings = self.product, self.settings
        return Description(
            package=product.package,
            version=self.version,
            release="0" if self.packager == "apk" else "1",
            machine=self.request.machine,
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
            f"{product.package} ({self.version}-1) unstable; urgency=medium\n\n"
            f"  * {product.name} {product.version}.\n\n"
            f" -- {product.contact}  Tue, 01 Jan 1980 00:00:00 +0000\n"
        )

    def _texts(self, layout: LinuxLayout) -> dict[str, Value]:
        """Files that are written, by their paths on the system."""
        product = self.product
        types = opened_types(product)
        texts: dict[str, Value] = {}
        if self.packager == "deb":
            texts[f"/usr/share/lintian/overrides/{product.package}"] = "".join(
                f"# {why}\n" + "".join(f"{product.package}: {tag}\n" for tag in tags)
                for why, tags in _EXPECTED.items()
            )
        if product.menu or types:
            entry = desktop_entry(product, layout.program, product.package)
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
        moments: tuple[When, ...] = ("postinstall", "preremove", "postremove")
        write = debian_script if self.packager == "deb" else package_script
        if self.packager == "deb":
            moments = ("preinstall", *moments)
        if self.packager in ("apk", "archlinux"):
            moments = (*moments, "postupgrade")
        return {
            when: write(
                when,
                [f"{each.name}.service" for each in services],
                [f"{each.name}.service" for each in services if each.starts],
                f"{self.product.package}.conf" if any(each.user for each in services) else "",
            )
            for when in moments
        }


def _check_system(request: InstallerRequest) -> None:
    fits = "-linux-" in request.triple and request.machine in MACHINES
    request.check_system(fits, "such packages", "Linux", "x86_64-unknown-linux-gnu")
    if request.format == "apk" and request.triple.endswith("-gnu"):
        refuse(
            "OX1104",
            f"Alpine has no glibc, which programs for {request.triple} need",
            argument="format",
            help=f"--target-triple {request.machine}-unknown-linux-musl",
        )
