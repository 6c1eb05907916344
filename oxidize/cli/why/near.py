"""Names that somebody may have meant who asked for one that isn't there."""

from __future__ import annotations

from collections.abc import Collection

from oxidize.suggest import nearest

_MOST = 8


def near(wanted: str, names: Collection[str]) -> tuple[str, ...]:
    """The module of that path; or those that end like it or are below it; else the one that is
    spelled most like it."""
    module = wanted.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    if module != wanted and module in names:
        return (module,)  # an extension module, whose source isn't taken
    tail, top = wanted.strip("/"), wanted.rstrip("/") + "/"
    ends = (f"/{tail}", f".{tail}")
    alike = [name for name in sorted(names) if name.endswith(ends) or name.startswith(top)]
    if not alike and (found := nearest(wanted, names)):
        return (found,)
    return tuple(alike[:_MOST])
