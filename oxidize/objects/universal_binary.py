"""AppleUniversalBinary: one program of programs for several architectures of macOS."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from attrs import define, field

from oxidize.graph.action import Artifact, Output
from oxidize.graph.target import TargetOutputs
from oxidize.objects.base import BuildableObject
from oxidize.objects.executable import PythonExecutable
from oxidize.objects.executable_settings import side_names
from oxidize.objects.file_content import FileContent, file_on_disk
from oxidize.objects.file_manifest import Entry, FileManifest
from oxidize.objects.file_paths import below, folder_inside
from oxidize.objects.input_paths import existing_file
from oxidize.objects.installer import Installer
from oxidize.objects.installer_forms import Format
from oxidize.objects.member import exposed
from oxidize.objects.problem import refuse
from oxidize.objects.product import Product
from oxidize.resources.placement import beside
from oxidize.triples import system_of


@define(eq=False, kw_only=True)
class AppleUniversalBinary(BuildableObject):
    """A file for macOS that holds one program for each architecture; a target that returns it
    writes it.

    Each program keeps its signature.
    """

    filename: str
    parts: list[Callable[[], Artifact]] = field(factory=list)
    programs: list[PythonExecutable] = field(factory=list)
    _file: Output | None = field(default=None, init=False)

    @exposed(changes=True)
    def add_path(self, path: str) -> None:
        """Adds a program, or a library, that is there before the build.

        Args:
            path: The file; relative to the build file's folder.
        """
        self.add_file(file_on_disk(self.context, existing_file(self.context.reach, path)))

    @exposed(changes=True)
    def add_file(self, content: FileContent | PythonExecutable) -> None:
        """Adds a program, or a library, of one architecture.

        Args:
            content: The file; or a program that is built for macOS, without files next to it.
        """
        if isinstance(content, FileContent):
            self.parts.append(lambda: content.artifact)
            return
        _check(content)
        self.programs.append(content)
        self.parts.append(lambda: content.outputs().files[content.file_name])

    @exposed()
    def to_file_content(self) -> FileContent:
        """The file, to be handed out with others.

        The programs in it are to be those of other targets, since they can't change any more.
        """
        if changing := next((each for each in self.programs if not each.frozen), None):
            refuse(
                "OX0560",
                f'the program "{changing.name}" can still change, so its bytes aren\'t known',
                help="make the program in a target of its own, and name that in `depends`",
            )
        artifact = self.artifact()
        return FileContent(
            context=self.context, name=self.filename, artifact=artifact, runnable=True
        )

    @exposed()
    def to_file_manifest(self, prefix: str) -> FileManifest:
        """A manifest with the file in it.

        Args:
            prefix: The folder that it goes into; "." for the top.
        """
        manifest = FileManifest(context=self.context)
        place = below(folder_inside(prefix, "prefix"), self.filename)
        manifest.put(place, Entry(self.artifact, True, programs=tuple(self.programs)))
        manifest.program = place
        return manifest

    @exposed()
    def to_installer(
        self,
        format: Format,
        name: str | None = None,
        product: Product | None = None,
        settings: Mapping[str, object] = {},
    ) -> Installer:
        """Packs the file for handing it out.

        Args:
            format: What to make; `@oxidize//installers.star` has a function for each.
            name: Of an archive: the start of its file's name, and the folder in it; by default
                the file's name.
            product: What it is; archives need none.
            settings: What this format may be told besides, as its function takes it.
        """
        name = self.filename if name is None else name
        return self.to_file_manifest(".").to_installer(format, name, product, settings)

    def artifact(self) -> Output:
        """Its bytes. Asked once the programs can't change any more."""
        if self._file is None:
            action = self.context.action(
                "universal-binary",
                f"join {self.filename}",
                inputs={"files": tuple(part() for part in self.parts)},
                origin=self.origin,
            )
            self._file = action.output("file")
        return self._file

    def outputs(self) -> TargetOutputs:
        """The file."""
        return TargetOutputs({self.filename: self.artifact()}, program=self.filename)


def _check(program: PythonExecutable) -> None:
    """Refuses what isn't a single file for macOS."""
    triple = program.distribution.triple
    if system_of(triple) != "darwin":
        refuse("OX0560", f'the program "{program.name}" is for {triple}', argument="content")
    folders = (beside(location) for location in program.policy.locations)
    near = [*side_names(program.values).values(), *(f"{each}/" for each in folders if each)]
    if near:
        refuse(
            "OX0560",
            f'the program "{program.name}" has files next to it ({", ".join(near)}), for which a '
            "universal binary has no place",
            argument="content",
            help="leave out the settings that ask for them",
        )
