"""`oxidize test`: runs tests that are written in Starlark."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from attrs import define, evolve, field

from oxidize.cli.console import Console
from oxidize.cli.loading import fetched, with_libraries
from oxidize.cli.options import (
    add_library_options,
    add_project_options,
    add_talk_options,
    apply_talk_options,
    project_options,
)
from oxidize.cli.parser import Parser
from oxidize.cli.project import project_folder, project_settings
from oxidize.cli.render import as_fields
from oxidize.errors import BuildFileError, Diagnostic, UsageError
from oxidize.objects.settings import Settings
from oxidize.starlark.session import LibraryNeeded
from oxidize.starlark.trial_files import CALLER, StarlarkTest, StarlarkTestFile, loading
from oxidize.starlark.trial_patterns import select_tests
from oxidize.suggest import did_you_mean

_FAILED, _NOT_LOADED, _NONE = 1, 2, 4


def configure(parser: Parser) -> None:
    """Arguments of `test`."""
    parser.add_argument(
        "patterns",
        metavar="TESTS",
        nargs="*",
        help="//..., //folder/..., //folder:file_test.star, :test_name, or a path (default: all)",
    )
    parser.add_argument("--json", action="store_true", help="like --message-format json")
    add_project_options(parser)
    add_library_options(parser)
    add_talk_options(parser)


def run(args: argparse.Namespace, console: Console) -> int:
    """Runs them one by one; tells of each, and how many there are."""
    apply_talk_options(args, console)
    console.json = console.json or args.json
    options = project_options(args)
    root = project_folder(options.path)
    selection = select_tests(args.patterns, root, Path.cwd())
    run = _Run(with_libraries(project_settings(options, root / CALLER)), console)
    for file in selection.files:
        run.file(file, selection.names)
    if not run.count:
        console.error(UsageError(_no_tests(selection.names, run.seen)))
        return _NONE
    run.tell()
    return run.exit_code


def _no_tests(asked: frozenset[str], seen: Sequence[str]) -> Diagnostic:
    help = next(filter(None, (did_you_mean(name, seen, ":{}") for name in sorted(asked))), None)
    note = "tests are functions named test_* in files named *_test.star"
    return Diagnostic("OX0830", "there are no such tests", notes=(note,), help=help)


@define
class _Run:
    """What has become of the tests so far."""

    settings: Settings
    console: Console
    passed: int = 0
    failed: int = 0
    broken: list[str] = field(factory=list)
    seen: list[str] = field(factory=list)
    """Names of all tests in the files, also of those that weren't asked for."""

    @property
    def count(self) -> int:
        """How much there was to do."""
        return self.passed + self.failed + len(self.broken)

    @property
    def exit_code(self) -> int:
        """For the shell."""
        return _NOT_LOADED if self.broken else _FAILED if self.failed else 0

    def file(self, file: StarlarkTestFile, names: frozenset[str]) -> None:
        """Runs the tests of a file that bear one of these names, or all."""
        try:
            tests = self._tests(file)
        except BuildFileError as error:
            self.broken.append(file.label)
            self._say(f"FAILED {file.label}: it can't be loaded", "not-loaded", file.label, error)
            return
        if not tests:
            self.console.warn(f"{file.label} has no tests", file.label)
        for test in tests:
            self.seen.append(test.name)
            if not names or test.name in names:
                self._one(test)

    def tell(self) -> None:
        """How many there were."""
        broken = f", {len(self.broken)} not loaded" if self.broken else ""
        text = f"{self.passed} passed, {self.failed} failed{broken}"
        self._result(
            text, event="tested", passed=self.passed, failed=self.failed, not_loaded=self.broken
        )

    def _tests(self, file: StarlarkTestFile) -> Sequence[StarlarkTest]:
        try:
            tests = file.tests()
        except SyntaxError:
            # Starlark's own parser tells what is wrong.
            tests = (StarlarkTest(file.label, "test_"),)
        if error := self._evaluate(loading(tests)):
            raise error
        return tests

    def _one(self, test: StarlarkTest) -> None:
        error = self._evaluate(test.caller())
        self.passed += error is None
        self.failed += error is not None
        word = "FAILED" if error else "ok    "
        self._say(f"{word} {test.label} {test.name}", "test", test.label, error, test.name)

    def _evaluate(self, text: str) -> BuildFileError | None:
        from oxidize.starlark.trial import Trial

        settings = evolve(self.settings, text=text)
        error = Trial(settings, self.console.script).run()
        while isinstance(error, LibraryNeeded) and fetched(error.library, settings, self.console):
            error = Trial(settings, self.console.script).run()
        if error is not None:
            # The file that calls the test is nobody's.
            own = str(self.settings.path)
            stack = tuple(each for each in error.diagnostic.stack if each.span.file != own)
            error.diagnostic = evolve(error.diagnostic, stack=stack)
        return error

    def _say(
        self, text: str, event: str, label: str, error: BuildFileError | None, name: str = ""
    ) -> None:
        if error is None and self.console.verbosity < 0 and not self.console.json:
            return
        told = as_fields(error.diagnostic) if error else None
        outcome = "failed" if error else "passed"
        self._result(text, event=event, file=label, test=name, outcome=outcome, diagnostic=told)
        if error is not None and not self.console.json:
            self.console.error(error)

    def _result(self, text: str, **fields: object) -> None:
        if self.console.json:
            self.console.result(text, **fields)
        else:
            print(text, file=self.console.stdout, flush=True)
