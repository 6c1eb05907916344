"""The project file, oxidize.toml: docs/project-file.md describes it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import NoReturn

from attrs import frozen

from oxidize.errors import BuildFileError, Diagnostic, Span
from oxidize.lookup import read_text
from oxidize.objects.library import Library
from oxidize.redaction import has_credentials
from oxidize.starlark.labels import OWN_LIBRARY
from oxidize.starlark.sources import Source
from oxidize.suggest import did_you_mean

FILE = "oxidize.toml"
_TABLE = "libraries"
_KEYS = ("url", "sha256", "strip_prefix", "path")
_SCHEMES = ("https://", "http://", "file://")
_NAME = re.compile(r"[A-Za-z][\w-]*", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_PLACE = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)


def read_project_file(folder: Path, fetched: Path) -> dict[str, Library]:
    """The libraries that a build file in a folder may load; none if there is no project file.

    `fetched` is the folder of what was fetched. Raises BuildFileError.
    """
    path = folder / FILE
    try:
        text = read_text(path)
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it isn't UTF-8"
        raise BuildFileError(Diagnostic("OX0125", f"{path} can't be read: {why}")) from error
    return _Reader(Source.of(str(path), text), folder, fetched).libraries()


@frozen
class _Reader:
    source: Source
    folder: Path
    fetched: Path

    def libraries(self) -> dict[str, Library]:
        data = self._parse()
        for key in data:
            if key != _TABLE:
                self._refuse_key(key, (_TABLE,), "", ())
        tables = data.get(_TABLE, {})
        if not isinstance(tables, dict):
            self._refuse("OX0127", f"{_TABLE} must be a table", self._key((), _TABLE))
        return {name: self._library(name, table) for name, table in tables.items()}

    def _parse(self) -> Mapping[str, object]:
        import tomllib

        try:
            return tomllib.loads(self.source.text)
        except tomllib.TOMLDecodeError as error:
            told = _PLACE.fullmatch(str(error))
            line = int(told[2] or 0) if told else 0
            start = self.source.offset(line, int(told[3])) if told and line else None
            end = len(self.source.text.rstrip())
            at = end if start is None else start
            message = told[1] if told else str(error)
            self._refuse("OX0125", f"not TOML: {message}", self.source.span(at, at + 1))

    def _library(self, name: str, table: object) -> Library:
        header = self._key((_TABLE,), name)
        if name == OWN_LIBRARY:
            help = "choose another name: this is the library that comes along"
            self._refuse("OX0127", f'the name "{name}" is taken', header, help)
        if not _NAME.fullmatch(name):
            help = 'a name begins with a letter, and has letters, digits, "_" and "-"'
            self._refuse("OX0127", f'"{name}" can\'t be the name of a library', header, help)
        if not isinstance(table, dict):
            help = f"write [{_TABLE}.{name}], and url and sha256, or path, below it"
            self._refuse("OX0127", f"{name} must be a table", header, help)
        for key, value in table.items():
            if key not in _KEYS:
                self._refuse_key(key, _KEYS, name, (_TABLE, name))
            if not isinstance(value, str):
                self._refuse_value(f"{key} must be a string", name, key)
        return self._checked(name, {str(k): str(v) for k, v in table.items()}, header)

    def _checked(self, name: str, table: Mapping[str, str], header: Span) -> Library:
        if "path" in table:
            for key in ("url", "sha256", "strip_prefix"):
                if key in table:
                    message = f"a library in a folder has no {key}"
                    self._refuse_value(message, name, key, help="keep either url or path")
            folder = Path(os.path.normpath(self.folder.absolute() / table["path"]))
            return Library(name, folder, header)
        if "url" not in table:
            self._refuse("OX0127", f'the library "{name}" has neither url nor path', header)
        self._check_url(name, table["url"])
        digest = self._sha256(name, table, header)
        prefix = self._prefix(name, table.get("strip_prefix", ""))
        return Library(name, self.fetched / digest, header, table["url"], digest, prefix)

    def _check_url(self, name: str, url: str) -> None:
        if not url.startswith(_SCHEMES):
            message = f"url must begin with {', '.join(_SCHEMES)}"
            self._refuse_value(message, name, "url", help="a folder is named by path")
        if has_credentials(url):
            self._refuse(
                "OX0910",
                "the url has credentials in it, and the project file is for everybody",
                self._key((_TABLE, name), "url"),
                "put the password into an environment variable and name it: ${NAME}",
            )

    def _sha256(self, name: str, table: Mapping[str, str], header: Span) -> str:
        if "sha256" not in table:
            help = "add the archive's, as sha256sum prints it"
            self._refuse("OX0127", f'the library "{name}" has a url, but no sha256', header, help)
        digest = table["sha256"].lower()
        if not _SHA256.fullmatch(digest):
            self._refuse_value("sha256 must have 64 hexadecimal digits", name, "sha256")
        return digest

    def _prefix(self, name: str, text: str) -> str:
        path = PurePosixPath(text)
        if path.is_absolute() or ".." in path.parts or "\\" in text:
            message = "strip_prefix must be a folder in the archive"
            self._refuse_value(message, name, "strip_prefix")
        return "" if str(path) == "." else str(path)

    def _refuse_key(
        self, key: str, known: tuple[str, ...], library: str, table: tuple[str, ...]
    ) -> NoReturn:
        where = f'the library "{library}"' if library else FILE
        help = did_you_mean(key, known) or f"known: {', '.join(known)}"
        self._refuse("OX0126", f'{where} has no key "{key}"', self._key(table, key), help)

    def _refuse_value(
        self, message: str, library: str, key: str, *, help: str | None = None
    ) -> NoReturn:
        self._refuse("OX0127", message, self._key((_TABLE, library), key), help)

    def _refuse(self, code: str, message: str, span: Span, help: str | None = None) -> NoReturn:
        raise BuildFileError(Diagnostic(code, message, span, help=help))

    def _key(self, table: tuple[str, ...], key: str) -> Span:
        """Where a key of a table is written, by its text: `key = ...` or `[table.key]`."""
        text = self.source.text
        dotted = r"\s*\.\s*".join(map(_quoted, (*table, key)))
        if header := re.search(rf"^[ \t]*\[\[?\s*({dotted})(?=\s*[\].])", text, re.MULTILINE):
            return self.source.span(*header.span(1))
        above = r"\s*\.\s*".join(map(_quoted, table))
        start = re.search(rf"^[ \t]*\[\s*{above}\s*\]", text, re.MULTILINE) if table else None
        row = re.compile(rf"^[ \t]*({_quoted(key)}\s*[=.].*?)\s*$", re.MULTILINE)
        found = row.search(text, start.end() if start else 0)
        # Inline tables and other rare forms: the first mention will do.
        found = found or re.search(rf"({_quoted(key)})", text)
        return self.source.span(*found.span(1)) if found else self.source.line_span(1)


def _quoted(key: str) -> str:
    return rf"[\"']?{re.escape(key)}[\"']?"
