"""Images for containers: what a manifest and a product become."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import asdict, frozen

from oxidize.graph.action import Artifact, SourceFile
from oxidize.installers.linux_layout import LinuxLayout
from oxidize.installers.oci import MACHINES, Image
from oxidize.installers.oci_settings import ImageSettings
from oxidize.objects.input_paths import existing_file
from oxidize.objects.installer_request import InstallerRequest
from oxidize.objects.problem import refuse

if TYPE_CHECKING:
    from oxidize.objects.product import Product

_PREFIX = "org.opencontainers.image"


@frozen
class OciImage:
    """One image."""

    request: InstallerRequest
    product: Product
    settings: ImageSettings
    base: tuple[SourceFile, ...]

    @classmethod
    def of(cls, request: InstallerRequest) -> OciImage:
        """Refuses what can't be in a container."""
        product, settings = request.product, request.read(ImageSettings)
        fits = "-linux-" in request.triple and request.machine in MACHINES
        request.check_system(fits, "images", "Linux", "x86_64-unknown-linux-musl")
        request.need_program("an image runs", "image")
        for problem in settings.problems():
            refuse("OX1133", problem, argument="settings")
        base = settings.base
        file = existing_file(request.context.reach, base, "settings") if base else None
        return cls(request, product, settings, (SourceFile(str(file)),) if file else ())

    @property
    def file_name(self) -> str:
        """With the version and the architecture."""
        product, machine = self.product, MACHINES[self.request.machine]
        return f"{product.package}-{product.version}-{machine}.oci.tar"

    def artifact(self) -> Artifact:
        """The image."""
        manifest = self.request.manifest
        folders, files = manifest.folders(), manifest.files()
        layout = LinuxLayout.of(
            self.product.package, list(files), list(folders), manifest.program, on_path=True
        )
        action = self.request.context.action(
            "oci-image",
            f"make the image {self.file_name}",
            params={
                "image": asdict(self._image(layout)),
                "folders": tuple(layout.folders[each].lstrip("/") for each in folders),
                "names": tuple(layout.files[each].lstrip("/") for each in files),
                "executable": tuple(executable for _, executable in files.values()),
                "links": layout.links,
                "licences": f"usr/share/licenses/{self.product.package}/LICENCES",
            },
            inputs={
                "files": tuple(artifact for artifact, _ in files.values()),
                **{f"folder/{n}": (tree,) for n, tree in enumerate(folders.values())},
                "needs": tuple(each.portability() for each in manifest.programs()),
                "licences": tuple(each.licenses() for each in manifest.programs()),
                "base": self.base,
            },
            origin=self.request.origin,
        )
        return action.output("image")

    def _image(self, layout: LinuxLayout) -> Image:
        settings, product = self.settings, self.product
        told = {
            "title": product.name,
            "version": product.version,
            "vendor": product.publisher,
            "description": product.summary,
            "licenses": product.licence,
            "url": product.url,
        }
        own = {f"{_PREFIX}.{name}": text for name, text in told.items() if text}
        return Image(
            machine=self.request.machine,
            entrypoint=(layout.program,),
            tag=product.version,
            arguments=settings.arguments,
            env=settings.env,
            user=settings.user,
            folder=settings.folder,
            ports=settings.ports,
            volumes=settings.volumes,
            labels={**own, **settings.labels},
            stop_signal=settings.stop_signal,
        )
