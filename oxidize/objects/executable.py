"""PythonExecutable: one native program, and what goes into it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from attrs import define, evolve, field

from oxidize.graph.action import Action, Artifact, SourceTree
from oxidize.graph.target import TargetOutputs
from oxidize.objects.base import BuildableObject
from oxidize.objects.collection import ResourceCollection, ResourceTree
from oxidize.objects.distribution_artifacts import DistributionArtifacts
from oxidize.objects.file_content import FileContent
from oxidize.objects.file_manifest import FileManifest
from oxidize.objects.file_name import check_file_name
from oxidize.objects.installer import Installer
from oxidize.objects.interpreter_config import PythonInterpreterConfig
from oxidize.objects.member import exposed
from oxidize.objects.packages import pip_install
from oxidize.objects.packaging_policy import PythonPackagingPolicy
from oxidize.objects.problem import refuse
from oxidize.objects.program import Program, program_action
from oxidize.objects.virtualenv import virtualenv_trees
from oxidize.suggest import did_you_mean

_MODULE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


@define(eq=False, kw_only=True)
class PythonExecutable(BuildableObject):
    """One native program: a CPython, its standard library, and the resources added to it.

    It can be changed until the function of the target that made it returns.
    """

    name: str
    distribution: DistributionArtifacts
    policy: PythonPackagingPolicy
    config: PythonInterpreterConfig
    resources: list[ResourceTree] = field(factory=list)
    _embed: Action | None = field(default=None, init=False)

    @exposed()
    def read_package_root(self, path: str, packages: Sequence[str]) -> ResourceCollection:
        """Modules and packages of a folder, with the data files in the packages.

        Args:
            path: The folder that holds the packages; relative to the build file's folder.
            packages: Top-level names to take: folders, or modules without `.py`.
        """
        folder = self.context.path(path)
        if not folder.is_dir():
            help = did_you_mean(folder.name, _folders(folder.parent))
            refuse("OX0209", f'there is no folder "{path}"', argument="path", help=help)
        include = tuple(_entry(folder, path, name) for name in packages)
        if not include:
            refuse("OX0214", "packages must name what to take", argument="packages")
        return self._collection(SourceTree(str(folder), include), ", ".join(packages))

    @exposed()
    def read_virtualenv(self, path: str) -> ResourceCollection:
        """All that is installed in a virtual environment, editable projects included.

        Folders that its `.pth` files name are followed. What the environment takes from the Python
        that it was made with isn't part of it.

        Args:
            path: The environment's folder, where its `pyvenv.cfg` is; relative to the build file's
                folder.
        """
        return self._for_this(virtualenv_trees(self.context.path(path), path, self.context.origin))

    @exposed()
    def make_python_module_source(
        self, name: str, source: str | FileContent, is_package: bool = False
    ) -> ResourceCollection:
        """A module that the build file itself writes, or a file under another name.

        Args:
            name: Dotted name of the module.
            source: Its Python source, or the file that holds it.
            is_package: Whether it is a package, the source being that of its `__init__.py`.
        """
        if not _MODULE.fullmatch(name):
            refuse("OX0214", f'"{name}" can\'t be the name of a module', argument="name")
        file = name.replace(".", "/") + ("/__init__.py" if is_package else ".py")
        kept = source if isinstance(source, FileContent) else None
        written = self.context.action(
            "write-files",
            f"write {name}",
            params={"files": {file: None if kept else str(source)}},
            inputs={"file": (kept.artifact,)} if kept else {},
        )
        return self._collection(written.output("tree"), name)

    @exposed()
    def pip_install(
        self, args: Sequence[str], extra_envs: Mapping[str, str] | None = None
    ) -> ResourceCollection:
        """Packages from an index, and what they need, as pip's arguments name them.

        All that a target asks for is resolved together, and kept in `oxidize.lock`.

        Args:
            args: Requirements ("rich==15.0.0", "httpx[http2]; sys_platform != 'win32'",
                "./project", "./a.whl"), and of pip's options `-r`, `-c`, `--index-url`,
                `--extra-index-url`, `--find-links`, `--no-index`, `--pre`, `--no-binary` and
                `--only-binary`. `-r` also takes `pylock.toml` and `uv.lock`.
            extra_envs: Environment variables for building what isn't a wheel yet.
        """
        found = pip_install(self.context, self.distribution, args, extra_envs or {})
        return self._for_this(found.trees)

    @exposed()
    def pip_download(self, args: Sequence[str]) -> ResourceCollection:
        """Like `pip_install`, but what the arguments name is taken as wheels only, never built.

        Args:
            args: As for `pip_install`.
        """
        found = pip_install(self.context, self.distribution, args, {}, wheels_only=True)
        return self._for_this(found.trees)

    @exposed(changes=True)
    def add_python_resource(self, resource: ResourceCollection) -> None:
        """Adds resources to the program.

        Args:
            resource: What to add.
        """
        self.resources.extend(resource.trees)

    @exposed(changes=True)
    def add_python_resources(self, resources: ResourceCollection) -> None:
        """Adds resources to the program.

        Args:
            resources: What to add.
        """
        self.resources.extend(resources.trees)

    @exposed()
    def to_file_manifest(self, prefix: str) -> FileManifest:
        """A manifest with the program in it.

        Args:
            prefix: The folder that it goes into; "." for the top.
        """
        manifest = FileManifest(context=self.context)
        manifest.add_program(prefix, self)
        return manifest

    @exposed()
    def to_installer(self, format: Literal["tar.gz", "zip"], name: str | None = None) -> Installer:
        """Packs the program for handing it out.

        Args:
            format: The kind of archive.
            name: Start of the archive's file name, and the folder in it; by default the
                program's name.
        """
        if name is not None:
            check_file_name(name, "name")
        return Installer(
            context=self.context, format=format, name=name or self.name, program=self.outputs
        )

    def outputs(self) -> TargetOutputs:
        """The program's file."""
        if self._embed is None:
            self._embed = program_action(
                Program(
                    self.name,
                    self.distribution,
                    self.policy,
                    self.config.values,
                    tuple(self.resources),
                    self.origin,
                ),
                self.context,
            )
        file = self.file_name
        return TargetOutputs({file: self._embed.output("executable")}, program=file)

    @property
    def file_name(self) -> str:
        """The program's file, as the target's system names programs."""
        return self.name + (".exe" if "windows" in self.context.settings.triple else "")

    def _collection(self, tree: Artifact, title: str) -> ResourceCollection:
        part = ResourceTree(tree, "first-party", title, self.context.origin)
        return self._for_this((part,))

    def _for_this(self, trees: Sequence[ResourceTree]) -> ResourceCollection:
        """A collection that knows its CPython, wherever it is added."""
        known = tuple(evolve(each, distribution=self.distribution) for each in trees)
        return ResourceCollection(context=self.context, trees=known)


def _entry(folder: Path, path: str, name: str) -> str:
    """The folder's entry that a top-level name stands for."""
    if name.isidentifier():
        module = (folder / f"{name}.py").is_file()
        # As on sys.path: a module comes before a folder that isn't a regular package.
        regular = any((folder / name).glob("__init__.*"))
        if (folder / name).is_dir() and (regular or not module):
            return name
        if module:
            return f"{name}.py"
    known = sorted(each.stem for each in folder.iterdir() if each.stem.isidentifier())
    return refuse(
        "OX0209",
        f'there is no package or module "{name}" in the folder "{path}"',
        argument="packages",
        help=did_you_mean(name, known) or _entry_help(name),
    )


def _folders(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir() if each.is_dir()] if folder.is_dir() else []


def _entry_help(name: str) -> str | None:
    top = name.removesuffix(".py").partition(".")[0].partition("/")[0]
    return f'packages are top-level names: "{top}"' if top.isidentifier() and top != name else None
