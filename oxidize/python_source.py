"""Python source of users, parsed for what it says."""

from __future__ import annotations

import ast
import warnings


def parse(source: str | bytes, name: str) -> ast.Module:
    """The syntax tree, without warnings: they are for who runs it. Raises SyntaxError."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(source, name)
        except ValueError as error:  # NUL, before Python 3.12
            raise SyntaxError(str(error)) from error
