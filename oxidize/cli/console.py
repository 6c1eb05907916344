"""The console: results on stdout, talk on stderr, and how much of it in which form."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, TextIO

from attrs import define, field

from oxidize.errors import ActionError, InternalError, OxidizeError, UsageError

# In place of the level of a warning.
_PRINTED = -1
_YELLOW, _RESET = "\033[1;33m", "\033[0m"

Color = Literal["auto", "always", "never"]


@define
class Console:
    """`verbosity` is below 0 for -q and above for -v.

    `above` prints lines above a live line, while there is one.
    """

    stdout: TextIO
    stderr: TextIO
    color: bool = False
    json: bool = False
    verbosity: int = 0
    above: Callable[[str], None] | None = None
    asked: bool = False
    """Whether a build file asked something: it does so in each build."""
    said: list[tuple[str, str, int]] = field(factory=list)
    """What build files printed, and warnings, with what they are about and their level: to be told
    in each build."""
    _told: dict[str, None] = field(factory=dict)

    @classmethod
    def of(cls, argv: Sequence[str], environ: Mapping[str, str]) -> Console:
        """For the standard streams, by what the raw arguments ask for.

        Errors in the arguments themselves are told in the form that the arguments ask for.
        """
        console = cls(sys.stdout, sys.stderr)
        console.json = _option(argv, "--message-format") == "json"
        console.color = use_color(_option(argv, "--color"), console.stderr, environ)
        return console

    @property
    def live(self) -> bool:
        """Whether stderr is a terminal that can redraw a line."""
        if self.json or self.verbosity < 0 or os.environ.get("TERM") == "dumb":
            return False
        return self.stderr.isatty()

    def say(self, text: str, level: int = 0) -> None:
        """Tells people something, from that verbosity on."""
        if self.verbosity >= level and not self.json:
            self._talk(text)

    def result(self, text: str, **fields: object) -> None:
        """Tells people the text, or programs the fields."""
        if self.json:
            print(json.dumps(fields), file=self.stdout, flush=True)
        else:
            self.say(text)

    def document(self, value: object) -> None:
        """Gives programs a whole document: one line among other lines, else for eyes too."""
        print(json.dumps(value, indent=None if self.json else 1), file=self.stdout, flush=True)

    def tell(self, text: str, **fields: object) -> None:
        """Tells people the text, or programs the fields, as talk and not as a result."""
        if self.json and self.verbosity >= 0:
            self._talk(json.dumps(fields))
        else:
            self.say(text)

    def _talk(self, text: str) -> None:
        if self.above:
            self.above(text)
        else:
            print(text, file=self.stderr, flush=True)

    def script(self, text: str) -> None:
        """Tells what a build file prints."""
        self.said.append((text, "", _PRINTED))
        text = json.dumps({"event": "print", "text": text}) if self.json else text
        self._talk(text)

    def warn(self, text: str, about: str, level: int = 0) -> None:
        """Tells of something that is no error, from that verbosity on."""
        self.said.append((text, about, level))
        if self.verbosity < level:
            return
        if self.json:
            line = json.dumps({"event": "warning", "about": about, "text": text})
        else:
            line = f"{_YELLOW}warning{_RESET}: {text}" if self.color else f"warning: {text}"
        self._talk(line)

    def say_again(self, said: Iterable[tuple[str, str, int]]) -> None:
        """Tells what was `said` in an earlier build."""
        for text, about, level in said:
            if level == _PRINTED:
                self.script(text)
            else:
                self.warn(text, about, level)

    def error(self, error: OxidizeError) -> None:
        """Tells what went wrong, with the whole output of a failed command."""
        from oxidize.cli.render import render_json, render_text
        from oxidize.redaction import without_credentials

        output = without_credentials(error.output) if isinstance(error, ActionError) else ""
        if self.json:
            text = render_json(error.diagnostic)
            if output:
                text = json.dumps({**json.loads(text), "output": output})
        else:
            text = render_text(error.diagnostic, self.color).rstrip("\n")
            if output:
                text = f"{output.rstrip()}\n{text}"
        self._talk(text)
        if not isinstance(error, InternalError | UsageError):
            self._told[error.diagnostic.code] = None

    def refer(self) -> None:
        """Says, at the end, where more is told about the errors of build files and builds.

        What is wrong with a command line, --help tells better.
        """
        if self._told:
            self.say(f"more: {', '.join(f'oxidize explain {code}' for code in self._told)}")


def _option(argv: Sequence[str], name: str) -> str | None:
    value = None
    before = ""
    for word in argv:
        if word == "--":
            break
        if before == name:
            value = word
        elif word.startswith(f"{name}="):
            value = word.partition("=")[2]
        before = word
    return value


def use_color(asked: str | None, stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether to write colours: --color, else NO_COLOR, else FORCE_COLOR, else the terminal."""
    if asked in ("always", "never"):
        return asked == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and environ.get("TERM") != "dumb"
