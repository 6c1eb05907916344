"""One requirement: a name with specifiers, a direct URL, or something local."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from attrs import evolve
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

from oxidize.lookup import real
from oxidize.packages.local import ARCHIVES, read_local
from oxidize.packages.problem import Rejected
from oxidize.packages.request import Wanted
from oxidize.redaction import bare, has_credentials

if TYPE_CHECKING:
    from oxidize.objects.reach import Reach

_LOCAL = re.compile(r"(?P<path>[^;\[]*?)\s*(\[(?P<extras>[^\]]*)\])?\s*(;(?P<marker>.*))?")
_NAMED = re.compile(
    r"(?P<name>[A-Za-z0-9][\w.-]*)\s*(\[(?P<extras>[^\]]*)\])?\s*@\s*(?P<place>[^;]*?)"
    r"\s*(\s;(?P<marker>.*))?"
)
_VCS = ("git+", "hg+", "svn+", "bzr+")


def read_requirement(text: str, reach: Reach) -> Wanted:
    """Reads one. Raises Rejected."""
    text = text.strip()
    named = _NAMED.fullmatch(text)
    place = named["place"] if named else text
    if place.startswith(_VCS):
        raise Rejected(
            "OX0901",
            f'"{text}" is fetched by version control, so it has no hash to be locked by',
            help='name an archive of the commit: "NAME @ https://.../archive/COMMIT.tar.gz"',
        )
    if place.startswith("file:"):
        path = unquote(urlsplit(place).path)
        return _local(path, reach, named) if named else _local(path, reach, None)
    if named and "://" in place:
        return _plain(text)
    if named:
        return _local(place, reach, named)
    if "://" in text:
        return _bare_url(text)
    return _local_or_plain(text, reach)


def read_project(path: Path) -> Wanted:
    """The project in a folder. Raises Rejected."""
    name, local = read_local(real(path), path.name, None)
    return Wanted(name, local=evolve(local, within=str(path)))


def _local_or_plain(text: str, reach: Reach) -> Wanted:
    found = _LOCAL.fullmatch(text)
    path = found["path"] if found else ""
    if path.startswith((".", "/", "~")) or "/" in path or path.endswith((".whl", *ARCHIVES)):
        return _local(path, reach, found)
    return _plain(text)


def _local(path: str, reach: Reach, found: re.Match[str] | None) -> Wanted:
    parts = found.groupdict() if found else {}
    place = reach.path(path, "args")
    # "./a/../b" and "b" are one place.
    place = real(place.parent) / place.name if place.name != ".." else real(place)
    name, local = read_local(place, path, parts.get("name"))
    extras = _extras(parts.get("extras") or "")
    marker = (parts.get("marker") or "").strip()
    checked = _plain(f"{name} ; {marker}" if marker else name)
    within = str(reach.root or "")
    return Wanted(name, extras, "", checked.marker, evolve(local, within=within))


def _extras(text: str) -> tuple[str, ...]:
    names = (each.strip() for each in text.split(","))
    return tuple(sorted(canonicalize_name(name) for name in names if name))


def _plain(text: str) -> Wanted:
    try:
        read = Requirement(text)
    except InvalidRequirement as error:
        raise _invalid(text, error) from error
    if read.url:
        check_credentials(read.name, read.url)
    extras = tuple(sorted(canonicalize_name(each) for each in read.extras))
    spec = f" @ {read.url}" if read.url else str(read.specifier)
    marker = str(read.marker) if read.marker else ""
    return Wanted(canonicalize_name(read.name), extras, spec, marker)


def check_credentials(name: str, url: str) -> None:
    """Raises Rejected for a URL with a literal password: the URL is kept in the lock."""
    if has_credentials(url):
        place = bare(url).partition("://")[2]
        scheme = url.partition("://")[0]
        raise Rejected(
            "OX0910",
            f"the URL of {name} has credentials in it, and oxidize.lock keeps URLs",
            help="put the password into an environment variable and name it: "
            f'"{name} @ {scheme}://USER:${{NAME}}@{place}"',
        )


def _bare_url(text: str) -> Wanted:
    file = unquote(Path(urlsplit(text).path).name)
    try:
        name = parse_wheel_filename(file)[0]
    except InvalidWheelFilename as error:
        help_ = f'"NAME @ {text}"'
        raise Rejected("OX0901", f'"{text}" has no name', help=f"say it: {help_}") from error
    return _plain(f"{name} @ {text}")


def _invalid(text: str, error: InvalidRequirement) -> Rejected:
    help_ = 'a requirement is a name, and perhaps versions: "NAME>=1.2,<2"'
    if found := re.fullmatch(r"([\w.-]+(\[[^\]]*\])?)(?:\s*=\s*|\s+)(\d[\w.]*)", text):
        help_ = f'did you mean "{found[1]}=={found[3]}"?'
    elif (words := text.split()) and all(re.fullmatch(r"[\w.\[\]-]+", word) for word in words):
        quoted = ", ".join(f'"{word}"' for word in words)
        help_ = f"write one string for each: {quoted}"
    why = str(error).splitlines()[0]
    return Rejected("OX0901", f'"{text}" is not a requirement', notes=(why,), help=help_)
