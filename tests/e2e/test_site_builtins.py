"""exit, quit, help, copyright, credits and license, which plain Python has from `site`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.space import run
from tests.e2e.test_process import python_says

CODES = {
    "repr": "print(exit, quit, help, copyright, credits)",
    "attributes": "print(exit.eof, type(exit.__class__), exit.__class__.__name__, dir(help)[-1])",
    "exit": "import atexit; atexit.register(print, 'last'); exit(7)",
    "quit": "quit('a last word')",
    "exit-closes-stdin": "import sys\ntry: exit()\nexcept SystemExit: print(sys.stdin.closed)",
    "wrong-arguments": "try: exit(1, 2)\nexcept TypeError: print('refused')",
    "help": "help(str.upper)",
    "help-on-topic": "help('if')",
    "copyright": "copyright()",
    "from-import": "from builtins import exit as leave, help; print(leave); leave(3)",
    "overridden": "import builtins; builtins.exit = lambda: print('mine'); exit(); print(quit)\n"
    "help(len); exit()",
    "overridden-later": "import builtins; print(exit, help); builtins.exit = 5; print(exit, quit)",
    "deleted": "import builtins; del builtins.quit; print(exit, hasattr(builtins, 'quit'))",
}


@pytest.mark.parametrize("code", CODES.values(), ids=CODES)
def test_as_python(probe: Path, minor: str, code: str) -> None:
    """They do what they do in plain Python."""
    ours, theirs = run(probe, "execute", code), python_says(minor, "execute", code)
    assert ours.stdout == theirs.stdout
    assert ours.returncode == theirs.returncode, ours.stderr.decode()


def test_at_a_prompt(probe: Path) -> None:
    """help() without arguments is interactive, and ends where its input does."""
    done = run(probe, "execute", "help(); print('after')", stdin=b"len\nquit\n")
    assert b"Help on built-in function len" in done.stdout
    assert done.stdout.endswith(b"after\n")


def test_not_before_they_are_used(probe: Path) -> None:
    """A program that uses none of them loads nothing for them."""
    names = "print([name for name in ('site', '_sitebuiltins', 'pydoc') if name in sys.modules])"
    assert run(probe, "execute", f"import sys; {names}").stdout == b"[]\n"
    assert b"'site'" in run(probe, "execute", f"import sys; str(exit); {names}").stdout
