"""The language as data: every type, function and value that build files see."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial

from attrs import field, frozen

from oxidize.objects import (
    distributions,
    file_functions,
    functions,
    product_functions,
    prompts,
    secret_functions,
    signing_functions,
    source_folder,
)
from oxidize.objects.base import BuildableObject, ScriptObject, read_setting
from oxidize.objects.code_signer import CodeSigner
from oxidize.objects.collection import ResourceCollection
from oxidize.objects.distribution import PythonDistribution
from oxidize.objects.embedded_resources import PythonEmbeddedResources
from oxidize.objects.executable import PythonExecutable
from oxidize.objects.file_content import FileContent
from oxidize.objects.file_manifest import FileManifest
from oxidize.objects.installer import Installer
from oxidize.objects.interpreter_config import PythonInterpreterConfig
from oxidize.objects.member import Field, Member, is_exposed, read_field, read_member
from oxidize.objects.packaging_policy import PythonPackagingPolicy
from oxidize.objects.product import FileType, MenuEntry, Product, Service
from oxidize.objects.resource import RESOURCE_TYPES
from oxidize.objects.secret import Secret
from oxidize.objects.settings import Settings
from oxidize.objects.signing_request import CodeSigningRequest
from oxidize.objects.source_folder import SourceFolder
from oxidize.objects.universal_binary import AppleUniversalBinary

_TYPES: tuple[type[ScriptObject], ...] = (
    PythonDistribution,
    PythonPackagingPolicy,
    PythonInterpreterConfig,
    PythonExecutable,
    PythonEmbeddedResources,
    ResourceCollection,
    FileContent,
    FileManifest,
    SourceFolder,
    Installer,
    Product,
    MenuEntry,
    FileType,
    Service,
    AppleUniversalBinary,
    Secret,
    CodeSigner,
    CodeSigningRequest,
    *RESOURCE_TYPES,
)
_FUNCTIONS: tuple[Callable[..., object], ...] = (
    distributions.default_python_distribution,
    distributions.PythonDistribution,
    functions.register_target,
    functions.set_build_path,
    prompts.can_prompt,
    prompts.prompt_confirm,
    prompts.prompt_input,
    prompts.prompt_password,
    prompts.Secret,
    secret_functions.secret_from_env,
    secret_functions.secret_from_file,
    signing_functions.code_signer_from_pfx_file,
    signing_functions.code_signer_from_gpg_key_file,
    functions.resolve_target,
    functions.resolve_targets,
    functions.print,
    file_functions.FileContent,
    file_functions.FileManifest,
    file_functions.AppleUniversalBinary,
    file_functions.glob,
    product_functions.make_product,
    product_functions.make_menu_entry,
    product_functions.make_file_type,
    product_functions.make_service,
    source_folder.source_folder,
)


@frozen
class ObjectType:
    """One type of objects, as scripts see it."""

    name: str
    doc: str
    members: Mapping[str, Member]
    buildable: bool
    fields: Mapping[str, Field] = field(factory=dict)
    """Plain values that scripts read."""


@frozen
class GlobalValue:
    """One value among the globals."""

    name: str
    spelling: str
    doc: str
    read: Callable[[Settings], object]


VALUES = (
    GlobalValue("BUILD_TARGET_TRIPLE", "str", "The triple that is built for.", lambda s: s.triple),
    GlobalValue("CONFIG_PATH", "str", "Path of the build file.", lambda s: str(s.path)),
    GlobalValue("CWD", "str", "Folder of the build file.", lambda s: str(s.folder)),
    GlobalValue(
        "VARS",
        "dict[str, str | None]",
        "The variables given on the command line with `--var` and `--var-env`; None for one of the "
        "environment that isn't set.",
        lambda s: dict(s.variables),
    ),
)


@frozen
class Language:
    """Everything that build files see."""

    types: Mapping[str, ObjectType]
    functions: Mapping[str, Member]
    values: Mapping[str, GlobalValue] = field(factory=dict)

    @property
    def constructors(self) -> Mapping[str, Member]:
        """Functions under the names of the types that they make."""
        return {name: each for name, each in self.functions.items() if name in self.types}

    def member(self, key: str) -> Member:
        """A function by its name, a method as "Type.name"."""
        type_name, dot, name = key.partition(".")
        return self.types[type_name].members[name] if dot else self.functions[key]

    def makers(self, type_name: str) -> list[str]:
        """Functions and methods that return objects of a type: `f()`, `Type.method()`."""
        found = [f"{m.name}()" for m in self.functions.values() if _makes(m, type_name)]
        for each in self.types.values():
            methods = (m for m in each.members.values() if _makes(m, type_name))
            found += [f"{each.name}.{m.name}()" for m in methods if each.name != type_name]
        return found


def _makes(member: Member, type_name: str) -> bool:
    return type_name in member.returns.objects


def read_type(python: type[ScriptObject]) -> ObjectType:
    """The object type that a class stands for."""
    marked = (f for _, f in inspect.getmembers_static(python, inspect.isfunction) if is_exposed(f))
    ordered = sorted(marked, key=lambda function: function.__code__.co_firstlineno)
    known = {each.__name__: each for each in _TYPES}
    members = [read_member(function, known, python) for function in ordered]
    return ObjectType(
        python.__name__,
        inspect.getdoc(python) or "",
        {member.name: member for member in members},
        issubclass(python, BuildableObject),
        {each.name: each for each in _fields(python)},
    )


def _fields(python: type[ScriptObject]) -> Iterator[Field]:
    """Settings in the order of their table, then marked properties in alphabetic order."""
    for row in python.SETTINGS:
        yield Field(row.name, row.type, row.doc, partial(read_setting, name=row.name))
    for _, each in inspect.getmembers_static(python, lambda value: isinstance(value, property)):
        if is_exposed(each.fget):
            yield read_field(each.fget)


def read_language(
    types: Sequence[type[ScriptObject]] = _TYPES,
    functions: Sequence[Callable[..., object]] = _FUNCTIONS,
) -> Language:
    """Reads the declarations of classes and functions."""
    return Language(
        {each.name: each for each in map(read_type, types)},
        {each.name: each for each in map(read_member, functions)},
        {each.name: each for each in VALUES},
    )


@cache
def testing_language() -> Language:
    """The language that tests see."""
    from oxidize.objects.testing import FUNCTIONS

    return read_language(functions=(*_FUNCTIONS, *FUNCTIONS))


@cache
def language() -> Language:
    """The language of oxidize, read once per process."""
    return read_language()
