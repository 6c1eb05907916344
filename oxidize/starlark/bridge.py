"""The bridge: evaluates the prelude once and routes its calls to the replay that is running."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Protocol

import starlark

from oxidize.objects.language import Language, language
from oxidize.starlark.dialect import build_file_globals, dialect, prelude_globals
from oxidize.starlark.prelude import (
    CONSTRUCTORS,
    FILE,
    constructors_source,
    prelude_loads,
    prelude_source,
)


class Receiver(Protocol):
    """Serves the calls of one evaluation."""

    def call(self, handle: object, key: str, stack: str, arguments: Mapping[str, object]) -> object:
        """One call of the method or function `key`; `stack` is the printed call stack."""

    def finish(self, results: Sequence[Sequence[object]]) -> object:
        """What the callback of the innermost unfinished call has returned."""


_receiver: ContextVar[Receiver] = ContextVar("receiver")


@contextmanager
def receiving(receiver: Receiver) -> Iterator[None]:
    """Routes the prelude's calls to a receiver, in this thread and for a while."""
    token = _receiver.set(receiver)
    try:
        yield
    finally:
        _receiver.reset(token)


def _finish(results: Sequence[Sequence[object]]) -> object:
    return _receiver.get().finish(results)


def _shown(handle: object) -> str:
    """An object as `print` shows it."""
    if shown := getattr(handle, "SHOWN", ""):
        return str(shown)
    name = getattr(handle, "name", None)
    return type(handle).__name__ + (f'(name = "{name}")' if name else "()")


class Bridge:
    """One evaluated prelude: all modules that use it agree on the types."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._sent: dict[str, tuple[str, ...]] = {}
        self._files: dict[str, starlark.FrozenModule] = {}
        self._loader = starlark.FileLoader(lambda name: self._files[name])
        self._files[FILE] = self._evaluate(prelude_source(language))
        self._files[CONSTRUCTORS] = self._evaluate(constructors_source(language))
        loads = prelude_loads(language, FILE, CONSTRUCTORS)
        self._load = starlark.parse(FILE, loads, dialect())

    def _evaluate(self, source: str) -> starlark.FrozenModule:
        module = starlark.Module()
        module.add_callable("_call", self._call)
        module.add_callable("_finish", _finish)
        module.add_callable("_shown", _shown)
        module.add_callable("_read", self._read)
        # All frames of the prelude bear one name, by which errors leave them out.
        parsed = starlark.parse(FILE, source, dialect())
        starlark.eval(module, parsed, prelude_globals(), self._loader)
        return module.freeze()

    def _call(self, handle: object, key: str, stack: str, values: Sequence[object]) -> object:
        # Names don't cross: each value that does takes as long as a small function.
        if (names := self._sent.get(key)) is None:
            names = tuple(each.name for each in self.language.member(key).sent)
            self._sent[key] = names
        return _receiver.get().call(handle, key, stack, dict(zip(names, values, strict=True)))

    def _read(self, handle: object, type_name: str) -> list[object]:
        """The plain values of an object, in the order of its type's fields."""
        return [each.read(handle) for each in self.language.types[type_name].fields.values()]

    def module(self, values: Mapping[str, object]) -> starlark.Module:
        """A new module with the language's names in it."""
        module = starlark.Module()
        starlark.eval(module, self._load, build_file_globals(), self._loader)
        for name, value in values.items():
            module[name] = value
        return module


@cache
def bridge() -> Bridge:
    """The bridge of oxidize's own language, made once per process."""
    return Bridge(language())
