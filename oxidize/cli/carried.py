"""What a program carries, read from its file and from the one next to it that has the rest."""

from __future__ import annotations

from pathlib import Path

from oxidize.binary.embed import find_payload
from oxidize.binary.error import BinaryError
from oxidize.errors import Diagnostic, UsageError
from oxidize.resources.model import Resources
from oxidize.resources.reader import Container, ContainerError


def read_program(path: Path) -> tuple[int, Resources]:
    """The size and the resources of a program. Raises UsageError when it isn't one of ours, can't
    be read or is damaged."""
    data = read_file(path)
    try:
        payload = find_payload(data)
    except BinaryError as error:
        help_ = "name a program that oxidize built"
        raise refused(path, "OX0603", str(error), help_) from error
    rest, resources = _whole(path, payload)
    return len(data) + rest, resources


def carried_by(path: Path, data: bytes) -> Resources | None:
    """The resources of a program that may be another's; then there are none. Raises UsageError when
    they are damaged."""
    try:
        payload = find_payload(data)
    except BinaryError:
        return None
    return _whole(path, payload)[1]


def read_file(path: Path) -> bytes:
    """A file's content. Raises UsageError, also for devices and pipes, which may have no end."""
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise refused(path, "OX0602", "it is no file, but a device, a pipe or the like")
        return path.read_bytes()
    except OSError as error:
        raise refused(path, "OX0602", str(error.strerror)) from error


def refused(path: Path, code: str, message: str, help_: str | None = None) -> UsageError:
    """That a file can't be told of."""
    return UsageError(Diagnostic(code, f"{path}: {message}", help=help_))


def _whole(path: Path, payload: memoryview) -> tuple[int, Resources]:
    """The size of the file beside the program that has the resources if one does, and these."""
    resources = _resources(path, payload)
    name = resources.config.get("resources_file")
    if name is None:
        return 0, resources
    beside = path.resolve().parent / str(name)
    rest = read_file(beside)
    return len(rest), _resources(beside, rest, str(resources.config.get("resources_sha256")))


def _resources(path: Path, data: bytes | memoryview, sha256: str | None = None) -> Resources:
    """Those of a container, which is to have that digest if one is given."""
    try:
        container = Container(data)
        found = container.resources()
    except ContainerError as error:
        raise refused(path, "OX0601", f"damaged: {error}", "build it again") from error
    if sha256 not in (None, container.digest.hex()):
        raise refused(path, "OX0601", "belongs to another build of the program", "build it again")
    return found
