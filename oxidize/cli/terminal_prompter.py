"""The prompter of the command line: asks on the terminal, on standard error."""

from __future__ import annotations

import sys

from attrs import frozen

from oxidize.cli.console import Console

_YES, _NO = ("y", "yes"), ("n", "no")


@frozen
class TerminalPrompter:
    """Asks if standard input is a terminal and nobody reads the output as JSON."""

    console: Console

    @property
    def available(self) -> bool:
        """Whether anyone is there."""
        self.console.asked = True
        return sys.stdin is not None and sys.stdin.isatty() and not self.console.json

    def confirm(self, prompt: str, default: bool | None) -> bool:
        """Asks until the answer is a yes or no."""
        choice = {None: "y/n", True: "Y/n", False: "y/N"}[default]
        while True:
            answer = self._ask(f"{prompt} [{choice}] ").lower()
            if answer in (*_YES, *_NO):
                return answer in _YES
            if not answer and default is not None:
                return default

    def text(self, prompt: str, default: str | None) -> str:
        """Asks until there is an answer."""
        shown = f"{prompt} [{default}] " if default else f"{prompt} "
        while True:
            answer = self._ask(shown)
            if answer or default is not None:
                return answer or str(default)

    def secret(self, prompt: str, *, confirm: bool) -> str:
        """Asks without echo."""
        from getpass import getpass

        while True:
            answer = getpass(f"{prompt} ", self.console.stderr)
            if not confirm or getpass("the same again: ", self.console.stderr) == answer:
                return answer
            self.console.say("that was something else")

    def _ask(self, prompt: str) -> str:
        """A line, without blanks around it. Raises KeyboardInterrupt at the end of input."""
        print(prompt, end="", file=self.console.stderr, flush=True)
        line = sys.stdin.readline()
        if not line:
            raise KeyboardInterrupt
        return line.strip()
