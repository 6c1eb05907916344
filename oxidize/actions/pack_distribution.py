"""pack-distribution: a CPython that was built and its libraries, as a full archive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from attrs import frozen

from oxidize.actions import zig
from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.distributions.archive import TOP
from oxidize.distributions.python_build import NotBuilt, PythonBuild
from oxidize.distributions.python_json import NAME
from oxidize.distributions.python_json_writer import Describing, LinkedLibrary
from oxidize.distributions.recipes.target import RecipeTarget
from oxidize.errors import ActionError, Diagnostic
from oxidize.installers.archive import Link, Member, write_tar_zst

_NO_EXTENSIONS = "All extension modules are built in.\n"


class PackDistribution(Kind):
    """python, library/NAME: results of build-source -> `archive`.

    `version` is CPython's, `libraries` has name -> licence, `versions` name -> version, `absent`
    module -> why it isn't there.
    """

    mnemonic: ClassVar[str] = "pack-distribution"
    version: ClassVar[int] = 3
    outputs: ClassVar[Mapping[str, OutputForm]] = {"archive": "file"}

    def tools(self) -> Mapping[str, str]:
        """What packs: other versions give other bytes; and whose bitcode it may be."""
        import zstandard

        return {"zig": zig.version(), "zstandard": ".".join(map(str, zstandard.ZSTD_VERSION))}

    def run(self, context: ActionContext) -> None:
        """Describes it, and packs."""
        packing = _Packing.of(context)
        note = context.scratch / "note"
        note.write_text(_NO_EXTENSIONS)
        try:
            packing.check()
            description = context.scratch / NAME
            description.write_text(packing.describing(context).document(), encoding="utf-8")
            # Without that folder, the interpreter says that it misses something.
            folder = f"{TOP}/{packing.build.stdlib}/lib-dynload"
            members = [
                Member(f"{TOP}/{NAME}", description, False),
                Member(f"{folder}/README.txt", note, False),
                *packing.members(context),
            ]
        except NotBuilt as error:
            raise _incomplete(str(error)) from error
        with context.output("archive").open("wb") as out:
            write_tar_zst(members, out, list(packing.links()), first=members[0].path)


def _incomplete(why: str) -> ActionError:
    return ActionError(
        Diagnostic(
            "OX0544",
            f"CPython was built, and isn't complete: {why}",
            help="the recipe may be for another version: docs/source-manifest.md names those that "
            "were tried",
        )
    )


@frozen
class _Packing:
    build: PythonBuild
    version: str
    absent: Mapping[str, str]
    libraries: Mapping[str, str]
    versions: Mapping[str, str]

    @classmethod
    def of(cls, context: ActionContext) -> _Packing:
        version, params = str(context.params["version"]), context.params
        absent, libraries, versions = (params[n] for n in ("absent", "libraries", "versions"))
        assert isinstance(absent, Mapping)
        assert isinstance(libraries, Mapping)
        assert isinstance(versions, Mapping)
        minor = ".".join(version.split(".")[:2])
        return cls(
            PythonBuild(context.tree("python"), minor),
            version,
            {name: str(why) for name, why in absent.items()},
            {name: str(licence) for name, licence in libraries.items()},
            {name: str(each) for name, each in versions.items()},
        )

    def check(self) -> None:
        """Raises NotBuilt for extension modules that it was to have, and hasn't."""
        if missing := self.build.missing(self.absent):
            raise NotBuilt(f"it has no {', '.join(missing)}")

    def describing(self, context: ActionContext) -> Describing:
        triple, params = context.platform, context.params
        static, lto = bool(params["static"]), bool(params["lto"])
        target = RecipeTarget(triple, triple, static=static, lto=lto)
        linked = (
            LinkedLibrary(name, licence, self.versions[name], tuple(_archives(tree)))
            for name, licence in self.libraries.items()
            for tree in (context.tree(f"library/{name}"),)
        )
        bitcode = f"llvm-bitcode:{zig.llvm_version(context)}" if target.lto else ""
        form = bitcode or target.object_format
        sdk = zig.macos_sdk() if target.darwin else ""
        return Describing(self.build, target, self.version, tuple(linked), self.absent, form, sdk)

    def members(self, context: ActionContext) -> Iterator[Member]:
        """Files of the archive, but for what it says of itself."""
        files, executables = self.build.files, context.executables("python")
        build = self.build
        objects = {f"build/{each}" for each in (*build.core_objects(), "Modules/config.o")}
        objects |= {f"build/{each}" for name in build.inittab for each in build.objects(name)}
        objects.add("build/Programs/python.o")
        for path, file in files.items():
            name = path.rpartition("/")[2]
            if build.is_test_extension(path):
                continue
            if path.startswith("build/") and path.endswith(".a"):
                yield Member(f"{TOP}/build/lib/{name}", file, False)
            elif not path.endswith((".o", ".a")) or path in objects or path == self._libpython:
                yield Member(f"{TOP}/{path}", file, path in executables)
        for library in self.libraries:
            for path, file in context.tree(f"library/{library}").items():
                if path.endswith(".a"):
                    yield Member(f"{TOP}/build/{path}", file, False)
                elif path.startswith("licenses/"):
                    yield Member(f"{TOP}/{path}", file, False)

    @property
    def _libpython(self) -> str:
        return f"install/lib/libpython{self.build.minor}.a"

    def links(self) -> Iterator[Link]:
        """What an installation has under several names."""
        name = f"python{self.build.minor}"
        yield Link(f"{TOP}/install/bin/python3", name)
        yield Link(f"{TOP}/install/bin/python", name)


def _archives(tree: Mapping[str, Path]) -> Sequence[str]:
    return [path.removeprefix("lib/lib").removesuffix(".a") for path in tree if path.endswith(".a")]
