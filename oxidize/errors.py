"""Everything oxidize raises on purpose, and the diagnostic it carries.

OxidizeError                  carries one Diagnostic; knows its exit code
├── BuildFileError            exit 2   what load and analysis can decide
├── UsageError                exit 2   the command line
├── ActionError               exit 1   an action failed; carries the output of what it ran
├── EnvironmentProblem        exit 36  this machine lacks something (tool, disk, permission)
├── Interrupted               exit 130 Ctrl-C
└── InternalError             exit 37  a bug of ours

A diagnostic is data: rendering it (text with a caret, or JSON) is the command line's job.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from attrs import evolve, field, frozen


@frozen
class Span:
    """A range of a source file; lines and columns count from 1, the end is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


@frozen
class Frame:
    """One level of a Starlark call stack: the function's name and where it was called."""

    function: str
    span: Span


Severity = Literal["error", "warning"]


@frozen
class Origin:
    """Where a build file declared something: the span of the call and the stack around it."""

    span: Span
    stack: tuple[Frame, ...] = field(default=())


@frozen
class Diagnostic:
    """One finding: code (`OX0123`), message, place, call stack (outermost first), notes, help.

    Warnings are findings of `oxidize check`: of what works, and is better written otherwise.
    """

    code: str
    message: str
    span: Span | None = None
    stack: tuple[Frame, ...] = ()
    notes: tuple[str, ...] = ()
    help: str | None = None
    severity: Severity = "error"

    def at(self, origin: Origin | None) -> Diagnostic:
        """The same at the call that declared what it is about, unless it has its own place."""
        if origin is None or self.span is not None:
            return self
        return evolve(self, span=origin.span, stack=origin.stack)


class OxidizeError(Exception):
    """Base of all errors raised on purpose."""

    exit_code: ClassVar[int] = 37

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


class BuildFileError(OxidizeError):
    """A build file asks for something that load or analysis can refuse."""

    exit_code = 2


class UsageError(OxidizeError):
    """The command line asks for something that can't be."""

    exit_code = 2


class EnvironmentProblem(OxidizeError):
    """This machine lacks a tool, a library, space or a permission."""

    exit_code = 36


class Interrupted(OxidizeError):
    """The user stopped the build."""

    exit_code = 130


class InternalError(OxidizeError):
    """A bug of oxidize."""

    exit_code = 37


class ActionError(OxidizeError):
    """An action failed; `output` is everything that its command printed."""

    exit_code = 1

    def __init__(self, diagnostic: Diagnostic, output: str = "") -> None:
        super().__init__(diagnostic)
        self.output = output
