"""Installer: files packed for handing them out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from attrs import define, field

from oxidize.errors import BuildFileError, Diagnostic
from oxidize.graph.action import Artifact
from oxidize.graph.target import TargetOutputs
from oxidize.installers.file_names import clash, unfit
from oxidize.objects.base import BuildableObject
from oxidize.objects.code_signer import CodeSigner
from oxidize.objects.file_name import is_long
from oxidize.objects.installer_request import InstallerForm
from oxidize.objects.member import exposed
from oxidize.objects.problem import refuse
from oxidize.objects.signing import Wanted, check_certified, check_openpgp, for_macos, for_windows
from oxidize.triples import system_of

if TYPE_CHECKING:
    from oxidize.objects.file_manifest import FileManifest
    from oxidize.objects.product import Product
    from oxidize.objects.sboms import Contents

_SYSTEMS = {"linux": "Linux", "darwin": "macOS", "windows": "Windows"}

# By the endings of their names: what is signed once it is made, and bundles, which hold their
# signatures.
FOR_WINDOWS = (".exe", ".msi", ".msix")
FOR_MACOS = (".pkg", ".dmg")
BUNDLES = ("app", "app.zip")
# Those whose makers sign them.
SIGNED_PACKAGES = ("deb", "rpm")


@define(eq=False, kw_only=True)
class Installer(BuildableObject):
    """A program, or the files of a manifest, packed for handing them out: as an archive, whose name
    tells the triple, or as what a system installs."""

    format: str
    name: str
    manifest: FileManifest = field(repr=False)
    make: Callable[[CodeSigner | None], InstallerForm] = field(repr=False)
    """Its form, by who signs it."""
    signer: CodeSigner | None = None
    form: InstallerForm = field(init=False, repr=False)
    product: Product | None = field(default=None, repr=False)
    _artifact: Artifact | None = field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        self.form = self.make(self.signer)

    @exposed()
    def sign(self, signer: CodeSigner) -> Installer:
        """The same installer, signed, whichever signers are active.

        Programs in it are signed as themselves say.

        Args:
            signer: Who signs it: with a certificate what Windows and macOS install, with a key of
                OpenPGP packages for Debian and Fedora.
        """
        if self.format in SIGNED_PACKAGES:
            check_openpgp(signer, self.file_name)
        elif self.format in BUNDLES or self.file_name.endswith((*FOR_WINDOWS, *FOR_MACOS)):
            check_certified(signer, self.file_name)
        else:
            refuse(
                "OX1163",
                f'an installer such as "{self.file_name}" isn\'t signed',
                help="sign the programs in it",
            )
        return Installer(
            context=self.context,
            format=self.format,
            name=self.name,
            manifest=self.manifest,
            make=self.make,
            product=self.product,
            signer=signer,
        )

    @property
    def file_name(self) -> str:
        """What is written."""
        return self.form.file_name

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder with files in it, as bundles of macOS are."""
        return self.format == "app"

    def holds(self, manifest: FileManifest) -> bool:
        """Whether the files of a manifest go into it, or into an archive in it."""
        inner = (each.installer for each in self.manifest.entries.values())
        return self.manifest is manifest or any(each.holds(manifest) for each in inner if each)

    def contents(self) -> Contents:
        """What a bill of materials lists."""
        return self.manifest.contents(self.product, self.name)

    def archive(self) -> Artifact:
        """Its bytes. Asked once the manifest can't change any more."""
        if self._artifact is None:
            self._check_names()
            self._artifact = self._signed(self.form.artifact())
        return self._artifact

    def _check_names(self) -> None:
        """Raises BuildFileError for files that the system can't have as they are called."""
        paths = sorted(self.manifest.entries)
        # What a program is for tells, wherever this is built.
        system = system_of(self.context.settings.triple)
        if is_long(self.file_name):
            message = f"the name of the installer is too long for a file: {self.file_name}"
            raise BuildFileError(Diagnostic("OX1179", message).at(self.origin))
        for path in paths:
            if why := unfit(path, system):
                message = f'{_SYSTEMS[system]} can\'t have the file "{path}": {why}'
                raise BuildFileError(Diagnostic("OX1179", message).at(self.origin))
        if found := clash(paths, system):
            system = _SYSTEMS[system]
            message = f'{system} doesn\'t tell the names of "{found[0]}" and "{found[1]}" apart'
            raise BuildFileError(Diagnostic("OX1180", message).at(self.origin))

    def _signed(self, made: Artifact) -> Artifact:
        """Of those formats that aren't signed while they are made."""
        if self.file_name.endswith(FOR_WINDOWS):
            wanted = Wanted("windows-installer-creation", self.file_name, self.signer, self.origin)
            return for_windows(self.context, made, wanted)
        if self.file_name.endswith(FOR_MACOS):
            wanted = Wanted("macos-package-creation", self.file_name, self.signer, self.origin)
            return for_macos(self.context, made, wanted)
        return made

    def outputs(self) -> TargetOutputs:
        """The file, or the folder."""
        return TargetOutputs({self.file_name: self.archive()})
