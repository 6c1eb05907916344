"""Licences of an archive's libraries, told apart: an extension module names those of all of its
libraries, in two lists that don't say which text is for which licence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set

from oxidize.distributions.python_json import Variant


def licences_of_texts(modules: Iterable[Variant]) -> Mapping[str, Set[str]]:
    """Path of a text -> its licences: those that all modules with that text have, but for those
    that another library of theirs accounts for. Where that leaves a doubt, it is all of them."""
    several = [each for each in modules if each.licence_paths]
    named: dict[str, list[set[str]]] = {}
    for each in several:
        for path in each.licence_paths:
            named.setdefault(path, []).append(set(each.licences))
    found = {path: set.intersection(*sets) or set.union(*sets) for path, sets in named.items()}
    for each in several:
        single = [found[path] for path in each.licence_paths if len(found[path]) == 1]
        accounted = set().union(*single)
        for path in each.licence_paths:
            if len(found[path]) > 1:
                found[path] = found[path] - accounted or found[path]
    return found
