"""pack: containers and the interpreter's configuration, as the one container of a program."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, TypeVar

from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.actions.link_runtime import SHARED_RUNTIME
from oxidize.distributions.description import Description
from oxidize.errors import ActionError, Diagnostic
from oxidize.graph.action import Value
from oxidize.resources.layout import ModuleFlag
from oxidize.resources.libraries import with_libraries
from oxidize.resources.model import ConfigValue, File, Module, Resources
from oxidize.resources.reader import Container
from oxidize.resources.writer import write_container

Row = TypeVar("Row", Module, File)


class Pack(Kind):
    """distribution; containers, in order -> `payload`."""

    mnemonic: ClassVar[str] = "pack"
    version: ClassVar[int] = 2
    outputs: ClassVar[Mapping[str, OutputForm]] = {"payload": "file"}

    def run(self, context: ActionContext) -> None:
        """Merges and writes. Raises ActionError for what two containers claim."""
        modules: dict[str, Module] = {}
        files: dict[str, File] = {}
        for path in context.inputs("containers"):
            part = _read(path)
            _merge(modules, part.modules, "module")
            _merge(files, part.files, "file")
        config = _config(context.params["config"])
        _check_main(config, modules)
        config |= _facts(Description.load(context.input("distribution")))
        resources = with_libraries(Resources(modules, files, config))
        with context.output("payload").open("w+b") as out:
            write_container(resources, out)


def _read(path: Path) -> Resources:
    # Not verified again: the store has checked the digest of what it hands out.
    return Container(path.read_bytes(), verify=False).resources()


def _stdlib(row: Module | File) -> bool:
    return isinstance(row, Module) and bool(row.flags & ModuleFlag.STANDARD_LIBRARY)


def _is_namespace(row: Module | File) -> bool:
    return isinstance(row, Module) and bool(row.flags & ModuleFlag.NAMESPACE)


def _merge(into: dict[str, Row], rows: Mapping[str, Row], what: str) -> None:
    """The application shadows the standard library, as on `sys.path`, and shares namespace
    packages; anything else that is there twice must be the same."""
    for name, row in rows.items():
        known = into.get(name)
        if known is None or _stdlib(known) or _is_namespace(known):
            into[name] = row
        elif known != row and not _is_namespace(row):
            raise ActionError(
                Diagnostic(
                    "OX0412",
                    f"two different resources give the {what} {name}",
                    help="leave it out of one of them with .without([...])",
                )
            )


def _config(value: Value) -> dict[str, ConfigValue]:
    assert isinstance(value, Mapping)
    config: dict[str, ConfigValue] = {}
    for key, setting in value.items():
        if isinstance(setting, str | int):
            config[key] = setting
        elif isinstance(setting, tuple | list):
            config[key] = [str(item) for item in setting]
    return config


def _facts(description: Description) -> dict[str, ConfigValue]:
    """What `oxidize inspect` tells of the interpreter; the runtime passes over it."""
    return {
        "about_python": description.version,
        "about_triple": description.triple,
        "about_source": description.source,
        "about_libc": description.libc,
        **_shared(description),
    }


def _shared(description: Description) -> dict[str, ConfigValue]:
    """What a launcher without Python loads, in this order."""
    if description.link_mode == "static":
        return {}
    return {"shared_python": description.libpython, "shared_runtime": SHARED_RUNTIME}


def _check_main(config: Mapping[str, ConfigValue], modules: Mapping[str, Module]) -> None:
    """A program whose main module isn't there would only fail where it is used."""
    name = config.get("run_module")
    if not isinstance(name, str):
        return
    wanted = name
    if wanted in modules and modules[wanted].flags & ModuleFlag.PACKAGE:
        wanted = f"{name}.__main__"
    if wanted not in modules:
        raise ActionError(
            Diagnostic(
                "OX0413",
                f"the program is to run the module {name}, but no resource gives {wanted}",
                help=f"add it: exe.add_python_resources(exe.read_package_root(path = ..., "
                f'packages = ["{name.partition(".")[0]}"]))',
            )
        )
