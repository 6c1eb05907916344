"""pack: containers and the interpreter's configuration, as the one container of a program."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from attrs import evolve

from oxidize.actions.kind import ActionContext, Kind, OutputForm
from oxidize.actions.link_runtime import shared_runtime
from oxidize.actions.mapped import mapped
from oxidize.actions.placing import FIRST_MODULES
from oxidize.binary.portability import Portability
from oxidize.distributions.description import Description
from oxidize.distributions.host import Probe
from oxidize.distributions.windows import is_runtime
from oxidize.errors import ActionError, Diagnostic
from oxidize.graph.action import Value
from oxidize.resources.beside import Bytecode, put_beside
from oxidize.resources.extracted import with_extracted
from oxidize.resources.layout import ModuleFlag
from oxidize.resources.libraries import with_libraries
from oxidize.resources.model import ConfigValue, Module, Resources
from oxidize.resources.native_files import parts_of
from oxidize.resources.reader import Container
from oxidize.resources.writer import write_container
from oxidize.suggest import did_you_mean

# The package of the runtime's own Python.
RUNTIME_PACKAGE = "oxidized_importer"

if TYPE_CHECKING:
    from oxidize.resources.merge import Collision

# Settings by which the main module may lie on the user's disk.
_PATHS = ("module_search_paths", "python_path_env")


class Pack(Kind):
    """python, distribution; containers, in order; names: files that list the modules to keep, if
    there are any -> `payload`; the tree `beside`: what lies next to the program; and `needs`: what
    the native files of both need of the system (`Portability`)."""

    mnemonic: ClassVar[str] = "pack"
    version: ClassVar[int] = 8
    outputs: ClassVar[Mapping[str, OutputForm]] = {
        "payload": "file",
        "beside": "tree",
        "needs": "file",
    }

    def run(self, context: ActionContext) -> None:
        """Merges and writes. Raises ActionError for what two containers claim."""
        # Imported here: a build where nothing changed shouldn't pay for it.
        from oxidize.resources.merge import Collision, merge

        try:
            merged = merge(map(_read, context.inputs("containers")))
        except Collision as error:
            raise _collision(error) from error
        config = config_of(context.params["config"])
        _check_main(config, merged.modules)
        description = Description.load(context.input("distribution"))
        if context.params["portability"]:
            context.warn(_portability(description))
        config |= _facts(description)
        merged = _with_runtime_dlls(merged, str(context.params.get("runtime_dlls")), description)
        resources = with_extracted(with_libraries(evolve(merged, config=config)))
        if context.inputs("names"):
            resources = _named(context, resources)
        context.output("needs").write_text(Portability(parts_of(resources)).dump())
        probe = Probe.load(context.input("python"))
        level = config.get("optimization_level", 0)
        bytecode = Bytecode(probe.magic, probe.cache_tag, level if isinstance(level, int) else 0)
        resources = put_beside(resources, bytecode, context.output("beside"))
        with context.output("payload").open("w+b") as out:
            write_container(resources, out)


def _named(context: ActionContext, resources: Resources) -> Resources:
    """What files list, what the program runs, and what it can't start without."""
    from oxidize.resources.trimming import read_names, trimmed

    names = {name for text in _texts(context) for name in read_names(text)}
    unknown = sorted(names - resources.modules.keys() - set(sys.builtin_module_names))
    if unknown:
        shown = ", ".join(unknown[:5]) + (", ..." if len(unknown) > 5 else "")
        context.warn(f"{len(unknown)} names of modules that the program doesn't have: {shown}")
    own = [name for name in resources.modules if name.partition(".")[0] == RUNTIME_PACKAGE]
    main = str(resources.config.get("run_module", ""))
    return trimmed(resources, names, {*own, *FIRST_MODULES, main, f"{main}.__main__"})


def _with_runtime_dlls(resources: Resources, mode: str, description: Description) -> Resources:
    """With the runtime of Visual C++ that the distribution carries, or without, as is asked."""
    own = {path for path in resources.files if path[:4] == "lib/" and is_runtime(path[4:])}
    if mode == "always" and not own:
        raise ActionError(
            Diagnostic(
                "OX0552",
                f"the distribution of CPython {description.version} doesn't carry the Visual C++ "
                "runtime",
                help="take it from an archive that does; or let users install it, with "
                'windows_runtime_dlls_mode = "when-present"',
            )
        )
    if mode != "never":
        return resources
    files = {path: file for path, file in resources.files.items() if path not in own}
    return evolve(resources, files=files)


def _portability(description: Description) -> str:
    """What a release with a host's CPython means."""
    return (
        "the program needs a system about as new as this machine's: the catalogue has no "
        f"standalone CPython {description.minor} for {description.triple} "
        "(oxidize distribution refresh)"
    )


def _texts(context: ActionContext) -> Iterator[str]:
    for path in context.inputs("names"):
        try:
            yield path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            message = f"a list of modules isn't text in UTF-8: {path}"
            raise ActionError(Diagnostic("OX0404", message)) from error


def _read(path: Path) -> Resources:
    # Not verified again: the store has checked the digest of what it hands out.
    return Container(mapped(path), verify=False).resources()


def _collision(error: Collision) -> ActionError:
    first, second = error.owners
    inside = error.name if error.what == "module" else error.name.rpartition("/")[0]
    name = inside.replace("/", ".") or error.name
    return ActionError(
        Diagnostic(
            "OX0412",
            f"two different resources give the {error.what} {error.name}",
            notes=(f"from {first} and from {second}",)
            if first != second
            else (f"both from {first}",),
            help=f'leave it out of one of them: .without(["{name}"])',
        )
    )


def config_of(value: Value) -> dict[str, ConfigValue]:
    """CONFIG for the interpreter settings that are an action's parameter."""
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
    runtime = shared_runtime(description.triple)
    return {"shared_python": description.libpython, "shared_runtime": runtime}


def _check_main(config: Mapping[str, ConfigValue], modules: Mapping[str, Module]) -> None:
    """A program whose main module isn't there would only fail where it is used."""
    name = config.get("run_module")
    if not isinstance(name, str) or any(config.get(key) for key in _PATHS):
        return
    wanted = name
    if wanted in modules and modules[wanted].flags & ModuleFlag.PACKAGE:
        wanted = f"{name}.__main__"
    if wanted not in modules:
        raise ActionError(
            Diagnostic(
                "OX0413",
                f"the program is to run the module {name}, but no resource gives {wanted}",
                help=_main_help(name, wanted, modules),
            )
        )


def _main_help(name: str, wanted: str, modules: Mapping[str, Module]) -> str:
    if wanted != name:
        return f'give the package a __main__.py, or run a module of it: run_module = "{name}.NAME"'
    return did_you_mean(name, modules) or (
        "add it: exe.add_python_resources(exe.read_package_root(path = ..., "
        f'packages = ["{name.partition(".")[0]}"]))'
    )
