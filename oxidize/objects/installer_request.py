"""A request for an installer: what `to_installer()` was called with, and how kinds read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar, get_type_hints

from attrs import fields, frozen

from oxidize.errors import Origin
from oxidize.graph.action import Artifact
from oxidize.objects.context import Context
from oxidize.objects.problem import refuse
from oxidize.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable

    from packaging.version import Version

    from oxidize.objects.code_signer import CodeSigner
    from oxidize.objects.file_manifest import FileManifest
    from oxidize.objects.product import Product

_Settings = TypeVar("_Settings")
# Annotations of fields of settings, as people call them.
_KINDS: Mapping[object, str] = {
    str: "a text",
    int: "a number",
    bool: "True or False",
    Sequence[str]: "a list of texts",
    Mapping[str, str]: "a dictionary of texts",
    Mapping[str, object]: "a dictionary whose keys are texts",
}


class InstallerForm(Protocol):
    """How one installer is made."""

    @property
    def file_name(self) -> str:
        """What is written."""

    def artifact(self) -> Artifact:
        """Declares what makes it. Asked once the manifest can't change any more."""


@frozen
class InstallerRequest:
    """The files, the product if one was given, and settings of the format alone."""

    manifest: FileManifest
    format: str
    name: str | None
    given: Product | None
    settings: Mapping[str, object]
    origin: Origin | None
    signer: CodeSigner | None = None
    """Who was given to sign it."""

    @property
    def context(self) -> Context:
        """Of the build."""
        return self.manifest.context

    @property
    def triple(self) -> str:
        """What the programs are for."""
        return self.context.settings.triple

    @property
    def machine(self) -> str:
        """Of the triple, such as "x86_64"."""
        return self.triple.partition("-")[0]

    @property
    def product(self) -> Product:
        """Refuses the request if there is none."""
        if self.given is None:
            refuse(
                "OX1105",
                f'"{self.format}" tells what is installed, and no product is given',
                argument="format",
                help="give a product = product(...)",
            )
        return self.given

    def check_system(self, fits: bool, what: str, system: str, triple: str) -> None:
        """Refuses what there is for another system only; `triple` is one of its."""
        if not fits:
            refuse(
                "OX1104",
                f"there are no {what} for {self.triple}",
                argument="format",
                help=f"they are for {system}: --target-triple {triple}",
            )

    def need_program(self, needs: str, made: str) -> str:
        """The path of the program, which something `needs`, such as "a snap runs"; `made` is what
        is asked for. Refuses files without one."""
        program = self.manifest.program
        if not program:
            refuse(
                "OX1106",
                f"{needs} a program, and there is none among the files",
                help=f"make the {made} of a program, or add one to the manifest",
            )
        return program

    def check_calls(self, program: str | None, otherwise: str) -> None:
        """Refuses a product that calls a program where there is none; `otherwise` is what can be
        done but for making the installer of a program."""
        product = self.product
        if (product.services or product.menu or product.file_types) and not program:
            refuse(
                "OX1106",
                f'the product "{product.name}" has something that calls a program, and there is '
                "none among the files",
                argument="product",
                help=f"make the installer of a program, or {otherwise}",
            )

    def read(self, kind: type[_Settings]) -> _Settings:
        """The settings of the format, as an attrs class has them. Refuses others."""
        hints = get_type_hints(kind)
        known = [each.name for each in fields(kind)]  # type: ignore[arg-type]
        for name, value in self.settings.items():
            if name not in known:
                message = f'"{self.format}" has no setting "{name}"'
                help_ = did_you_mean(name, known) or f"known are {', '.join(known)}"
                if not known:
                    help_ = "this format has no settings"
                refuse("OX0203", message, argument="settings", help=help_)
            if not _fits(value, hints[name]):
                message = f'the setting "{name}" isn\'t {_KINDS[hints[name]]}'
                refuse("OX0201", message, argument="settings")
        return kind(**self.settings)

    def version(self, write: Callable[[Version], str]) -> str:
        """The product's version as a format writes it. Refuses one that it can't express."""
        from oxidize.installers.version import VersionProblem, parse_version

        try:
            return write(parse_version(self.product.version))
        except VersionProblem as problem:
            refuse(
                "OX1101",
                f'version "{self.product.version}": {problem}',
                argument="product",
                help="a format can have a version of its own: register a target for it, and give "
                "it another product",
            )


def _fits(value: object, hint: object) -> bool:
    if hint == Sequence[str]:
        return isinstance(value, list | tuple) and all(isinstance(e, str) for e in value)
    if hint == Mapping[str, str]:
        pairs = value.items() if isinstance(value, dict) else [(0, 0)]
        return all(isinstance(each, str) for pair in pairs for each in pair)
    if hint == Mapping[str, object]:
        return isinstance(value, dict) and all(isinstance(each, str) for each in value)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    assert isinstance(hint, type)
    return isinstance(value, hint)
