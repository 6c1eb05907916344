"""Keys of OpenPGP: which one a file has, as gpg says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

from oxidize.installers.pkcs12 import KeyProblem
from oxidize.installers.system_tools import bare_environment

_PATIENCE = 30
# An agent would stay for a while.
_OPTIONS = ("--batch", "--no-autostart", "--with-colons", "--show-keys")
# Of the rows that gpg writes: where each has what.
_VALIDITY, _ENDS, _NAME, _CAN = 1, 6, 9, 11


@frozen
class SigningKey:
    """What is public of it; `ends` is in seconds since 1970, 0 for never."""

    name: str
    fingerprints: tuple[str, ...]
    """Its own, and those of its subkeys, of which one may be what signs."""
    ends: int


def read_secret_key(gpg: Path, file: Path) -> SigningKey:
    """The key of a file, without its passphrase. Raises KeyProblem."""
    rows = list(_rows(gpg, file))
    kinds = [row[0] for row in rows]
    if "sec" not in kinds:
        raise KeyProblem("it has no secret key" if "pub" in kinds else "it isn't a key of OpenPGP")
    if kinds.count("sec") > 1:
        raise KeyProblem("it has more than one secret key")
    key = rows[kinds.index("sec")]
    if key[_VALIDITY] == "r":
        raise KeyProblem("the key is revoked")
    if "s" not in key[_CAN].lower():
        raise KeyProblem("the key isn't one to sign with")
    name = next((row[_NAME] for row in rows if row[0] == "uid"), "")
    fingerprints = tuple(row[_NAME].lower() for row in rows if row[0] == "fpr")
    return SigningKey(name, fingerprints, int(key[_ENDS] or 0))


def _rows(gpg: Path, file: Path) -> Iterator[list[str]]:
    import subprocess
    import tempfile

    with tempfile.TemporaryDirectory(prefix="oxidize-gpg-") as home:
        said = subprocess.run(
            [gpg, "--homedir", home, *_OPTIONS, file],
            env=bare_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    for line in said.stdout.decode("utf-8", "replace").splitlines():
        yield line.split(":")
