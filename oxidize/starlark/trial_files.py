"""Files of tests: where they are, which tests they hold, and the build files that call these."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from attrs import frozen

from oxidize.errors import BuildFileError, Diagnostic, Span
from oxidize.objects.globbing import expand
from oxidize.python_source import parse
from oxidize.starlark.labels import label_of

SUFFIX = "_test.star"
# What a test's build file is called; no file can be in its place.
CALLER = "<test>"


@frozen
class StarlarkTest:
    """A function of a file; `label` is how load() names the file."""

    label: str
    name: str

    def caller(self) -> str:
        """The build file that runs it."""
        return f'load("{self.label}", "{self.name}")\n{self.name}()\n'


@frozen
class StarlarkTestFile:
    """A file of tests, below the folder that `//` means."""

    path: Path
    root: Path

    @property
    def label(self) -> str:
        """How load() names it."""
        return label_of("", self.path.relative_to(self.root))

    def tests(self) -> tuple[StarlarkTest, ...]:
        """The functions named `test_*`, in their order. Raises BuildFileError for one that takes
        arguments, and SyntaxError for a file that can't be parsed."""
        found = parse(self.path.read_bytes(), str(self.path)).body
        functions = [each for each in found if isinstance(each, ast.FunctionDef)]
        named = [each for each in functions if each.name.startswith("test_")]
        for each in named:
            self._check_arguments(each)
        return tuple(StarlarkTest(self.label, each.name) for each in named)

    def _check_arguments(self, function: ast.FunctionDef) -> None:
        given = function.args
        needed = len(given.posonlyargs) + len(given.args) - len(given.defaults)
        if needed > 0 or any(default is None for default in given.kw_defaults):
            line, column = function.lineno, function.col_offset + len("def ") + 1
            place = Span(str(self.path), line, column, line, column + len(function.name))
            message = f"{function.name}() takes arguments, which tests aren't given"
            raise BuildFileError(Diagnostic("OX0831", message, place))


def loading(tests: Iterable[StarlarkTest]) -> str:
    """A build file that only loads tests."""
    return "".join(f'load("{each.label}", "{each.name}")\n' for each in tests)


def find_test_files(folder: Path, root: Path) -> Iterator[StarlarkTestFile]:
    """All files of tests below a folder, sorted by path; nothing hidden."""
    for path in expand(f"**/*{SUFFIX}", folder):
        yield StarlarkTestFile(Path(path), root)
