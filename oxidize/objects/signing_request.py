"""CodeSigningRequest: something that a signer is about to sign."""

from __future__ import annotations

from typing import Literal

from attrs import define

from oxidize.objects.base import ScriptObject
from oxidize.objects.member import exposed

Occasion = Literal[
    "python-executable-creation",
    "file-manifest-install",
    "windows-installer-creation",
    "macos-application-bundle-creation",
    "macos-package-creation",
    "linux-package-creation",
]


@define(eq=False, kw_only=True)
class CodeSigningRequest(ScriptObject):
    """Something that is about to be signed. The function of a signer gets it."""

    occasion: Occasion
    place: str

    @property
    @exposed()
    def action(self) -> str:
        """What is being made: "python-executable-creation", "file-manifest-install",
        "windows-installer-creation", "macos-application-bundle-creation", "macos-package-creation"
        or "linux-package-creation"."""
        return self.occasion

    @property
    @exposed()
    def path(self) -> str:
        """Where it goes: its path in the manifest, or its name."""
        return self.place

    @property
    @exposed()
    def filename(self) -> str:
        """Its name."""
        return self.place.rpartition("/")[2]
