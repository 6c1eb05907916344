"""A built program with other settings, as fast as its container can be written anew."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

from attrs import evolve, frozen

from oxidize.actions.pack import config_of
from oxidize.binary.payload import find_payload
from oxidize.objects.interpreter_config import checked_settings
from oxidize.objects.interpreter_settings import INTERPRETER_SETTINGS
from oxidize.resources.model import ConfigValue, Resources
from oxidize.resources.reader import Container
from oxidize.resources.writer import write_container

# Left out: they make room for longer settings in the container's place, and are much to write.
UNUSED = {
    *("asyncio", "distutils", "dbm", "email", "ensurepip", "html", "http"),
    *("idlelib", "lib2to3", "pydoc_data", "sqlite3", "tkinter", "tomllib", "turtledemo"),
    *("unittest", "urllib", "wsgiref", "xml", "xmlrpc"),
}


def values(settings: Mapping[str, object]) -> dict[str, ConfigValue]:
    """CONFIG for these arguments of make_python_interpreter_config, the others being defaults."""
    defaults = {row.name: row.default for row in INTERPRETER_SETTINGS}
    assert defaults.keys() >= settings.keys()
    return config_of(checked_settings({**defaults, **settings}))


@frozen
class Reconfigurable:
    """A built program, and what its container holds without the settings."""

    data: bytes
    start: int
    resources: Resources

    @classmethod
    def of(cls, program: Path) -> Reconfigurable:
        """Takes a built program apart."""
        data = program.read_bytes()
        payload = find_payload(data)
        everything = Container(payload, verify=False).resources()
        modules = {
            name: module
            for name, module in everything.modules.items()
            if name.partition(".")[0] not in UNUSED
        }
        small = evolve(everything, modules=modules, config={})
        return cls(data, data.rindex(bytes(payload[:64])), small)

    def write(self, out: Path, config: Mapping[str, ConfigValue]) -> Path:
        """The program with this CONFIG."""
        container = io.BytesIO()
        size = write_container(evolve(self.resources, config=config), container)
        rest = self.start + size
        assert rest <= len(self.data)
        out.write_bytes(self.data[: self.start] + container.getvalue() + self.data[rest:])
        out.chmod(0o755)
        return out
