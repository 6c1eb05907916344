"""PythonExecutable: one native program, and what goes into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Literal, Self

from attrs import define, evolve, field

from oxidize.graph.action import Artifact, Output, SourceFile
from oxidize.graph.target import TargetOutputs
from oxidize.lookup import is_file, is_folder, matching, neighbours
from oxidize.objects.base import BuildableObject
from oxidize.objects.code_signer import CodeSigner
from oxidize.objects.collection import ResourceCollection, ResourceTree
from oxidize.objects.distribution_artifacts import DistributionArtifacts
from oxidize.objects.embedded_resources import PythonEmbeddedResources
from oxidize.objects.executable_settings import EXECUTABLE_SETTINGS, resources_file
from oxidize.objects.file_content import FileContent
from oxidize.objects.file_manifest import FileManifest
from oxidize.objects.file_name import is_long
from oxidize.objects.input_paths import existing_file
from oxidize.objects.installer import Installer
from oxidize.objects.installer_forms import Format
from oxidize.objects.interpreter_config import PythonInterpreterConfig
from oxidize.objects.matches import matching_files
from oxidize.objects.member import Parameter, exposed
from oxidize.objects.module_name import check_module_name
from oxidize.objects.packages import pip_install
from oxidize.objects.packaging_policy import PythonPackagingPolicy
from oxidize.objects.placed import may_lie_beside
from oxidize.objects.problem import refuse
from oxidize.objects.product import Product
from oxidize.objects.program import Program, ProgramActions, program_actions
from oxidize.objects.sboms import Contents
from oxidize.objects.secret import Secret
from oxidize.objects.signing import (
    Wanted,
    check_certified,
    for_macos,
    for_windows,
    tree_for_windows,
)
from oxidize.objects.source_folder import SourceFolder, folder_of
from oxidize.objects.virtualenv import virtualenv_trees
from oxidize.objects.windows_settings import WindowsSettings
from oxidize.packages.entry_point import MODULE, EntryPoint
from oxidize.suggest import did_you_mean
from oxidize.triples import system_of


@define(eq=False, kw_only=True)
class PythonExecutable(BuildableObject):
    """One native program: a CPython, its standard library, and the resources added to it.

    It can be changed until the function of the target that made it returns.
    """

    SETTINGS: ClassVar[tuple[Parameter, ...]] = EXECUTABLE_SETTINGS
    name: str
    distribution: DistributionArtifacts
    policy: PythonPackagingPolicy
    config: PythonInterpreterConfig
    values: Mapping[str, object]
    windows: WindowsSettings
    resources: list[ResourceTree] = field(factory=list)
    names: list[Artifact] = field(factory=list)
    """Files that list the modules to keep."""
    signer: CodeSigner | None = None
    _actions: ProgramActions | None = field(default=None, init=False)
    _embedded: Output | None = field(default=None, init=False)
    _outputs: TargetOutputs | None = field(default=None, init=False)

    @exposed()
    def read_package_root(
        self, path: str | SourceFolder, packages: Sequence[str]
    ) -> ResourceCollection:
        """Modules and packages of a folder, with the data files in the packages.

        Args:
            path: The folder that holds the packages; relative to the build file's folder.
            packages: Top-level names to take: folders, or modules without `.py`.
        """
        folder = folder_of(self.context, path)
        folder.check()
        include = tuple(_entry(folder, name) for name in packages)
        if not include:
            refuse("OX0214", "packages must name what to take", argument="packages")
        return self._collection(folder.tree(include), ", ".join(packages))

    @exposed()
    def read_virtualenv(self, path: str | SourceFolder) -> ResourceCollection:
        """All that is installed in a virtual environment, editable projects included.

        Folders that its `.pth` files name are followed. What the environment takes from the Python
        that it was made with isn't part of it.

        Args:
            path: The environment's folder, where its `pyvenv.cfg` is; relative to the build file's
                folder.
        """
        return self._for_this(virtualenv_trees(folder_of(self.context, path), self.context.origin))

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
        check_module_name(name, "name")
        if isinstance(source, str) and "\0" in source:
            refuse("OX0214", "source can't hold a NUL character", argument="source")
        file = name.replace(".", "/") + ("/__init__.py" if is_package else ".py")
        return self._written(file, source, name)

    @exposed()
    def make_python_entry_point(self, entry_point: str) -> ResourceCollection:
        """A main module that calls a function, as installers' scripts do.

        The module is called `oxidize_entry`; give the program `run_module = "oxidize_entry"`.

        Args:
            entry_point: Module and function, such as "tool.cli:main".
        """
        parsed = EntryPoint.parse(entry_point)
        if parsed is None:
            refuse(
                "OX0214",
                f'"{entry_point}" can\'t be an entry point',
                argument="entry_point",
                help='it is of the form "package.module:function"',
            )
        return self._written(f"{MODULE}.py", parsed.main(), MODULE)

    @exposed()
    def make_python_package_data(self, files: FileManifest) -> ResourceCollection:
        """Files as data of packages: `importlib.resources` and `pkgutil` find them there.

        Args:
            files: The files, each at the path that it has in a folder on `sys.path`, such as
                "tool/data/logo.png".
        """
        contents = {path: each.content for path, each in sorted(files.entries.items())}
        made = next((path for path, content in contents.items() if content is None), None)
        if made or any(files.trees.values()):
            what = f'"{made}" is a program or an archive' if made else "it holds Python resources"
            refuse("OX0221", f"files can't be package data: {what}", argument="files")
        given = [content for content in contents.values() if content]
        gathered = self.context.action(
            "gather-files",
            "gather package data",
            params={
                "names": tuple(contents),
                "executable": tuple(content.executable for content in given),
            },
            inputs={"files": tuple(content.artifact for content in given)},
        )
        return self._collection(gathered.output("tree"), "package data")

    @exposed()
    def pip_install(
        self,
        args: Sequence[str],
        extra_envs: Mapping[str, str | Secret] | None = None,
        project: SourceFolder | None = None,
    ) -> ResourceCollection:
        """Packages from an index, and what they need, as pip's arguments name them.

        All that a target asks for is resolved together, and kept in `oxidize.lock`.

        Args:
            args: Requirements ("rich==15.0.0", "httpx[http2]; sys_platform != 'win32'",
                "./project", "./a.whl"), and of pip's options `-r`, `-c`, `--index-url`,
                `--extra-index-url`, `--find-links`, `--no-index`, `--pre`, `--no-binary` and
                `--only-binary`. `-r` also takes `pylock.toml`, `uv.lock`, and a script
                with inline metadata (PEP 723).
            extra_envs: Environment variables for building what isn't a wheel yet; a
                [Secret](Secret.md) is handed on without being kept.
            project: A project's folder that a library was handed, to be installed too.
        """
        found = pip_install(self.context, self.distribution, args, extra_envs or {}, project)
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
        self.resources.extend(resource.added())

    @exposed(changes=True)
    def add_python_resources(self, resources: ResourceCollection) -> None:
        """Adds resources to the program.

        Args:
            resources: What to add.
        """
        self.resources.extend(resources.added())

    @exposed(changes=True)
    def filter_resources_from_files(
        self, files: Sequence[str] | None = None, glob_files: Sequence[str] | None = None
    ) -> None:
        """Keeps only the modules that files list, of the program and its standard library.

        A file has one dotted name per line, as `write_modules_directory_env` writes them; a `#`
        begins a comment. The packages around a module stay, and so do the data of packages and the
        metadata of distributions of which anything stays, and what the program runs.

        Args:
            files: Paths, relative to the build file's folder.
            glob_files: Patterns of paths; each must match a file.
        """
        for path in files or ():
            file = existing_file(self.context.reach, path, "files")
            self.names.append(SourceFile(str(file)))
        for pattern in glob_files or ():
            for each in matching_files(self.context.reach, pattern, "glob_files"):
                self.context.reach.check_link(Path(each), pattern, "glob_files")
                self.names.append(SourceFile(each))
        if not self.names:
            refuse("OX0214", "filter_resources_from_files() needs a file", argument="files")

    @exposed()
    def to_embedded_resources(self) -> PythonEmbeddedResources:
        """The program's resources without its executable, for programs that embed the runtime."""
        return PythonEmbeddedResources(context=self.context, program=self)

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
    def to_installer(
        self,
        format: Format,
        name: str | None = None,
        product: Product | None = None,
        settings: Mapping[str, object] = {},
    ) -> Installer:
        """Packs the program for handing it out.

        Args:
            format: What to make; `@oxidize//installers.star` has a function for each.
            name: Of an archive: the start of its file's name, and the folder in it; by default
                the product's name and version, else the program's name.
            product: What it is; archives need none.
            settings: What this format may be told besides, as its function takes it.
        """
        name = self.name if name is None and product is None else name
        return self.to_file_manifest(".").to_installer(format, name, product, settings)

    @exposed(changes=True)
    def sign(self, signer: CodeSigner) -> Self:
        """Has the program signed, and the libraries next to it, whichever signers are active.

        Args:
            signer: Who signs it.
        """
        if system_of(self.distribution.triple) == "linux":
            refuse(
                "OX1163",
                f'the program "{self.name}" is for Linux, where packages are signed',
                help="sign its packages; elsewhere than on Linux, sign the program",
            )
        check_certified(signer, self.file_name)
        self.signer = signer
        return self

    @exposed()
    def sbom(
        self, format: Literal["cyclonedx", "spdx"] = "cyclonedx", product: Product | None = None
    ) -> FileContent:
        """The bill of materials: the CPython that the program holds, its libraries and packages.

        It is for functions of targets that depend on the program's own.

        Args:
            format: "cyclonedx" is CycloneDX 1.6, "spdx" SPDX 2.3; both are JSON.
            product: What it tells of the program beside its name.
        """
        return self.contents(product).file(format)

    def contents(self, product: Product | None = None) -> Contents:
        """What a bill of materials lists."""
        return Contents(self.context, self.name, (self,), (), product)

    def outputs(self) -> TargetOutputs:
        """The program's file, and what lies beside it."""
        if self._outputs is None:
            files = {self.file_name: self._signed(self._executable()), **self.side_files()}
            self._outputs = TargetOutputs(files, program=self.file_name)
        return self._outputs

    def portability(self) -> Artifact:
        """What it needs of a system."""
        return self._executable().action.output("portability")

    def _executable(self) -> Output:
        """The program's file before anyone signs it."""
        if self._embedded is None:
            actions, mapped = self.actions(), resources_file(self.values)
            container = actions.reference(mapped) if mapped else actions.payload
            self._embedded = actions.embed(container)
        return self._embedded

    def _signed(self, executable: Output) -> Artifact:
        system = system_of(self.distribution.triple)
        wanted = Wanted("python-executable-creation", self.file_name, self.signer, self.origin)
        if system == "windows":
            return for_windows(self.context, executable, wanted)
        if system == "darwin":
            return for_macos(self.context, executable, wanted, self.name)
        return executable

    def licenses(self) -> Artifact:
        """The licences of all that it holds."""
        return self.actions().licenses()

    def side_files(self) -> Mapping[str, Artifact]:
        """What goes next to the program's file."""
        actions, files = self.actions(), dict[str, Artifact]()
        if may_lie_beside(self.policy, self.resources):
            files["."] = self._signed_tree(actions.pack.output("beside"))
        if name := resources_file(self.values):
            files[name] = actions.payload
        if licenses := self.values["licenses_filename"]:
            files[str(licenses)] = actions.licenses()
        return files

    def _signed_tree(self, tree: Artifact) -> Artifact:
        if not self.is_for_windows:
            return tree
        wanted = Wanted("file-manifest-install", self.name, self.signer, self.origin)
        return tree_for_windows(self.context, tree, wanted)

    def actions(self) -> ProgramActions:
        """What makes it. Asked once all functions that could change it are done."""
        if self._actions is None:
            program = Program(
                self.name,
                self.distribution,
                self.policy,
                self.config.values,
                tuple(self.resources),
                self.origin,
                tuple(self.names),
                self.windows if self.is_for_windows else None,
            )
            self._actions = program_actions(program, self.context)
        return self._actions

    @property
    def file_name(self) -> str:
        """The program's file, as the target's system names programs."""
        return self.name + (".exe" if self.is_for_windows else "")

    @property
    def is_for_windows(self) -> bool:
        """Whether Windows is to run it."""
        return "-windows-" in self.distribution.triple

    def _written(self, file: str, source: str | FileContent, title: str) -> ResourceCollection:
        kept = source if isinstance(source, FileContent) else None
        written = self.context.action(
            "write-files",
            f"write {title}",
            params={"files": {file: None if kept else str(source)}},
            inputs={"file": (kept.artifact,)} if kept else {},
        )
        return self._collection(written.output("tree"), title)

    def _collection(self, tree: Artifact, title: str) -> ResourceCollection:
        part = ResourceTree(tree, "first-party", title, self.context.origin)
        return self._for_this((part,))

    def _for_this(self, trees: Sequence[ResourceTree]) -> ResourceCollection:
        """A collection that knows its CPython, wherever it is added."""
        known = tuple(evolve(each, distribution=self.distribution) for each in trees)
        return ResourceCollection(context=self.context, trees=known)


def _entry(top: SourceFolder, name: str) -> str:
    """The folder's entry that a top-level name stands for."""
    folder = top.path
    if name.isidentifier() and not is_long(name, len(".py")):
        module = is_file(folder / f"{name}.py")
        # As on sys.path: a module comes before a folder that isn't a regular package.
        regular = any(matching(folder / name, "__init__.*"))
        if is_folder(folder / name) and (regular or not module):
            return name
        if module:
            return f"{name}.py"
    inside = map(folder.joinpath, neighbours(folder / "*"))
    known = [each.stem for each in inside if _is_entry(each)]
    return refuse(
        "OX0209",
        f'there is no package or module "{name}" in the folder "{top.shown}"',
        argument="packages",
        help=did_you_mean(name, known) or _entry_help(name),
    )


def _is_entry(path: Path) -> bool:
    return path.stem.isidentifier() and (path.suffix == ".py" or is_folder(path))


def _entry_help(name: str) -> str:
    top = name.removesuffix(".py").partition(".")[0].partition("/")[0]
    if top.isidentifier() and top != name:
        return f'packages are top-level names: "{top}"'
    return "what requirements install is in no folder: python_application(packages = []) takes none"
