"""Settings of images: what containers could be, and what they couldn't."""

from __future__ import annotations

from typing import Any

import pytest

from oxidize.installers.oci_settings import ImageSettings

FIT: dict[str, list[Any]] = {
    "env": [{"A": "b=c\nd", "a.b-c": ""}],
    "arguments": [["", "a b"]],
    "user": ["", "0", "1000:1000", "nobody", "root:65532"],
    "folder": ["/", "/srv/ü x", "/srv/"],
    "ports": [["1", "80/tcp", "65535/udp", "7/sctp"]],
    "volumes": [["/data", "/var/lib/notes/"]],
    "stop_signal": ["SIGINT", "TERM", "SIGRTMIN+3", "RTMAX-30", "2", "64"],
}
UNFIT: dict[str, list[Any]] = {
    "env": [{"A=B": "x"}, {"": "y"}, {"A": "\0"}],
    "arguments": [["a\0"]],
    "user": ["a b", "1:2:3", ":1", "1:", "app", "1000:app", "2147483648"],
    "folder": ["", "rel", "/a/../b", "//a", "/a//b", "/a\n"],
    "ports": [["abc"], ["0"], ["65536"], ["80/TCP"], ["80-90"], [""]],
    "volumes": [["/"], ["data"], [""], ["/a/.."]],
    "labels": [{"": "x"}],
    "stop_signal": ["NOPE", "SIG", "65", "0", "SIGRTMIN+31", "SIG2"],
}


def cases(table: dict[str, list[Any]]) -> list[tuple[str, Any]]:
    return [(name, value) for name, values in table.items() for value in values]


@pytest.mark.parametrize(("name", "value"), cases(FIT))
def test_fit(name: str, value: Any) -> None:
    """What container engines understand is taken."""
    assert [*ImageSettings(**{name: value}).problems()] == []


@pytest.mark.parametrize(("name", "value"), cases(UNFIT))
def test_unfit(name: str, value: Any) -> None:
    """What they'd refuse, or take for something else, is told of once."""
    assert len([*ImageSettings(**{name: value}).problems()]) == 1


def test_names_of_a_base() -> None:
    """What users a base knows isn't asked here."""
    assert [*ImageSettings(base="base.tar", user="app:staff").problems()] == []
