"""FileManifest: files by the paths at which they are handed out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from attrs import define, evolve, field, frozen

from oxidize.graph.action import Artifact
from oxidize.graph.target import TargetOutputs
from oxidize.installers.authenticode import is_program
from oxidize.objects.base import BuildableObject
from oxidize.objects.collection import ResourceCollection, ResourceTree
from oxidize.objects.executable_settings import side_names
from oxidize.objects.file_content import FileContent, file_on_disk
from oxidize.objects.file_paths import below, folder_inside, inside
from oxidize.objects.input_paths import existing_file
from oxidize.objects.installer import Installer
from oxidize.objects.installer_forms import Format, form_of
from oxidize.objects.installer_request import InstallerRequest
from oxidize.objects.laid_out import laid_out, merged_trees
from oxidize.objects.member import exposed
from oxidize.objects.problem import refuse
from oxidize.objects.product import Product
from oxidize.objects.sboms import Contents
from oxidize.objects.signing import Wanted, for_windows, tree_for_windows
from oxidize.triples import system_of

if TYPE_CHECKING:
    from oxidize.objects.executable import PythonExecutable


@frozen
class Entry:
    """One file. The bytes of a program or an archive are asked for late: until then it can be
    added to, and `content` is None. `beside` are a program's further files, by their names next to
    it, "." being a tree; `side` are those names, without the tree's. `installer` is that whose
    archive it is, which may be a folder; `programs` those whose file, of which a universal one has
    several."""

    artifact: Callable[[], Artifact]
    executable: bool
    content: FileContent | None = None
    beside: Callable[[], Mapping[str, Artifact]] = dict
    side: tuple[str, ...] = ()
    installer: Installer | None = None
    programs: tuple[PythonExecutable, ...] = ()

    @property
    def is_folder(self) -> bool:
        """Whether it is a tree, such as a bundle of macOS."""
        return self.installer is not None and self.installer.is_folder

    @classmethod
    def of(cls, content: FileContent) -> Entry:
        """For a file whose bytes are known."""
        return cls(lambda: content.artifact, content.executable, content)


@define(eq=False, kw_only=True)
class FileManifest(BuildableObject):
    """Files by the paths at which they are handed out; a target that returns it writes them.

    Paths are relative and never lead out of the target's folder. A path that is added again is
    replaced, but for files that lie next to a program. `oxidize run` runs the program that was
    added last, else the only file that can be run.

    It can be changed until the function of the target that made it returns.
    """

    entries: dict[str, Entry] = field(factory=dict)
    program: str | None = None
    trees: dict[str, list[ResourceTree]] = field(factory=dict)
    _sides: dict[str, str] = field(factory=dict, init=False)
    """The files next to programs: their paths -> those of the programs."""
    _folders: Counter[str] = field(factory=Counter, init=False)
    """How many files there are below each folder, at any depth."""

    @exposed(changes=True)
    def add_file(
        self, content: FileContent, path: str | None = None, directory: str | None = None
    ) -> None:
        """Adds one file.

        Args:
            content: The file.
            path: Where it goes, its name included; by default its name.
            directory: The folder that it goes into, under its name.
        """
        if path is not None and directory is not None:
            refuse(
                "OX0215",
                "path and directory are both given, but a file goes to one place",
                argument="directory",
            )
        if path is None:
            folder = folder_inside(directory or "", "directory")
            self.put(below(folder, content.filename), Entry.of(content))
        else:
            self.put(inside(path, "path"), Entry.of(content))

    @exposed(changes=True)
    def add_manifest(self, other: FileManifest, directory: str = ".") -> None:
        """Adds all files of another manifest.

        Args:
            other: The manifest; of a path that both have, its file is taken.
            directory: The folder that its files go into, at their paths.
        """
        top = folder_inside(directory, "directory")
        # Copies, since a manifest may be added to itself.
        for path, entry in list(other.entries.items()):
            if entry.installer:
                self._check_apart(entry.installer, "other")
            self.put(below(top, path), entry)
        for folder, trees in [(folder, list(trees)) for folder, trees in other.trees.items()]:
            self.trees.setdefault(below(top, folder), []).extend(trees)
        if other.program:
            self.program = below(top, other.program)

    @exposed(changes=True)
    def add_installer(self, installer: Installer, directory: str = ".") -> None:
        """Adds an archive, or what else `to_installer()` gave, under its name.

        Two installers of one name can't be in one folder.

        Args:
            installer: The archive.
            directory: The folder that it goes into.
        """
        self._check_apart(installer, "installer")
        place = below(folder_inside(directory, "directory"), installer.file_name)
        there = self.entries.get(place)
        if there and there.installer and there.installer is not installer:
            refuse(
                "OX1180",
                f'another installer is "{place}" already',
                argument="installer",
                help="add it to another folder, with directory = ..., or give it another name",
            )
        self.put(place, Entry(installer.archive, executable=False, installer=installer))

    def _check_apart(self, installer: Installer, argument: str) -> None:
        """Refuses an archive that would have to hold itself."""
        if installer.holds(self):
            refuse(
                "OX0214",
                f"{installer.file_name} holds the files of this manifest, and so can't be in it",
                argument=argument,
                help="make another FileManifest() for what goes around the archive",
            )

    @exposed(changes=True)
    def add_path(self, path: str, strip_prefix: str) -> None:
        """Adds a file that is there before the build.

        Args:
            path: The file; relative to the build file's folder.
            strip_prefix: What to take away from the start of `path`; the rest is where the file
                goes.
        """
        file = existing_file(self.context.reach, path)
        prefix = strip_prefix.rstrip("/") + "/" if strip_prefix else ""
        if not path.startswith(prefix):
            refuse(
                "OX0214", f'"{path}" doesn\'t start with "{strip_prefix}"', argument="strip_prefix"
            )
        place = inside(path.removeprefix(prefix), "path")
        self.put(place, Entry.of(file_on_disk(self.context, file)))

    @exposed()
    def get_file(self, path: str) -> FileContent | None:
        """The file at a path, or None; None for a program or an archive too, which has no bytes
        yet.

        Args:
            path: Where it goes.
        """
        entry = self.entries.get(inside(path, "path"))
        return entry.content if entry else None

    @exposed()
    def paths(self) -> Sequence[str]:
        """Where the files go, sorted. What Python resources become isn't known yet."""
        return sorted(self.entries)

    @exposed(changes=True)
    def remove(self, path: str) -> None:
        """Takes a file away; does nothing if it isn't there.

        Args:
            path: Where it would go.
        """
        self._remove(inside(path, "path"))

    def _remove(self, path: str) -> None:
        if self.entries.pop(path, None) is None:
            return
        self._folders.subtract(_folders_of(path))
        if path in self._sides.values():
            self._sides = {side: each for side, each in self._sides.items() if each != path}
        if self.program == path:
            self.program = None

    @exposed(changes=True)
    def add_python_resource(
        self, prefix: str, resource: PythonExecutable | ResourceCollection
    ) -> None:
        """Adds a program, or modules and data as files, as a folder on `sys.path` has them.

        Args:
            prefix: The folder that it goes into; "." for the top.
            resource: What to add.
        """
        self._add(prefix, resource)

    @exposed(changes=True)
    def add_python_resources(
        self, prefix: str, resources: PythonExecutable | ResourceCollection
    ) -> None:
        """Adds a program, or modules and data as files, as a folder on `sys.path` has them.

        Args:
            prefix: The folder that they go into; "." for the top.
            resources: What to add.
        """
        self._add(prefix, resources)

    def _add(self, prefix: str, what: PythonExecutable | ResourceCollection) -> None:
        if isinstance(what, ResourceCollection):
            self.trees.setdefault(folder_inside(prefix, "prefix"), []).extend(what.added())
        else:
            self.add_program(prefix, what)

    def add_program(self, prefix: str, program: PythonExecutable) -> None:
        """Puts a program's file there, and makes it what is run."""
        name = program.file_name
        place = below(folder_inside(prefix, "prefix"), name)
        self.put(
            place,
            Entry(
                lambda: program.outputs().files[name],
                True,
                beside=program.side_files,
                side=tuple(side_names(program.values).values()),
                programs=(program,),
            ),
        )
        self.program = place

    def put(self, path: str, entry: Entry) -> None:
        """Adds or replaces one file. Refuses a file where a folder has to be, and vice versa."""
        above = _folders_of(path)
        if file := next((each for each in above if each in self.entries), None):
            refuse("OX0214", f'"{path}" would lie in "{file}", which is a file', argument="path")
        if self._folders[path]:
            inner = next(each for each in self.entries if each.startswith(path + "/"))
            refuse("OX0214", f'"{path}" would take the place of the folder of "{inner}"')
        sides = [_next_to(path, name) for name in entry.side]
        self._check_sides(path, sides)
        self._remove(path)
        self.entries[path] = entry
        self._folders.update(above)
        self._sides.update(dict.fromkeys(sides, path))

    def _check_sides(self, path: str, sides: Sequence[str]) -> None:
        """Refuses what would replace a file that lies next to a program, or be replaced by one."""
        if not sides and not self._sides:
            return
        for each in (path, *sides):
            if (program := self._sides.get(each, path)) != path:
                refuse("OX0214", f'"{each}" lies next to the program "{program}" already')
        if taken := next((each for each in sides if each in self.entries), None):
            refuse("OX0214", f'"{taken}" is there, and "{path}" has a file of that name next to it')

    @exposed()
    def to_installer(
        self,
        format: Format,
        name: str | None = None,
        product: Product | None = None,
        settings: Mapping[str, object] = {},
    ) -> Installer:
        """Packs all files for handing them out.

        Args:
            format: What to make; `@oxidize//installers.star` has a function for each.
            name: Of an archive: the start of its file's name, and the folder in it; by default
                the product's name and version.
            product: What it is; archives need none.
            settings: What this format may be told besides, as its function takes it.
        """
        request = InstallerRequest(self, format, name, product, settings, self.context.origin)
        shown = product.package if product else name or ""
        return Installer(
            context=self.context,
            format=format,
            name=shown,
            manifest=self,
            make=lambda signer: form_of(evolve(request, signer=signer)),
            product=product,
        )

    @exposed()
    def sbom(
        self, format: Literal["cyclonedx", "spdx"] = "cyclonedx", product: Product | None = None
    ) -> FileContent:
        """The bill of materials of the programs and the installed packages that are in it by now,
        or in installers in it.

        It is for functions of targets that depend on those of the programs.

        Args:
            format: "cyclonedx" is CycloneDX 1.6, "spdx" SPDX 2.3; both are JSON.
            product: What it tells of what is handed out.
        """
        return self.contents(product).file(format)

    def contents(self, product: Product | None = None, name: str = "") -> Contents:
        """What a bill of materials lists. What several installers in it hold is told once; if they
        are all that it has, and of one product, that is what is told of."""
        own, trees = (
            self.programs(),
            [each for _, some in sorted(self.trees.items()) for each in some],
        )
        installers = (self.entries[path].installer for path in sorted(self.entries))
        held = [each.contents() for each in installers if each]
        programs = dict.fromkeys([*own, *(each for inner in held for each in inner.programs)])
        for tree in (each for inner in held for each in inner.trees):
            if tree not in trees:
                trees.append(tree)
        products = {(p.name, p.version): p for inner in held if (p := inner.product)}
        if product is None and not own and len(products) == 1:
            (product,) = products.values()
        shown = name or next((each.name for each in programs), "files")
        return Contents(self.context, shown, list(programs), tuple(trees), product)

    def programs(self) -> list[PythonExecutable]:
        """All programs in it."""
        return [each for path in sorted(self.entries) for each in self.entries[path].programs]

    @property
    def main(self) -> str | None:
        """Where the program is that is run, if there is one."""
        runnable = [path for path, entry in self.entries.items() if entry.executable]
        return self.program or (runnable[0] if len(runnable) == 1 else None)

    def folders(self) -> dict[str, Artifact]:
        """What Python resources become, trees beside programs, and bundles, by the folder that
        they go to; "" is the top."""
        trees = {folder: [tree] for folder, tree in self.resource_folders().items()}
        for path, tree in self.trees_beside().items():
            trees.setdefault(path.rpartition("/")[0], []).append(tree)
        return {folder: merged_trees(each, self.context) for folder, each in trees.items()}

    def resource_folders(self) -> dict[str, Artifact]:
        """What Python resources become, and bundles, by the folder that they go to."""
        found: dict[str, Artifact] = {
            folder: self._signed_resources(folder, laid_out(parts, self.context))
            for folder, parts in sorted(self.trees.items())
            if parts
        }
        bundles = {path: each for path, each in sorted(self.entries.items()) if each.is_folder}
        return {**found, **{path: each.artifact() for path, each in bundles.items()}}

    def trees_beside(self) -> dict[str, Artifact]:
        """The trees that programs have next to them, by the programs' paths."""
        found = ((path, each.beside().get(".")) for path, each in sorted(self.entries.items()))
        return {path: tree for path, tree in found if tree}

    def files(self) -> dict[str, tuple[Artifact, bool]]:
        """All single files, and whether they can be run, by path."""
        found = {
            _next_to(path, name): (artifact, False)
            for path, entry in sorted(self.entries.items())
            for name, artifact in entry.beside().items()
            if name != "."
        }
        own = {
            path: (self._signed(path, each), each.executable)
            for path, each in self.entries.items()
            if not each.is_folder
        }
        return dict(sorted({**found, **own}.items()))

    def _signed(self, path: str, entry: Entry) -> Artifact:
        """A file's bytes; those of programs and installers are signed where they are made."""
        content, signs = entry.content, self.context.signers and is_program(path)
        if content is None or content.signed or not signs:
            return entry.artifact()
        wanted = Wanted("file-manifest-install", path, origin=self.origin)
        return for_windows(self.context, entry.artifact(), wanted, keep=True)

    def _signed_resources(self, folder: str, tree: Artifact) -> Artifact:
        if system_of(self.context.settings.triple) != "windows":
            return tree
        wanted = Wanted("file-manifest-install", folder or ".", origin=self.origin)
        return tree_for_windows(self.context, tree, wanted)

    def outputs(self) -> TargetOutputs:
        """All files."""
        files = {folder or ".": tree for folder, tree in self.folders().items()}
        files |= {path: artifact for path, (artifact, _) in self.files().items()}
        return TargetOutputs(files, program=self.main)


def _folders_of(path: str) -> list[str]:
    """The folders that a path lies in, outermost first."""
    parts = path.split("/")
    return ["/".join(parts[:end]) for end in range(1, len(parts))]


def _next_to(path: str, name: str) -> str:
    return below(path.rpartition("/")[0], name)
