"""Archives: files in a folder, whose name and triple theirs tells."""

from __future__ import annotations

from attrs import frozen

from oxidize.graph.action import Artifact
from oxidize.objects.file_name import check_file_name
from oxidize.objects.file_paths import below
from oxidize.objects.installer_request import InstallerRequest
from oxidize.objects.problem import refuse

LICENCES = "LICENCES"
"""The file with the licences of all that a program holds."""


@frozen
class NoSettings:
    """Archives are told nothing but their names."""


@frozen
class Archive:
    """One archive."""

    request: InstallerRequest
    name: str

    @classmethod
    def of(cls, request: InstallerRequest) -> Archive:
        """Refuses names that files can't have."""
        request.read(NoSettings)
        name = request.name
        if name is None and request.given:
            name = f"{request.given.package}-{request.given.version}"
        if name is None:
            help_ = 'give a name = "...", or a product'
            refuse("OX0202", "an archive needs a name", argument="format", help=help_)
        check_file_name(name, "name")
        return cls(request, name)

    @property
    def file_name(self) -> str:
        """With the triple."""
        return f"{self.name}-{self.request.triple}.{self.request.format}"

    def artifact(self) -> Artifact:
        """Folders come first: of a path in several, the last one's file is taken."""
        manifest = self.request.manifest
        # Of a path that the build file itself has a file for, that is taken.
        folders, files = manifest.folders(), {**self._licences(), **manifest.files()}
        action = self.request.context.action(
            "archive",
            f"archive {self.name}",
            params={
                "format": self.request.format,
                "folders": tuple(below(self.name, folder) for folder in folders),
                "names": tuple(below(self.name, path) for path in files),
                "executable": tuple(executable for _, executable in files.values()),
            },
            inputs={
                "files": tuple(artifact for artifact, _ in files.values()),
                **{f"folder/{n}": (tree,) for n, tree in enumerate(folders.values())},
            },
            origin=self.request.origin,
        )
        return action.output("archive")

    def _licences(self) -> dict[str, tuple[Artifact, bool]]:
        """Those of what programs hold, unless these have them in files of their own."""
        programs = self.request.manifest.programs()
        several = len(programs) > 1
        return {
            f"{LICENCES}-{each.name}" if several else LICENCES: (each.licenses(), False)
            for each in programs
            if not each.values["licenses_filename"]
        }
