"""AppImages: what a manifest and a product become."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve, frozen

from oxidize.distributions.decoder import decoder_recipe, decoder_source
from oxidize.distributions.recipes.target import RecipeTarget
from oxidize.graph.action import Action, Artifact, SourceTree
from oxidize.installers.appimage import MACHINES, PARTS
from oxidize.installers.desktop_entry import mime_types
from oxidize.installers.system_tools import MKSQUASHFS
from oxidize.objects.built_source import built_source, fetched_source
from oxidize.objects.desktop import desktop_entry, opened_types
from oxidize.objects.icon import desktop_icons
from oxidize.objects.installed_tree import InstalledTree
from oxidize.objects.installer_request import InstallerRequest
from oxidize.objects.squashfs import squashfs_image
from oxidize.objects.tool import system_tools
from oxidize.paths import runtime_folder

if TYPE_CHECKING:
    from oxidize.objects.product import Product


@frozen
class AppImageSettings:
    """There are none beyond the product."""


@frozen
class AppImage:
    """One AppImage."""

    request: InstallerRequest
    product: Product

    @classmethod
    def of(cls, request: InstallerRequest) -> AppImage:
        """Refuses what can't be one."""
        product = request.product
        request.read(AppImageSettings)
        fits = "-linux-" in request.triple and request.machine in MACHINES
        request.check_system(fits, "AppImages", "Linux", "x86_64-unknown-linux-gnu")
        request.need_program("an AppImage runs", "AppImage")
        system_tools(MKSQUASHFS)
        return cls(request, product)

    @property
    def file_name(self) -> str:
        """With the version and the machine."""
        product = self.product
        return f"{product.package}-{product.version}-{self.request.machine}.AppImage"

    def artifact(self) -> Artifact:
        """The AppImage."""
        context = self.request.context
        linked = self._runtime()
        label = f"make the file system of {self.file_name}"
        image = squashfs_image(self._tree(), "appimage", label, linked.output("licences"))
        action = context.action(
            "appimage",
            f"make {self.file_name}",
            inputs={"runtime": (linked.output("runtime"),), "image": (image,)},
            origin=self.request.origin,
        )
        return action.output("appimage")

    def _tree(self) -> InstalledTree:
        """What desktops and programs that manage AppImages look for is at the top; the rest is as
        on a system."""
        product, package = self.product, self.product.package
        tree = InstalledTree.of(self.request)
        entry = evolve(
            desktop_entry(product, tree.program.rpartition("/")[2], package),
            hidden=product.menu is None,
            further={"X-AppImage-Version": product.version},
        )
        place = f"usr/share/applications/{package}.desktop"
        tree.texts[place] = entry.text()
        tree.links |= {"AppRun": tree.program, f"{package}.desktop": place}
        if types := opened_types(product):
            tree.texts[f"usr/share/mime/packages/{package}.xml"] = mime_types(types)
        icons = desktop_icons(self.request.context, product.icon, package, "usr/share")
        tree.files |= icons
        if icons:
            picture = next(iter(icons))
            tree.links |= {f"{package}.png": picture, ".DirIcon": picture}
        return tree

    def _runtime(self) -> Action:
        """The same for all AppImages of a machine, whatever C library is in them."""
        context = self.request.context
        triple = f"{self.request.machine}-unknown-linux-musl"
        target = RecipeTarget(triple, context.settings.host_triple, static=True)
        source = decoder_source()
        archive = fetched_source(
            source,
            offline=context.settings.offline,
            purpose=", of which the program is compiled that AppImages begin with",
            origin=self.request.origin,
        )
        decoder = built_source(source, decoder_recipe(target), target, {"source": (archive,)})
        sources = SourceTree(str(runtime_folder()), include=PARTS)
        return context.action(
            "link-appimage",
            f"link the runtime of AppImages for {self.request.machine}",
            params={"libc": target.libc},
            inputs={"runtime": (sources,), "decoder": (decoder,)},
            triple=triple,
        )
