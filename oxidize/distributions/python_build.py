"""A CPython that a recipe built: what its own files tell of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from attrs import define

from oxidize.distributions.standard_library import TEST_EXTENSIONS

_RULE = re.compile(
    r"^Modules/(?P<name>\w+)\$\(EXT_SUFFIX\):(?P<objects>[^;]*); \$\(BLDSHARED\)(?P<words>.*?)"
    r"(?: \$\(LIBPYTHON\))? -o ",
    re.MULTILINE,
)
_INITTAB = re.compile(r'^\s*\{"(\w+)", (\w+)\}', re.MULTILINE)
_ASSIGNMENT = re.compile(r"^(\w+)[ \t]*=[ \t]*(.*)$", re.MULTILINE)
_VARIABLE = re.compile(r"\$\((\w+)\)")
_OF_OTHER_SYSTEMS = ("_scproxy",)


class NotBuilt(Exception):
    """The files aren't those of a CPython with all that it was to have; says why."""


@define(eq=False)
class PythonBuild:
    """The files, by path, of a result: `install/` and `build/`. Raises NotBuilt."""

    files: Mapping[str, Path]
    minor: str

    @property
    def stdlib(self) -> str:
        """The folder of the standard library."""
        return f"install/lib/python{self.minor}"

    @cached_property
    def config_variables(self) -> Mapping[str, str]:
        """What it was configured to, as its `sysconfig` has it."""
        start = f"{self.stdlib}/_sysconfigdata_"
        for path in self.files:
            if path.startswith(start):
                text = self._text(path).partition("build_time_vars =")[2].strip()
                return {name: str(value) for name, value in ast.literal_eval(text).items()}
        raise NotBuilt(f"there is no {start}*.py")

    @cached_property
    def _variables(self) -> Mapping[str, str]:
        """Those of its Makefile, as written there."""
        return dict(_ASSIGNMENT.findall(self._makefile))

    @cached_property
    def _makefile(self) -> str:
        return self._text("build/Makefile").replace("\\\n", " ")

    @property
    def extension_suffix(self) -> str:
        """Of extension modules of just that version and system."""
        return self._expanded("$(EXT_SUFFIX)")

    @cached_property
    def inittab(self) -> Mapping[str, str]:
        """The names of all modules that are built in, and what initialises them."""
        return dict(_INITTAB.findall(self._text("build/Modules/config.c")))

    @cached_property
    def _rules(self) -> Mapping[str, tuple[tuple[str, ...], str]]:
        rules = _RULE.finditer(self._makefile)
        return {rule["name"]: (tuple(rule["objects"].split()), rule["words"]) for rule in rules}

    def objects(self, extension: str) -> tuple[str, ...]:
        """Its object files below build/; none for modules that are CPython itself."""
        return self._rules.get(extension, ((), ""))[0]

    def links(self, extension: str) -> Iterator[str]:
        """What it is linked with, by path of a static library below build/, or name."""
        words = self._expanded(self._rules.get(extension, ((), ""))[1]).split()
        yield from _links(word for word in words if not word.endswith(".o"))

    def core_links(self) -> Iterator[str]:
        """What CPython itself is linked with."""
        yield from _links(self._expanded("$(LIBS) $(SYSLIBS) $(LIBM)").split())

    def core_objects(self) -> Iterator[str]:
        """Object files of CPython without extension modules and the table of them."""
        extensions = {path for name in self.inittab for path in self.objects(name)}
        others = {*extensions, "Modules/config.o"}
        every = self._expanded("$(LIBRARY_OBJS)").split()
        yield from (each for each in every if each not in others)

    def known_extensions(self) -> set[str]:
        """All extension modules of the version, built or not, but for those of its own tests."""
        names = {name.lower() for name in re.findall(r"^MODULE_(\w+)_STATE=", self._makefile, re.M)}
        left_out = (*TEST_EXTENSIONS, *_OF_OTHER_SYSTEMS)
        return {name for name in names if not name.startswith(left_out)}

    def missing(self, absent: Mapping[str, str]) -> list[str]:
        """Extension modules that it was to have, and hasn't."""
        return sorted(self.known_extensions() - self.inittab.keys() - absent.keys())

    def magic_number(self) -> str:
        """What its bytecode starts with, in hexadecimal digits."""
        texts = {
            f"{self.stdlib}/importlib/_bootstrap_external.py": r"^MAGIC_NUMBER = \((\d+)\)",
            f"install/include/python{self.minor}/internal/pycore_magic_number.h": (
                r"^#define PYC_MAGIC_NUMBER (\d+)"
            ),
        }
        for path, form in texts.items():
            if path in self.files and (found := re.search(form, self._text(path), re.M)):
                return (int(found[1]).to_bytes(2, "little") + b"\r\n").hex()
        raise NotBuilt("nothing tells the magic number of its bytecode")

    def is_test_extension(self, path: str) -> bool:
        """Whether a file is an extension module for CPython's own tests: 3.11 installs some,
        however it is configured."""
        folder, _, name = path.rpartition("/")
        return folder == f"{self.stdlib}/lib-dynload" and name.startswith(TEST_EXTENSIONS)

    def test_packages(self) -> list[str]:
        """Packages of the standard library that are tests."""
        found = set()
        for path in self.files:
            if path.startswith(f"{self.stdlib}/"):
                parts = path.removeprefix(f"{self.stdlib}/").split("/")[:-1]
                for end, part in enumerate(parts, 1):
                    if part in ("test", "tests", "idle_test") and "site-packages" not in parts:
                        found.add(".".join(parts[:end]))
                        break
        return sorted(found)

    def _expanded(self, words: str) -> str:
        while (result := _VARIABLE.sub(self._value, words)) != words:
            words = result
        return words

    def _value(self, found: re.Match[str]) -> str:
        return self._variables.get(found[1], "")

    def _text(self, path: str) -> str:
        if path not in self.files:
            raise NotBuilt(f"there is no {path}")
        return self.files[path].read_text(encoding="utf-8")


def _links(words: Iterator[str] | list[str]) -> Iterator[str]:
    seen = set()
    for word in words:
        name = word.removeprefix("-l") if word.startswith("-l") else word
        if (name != word or word.endswith(".a")) and name not in seen:
            seen.add(name)
            yield name
