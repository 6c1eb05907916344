"""The catalogue: which row a build takes, and which documents are none."""

from __future__ import annotations

import pytest
from attrs import evolve

from oxidize.distributions.catalogue import (
    BadCatalogue,
    Catalogue,
    Row,
    merged,
    read_catalogue,
    shipped,
    write_catalogue,
)

GNU, MUSL = "x86_64-unknown-linux-gnu", "x86_64-unknown-linux-musl"


def row(version: str, flavour: str, tag: str = "20260101", triple: str = GNU) -> Row:
    return Row(tag, triple, version, flavour, "https://example.org/a", "0" * 64)


def test_choice() -> None:
    """The fastest way of building comes first, then the newest version by number, then release."""
    best = row("3.13.10", "pgo+lto", "20260202")
    others = (
        row("3.13.9", "pgo+lto", "20260303"),
        row("3.13.10", "pgo+lto", "20260101"),
        row("3.13.11", "noopt"),
        row("3.13.12", "install_only"),
        row("3.13.12", "debug"),
        row("3.14.1", "pgo+lto"),
        row("3.13.12", "pgo+lto", triple=MUSL),
    )
    catalogue = Catalogue(((*others[:3], best, *others[3:]),))
    assert catalogue.choose(GNU, "3.13") == best
    assert catalogue.choose(GNU, "3.13.9") == others[0]
    assert catalogue.choose(GNU, "3.12") is None
    assert catalogue.choose(GNU, "3.13", flavour="noopt") == others[2]
    assert catalogue.minors(GNU) == ["3.13", "3.14"]


def test_what_precedes_a_final_version() -> None:
    """A release candidate is taken only as long as there is no final version, or by its name."""
    final, candidate = row("3.14.0", "lto"), row("3.14.0rc3", "lto")
    older = row("3.14.0rc2", "lto")
    assert Catalogue(((final, candidate),)).choose(GNU, "3.14") == final
    assert Catalogue(((candidate, older),)).choose(GNU, "3.14") == candidate
    assert Catalogue(((final, candidate),)).choose(GNU, "3.14.0rc3") == candidate


def test_static_and_dynamic() -> None:
    """Static ones are taken where they are asked for, or where there is nothing else."""
    dynamic, static = row("3.13.1", "lto", triple=MUSL), row("3.13.1", "lto+static", triple=MUSL)
    both, alone = Catalogue(((static, dynamic),)), Catalogue(((static,),))
    assert both.choose(MUSL, "3.13") == dynamic
    assert both.choose(MUSL, "3.13", static=True) == static
    assert alone.choose(MUSL, "3.13") == static
    assert alone.choose(MUSL, "3.13", static=False) is None


def test_the_users_rows_come_first() -> None:
    """A row of an earlier document is taken though a later one has a newer version."""
    own = row("3.13.1", "noopt")
    assert Catalogue(((own,), (row("3.13.2", "pgo+lto"),))).choose(GNU, "3.13") == own


def test_documents() -> None:
    """What is written is read again, sorted; the one that comes with oxidize is one, too."""
    rows = (row("3.13.10", "lto"), row("3.13.9", "lto"))
    assert read_catalogue(write_catalogue(rows)) == (rows[1], rows[0])
    assert isinstance(shipped(), tuple)


def test_merging() -> None:
    """A new row replaces one for the same archive; imported ones stay side by side."""
    old = row("3.13.1", "lto")
    new = evolve(old, url="https://mirror/a", sha256="1" * 64)
    assert merged([old], [new]) == (new,)
    local = row("3.13.1", "lto", "local")
    other = Row("local", GNU, "3.13.1", "lto", "file:///b", "2" * 64)
    assert set(merged([local], [other])) == {local, other}


def test_own_archives() -> None:
    """What was built or imported here is taken before all that is published, the latest first; a
    file that was written anew has one row."""
    published = row("3.13.9", "pgo+lto")
    own = Row("local", GNU, "3.13.5", "noopt", "file:///own", "2" * 64)
    assert Catalogue(((published, own),)).choose(GNU, "3.13") == own
    again = evolve(own, sha256="3" * 64)
    assert merged([published, own], [again]) == (again, published)
    elsewhere = evolve(own, url="file:///elsewhere", sha256="4" * 64)
    rows = read_catalogue(write_catalogue(merged([own], [elsewhere])))
    assert Catalogue((rows,)).choose(GNU, "3.13") == elsewhere


def test_the_latest_of_ones_own() -> None:
    """The latest that was built or imported is meant, however it was built and however old its
    version is; also where it had been imported before."""
    first = Row("local", GNU, "3.13.7", "lto", "file:///a", "2" * 64)
    second = Row("local", GNU, "3.13.5", "plain", "file:///b", "3" * 64)

    def rows(*added: Row) -> tuple[Row, ...]:
        found: tuple[Row, ...] = ()
        for each in added:
            found = read_catalogue(write_catalogue(merged(found, [each])))
        return found

    assert Catalogue((rows(first, second),)).choose(GNU, "3.13") == second
    assert Catalogue((rows(first, second, first),)).choose(GNU, "3.13") == first
    assert Catalogue((rows(first, second),)).choose(GNU, "3.13", flavour="lto") == first


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "isn't JSON"),
        ('{"format": 2, "rows": []}', 'an object with "format": 1'),
        ('{"format": 1}', 'no list "rows"'),
        ('{"format": 1, "rows": [{"tag": "x"}]}', "rows[0] hasn't the members tag, triple"),
    ],
)
def test_no_catalogue(text: str, message: str) -> None:
    """What isn't a catalogue is refused, and why."""
    with pytest.raises(BadCatalogue) as caught:
        read_catalogue(text)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"sha256": "0', '"sha256": "A', "sha256 isn't 64 hexadecimal digits"),
        ('"3.13.1"', '"3.13"', 'version isn\'t like "3.13.5"'),
        ('"lto"', '""', "isn't a string, or is empty"),
        ('"lto"', "1", "isn't a string, or is empty"),
    ],
)
def test_bad_rows(old: str, new: str, message: str) -> None:
    """A row that can't be right is refused, since builds would trust it."""
    text = write_catalogue([row("3.13.1", "lto")]).replace(old, new)
    with pytest.raises(BadCatalogue) as caught:
        read_catalogue(text)
    assert message in str(caught.value)
