"""What desktops of Linux read of a program: its entry, and the types of files that it opens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from attrs import field, frozen

# In the command of an entry, quoted words have a second layer of escapes.
_QUOTED = str.maketrans({each: f"\\{each}" for each in '"`$\\'})
_ESCAPED = str.maketrans({"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"})


@frozen
class OpenedType:
    """A type of files that a program opens."""

    mime: str
    extension: str
    description: str


@frozen
class DesktopEntry:
    """A program among others, as the desktop entry specification has it."""

    name: str
    summary: str
    program: str
    """What is called: a command, or a path."""
    icon: str
    """Its name in themes of icons; empty for none."""
    categories: Sequence[str] = ()
    keywords: Sequence[str] = ()
    terminal: bool = False
    generic_name: str = ""
    types: Sequence[OpenedType] = ()
    hidden: bool = False
    """Whether it shows nowhere, and only tells what the program is."""
    further: Mapping[str, str] = field(factory=dict)
    """Keys of formats' own."""

    def text(self) -> str:
        """The entry's file."""
        rows = {
            "Type": "Application",
            "Name": _escaped(self.name),
            "GenericName": _escaped(self.generic_name),
            "Comment": _escaped(self.summary),
            "Exec": _escaped(_word(self.program) + (" %f" if self.types else "")),
            "Icon": _escaped(self.icon),
            "Terminal": "true" if self.terminal else "false",
            "Categories": _list(self.categories),
            "Keywords": _list(self.keywords),
            "MimeType": _list(each.mime for each in self.types),
            "NoDisplay": "true" if self.hidden else "",
            **{key: _escaped(text) for key, text in self.further.items()},
        }
        lines = [f"{key}={value}" for key, value in rows.items() if value]
        return "\n".join(("[Desktop Entry]", *lines, ""))


def mime_types(types: Iterable[OpenedType]) -> str:
    """The file that tells a desktop's list of types of them."""
    found = [
        f"  <mime-type type={quoteattr(each.mime)}>\n"
        f"    <comment>{escape(each.description)}</comment>\n"
        f"    <glob pattern={quoteattr(f'*.{each.extension}')}/>\n"
        "  </mime-type>\n"
        for each in types
    ]
    space = "http://www.freedesktop.org/standards/shared-mime-info"
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f'{head}<mime-info xmlns="{space}">\n{"".join(found)}</mime-info>\n'


def _word(text: str) -> str:
    text = text.replace("%", "%%")
    if text and all(each.isalnum() or each in "/._-+%" for each in text):
        return text
    return f'"{text.translate(_QUOTED)}"'


def _escaped(text: str) -> str:
    return text.translate(_ESCAPED)


def _list(texts: Iterable[str]) -> str:
    return "".join(f"{_escaped(each)};" for each in texts)
