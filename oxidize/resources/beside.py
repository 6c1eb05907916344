"""What lies beside a program: modules and files written into folders next to the executable.

They lie as they would below any folder of `sys.path`, so that a plain Python can import them too.
"""

from __future__ import annotations

from _imp import source_hash
from collections.abc import Iterator
from pathlib import Path

from attrs import evolve, frozen

from oxidize.resources.layout import FileFlag, ModuleFlag
from oxidize.resources.model import Blob, File, Module, Resources
from oxidize.resources.reader import decode

# PEP 552: the source's hash stands in the file, and nobody compares it.
_UNCHECKED_HASH = (1).to_bytes(4, "little")


@frozen
class Bytecode:
    """How a CPython names and marks its bytecode files; `level` is the one that a program runs
    with. `magic` is 4 bytes long."""

    magic: bytes
    tag: str
    level: int

    def files(self, module: Module) -> Iterator[tuple[str, bytes]]:
        """(path, content) of a module's source and bytecode."""
        source = decode(module.source) if module.source else b""
        key = int.from_bytes(self.magic, "little")
        head = self.magic + _UNCHECKED_HASH + source_hash(key, source)
        if not module.source:
            code = module.code.get(self.level) or next(iter(module.code.values()))
            yield sourceless(module.path), head + bytes(code.data)
            return
        yield module.path, source
        folder, slash, name = module.path.rpartition("/")
        stem = f"{folder}{slash}__pycache__/{name.removesuffix('.py')}.{self.tag}"
        for level, code in sorted(module.code.items()):
            end = f".opt-{level}.pyc" if level else ".pyc"
            yield stem + end, head + bytes(code.data)


def sourceless(path: str) -> str:
    """Where Python looks for bytecode that has no source."""
    return path.removesuffix(".py") + ".pyc"


def put_beside(resources: Resources, bytecode: Bytecode, folder: Path) -> Resources:
    """Writes what is to lie beside the program below `folder`, and takes it out of the container;
    the rows that tell where it is stay."""
    modules = {name: _module(each, bytecode, folder) for name, each in resources.modules.items()}
    files = {path: _file(each, folder) for path, each in resources.files.items()}
    return evolve(resources, modules=modules, files=files)


def _module(module: Module, bytecode: Bytecode, folder: Path) -> Module:
    if not module.beside:
        return module
    path = module.path
    if module.flags & ModuleFlag.EXTENSION:
        assert module.extension is not None
        _write(folder / module.beside / path, bytes(module.extension.data))
    else:
        for name, data in bytecode.files(module):
            _write(folder / module.beside / name, data)
        path = path if module.source else sourceless(path)
    return evolve(module, path=path, source=None, code={}, extension=None)


def _file(file: File, folder: Path) -> File:
    if not file.beside:
        return file
    content: Blob = file.blob
    _write(folder / file.beside / file.path, decode(content), file.flags & FileFlag.EXECUTABLE)
    return evolve(file, content=None)


def _write(target: Path, data: bytes, executable: int = 0) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    target.chmod(0o755 if executable else 0o644)
