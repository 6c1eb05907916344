"""PythonDistribution: a CPython to embed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import define, evolve

from oxidize.objects.base import ScriptObject
from oxidize.objects.collection import ResourceCollection
from oxidize.objects.distribution_artifacts import DistributionArtifacts
from oxidize.objects.executable import PythonExecutable
from oxidize.objects.executable_settings import (
    EXECUTABLE_SETTINGS,
    check_side_files,
    checked_executable,
)
from oxidize.objects.file_name import check_file_name
from oxidize.objects.interpreter_config import PythonInterpreterConfig, checked_settings
from oxidize.objects.interpreter_settings import INTERPRETER_SETTINGS
from oxidize.objects.member import Parameter, exposed
from oxidize.objects.packages import pip_install
from oxidize.objects.packaging_policy import PythonPackagingPolicy, checked_policy
from oxidize.objects.packaging_settings import PACKAGING_SETTINGS
from oxidize.objects.program import standard_library
from oxidize.objects.secret import Secret
from oxidize.objects.source_folder import SourceFolder
from oxidize.objects.windows_settings import WindowsSettings


@define(eq=False, kw_only=True)
class PythonDistribution(ScriptObject):
    """A CPython to embed: interpreter, standard library and extension modules."""

    artifacts: DistributionArtifacts

    @exposed(settings=PACKAGING_SETTINGS)
    def make_python_packaging_policy(self, **settings: object) -> PythonPackagingPolicy:
        """Says what goes into a program, and in which form."""
        return PythonPackagingPolicy(context=self.context, values=checked_policy(settings))

    @exposed(settings=INTERPRETER_SETTINGS)
    def make_python_interpreter_config(self, **settings: object) -> PythonInterpreterConfig:
        """Says how a program's interpreter is set up, and what it runs.

        None leaves a setting as its profile has it: docs/interpreter.md tells how, and why.
        """
        return PythonInterpreterConfig(context=self.context, values=checked_settings(settings))

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
        return pip_install(self.context, self.artifacts, args, extra_envs or {}, project)

    @exposed()
    def pip_download(self, args: Sequence[str]) -> ResourceCollection:
        """Like `pip_install`, but what the arguments name is taken as wheels only, never built.

        Args:
            args: As for `pip_install`.
        """
        return pip_install(self.context, self.artifacts, args, {}, wheels_only=True)

    @exposed()
    def python_resources(self) -> ResourceCollection:
        """The standard library: its modules, extension modules and data.

        A program has them already, as its policy says; added once more, they are as this
        collection's methods left them.
        """
        trees = standard_library(self.artifacts, self.context.origin)
        known = tuple(evolve(each, distribution=self.artifacts) for each in trees)
        return ResourceCollection(context=self.context, trees=known)

    @exposed(settings=EXECUTABLE_SETTINGS)
    def to_python_executable(
        self,
        name: str,
        packaging_policy: PythonPackagingPolicy | None = None,
        config: PythonInterpreterConfig | None = None,
        **settings: object,
    ) -> PythonExecutable:
        """Begins a program that holds this CPython and its standard library.

        Args:
            name: File name of the program, without `.exe`.
            packaging_policy: What goes in, and in which form; by default as
                `make_python_packaging_policy()` says.
            config: How the interpreter is set up, and what it runs; by default as
                `make_python_interpreter_config()` says, which gives a prompt.
        """
        check_file_name(name, "name")
        if packaging_policy is None:
            packaging_policy = self.make_python_packaging_policy(**_defaults(PACKAGING_SETTINGS))
        if config is None:
            config = self.make_python_interpreter_config(**_defaults(INTERPRETER_SETTINGS))
        program = PythonExecutable(
            context=self.context,
            name=name,
            distribution=self.artifacts,
            policy=packaging_policy,
            config=config,
            values=checked_executable(settings),
            windows=WindowsSettings.of(settings, self.context),
        )
        check_side_files(program.file_name, program.values, packaging_policy.locations)
        return program


def _defaults(table: tuple[Parameter, ...]) -> dict[str, object]:
    return {row.name: row.default for row in table}
